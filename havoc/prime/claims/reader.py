"""What an answer says about numbers: every numeral with the quantity that its words name, and the relation between them."""

import re
from collections.abc import Iterable
from dataclasses import replace

from havoc.prime.claims.claim import Claim
from havoc.prime.claims.connections import (
    connects,
    continues,
    counts_behind,
    counts_of_them,
    heads,
    is_called_outlier,
    is_circumstance,
    is_range,
    is_signed,
    joins,
    predicates,
    without_asides,
)  # fmt: skip
from havoc.prime.claims.mention_list import MentionList
from havoc.prime.claims.numeral_kinds import NumeralKinds
from havoc.prime.claims.relations import relation_of
from havoc.prime.claims.shares import share_of
from havoc.prime.claims.table_cells import TableCells
from havoc.prime.claims.written_numbers import written_numbers
from havoc.prime.numerals import Numeral, find_numerals
from havoc.prime.quantities.names import Mention, is_counted, mentions
from havoc.prime.spans import Text

_NUMBER = r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_TERM = rf"{_NUMBER}\s?[*\u00b7]?\s?(?![eE][-+]?\d)[A-Za-z]\w*(?:[*^]\w+)*"
_EQUATION = re.compile(rf"=\s?[-\u2212]?(?:{_TERM}|{_NUMBER})(?:\s?[-+\u2212]\s?{_TERM})+")
"""A fitted equation: `y = 2.1 + 0.4 x1 - 0.2 x1*x2`."""
_CLOSED = re.compile(r"\s?\S{0,5}\s*[)\],;]|\s*(?:to|and)\s")
_BRACKET_END = re.compile(r"[^()]{0,24}\)\s*[=\u2248]")
_EXPONENT_STOP = re.compile(r"(?<=\d[eE][-+\u2212]\d)\.(?!\d)|(?<=\d[eE][-+\u2212]\d\d)\.(?!\d)|(?<=\d[eE]\d\d)\.(?!\d)")
_ARGUMENT = re.compile(r"\s*\S{0,6}\s*(?:is|was|=|equals)\s+(?:about\s+|approximately\s+)?[-\u2212.\d]")
"""Behind the argument of something: `the quantile of 0.01 is 10`."""
_NOUN = re.compile(r"\s[a-z]{4,}")
_LOW = frozenset({"minimum", "interval_low", "quartile_low", "lcl", "lsl"})
_HIGH = frozenset({"maximum", "interval_high", "quartile_high", "ucl", "usl"})
_NEAR = 30
"""Characters between a number and the noun behind it."""
_PERCENT_WORD = re.compile(r"\s*(?:percent|per cent|pct)\b(?! nonconforming)", re.IGNORECASE)


def read_claims(text: str, fields: Iterable[str] = ()) -> list[Claim]:
    """The numeric claims of `text`, left to right.

    Args:
        text: an answer, or any text that states numbers.
        fields: names of the result fields that may be meant, whose words are names too.
    """
    found = _Reader(text, tuple(fields)).read()
    found += [Claim(numeral, quantities=names, is_word=True) for numeral, names in written_numbers(text)]
    return sorted(found, key=lambda claim: claim.start)


