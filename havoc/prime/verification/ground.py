"""One number that an answer can rest on."""

import re
from dataclasses import dataclass
from typing import Literal

from havoc.prime.quantities.words import COUNTED

Source = Literal["result", "text", "setting", "count", "evidence", "data", "stated"]
"""A number of a result; in a sentence of the tool; an argument; a length; a number of the question; one of its lists; a
number in what was assumed or could not be done."""

_CONTENT = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True)
class Ground:
    """One number that is known."""

    value: float
    source: Source
    quantities: frozenset[str] = frozenset()
    """What it is, any of these; empty where nothing tells."""
    labels: frozenset[str] = frozenset()
    """Of which group, term or factor, in lower case."""
    qualifiers: frozenset[str] = frozenset()
    """What its field's name adds to the quantity: `fisher`, `edge`."""
    fact_id: str = ""
    """The fact that holds it; empty for settings, counts and stated numbers."""
    origin: str = ""
    """Where it stands, for people: `c1 result.p_value`."""
    words: frozenset[str] = frozenset()
    """Of a number in a sentence: the sentence's words."""

    @property
    def is_entry(self) -> bool:
        """Whether it is one of a list of values, as the settings of a design's run are, and counts nothing."""
        return self.origin.endswith("]") and self.quantities.isdisjoint(COUNTED)

    def may_be_meant(self, sentence: frozenset[str]) -> bool:
        """Whether it may be meant in a sentence with these words; that of a tool's sentence only in a similar one."""
        return self.source != "text" or len(self.words & sentence) >= min(2, len(self.words))


def content(text: str) -> frozenset[str]:
    """The words of four letters and more, folded to what they begin with, so that `edges` meets `edge`."""
    return frozenset(match[0].lower()[:6] for match in _CONTENT.finditer(text))
