"""Second turns that refer to a first one, and what has to come of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from havoc.factory.agreement import equal
from havoc.prime import ToolCall

LEVELS = (0.01, 0.05, 0.1)
_LEVEL = (
    "and at {percent}%?", "What about alpha {level}?", "Does that hold at the {percent}% level too?",
    "same question with {confidence}% confidence please", "and with alpha = {level} instead?",
)  # fmt: skip
_LAST = (
    "Leave out the last value.", "What if I drop the last reading?", "without the last value please",
    "The last one was a typing error, remove the last value and do it again.",
)  # fmt: skip
_LARGEST = ("Now without the largest value.", "and if we exclude the largest reading?", "ignore the maximum and try again")
_LISTS = ("sample", "data", "values")
"""Arguments whose one list a second turn can cut."""


@dataclass(frozen=True)
class FollowUp:
    """A second turn."""

    text: str
    expected: Mapping[str, Any]
    """Arguments that its call has to have besides those of the first one."""

    def fits(self, first: ToolCall, second: ToolCall) -> bool:
        """Whether the second call is the first one, changed as asked."""
        if first.args.get("operation") != second.args.get("operation"):
            return False
        wanted = {**first.args, **self.expected}
        return all(name in second.args and equal(second.args[name], value) for name, value in wanted.items())


def draw_follow_up(call: ToolCall, fields: Mapping[str, Any], rng: Generator) -> FollowUp | None:
    """A second turn to a call; None where none of these fits it.

    Args:
        call: that answered the first turn.
        fields: of the operation's arguments, by name.
        rng: draws.
    """
    kinds = []
    values = next((call.args[name] for name in _LISTS if _is_list(call.args.get(name))), None)
    if "alpha" in fields:
        kinds.append("level")
    if values is not None and len(values) > 4 and sum(_is_list(entry) for entry in call.args.values()) == 1:
        kinds += ["last", "largest"] if values.count(max(values)) == 1 else ["last"]
    if not kinds:
        return None
    kind = kinds[int(rng.integers(len(kinds)))]
    if kind == "level":
        level = float(rng.choice([one for one in LEVELS if one != call.args.get("alpha", 0.05)]))
        text = str(rng.choice(_LEVEL)).format(
            percent=f"{100 * level:g}", level=f"{level:g}", confidence=f"{100 - 100 * level:g}"
        )
        return FollowUp(text, {"alpha": level})
    name = next(name for name in _LISTS if _is_list(call.args.get(name)))
    kept = list(values or [])
    del kept[len(kept) - 1 if kind == "last" else kept.index(max(kept))]
    return FollowUp(str(rng.choice(_LAST if kind == "last" else _LARGEST)), {name: kept})


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, (int, float)) for entry in value)
