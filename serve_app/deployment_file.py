"""The YAML file that `serve deploy` and `serve run` take, read strictly: Serve itself lets unknown keys pass."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from havoc.config import ServingConfig, Settings, load_config


class HttpOptions(Settings):
    """Where the proxies listen."""

    host: str = "127.0.0.1"
    """The loopback interface unless another is named."""
    port: int = Field(8000, ge=1, le=65535)


class LoggingOptions(Settings):
    """What replicas and proxies log."""

    encoding: Literal["TEXT", "JSON"] = "JSON"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    enable_access_log: bool = False
    """Serve's own line for each request; the application writes one with the request's id and route."""


class ServedApplication(Settings):
    """One application."""

    name: str = "havoc"
    route_prefix: str = "/"
    import_path: Literal["serve_app:build"] = "serve_app:build"
    args: ServingConfig = ServingConfig()


class DeploymentFile(Settings):
    """A whole file."""

    proxy_location: Literal["HeadOnly", "EveryNode"] = "HeadOnly"
    http_options: HttpOptions = HttpOptions()
    logging_config: LoggingOptions = LoggingOptions()
    applications: list[ServedApplication] = Field(min_length=1, max_length=1)

    @classmethod
    def load(cls, path: Path, overrides: list[str]) -> "DeploymentFile":
        """Read a file; `overrides` are `field=value` of the application's arguments.

        Raises:
            ConfigError: the file or an override is wrong.
        """
        return load_config(cls, path, [f"applications.0.args.{override}" for override in overrides])

    @property
    def args(self) -> ServingConfig:
        """The application's arguments."""
        return self.applications[0].args

    @property
    def address(self) -> str:
        """Where the endpoint is reached from this machine."""
        host = "127.0.0.1" if self.http_options.host == "0.0.0.0" else self.http_options.host
        return f"http://{host}:{self.http_options.port}"