class _Reader:
    def __init__(self, text: str, fields: tuple[str, ...]) -> None:
        self.text, self.fields, self.spans = text, fields, Text(text)
        # A full stop behind an exponent is no decimal mark: `p = 4.5e-05.`
        readable = _EXPONENT_STOP.sub(" ", text)
        self.numerals = [_percent(numeral, text) for numeral in find_numerals(readable)]
        self.mentions = MentionList(text, fields)
        self.kinds = NumeralKinds(text)
        self.cells = TableCells(text)
        self.equations = [match.span() for match in _EQUATION.finditer(text)]
        self.claims: list[Claim] = []
        self._pending: dict[int, frozenset[str]] = {}
        """Of numbers that follow each other and are named one by one: what each of them is."""

    def read(self) -> list[Claim]:
        behind = [self._named_behind(numeral) for numeral in self.numerals]
        self._counting = {one.start for one, names in zip(self.numerals, behind, strict=True) if names}
        for number, numeral in enumerate(self.numerals):
            self.claims.append(self._claim(number, numeral, behind[number]))
        return self.claims

    def _claim(self, number: int, numeral: Numeral, behind: frozenset[str]) -> Claim:
        text = self.text
        claim = Claim(numeral, behind=text[numeral.end : numeral.end + 40], minus=_has_minus(text, numeral.start))
        kind = self.kinds.of(numeral, self.mentions.starting(numeral.end, numeral.end + _NEAR))
        if kind == "label" and not self._is_named_number(numeral):
            return replace(claim, kind=kind, quantities=frozenset({"position"} if self.kinds.is_position(numeral) else ()))
        if kind not in ("value", "label"):
            return replace(claim, kind=kind)
        cell = self.cells.at(numeral.start)
        if cell is not None:
            # The letters `F` and `p` at the head of a column stand for themselves, as before a sign.
            names = list(mentions(f"{cell.head} =", self.fields)) or list(mentions(f"{cell.row} =", self.fields))
            quantities = frozenset[str]().union(*(one.quantities for one in names))
            return replace(claim, quantities=quantities, words=f"{cell.row} {cell.head}")
        if any(start < numeral.start and numeral.end <= end for start, end in self.equations):
            return replace(claim, quantities=frozenset({"equation"}))
        start = self._window(number)
        window = without_asides(self.spans.outer(start, numeral.start))
        mention = self._last_mention(start, numeral.start, window)
        if mention is None and self._is_df(numeral):
            return replace(claim, quantities=frozenset({"df"}))
        gap = window[mention.end - start :] if mention else window
        claim = replace(
            claim, words=window.strip(), relation=relation_of(self._since_number(gap if mention else window, number))
        )
        if mention is None:
            start, before = self._before_bracket(numeral)
            if before is not None:
                return replace(claim, quantities=behind or before.quantities)
        if self.kinds.is_custom(numeral):
            return replace(claim, kind="custom")
        special = share_of(numeral, self.text)
        if special:
            return replace(claim, quantities=special)
        signed = mention is not None and is_signed(gap)
        if signed and mention is not None:
            return self._named(claim, mention, number)
        if behind:
            return replace(claim, quantities=behind)
        previous = self.claims[number - 1] if number else None
        if previous is not None and mention is None and self._continues(previous, numeral):
            quantities = self._continued(number, previous)
            return replace(claim, quantities=quantities, words=previous.words)
        if mention is None or not connects(gap):
            return replace(claim, quantities=self._is_the(numeral))
        if re.fullmatch(r"\s+of\s+", gap) and _ARGUMENT.match(self.text, numeral.end):
            return replace(claim, words=f"{claim.words} at")
        return self._named(claim, mention, number)

    def _named(self, claim: Claim, mention: Mention, number: int) -> Claim:
        quantities = self._head(mention, number)
        gap = self.text[mention.end : claim.start]
        if "count" in quantities and not is_signed(gap):
            quantities -= {"count"}  # `the parts weigh 12.1` counts nothing
        if is_range(gap) and self._chain(number, 2) == 2:  # `the mean lies between 1.2 and 3.4`: these are its limits
            self._pending[number + 1] = quantities | _HIGH
            return replace(claim, quantities=quantities | _LOW)
        if not quantities.isdisjoint({"confidence", "alpha"}):
            self.mentions.take(mention)  # numbers behind a level have names of their own
        return replace(claim, quantities=quantities)

    def _since_number(self, words: str, number: int) -> str:
        """The last of `words`, without those before the number before."""
        if not number:
            return words[-40:]
        return words[-min(40, self.numerals[number].start - self.numerals[number - 1].end) :]

    def _window(self, number: int) -> int:
        """Where the words that may name a number begin: behind the number before it that has its own."""
        numeral = self.numerals[number]
        start = self.spans.opened(numeral.start)
        for place in reversed(range(number)):
            claim = self.claims[place]
            if claim.end <= start:
                break
            deeper = self.spans.depth(claim.start) > self.spans.depth(numeral.start)
            passes = claim.kind in ("label", "notation", "reference") or self._is_passed(claim)
            if not deeper and not passes:
                return claim.end
        return start

    def _is_passed(self, claim: Claim) -> bool:
        """Whether names before a number still hold behind it: `the mean of 12 values is`, `the 95% interval is`."""
        names = claim.quantities
        return (
            claim.start in self._counting
            or not names.isdisjoint({"confidence", "alpha"})
            or (not names and is_circumstance(claim.words))
        )

    def _last_mention(self, start: int, end: int, window: str) -> Mention | None:
        for one in reversed(self.mentions.starting(start, end)):
            if one.end <= end and not self.mentions.is_taken(one) and window[one.start - start].strip():
                return one
        return None

    def _before_bracket(self, numeral: Numeral) -> tuple[int, Mention | None]:
        """The name before the bracket that a number opens: `mean (10.08)`."""
        opened = self.spans.opened(numeral.start)
        between = self.text[opened : numeral.start].strip()
        if not opened or self.text[opened - 1] not in "([" or (between and between not in "=<>\u2248~"):
            return opened, None
        if not _CLOSED.match(self.text, numeral.end):
            return opened, None
        for one in self.mentions.ending(opened - _NEAR, opened - 1):
            if not self.text[one.end : opened - 1].strip() and not self.mentions.is_taken(one):
                return opened, one
        return opened, None

    def _is_named_number(self, numeral: Numeral) -> bool:
        """Whether the word before it ends a name, as in `acceptance number 3`, and does not tell which one."""
        names = self.mentions.ending(numeral.start - 1, numeral.start)
        return any(" " in self.text[one.start : one.end] and "position" not in one.quantities for one in names)

    def _is_df(self, numeral: Numeral) -> bool:
        """Whether it stands in the brackets of a statistic: `t(8) = `, `F(2, 6) = `."""
        opened = self.spans.opened(numeral.start)
        if not opened or self.text[opened - 1] != "(":
            return False
        named = any("statistic" in one.quantities for one in self.mentions.ending(opened - 1, opened - 1))
        return named and _BRACKET_END.match(self.text, numeral.end) is not None

    def _named_behind(self, numeral: Numeral) -> frozenset[str]:
        """The quantity whose noun follows: `15 runs`, `8 error degrees of freedom`."""
        for one in self.mentions.starting(numeral.end, numeral.end + _NEAR):
            if is_counted(one.quantities):
                between = self.text[numeral.end : one.start]
                if counts_of_them(between):
                    self.mentions.take(one)
                    return one.quantities
                # `n = 5` and `df: 8` behind a number belong to the next one.
                # `20 runs: 8 of them ...` are 20 runs.
                signs = "=<>\u2248" if not between.strip() and one.end - one.start > 2 else "=:<>\u2248"
                own = re.match(rf"\s*[{signs}]\s?[-.\d]", self.text[one.end : one.end + 5]) is not None
                if not own and counts_behind(between):
                    self.mentions.take(one)
                    return one.quantities
        return frozenset()

    def _is_the(self, numeral: Numeral) -> frozenset[str]:
        """`1.06 is the Cpk`, `7.3 is an outlier`."""
        if is_called_outlier(self.text[numeral.end : numeral.end + 50]):
            return frozenset({"suspect"})
        for one in self.mentions.starting(numeral.end + 1, numeral.end + _NEAR):
            if predicates(self.text[numeral.end : one.start]):
                return one.quantities
        return frozenset()

    def _continues(self, previous: Claim, numeral: Numeral) -> bool:
        between = self.text[previous.end : numeral.start]
        if ";" in between and _NOUN.match(self.text, numeral.end):  # `margin 82.6; 3 effects are active`
            return False
        return previous.kind == "value" and continues(between) and not share_of(previous.numeral, self.text)

    def _continued(self, number: int, previous: Claim) -> frozenset[str]:
        """Of the numbers of an interval the second is its upper end; of a list all are alike, or as named one by one."""
        if number in self._pending:
            return self._pending[number]
        ends = _ends(previous.quantities)
        if (ends is not None and number == 1) or (ends is not None and not self._continues_pair(number)):
            low, high = ends
            self.claims[number - 1] = replace(previous, quantities=low)
            return high
        return previous.quantities

    def _continues_pair(self, number: int) -> bool:
        return (
            number >= 2
            and self.claims[number - 2].kind == "value"
            and self._continues(self.claims[number - 2], self.claims[number - 1].numeral)
        )

    def _head(self, mention: Mention, number: int) -> frozenset[str]:
        """What a name means with those before it: the mean `of` the differences is a mean; `mean and median are` are two."""
        named = [mention]
        while (before := self.mentions.before(named[0])) is not None:
            between = self.text[before.end : named[0].start]
            if len(named) == 1 and heads(between):
                return self._head(before, number)
            if len(named) == 1 and between == " ":  # `target mean` is either
                return before.quantities | mention.quantities
            if not joins(between):
                break
            named.insert(0, before)
        if len(named) == 1:
            return mention.quantities
        if self._chain(number, len(named) + 1) == len(named):
            self._pending.update({number + place: one.quantities for place, one in enumerate(named)})
            return named[0].quantities
        return frozenset().union(*(one.quantities for one in named))

    def _chain(self, number: int, most: int) -> int:
        """How many numbers follow each other from this one on, as far as they are asked for."""
        count = 1
        while count < most and number + count < len(self.numerals):
            left, right = self.numerals[number + count - 1], self.numerals[number + count]
            if not continues(self.text[left.end : right.start]):
                break
            count += 1
        return count


def _percent(numeral: Numeral, text: str) -> Numeral:
    """`87.5 percent` as the share that it is."""
    match = None if numeral.percent else _PERCENT_WORD.match(text, numeral.end)
    if match is None:
        return numeral
    return replace(numeral, value=numeral.value / 100, percent=True)


def _has_minus(text: str, at: int) -> bool:
    return re.search(r"[\w)]\s?[-\u2212\u2013]\s$", text[max(0, at - 5) : at]) is not None


def _ends(quantities: frozenset[str]) -> tuple[frozenset[str], frozenset[str]] | None:
    """The low and the high ones, where a name means both ends."""
    pairs = (("interval_low", "interval_high"), ("lcl", "ucl"), ("lsl", "usl"), ("quartile_low", "quartile_high"))
    both = [pair for pair in pairs if quantities.issuperset(pair)]
    if not both:
        return None
    return frozenset(low for low, _ in both), frozenset(high for _, high in both)
