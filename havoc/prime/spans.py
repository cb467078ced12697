"""Sentences, brackets and the like: the parts of an answer in which its words belong together."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_STOP = re.compile(r"[.!?](?=[\s\"')\]*]|$)|;(?=\s)|\n+|\|\s*\n")
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|vs|approx|resp|cf|etc|al|no|nos|fig|eq|ca|std|dev|dr|st|ed|vol|ch|sec|pp|min|max|avg|obs|incl|deg|adj|pred|sig|diff|est|var|coef|corr|temp)\.$",
    re.IGNORECASE,
)
_OPEN, _CLOSE = "([", ")]"


@dataclass(frozen=True)
class Text:
    """A text with its sentences and the depth of its brackets."""

    text: str

    def sentence(self, at: int) -> tuple[int, int]:
        """The sentence, or part between semicolons, around a place."""
        number = bisect_right(self._stops, at)
        start = self._stops[number - 1] if number else 0
        return start, self._stops[number] if number < len(self._stops) else len(self.text)

    def depth(self, at: int) -> int:
        """How many brackets are open before a place."""
        return self._depths[at]

    def opened(self, at: int) -> int:
        """Place behind the innermost bracket that is open at a place; of its sentence where none is."""
        start, _ = self.sentence(at)
        depth = self._depths[at]
        while depth and at > start and self._depths[at - 1] >= depth:
            at -= 1
        return at if depth and at > start else start

    def outer(self, start: int, end: int) -> str:
        """`text[start:end]` with what stands in brackets deeper than its end blanked out, so that places stay."""
        level = self._depths[end] if end < len(self._depths) else 0
        return "".join(
            " " if self._depths[at] > level or (self.text[at] in _OPEN and self._depths[at + 1] > level) else self.text[at]
            for at in range(start, end)
        )

    @cached_property
    def _stops(self) -> list[int]:
        found = []
        for match in _STOP.finditer(self.text):
            if match[0] == "." and _ABBREVIATION.search(self.text, max(0, match.start() - 8), match.end()):
                continue
            found.append(match.end())
        return found

    @cached_property
    def _depths(self) -> list[int]:
        """Open brackets before each character, and behind the last; a new line closes all."""
        depths, depth = [0], 0
        for character in self.text:
            if character in _OPEN:
                depth += 1
            elif character in _CLOSE:
                depth = max(0, depth - 1)
            elif character == "\n":
                depth = 0
            depths.append(depth)
        return depths
