"""What a caller of a tool can get wrong."""

import difflib
from collections.abc import Iterable, Iterator, Mapping

from havoc.errors import HavocError

SHOWN = 60
"""Characters of a refused value that an error repeats."""
SHOWN_PATH = 200
"""Characters of a path or of a library's message that an error repeats."""


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """Up to three of `names` that are spelt like `name`; of a long text only the beginning is compared."""
    return difflib.get_close_matches(name[:SHOWN], list(names), n=3, cutoff=0.4)


class ToolError(HavocError):
    """An argument that an operation cannot work with.

    Attributes:
        path: the argument, as `group1[3]` or `factors[0].low`; empty where the call as a whole is wrong.
        value: what was given, shortened.
        problem: what is wrong with it.
        remedy: what to give instead.
    """

    def __init__(self, path: str, value: object, problem: str, remedy: str) -> None:
        path = path if len(path) <= SHOWN_PATH else path[: SHOWN_PATH - 3] + "..."
        self.path, self.value, self.problem, self.remedy = path, shortened(value), problem, remedy
        given = f" ({self.value})" if self.value else ""
        super().__init__(f"{path}{given}: {problem}; {remedy}" if path else f"{problem}; {remedy}")

    def as_json(self) -> dict[str, str]:
        """The parts, for programs."""
        return {"path": self.path, "value": self.value, "problem": self.problem, "remedy": self.remedy}


class ComputationError(ToolError):
    """Numerical code gave up on values that the operation had let pass. A caller can go on; the operation lacks a check.

    Attributes:
        cause: the original exception's type and message.
    """

    def __init__(self, operation: str, error: Exception) -> None:
        message = " ".join(str(error).split())
        self.cause = f"{type(error).__name__}: {message}"[:SHOWN_PATH].removesuffix(": ")
        remedy = next(text for kind, text in _REMEDIES.items() if isinstance(error, kind))
        super().__init__("", "", f"{operation} could not be computed for these values ({self.cause})", remedy)

    def as_json(self) -> dict[str, str]:
        """The parts, with the cause."""
        return super().as_json() | {"cause": self.cause}


_REMEDIES: dict[type[Exception], str] = {
    MemoryError: "give less data",
    RecursionError: "give shorter or less nested arguments",
    ArithmeticError: "rescale the numbers to a common unit, and look for extreme ones",
    Exception: "look for extreme, constant or contradictory values, and for columns that repeat others",
}


class BadValueError(ValueError):
    """Raised inside a pydantic validator, which adds the path of the argument. `where` is the rest of the path: `[3]`."""

    def __init__(self, problem: str, remedy: str, where: str = "", value: object = "") -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy, self.where, self.value = problem, remedy, where, value


def shortened(value: object) -> str:
    """`value` on one line of at most `SHOWN` characters; long or deep ones are not written out first."""
    text = value[: SHOWN + 1] if isinstance(value, str) else _written(value, 4)
    if not text.isprintable():
        text = repr(text)[1:-1]
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


def _written(value: object, levels: int) -> str:
    if isinstance(value, str):
        return repr(value[: SHOWN + 1])
    if isinstance(value, (list, tuple)):
        text = "[" + _joined((_written(entry, levels - 1) for entry in value), levels) + "]"
        return f"{type(value).__name__} of {len(value)}: {text}" if len(value) > SHOWN else text
    if isinstance(value, Mapping):
        if len(value) > SHOWN:
            return f"object of {len(value)} entries"
        pairs = (f"{_written(key, levels - 1)}: {_written(entry, levels - 1)}" for key, entry in value.items())
        return "{" + _joined(pairs, levels) + "}"
    if isinstance(value, int) and value.bit_length() > 4 * SHOWN:
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, (bytes, bytearray, set, frozenset)):
        return f"{type(value).__name__} of {len(value)}"
    return str(value)


def _joined(texts: Iterator[str], levels: int) -> str:
    """As many of `texts` as can be shown."""
    shown: list[str] = []
    room = SHOWN
    for text in texts if levels else ():
        if room < 0:
            break
        shown.append(text)
        room -= len(text)
    return ", ".join(shown) if levels else "..."
