"""One number that a text states."""

from dataclasses import dataclass

from havoc.prime.claims.numeral_kinds import Kind
from havoc.prime.claims.relations import Relation
from havoc.prime.numerals import Numeral


@dataclass(frozen=True)
class Claim:
    """One number that a text states."""

    numeral: Numeral
    kind: Kind = "value"
    quantities: frozenset[str] = frozenset()
    """What it is said to be, any of these; empty where the words do not tell. See `havoc.prime.quantities.names`."""
    relation: Relation = "="
    """How it bounds the quantity."""
    words: str = ""
    """The words before it that belong to it."""
    behind: str = ""
    """A few words behind it."""
    minus: bool = False
    """A minus stands before it with a blank between: in `2 - 0.5 x` the coefficient is -0.5."""
    is_word: bool = False
    """Written as a word or in Roman numbers: `three centre points`, `resolution IV`."""

    @property
    def start(self) -> int:
        """Place of its first character."""
        return self.numeral.start

    @property
    def end(self) -> int:
        """Place behind its last one."""
        return self.numeral.end
