"""Calculations that an answer writes out, done again: `2 + 2 = 4`, `12/200 = 6%`, `0.35 > 0.05`."""

import re
from collections.abc import Iterator

from havoc.prime.numerals import find_numerals
from havoc.prime.quantities.precision import supports
from havoc.prime.verification.report import Check

MAX_DEPTH = 20
MAX_POWER = 400
"""Above it a power is not worked out: no answer needs it, and a large one takes long."""
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?\s?%?|\.\d+)|(?P<sign>\*\*|"
    r"[-+*/^()\u00d7\u00f7\u00b7\u2212]|sqrt|\u221a))"
)
_EQUATION = re.compile(
    # It begins where no operator stands before; the possessive repetition reads a long one once.
    r"(?<![\w.^)\]=(*/\u00d7\u00f7\u00b7+\u2212-])(?<![*/\u00d7\u00f7\u00b7+\u2212^-]\s)"
    r"(?P<left>(?:[-+\u2212]?(?:sqrt|\u221a)?\s?\({0,9}\s?[\d.][\d.,eE%]*\s?\){0,9}\s?"
    r"(?:\*\*|[-+*/^\u00d7\u00f7\u00b7\u2212])\s?)++(?:sqrt|\u221a)?\s?\({0,9}\s?[-+\u2212]?[\d.][\d.,eE%]*\s?\){0,9})\s?"
    r"(?:=|\u2248|\bis\b|\bequals\b|\bmakes\b|\bgives\b)\s?(?P<right>[-+\u2212]?[\d.][\d.,]*(?:[eE][-+]?\d+)?\s?%?)"
)
_COMPARISON = re.compile(
    r"(?<![\w.^(\[])(?P<left>[-\u2212]?\d[\d.,]*(?:[eE][-+]?\d+)?\s?%?)\s?(?P<sign><=|>=|<|>|\u2264|\u2265)\s?"
    r"(?P<right>[-\u2212]?\d[\d.,]*(?:[eE][-+]?\d+)?\s?%?)"
)


def check_arithmetic(text: str) -> list[Check]:
    """One check per calculation or comparison of numbers that is written out."""
    checks = []
    for match in _EQUATION.finditer(text):
        value = evaluate(match["left"])
        right = find_numerals(match["right"].rstrip(".,"))
        if value is None or not right:
            continue
        shown = f"{match['left'].strip()} = {value:.10g}"
        holds = supports(value, right[0])
        checks.append(Check("arithmetic", "pass" if holds else "fail", shown, match.start(), match.end()))
    for match in _COMPARISON.finditer(text):
        left, right = (find_numerals(match[side].rstrip(".,")) for side in ("left", "right"))
        if left and right:
            holds = _compare(left[0].value, match["sign"], right[0].value)
            detail = f"{match[0].strip()} {'holds' if holds else 'does not hold'}"
            checks.append(Check("arithmetic", "pass" if holds else "fail", detail, match.start(), match.end()))
    return checks


def evaluate(expression: str) -> float | None:
    """The value of sums, products, powers and square roots of numbers; None where it is nothing of the kind.

    `5%` is 0.05; `2^3` and `2**3` are 8.
    """
    tokens = list(_tokens(expression))
    if not tokens:
        return None
    try:
        reader = _Reader(tokens)
        value = reader.sum(0)
        return value if reader.is_done and isinstance(value, float) and abs(value) < 1e300 else None
    except (_NoCalculationError, ZeroDivisionError, OverflowError):
        return None


class _NoCalculationError(Exception):
    """What stands there is none."""


def _tokens(expression: str) -> Iterator[str]:
    at = 0
    expression = expression.rstrip()
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            yield "?"
            return
        yield match[0].strip()
        at = match.end()


class _Reader:
    """Recursive descent over the tokens of one calculation."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def is_done(self) -> bool:
        return self._at == len(self._tokens)

    def sum(self, depth: int) -> float:
        value = self._product(depth)
        while sign := self._take("+", "-", "\u2212"):
            other = self._product(depth)
            value = value + other if sign == "+" else value - other
        return value

    def _product(self, depth: int) -> float:
        value = self._signed(depth)
        while sign := self._take("*", "/", "\u00d7", "\u00f7", "\u00b7"):
            other = self._signed(depth)
            value = value / other if sign in "/\u00f7" else value * other
        return value

    def _signed(self, depth: int) -> float:
        if self._take("-", "\u2212"):
            return -self._signed_once(depth)
        self._take("+")
        return self._signed_once(depth)

    def _signed_once(self, depth: int) -> float:
        base = self._atom(depth)
        if self._take("^", "**"):
            minus = self._take("-", "\u2212") is not None
            power = self._atom(depth)
            power = -power if minus else power
            if abs(power) > MAX_POWER or (base < 0 and power != int(power)):
                raise _NoCalculationError
            return float(base**power)
        return base

    def _atom(self, depth: int) -> float:
        if depth > MAX_DEPTH or self.is_done:
            raise _NoCalculationError
        if self._take("sqrt", "\u221a"):
            inner = self._atom(depth + 1)
            if inner < 0:
                raise _NoCalculationError
            return float(inner**0.5)
        if self._take("("):
            value = self.sum(depth + 1)
            if not self._take(")"):
                raise _NoCalculationError
            return value
        found = find_numerals(self._tokens[self._at])
        if len(found) != 1:
            raise _NoCalculationError
        self._at += 1
        return found[0].value

    def _take(self, *signs: str) -> str | None:
        if not self.is_done and self._tokens[self._at] in signs:
            self._at += 1
            return self._tokens[self._at - 1]
        return None


def _compare(left: float, sign: str, right: float) -> bool:
    if sign in ("<", ">"):
        return left < right if sign == "<" else left > right
    return left <= right if sign in ("<=", "\u2264") else left >= right
