"""What a result holds: every number, text and list in it, with its path, its field, and the group or term that it is of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from havoc.prime.quantities.names import FIELD, quantities_of

_NAMING = frozenset(
    {"name", "term", "group", "source", "factor", "who", "category", "first", "second", "criterion", "constraint", "rule",
     "stratum", "basis", "group1", "group2", "response", "product", "level", "event", "removed", "best_level",
     "distribution", "operator", "part", "label", "title"}
)  # fmt: skip
"""Fields whose text says what the numbers beside it are of."""


@dataclass(frozen=True)
class Leaf:
    """One number, truth value or text of a result, or one of its lists as a whole."""

    path: str
    """As in the provenance of facts: `result.groups[0].mean`."""
    field: str
    """The field that it belongs to; for the entries of a mapping from groups to numbers, the mapping's."""
    value: Any
    labels: tuple[str, ...]
    """Of which group, pair or term, as the result writes them."""
    key: str = ""
    """The key under which it stands in a mapping from groups to numbers."""

    @property
    def is_number(self) -> bool:
        """Whether it is one number."""
        return isinstance(self.value, (int, float)) and not isinstance(self.value, bool)


def leaves(value: Any, path: str, field: str = "", labels: tuple[str, ...] = (), key: str = "") -> Iterator[Leaf]:
    """The leaves inside of a part of an answer, in its order; a list comes before its entries.

    Args:
        value: the part.
        path: of it.
        field: its name; the last part of the path where it is left out.
        labels: of the parts around it.
        key: see `Leaf.key`.
    """
    field = field or path.rsplit(".", 1)[-1]
    if isinstance(value, Mapping):
        names = tuple(str(entry) for name, entry in value.items() if name in _NAMING and isinstance(entry, str))
        by_label = path != "result" and is_by_label(value)
        for name, entry in value.items():
            if by_label:
                yield from leaves(entry, f"{path}.{name}", field, (*labels, *names, str(name)), str(name))
            else:
                yield from leaves(entry, f"{path}.{name}", str(name), (*labels, *names))
    elif isinstance(value, list):
        yield Leaf(path, field, value, labels, key)
        for number, entry in enumerate(value):
            yield from leaves(entry, f"{path}[{number}]", field, labels, key)
    elif value is not None:
        yield Leaf(path, field, value, labels, key)


def is_by_label(value: Mapping[str, Any]) -> bool:
    """Whether its keys are groups or factors, not fields: all hold numbers and mean nothing else, or all are alike."""
    entries = [entry for entry in value.values() if entry is not None]
    if not entries:
        return False
    if all(isinstance(entry, (int, float)) and not isinstance(entry, bool) for entry in entries):
        return not any(known for key in value for known in quantities_of(str(key)) if not known.startswith(FIELD))
    return all(isinstance(entry, Mapping) for entry in entries) or all(isinstance(entry, list) for entry in entries)
