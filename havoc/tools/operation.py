"""An operation: arguments, function and result as one object, from which schema, documentation and calls are made."""

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import UnionType
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from havoc.tools.errors import ComputationError, ToolError
from havoc.tools.result import Result
from havoc.tools.validation import as_tool_error
from havoc.tools.values import DATA, MAX_CHARACTERS, MAX_ENTRIES, Role

NUMERICAL_FAILURES = (ValueError, ArithmeticError, MemoryError, RuntimeError)
"""What scipy, numpy, math and statsmodels raise where values defeat them: no change of sign in a bracket, a singular matrix
(LinAlgError is a ValueError), overflow, no convergence (RuntimeError; RecursionError is one). Any other is a bug."""


class Arguments(BaseModel):
    """Base of every operation's arguments. Unknown names are refused with the nearest valid one."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    unit: Annotated[str, Field(max_length=MAX_CHARACTERS), DATA] = ""
    """Unit of the data, as `mm`; repeated in the result and on figures."""

    aliases: ClassVar[Mapping[str, str]] = {}
    """Other names under which people know an argument -> its name."""


ArgumentsT = TypeVar("ArgumentsT", bound=Arguments)
ResultT = TypeVar("ResultT", bound=Result)


@dataclass(frozen=True)
class ArgumentField:
    """What programs need to know about one argument."""

    role: Literal["data", "setting"]
    """`data` comes from the question or from a result; a `setting` may be chosen."""
    types: frozenset[str]
    """JSON types that it takes: number, integer, string, boolean, array, object, null; `choice` is one of named texts."""
    required: bool


@dataclass(frozen=True)
class Operation(Generic[ArgumentsT, ResultT]):
    """One thing that a tool can do. Calling it with keyword arguments gives the typed result."""

    name: str
    topic: str
    """Heading under which it is listed."""
    source: str
    """Publication of the formula."""
    examples: tuple[Mapping[str, Any], ...]
    """Arguments of calls that work."""
    arguments: type[ArgumentsT]
    result: type[ResultT]
    function: Callable[[ArgumentsT], ResultT]

    @property
    def documentation(self) -> str:
        """What it does, when to use it and when not."""
        return inspect.cleandoc(self.function.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first sentence of the documentation."""
        return self.documentation.split("\n\n")[0].replace("\n", " ")

    def schema(self) -> dict[str, Any]:
        """JSON schema of the arguments; `x-role` says whether an argument is data or a setting."""
        schema = self.arguments.model_json_schema()
        for name, field in schema["properties"].items():
            field["x-role"] = role_of(self.arguments.model_fields[name])
        return schema

    @cached_property
    def fields(self) -> dict[str, ArgumentField]:
        """The arguments, as programs see them."""
        schema = self.schema()
        definitions = schema.get("$defs", {})
        return {
            name: ArgumentField(field["x-role"], _json_types(field, definitions), name in schema.get("required", ()))
            for name, field in schema["properties"].items()
        }

    def read(self, arguments: Mapping[str, Any]) -> ArgumentsT:
        """The typed arguments.

        Raises:
            ToolError: a name is unknown, a value missing or wrong.
        """
        if len(arguments) > MAX_ENTRIES:
            raise ToolError("", "", f"{len(arguments):,} arguments", f"{self.name} has {len(self.arguments.model_fields)}")
        renamed: dict[str, Any] = {}
        for given, value in arguments.items():
            if len(given) > MAX_CHARACTERS:
                raise ToolError(given, "", f"{self.name} has no such argument", "give names of ordinary length")
            name = self.arguments.aliases.get(given, given)
            if name in renamed:
                raise ToolError(given, "", f"{self.name} takes it as {name}, which is given too", "give one of them")
            renamed[name] = value
        try:
            return self.arguments.model_validate(renamed)
        except ValidationError as error:
            raise as_tool_error(error, self.name, self.arguments) from None

    def run(self, arguments: ArgumentsT) -> ResultT:
        """Compute.

        Raises:
            ToolError: the numbers do not allow it; the message names the argument and the remedy.
            ComputationError: numerical code failed on values that the operation did not refuse.
        """
        try:
            with np.errstate(all="ignore"):
                result = self.function(arguments)
        except (ValidationError, NotImplementedError):
            raise  # of the result that the operation built: a bug, and no matter of the values
        except NUMERICAL_FAILURES as error:
            raise ComputationError(self.name, error) from error
        _refuse_non_finite(result.model_dump(), "result")
        return result

    def __call__(self, **arguments: Any) -> ResultT:
        """Read `arguments` and compute."""
        return self.run(self.read(arguments))


def operation(
    name: str, *, topic: str, source: str, examples: tuple[Mapping[str, Any], ...]
) -> Callable[[Callable[[ArgumentsT], ResultT]], Operation[ArgumentsT, ResultT]]:
    """Make the decorated function an Operation; its parameter's and its result's annotations give the models."""

    def declare(function: Callable[[ArgumentsT], ResultT]) -> Operation[ArgumentsT, ResultT]:
        hints = get_type_hints(function)
        result = hints.pop("return")
        (arguments,) = hints.values()
        return Operation(name, topic, source, examples, arguments, result, function)

    return declare


def role_of(field: FieldInfo) -> Literal["data", "setting"]:
    """Whether the argument is data or a setting: its own mark, or else that of the types in its union.

    Raises:
        TypeError: neither has a mark.
    """
    found = [mark for mark in field.metadata if isinstance(mark, Role)] or _roles(field.annotation)
    if not found:
        raise TypeError(f"{field.annotation} is marked neither DATA nor SETTING")
    return found[-1].name


def _roles(annotation: Any) -> list[Role]:
    origin = get_origin(annotation)
    if origin is Annotated:
        own = [mark for mark in annotation.__metadata__ if isinstance(mark, Role)]
        return own or _roles(annotation.__origin__)
    if origin in (Union, UnionType):
        return [role for member in get_args(annotation) for role in _roles(member)]
    return []


def _json_types(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> frozenset[str]:
    if "$ref" in schema:
        return _json_types(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    if "enum" in schema or "const" in schema:
        return frozenset({"choice"})
    members = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    own = schema.get("type", ())
    types = frozenset({own} if isinstance(own, str) else own)
    return types.union(*(_json_types(member, definitions) for member in members))


def _refuse_non_finite(value: object, path: str) -> None:
    """Raise where a result holds NaN or infinity: an operation must say None and why, or refuse its input."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ToolError(
                path, value, "the data do not determine this number", "look for constant, too few or extreme values"
            )
    elif isinstance(value, dict):
        for key, entry in value.items():
            _refuse_non_finite(entry, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, entry in enumerate(value):
            _refuse_non_finite(entry, f"{path}[{index}]")
