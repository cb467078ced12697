"""Percentages that say themselves what they are: `5% level`, `95% confidence`, `99% of the population`."""

import re

from havoc.prime.numerals import Numeral

_LEVEL = re.compile(r"\s*(?:\w+\s+)?(?:significance\s+)?level\b", re.IGNORECASE)
_CONFIDENCE = re.compile(
    r"\s*-?(?:(?!at\b|with\b|and\b|of\b)\w+\s+)?(?:confidence|conf\.?|c\.?i\.?|interval|intervals|limits|bounds)\b",
    re.IGNORECASE,
)
_COVERAGE = re.compile(
    r"\s*(?:of|coverage)\b.{0,20}\b(?:population|coverage|items|production|values|parts)\b|\s*coverage", re.IGNORECASE
)
_STUDY = re.compile(r"\s*of (?:the )?(?:total )?(?:study variation|tolerance)\b", re.IGNORECASE)
_VARIATION = re.compile(r"\s*of (?:the |all )?(?:total |observed )?(?:variation|variance|variability)\b", re.IGNORECASE)
_BEHIND = 50
"""Characters behind a percentage that are looked at."""


def share_of(numeral: Numeral, text: str) -> frozenset[str]:
    """The quantities that the words behind a share name; none where they do not."""
    behind = text[numeral.end : numeral.end + _BEHIND]
    if numeral.percent or 0 < numeral.value < 1:
        if _STUDY.match(behind):
            return frozenset({"grr"})
        if _VARIATION.match(behind):
            return frozenset({"r_squared", "grr", "eta_squared"})
    if 0 < numeral.value < 1:
        if _CONFIDENCE.match(behind):
            return frozenset({"confidence", "coverage"})
        if _LEVEL.match(behind):
            return frozenset({"alpha"}) if numeral.value < 0.5 else frozenset({"confidence"})
        if _COVERAGE.match(behind):
            return frozenset({"coverage", "proportion"})
    return frozenset()
