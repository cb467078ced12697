"""What a caller of a tool can get wrong."""

from havoc.errors import HavocError

SHOWN = 60
"""Characters of a refused value that an error repeats."""


class ToolError(HavocError):
    """An argument that an operation cannot work with.

    Attributes:
        path: the argument, as `group1[3]` or `factors[0].low`; empty where the call as a whole is wrong.
        value: what was given, shortened.
        problem: what is wrong with it.
        remedy: what to give instead.
    """

    def __init__(self, path: str, value: object, problem: str, remedy: str) -> None:
        self.path, self.value, self.problem, self.remedy = path, shortened(value), problem, remedy
        given = f" ({self.value})" if self.value else ""
        super().__init__(f"{path}{given}: {problem}; {remedy}" if path else f"{problem}; {remedy}")

    def as_json(self) -> dict[str, str]:
        """The parts, for programs."""
        return {"path": self.path, "value": self.value, "problem": self.problem, "remedy": self.remedy}


class BadValueError(ValueError):
    """Raised inside a pydantic validator, which adds the path of the argument. `where` is the rest of the path: `[3]`."""

    def __init__(self, problem: str, remedy: str, where: str = "", value: object = "") -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy, self.where, self.value = problem, remedy, where, value


def shortened(value: object) -> str:
    """`value` as text of at most `SHOWN` characters; a long sequence is not written out first."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, (list, tuple)) and len(value) > SHOWN:
        text = f"{type(value).__name__} of {len(value)}: {str(list(value[:8]))[:-1]}, ..."
    elif isinstance(value, dict) and len(value) > SHOWN:
        text = f"object of {len(value)} entries"
    elif isinstance(value, int) and value.bit_length() > 4 * SHOWN:
        text = f"an integer of {value.bit_length()} bits"
    else:
        text = str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
