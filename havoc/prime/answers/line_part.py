"""A piece of an answer, each numeral of it with its origin."""

from dataclasses import dataclass, field

from havoc.prime.numerals import find_numerals
from havoc.prime.workspace import Fact


@dataclass
class LinePart:
    """A piece of the line. One with a numeral that no fact gives is not said."""

    text: str = ""
    provenance: list[tuple[int, int, str]] = field(default_factory=list)
    is_single: bool = True
    """Whether it names one number, so that a comma separates it from another such."""
    is_founded: bool = True

    def add(self, text: str, fact: Fact | None = None) -> None:
        """Append a text whose numerals, if any, are given by `fact`."""
        for numeral in find_numerals(text):
            self.is_founded &= fact is not None
            self.provenance.append((len(self.text) + numeral.start, len(self.text) + numeral.end, fact.id if fact else ""))
        self.text += text

    def extend(self, other: "LinePart") -> None:
        """Append another one."""
        self.provenance += [(len(self.text) + start, len(self.text) + end, fact) for start, end, fact in other.provenance]
        self.text += other.text
