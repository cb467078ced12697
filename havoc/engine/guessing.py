"""Guesses at what comes next, from what followed the same words before."""

from collections.abc import Sequence

WORDS = 3
"""Ids that must repeat (prompt lookup decoding, Saxena 2023)."""
PATIENCE = 0.2
"""Share of right guesses, lately, below which guessing pauses."""
PAUSE = 16
"""Guesses left out in a pause."""


class Guesser:
    """Remembers where each run of ids in one sequence occurred last."""

    def __init__(self) -> None:
        self._behind: dict[tuple[int, ...], int] = {}
        self._looked_at = WORDS
        self._right = 1.0
        self._pause = 0

    def guess(self, ids: Sequence[int], count: int) -> list[int]:
        """Up to `count` ids that may follow `ids`, which only grow from call to call."""
        for end in range(self._looked_at, len(ids)):
            self._behind[tuple(ids[end - WORDS : end])] = end
        self._looked_at = max(self._looked_at, len(ids))
        if self._pause:
            self._pause -= 1
            return []
        place = self._behind.get(tuple(ids[-WORDS:]))
        return [] if place is None else list(ids[place : place + count])

    def learn(self, guessed: int, right: int) -> None:
        """Take note that of `guessed` ids the first `right` came true."""
        self._right += 0.2 * (right / guessed - self._right)
        if self._right < PATIENCE:
            self._right, self._pause = 2 * PATIENCE, PAUSE
