"""The names of quantities in one text, found by their place; names that are used up name nothing more."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from havoc.prime.quantities.names import Mention, mentions

_LONGEST = 80
"""Characters that a name may have: so far before its end its start is looked for."""


class MentionList:
    """The mentions of a text, left to right."""

    def __init__(self, text: str, fields: Sequence[str]) -> None:
        """Find them; `fields` as in `mentions`."""
        self.all = list(mentions(text, fields))
        self._starts = [one.start for one in self.all]
        self._taken: set[int] = set()

    def starting(self, first: int, last: int) -> Sequence[Mention]:
        """Those whose first character stands at `first` to `last`, used up or not."""
        return self.all[bisect_left(self._starts, first) : bisect_right(self._starts, last)]

    def ending(self, first: int, last: int) -> Sequence[Mention]:
        """Those that end before `first` to `last` inclusive, used up or not."""
        return [one for one in self.starting(first - _LONGEST, last) if first <= one.end <= last]

    def before(self, mention: Mention) -> Mention | None:
        """The mention before another; None where it is the first, or where the one before is used up."""
        place = bisect_left(self._starts, mention.start)
        return self.all[place - 1] if place and not self.is_taken(self.all[place - 1]) else None

    def take(self, mention: Mention) -> None:
        """Use a name up."""
        self._taken.add(mention.start)

    def is_taken(self, mention: Mention) -> bool:
        """Whether it is used up."""
        return mention.start in self._taken
