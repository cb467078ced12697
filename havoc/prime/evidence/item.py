"""What a question gives, item by item, each with its place in the text."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["number", "values", "labels", "range", "expression"]
"""One number; a list of numbers; a list of texts; low and high; an expression or equation of mathematics, as text."""
Layout = Literal["", "column", "row"]


@dataclass(frozen=True)
class Evidence:
    """One thing that the text says."""

    id: str
    """e1, e2, ... in the order of the text."""
    kind: Kind
    name: str
    """As the text names it; empty where it does not."""
    values: tuple[float, ...] | tuple[str, ...]
    """A number, a range and an expression have one, two and one."""
    unit: str
    start: int
    """Place of its first character in the text, its name not included."""
    end: int
    decimals: int = 0
    """Most digits behind a decimal mark: the precision that is given."""
    percent: bool = False
    """Whether it was written in percent; `values` holds shares then: 5% is 0.05."""
    role: str = ""
    """What it is, where the words say so: one of `roles.ROLES`."""
    table: str = ""
    """The table or matrix that it is a column or a row of (t1, t2, ...): its items belong together entry by entry."""
    layout: Layout = ""
    """What it is in that table."""

    @property
    def numbers(self) -> tuple[float, ...]:
        """Its values where they are numbers, else none."""
        return tuple(value for value in self.values if isinstance(value, (int, float)))

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values, for `from_json`."""
        return asdict(self) | {"values": list(self.values)}

    @staticmethod
    def from_json(fields: dict[str, Any]) -> "Evidence":
        """What `as_json` wrote."""
        return Evidence(**{**fields, "values": tuple(fields["values"])})


@dataclass(frozen=True)
class Assumption:
    """A choice that the text leaves open, and how it was taken."""

    statement: str
    """One sentence for the user: `12,5 is read as 12.5, since the other numbers have decimal commas`."""
    start: int
    end: int


@dataclass(frozen=True)
class EvidenceSet:
    """All that was read from one text."""

    text: str
    items: tuple[Evidence, ...]
    assumptions: tuple[Assumption, ...] = ()

    def __getitem__(self, evidence_id: str) -> Evidence:
        """The item with this id. KeyError where there is none."""
        for item in self.items:
            if item.id == evidence_id:
                return item
        raise KeyError(evidence_id)

    def of_kind(self, *kinds: Kind) -> tuple[Evidence, ...]:
        """The items of these kinds, in the order of the text."""
        return tuple(item for item in self.items if item.kind in kinds)

    def of_role(self, role: str) -> tuple[Evidence, ...]:
        """The items in this role."""
        return tuple(item for item in self.items if item.role == role)

    def of_table(self, table: str) -> tuple[Evidence, ...]:
        """The columns or rows of one table."""
        return tuple(item for item in self.items if item.table == table)

    def within(self, start: int, end: int) -> "EvidenceSet":
        """What stands in `text[start:end]`; the rest of the text is blank there, so that places stay.

        Where no data stand in that part, those of the rest are in it too: they may be given once, before several questions.
        """
        inside = [item for item in self.items if start <= item.start < end]
        if not any(item.kind != "number" for item in inside):
            inside += [item for item in self.items if item.kind != "number" or not inside]
        inside = sorted(dict.fromkeys(inside), key=lambda item: item.start)
        seen = sorted([(start, end), *((item.start, item.end) for item in inside)])
        parts, place = [], 0
        for left, right in seen:
            left = max(left, place)
            if right > left:
                parts += [" " * (left - place), self.text[left:right]]
                place = right
        return EvidenceSet("".join(parts) + " " * (len(self.text) - place), tuple(inside), self.assumptions)
