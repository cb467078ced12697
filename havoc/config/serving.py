"""Settings of the served application."""

from typing import Literal

from pydantic import Field, model_validator

from havoc.config.base import Settings
from havoc.config.engine import EngineConfig
from havoc.config.prime import PrimeConfig
from havoc.config.tools import ToolsConfig


class LimitsConfig(Settings):
    """What one request may take. No header of a client's lifts these."""

    max_body_mib: float = Field(4.0, gt=0)
    """Of a request that is no upload."""
    max_file_mib: float = Field(20.0, gt=0)
    """Of an uploaded table."""
    max_files: int = Field(200, ge=1)
    """Kept uploads; the oldest goes when another comes."""
    max_new_tokens: int = Field(2048, ge=1)
    """Ids that the model may write for one answer."""
    deadline_s: float = Field(300.0, gt=0)
    """Seconds that a request may take from its arrival to its last byte."""
    max_queued: int = Field(32, ge=0)
    """Requests that may wait for their turn; beyond, a new one is answered with 429."""
    patience_s: float = Field(60.0, ge=0)
    """Seconds that a request waits for a replica after its own was lost."""


class ScalingPolicyConfig(Settings):
    """When replicas of the model are added and taken away."""

    min_replicas: int = Field(1, ge=1)
    max_replicas: int = Field(1, ge=1)
    target_waiting_tokens: int = Field(4096, ge=1)
    """Tokens of prompts that may wait per replica; twice as many make two replicas out of one."""

    @model_validator(mode="after")
    def _ordered(self) -> "ScalingPolicyConfig":
        if self.min_replicas > self.max_replicas:
            raise ValueError(f"min_replicas {self.min_replicas} is above max_replicas {self.max_replicas}")
        return self


class ServingConfig(Settings):
    """The application: a model with engine and PRIME, tools, the endpoint and the console."""

    checkpoint: str = "runs/base"
    """Directory of the model."""
    model_name: str = Field("havoc", min_length=1)
    """Under which clients ask for it."""
    engine: EngineConfig = EngineConfig()
    prime: PrimeConfig = PrimeConfig()
    tools: ToolsConfig = ToolsConfig()
    limits: LimitsConfig = LimitsConfig()
    scaling: ScalingPolicyConfig = ScalingPolicyConfig()
    tools_on: Literal["replica", "deployments"] = "deployments"
    """Where tools run: in the model's replica, or as deployments of their own that scale and fail by themselves."""
    num_gpus: float = Field(0.0, ge=0)
    """Of a replica of the model."""
    num_cpus: float = Field(1.0, gt=0)
    """That Ray reserves for a replica of the model."""
    num_threads: int | None = Field(None, ge=1)
    """That a replica computes with on CPUs; all that its machine has where it is left out."""
    max_ongoing_requests: int = Field(16, ge=1)
    """Requests that a replica works on at the same time."""
    messages_per_s: float = Field(120.0, gt=0)
    """Messages that a replica of the model sends, shared by its streams; tokens in between travel together. Where cores are
    few, more messages take time from the model."""
    files_folder: str = "runs/files"
    """Where uploads are kept."""
    keys_file: str = ""
    """Text file with an API key a line. Without it and the variable HAVOC_API_KEYS, everybody who reaches the port may ask;
    the shipped settings listen on the loopback interface only."""
    cors_origins: tuple[str, ...] = ()
    """Addresses whose pages may ask from a browser; none by default."""
