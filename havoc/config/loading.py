"""From a YAML file and `key=value` overrides to a typed recipe; every mistake is named with file, field and remedy."""

import difflib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from havoc.config.base import ConfigError, Settings
from havoc.config.model import HavocConfig

SettingsT = TypeVar("SettingsT", bound=Settings)


def preset_names() -> list[str]:
    """Names of the shipped model shapes."""
    return sorted(entry.name.removesuffix(".yaml") for entry in _preset_folder().iterdir() if entry.name.endswith(".yaml"))


def load_preset(name: str) -> HavocConfig:
    """The shipped model shape called `name`.

    Raises:
        ConfigError: there is no such preset.
    """
    return validate(HavocConfig, _preset_values(name), where=f"preset {name}")


def load_config(kind: type[SettingsT], path: Path, overrides: Sequence[str] = ()) -> SettingsT:
    """Read a recipe of type `kind`.

    Args:
        kind: the settings class that the file describes.
        path: YAML file.
        overrides: `section.field=value` strings, applied after the file; values are read as YAML.

    Raises:
        ConfigError: the file is missing or no YAML mapping, or a field is unknown, missing or wrong.
    """
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}; --config names a YAML recipe, for example jobs/configs/toy/"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: a recipe is a mapping of settings, this is {type(values).__name__}")
    for override in overrides:
        _apply_override(values, override)
    try:
        _expand_preset(values)
    except ConfigError as error:
        raise ConfigError(f"{path}: model.preset: {error}") from error
    return validate(kind, values, where=str(path))


def validate(kind: type[SettingsT], values: dict[str, Any], where: str) -> SettingsT:
    """Build `kind` from plain values; raise ConfigError that starts with `where` and names every field that is wrong."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{where}: " + "; ".join(_explanations(kind, error))) from error


def dump_config(config: Settings) -> str:
    """`config` as YAML that `load_config` reads back to an equal object."""
    return yaml.safe_dump(config.model_dump(mode="json", exclude_none=True), sort_keys=False, allow_unicode=True)


def _preset_folder() -> Any:
    return resources.files("havoc.config") / "presets"


def _preset_values(name: str) -> dict[str, Any]:
    if name not in preset_names():
        raise ConfigError(f"unknown preset {name!r}{_nearest(name, preset_names())}; there are {', '.join(preset_names())}")
    values: dict[str, Any] = yaml.safe_load((_preset_folder() / f"{name}.yaml").read_text(encoding="utf-8"))
    return values


def _expand_preset(values: dict[str, Any]) -> None:
    """Replace `model: {preset: NAME, ...}` by the preset's values, overridden by the fields beside it."""
    model = values.get("model")
    if isinstance(model, dict) and "preset" in model:
        own = {key: value for key, value in model.items() if key != "preset"}
        values["model"] = _merge(_preset_values(str(model["preset"])), own)


def _merge(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        nested = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if nested else value
    return merged


def _apply_override(values: dict[str, Any], override: str) -> None:
    dotted, equals, text = override.partition("=")
    if not equals or not dotted:
        raise ConfigError(f"override {override!r}: write section.field=value")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(
            f"override {override!r}: the value is not valid YAML; put a text with brackets in quotes"
        ) from error
    *sections, field = dotted.split(".")
    place: Any = values
    for section in sections:
        if isinstance(place, dict) and place.get(section) is None:  # absent, or `section:` with nothing or null behind it
            place[section] = {}
        place = place[section] if isinstance(place, dict) else _item(place, section, dotted)
    if isinstance(place, list):
        place[_index(place, field, dotted)] = value
    elif isinstance(place, dict):
        place[field] = value
    else:
        raise ConfigError(f"override {dotted}: {'.'.join(sections)} is a single value, it has no field {field!r}")


def _item(place: Any, section: str, dotted: str) -> Any:
    if not isinstance(place, list):
        raise ConfigError(f"override {dotted}: {section!r} is not inside a section or a list")
    return place[_index(place, section, dotted)]


def _index(place: list[Any], text: str, dotted: str) -> int:
    if not text.isdecimal() or int(text) >= len(place):
        raise ConfigError(f"override {dotted}: {text!r} must be an index below {len(place)}")
    return int(text)


def _explanations(kind: type[BaseModel], error: ValidationError) -> list[str]:
    """Every mistake, without those that follow from another: a list whose items are wrong is not too short as well."""
    items = error.errors()
    wrong_inside = {item["loc"][:depth] for item in items for depth in range(1, len(item["loc"]))}
    return [_explain(kind, item) for item in items if not (item["type"] == "too_short" and item["loc"] in wrong_inside)]


def _explain(kind: type[BaseModel], item: Any) -> str:
    """One pydantic error as `field: what is wrong, remedy`."""
    location = list(item["loc"])
    field = ".".join(str(part) for part in location) or "recipe"
    if item["type"] == "extra_forbidden":
        names = list(_settings_at(kind, location[:-1]).model_fields)
        return f"{field}: unknown setting{_nearest(str(location[-1]), names)}; valid here: {', '.join(names)}"
    if item["type"] == "missing":
        return f"{field}: required, and missing"
    message = item["msg"].removeprefix("Value error, ")
    shown = "" if isinstance(item["input"], dict | list | BaseModel) else f" (it is {item['input']!r})"
    return f"{field}: {message}{shown}"


def _settings_at(kind: type[BaseModel], location: Sequence[Any]) -> type[BaseModel]:
    """The settings class that `location` leads to inside `kind`."""
    for part in location:
        if isinstance(part, str) and part in kind.model_fields:
            kind = _settings_in(kind.model_fields[part].annotation) or kind
    return kind


def _settings_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _settings_in(argument)
        if found is not None:
            return found
    return None


def _nearest(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f", did you mean {close[0]!r}?" if close else ""
