"""What the lexicons say about an operation."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Words:
    """Phrases (see `phrases.pattern`), separated by semicolons."""

    names: str = ""
    """Under which people know the method itself."""
    hints: str = ""
    """What speaks for it without naming it."""
    against: str = ""
    """What speaks for something else."""
    usual: float = 0.0
    """How ordinary it is among methods for the same data, from 0 to 1."""

    @property
    def named(self) -> tuple[str, ...]:
        """The names, one by one."""
        return split(self.names)

    @property
    def hinted(self) -> tuple[str, ...]:
        """The hints, one by one."""
        return split(self.hints)

    @property
    def opposed(self) -> tuple[str, ...]:
        """What speaks against it, one by one."""
        return split(self.against)


@cache
def split(phrases: str) -> tuple[str, ...]:
    """Phrases that stand in one text, between semicolons."""
    return tuple(phrase.strip() for phrase in phrases.split(";") if phrase.strip())
