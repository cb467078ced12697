"""What all settings share: frozen, typed, and strict about unknown keys."""

from pydantic import BaseModel, ConfigDict

from havoc.errors import HavocError


class ConfigError(HavocError):
    """A setting is unknown, missing, of the wrong type or out of range."""


class Settings(BaseModel):
    """Base of every group of settings. Instances cannot be changed; a field that does not exist is refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, protected_namespaces=(), use_attribute_docstrings=True, allow_inf_nan=False
    )
