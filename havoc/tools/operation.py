"""An operation: arguments, function and result as one object, from which schema, documentation and calls are made."""

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, get_type_hints

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from havoc.tools.errors import ToolError
from havoc.tools.result import Result
from havoc.tools.validation import as_tool_error


class Arguments(BaseModel):
    """Base of every operation's arguments. Unknown names are refused with the nearest valid one."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    unit: str = ""
    """Unit of the data, as `mm`; repeated in the result and on figures."""

    aliases: ClassVar[Mapping[str, str]] = {}
    """Other names under which people know an argument -> its name."""


ArgumentsT = TypeVar("ArgumentsT", bound=Arguments)
ResultT = TypeVar("ResultT", bound=Result)


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
        """JSON schema of the arguments."""
        return self.arguments.model_json_schema()

    def read(self, arguments: Mapping[str, Any]) -> ArgumentsT:
        """The typed arguments.

        Raises:
            ToolError: a name is unknown, a value missing or wrong.
        """
        renamed = {self.arguments.aliases.get(name, name): value for name, value in arguments.items()}
        try:
            return self.arguments.model_validate(renamed)
        except ValidationError as error:
            raise as_tool_error(error, self.name, self.arguments) from None

    def run(self, arguments: ArgumentsT) -> ResultT:
        """Compute.

        Raises:
            ToolError: the numbers do not allow it; the message names the argument and the remedy.
        """
        try:
            with np.errstate(all="ignore"):
                result = self.function(arguments)
        except np.linalg.LinAlgError as error:
            raise ToolError(
                "",
                "",
                f"{self.name}: the equations have no unique solution ({error})",
                "look for columns that repeat others",
            ) from error
        except ArithmeticError as error:
            raise ToolError(
                "", "", f"{self.name}: the numbers leave double precision ({error})", "rescale them to a common unit"
            ) from error
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
