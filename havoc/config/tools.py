"""Settings of the tools on a cluster."""

from pydantic import Field, model_validator

from havoc.config.base import Settings


class ToolsConfig(Settings):
    """How each tool is hosted. Every replica is one process that runs one call at a time."""

    deadline_s: float = Field(20.0, gt=0, le=600)
    """Seconds that a call may take once it has started; then its process is replaced and the call is an error."""
    memory_gib: float = Field(8.0, gt=1)
    """Address space of a tool's process."""
    num_cpus: float = Field(0.5, gt=0)
    """CPUs that Ray reserves per replica."""
    min_replicas: int = Field(1, ge=1)
    max_replicas: int = Field(4, ge=1)
    max_queued: int = Field(64, ge=1)
    """Calls of one caller that may wait; beyond, a call is refused at once."""
    max_calls: int = Field(16, ge=1)
    """Calls that one caller has under way at the same time; the others wait for their turn."""
    attempts: int = Field(3, ge=1, le=10)
    """How often a call is sent when the replica that runs it is lost. Every operation may be repeated safely."""

    @model_validator(mode="after")
    def _ordered(self) -> "ToolsConfig":
        if self.min_replicas > self.max_replicas:
            raise ValueError(f"min_replicas {self.min_replicas} is above max_replicas {self.max_replicas}")
        return self
