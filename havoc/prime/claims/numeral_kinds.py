"""What a numeral is there for: to state a value, or as part of a name, a reference, a calculation, a list."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal

from havoc.prime.numerals import Numeral
from havoc.prime.quantities.names import Mention, is_counted

Kind = Literal["value", "operand", "label", "custom", "notation", "reference"]
"""A number that is said of something; part of a calculation that is written out; a number that only tells which one, as
`group 2`; a customary limit, as AIAG's 10%; of a design or a power, as `2^(5-1)`; of a publication, as `(1951)`."""

_LABEL = re.compile(
    r"\b(?:groups?|machines?|samples?|suppliers?|operators?|appraisers?|lots?|batch(?:es)?|methods?|treatments?|conditions?|"
    r"levels?|factors?|columns?|days?|phase|stage|steps?|rules?|types?|line|shifts?|parts?|blocks?|plan|tables?|figures?|"
    r"fig\.|section|sec\.|chapter|ch\.|equation|eq\.|category|formulation|vendor|gage|cavity|tool|trial|question|example|"
    r"item|errata|points?|rows?|runs?|observations?|subgroups?|position|obs\.?|number|no\.|#)\s?#?$",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r"\b(?:points?|rows?|runs?|observations?|subgroups?|position|obs\.?|samples?|number)\s?#?$", re.IGNORECASE
)
_DECIMAL_LABEL = re.compile(r"(?:section|sec\.|chapter|ch\.|table|figure)\s?$", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t]*(?:\(?)$")
_LIST_MARK = re.compile(r"[.):]\s")
_NOTATION = re.compile(
    r"\b(?:L\d+\s?\(\s?)?\d+\s?(?:\^|\*\*)\s?(?:\(\s?\d+\s?[-\u2212\u2013]\s?\d+\s?\)|\d+)\)?|\bL\d+\b|"
    r"[A-Za-z]\w*\s?(?:\^|\*\*)\s?-?\d+(?:\.\d+)?|\b\d+\s?[x\u00d7]\s?\d+(?:\s?[x\u00d7]\s?\d+)*\b(?!\s?10)|"
    r"\b(?:middle|central|inner)\s\d+\s?%|\b\d(?:\.\d)?[ -]sigma\b|\b1\.5\s(?:sigma\s)?shift\b|"
    r"\b\d+[ -](?:sided|tailed|tail|level|way|factor|point|sample|fold|parameter)\b"
)
_REFERENCE = re.compile(
    r"\b(?:ISO|IEC|ANSI|ASQC?|ASTM|MIL|DIN|EN|BS|AIAG|VDA|NIST)(?:[/ -](?:ISO|IEC|ASQC?|STD|EN))*[ -]?[A-Z]?\d[\w.\-:]*|"
    r"\b(?:1[89]|20)\d\d[a-z]?(?=\s?[),;]|\s?:\s?\d)|\b(?:pp?|pages?)\.?\s?\d+(?:\s?[-\u2013]\s?\d+)?|"
    r"\b\d+(?:st|nd|rd|th) ed\.?|"
    r"\b(?:1[89]|20)\d\d\)?,?\s+(?:[A-Z][\w.&'\u2019]*\s(?:(?:of|and|the|on|in|for)\s)*)+"
    r"\w*\d+(?:\(\d+\))?(?:[,:]\s?\w*\d+(?:\s?[-\u2013]\s?\d+)?)?|"
    r"\b[a-z]+-\d+\b(?=\))|https?://\S+|doi:\S+|\be-Handbook [\d.]+|[\w./-]{1,80}\.md\b"
)
_VOLUME = re.compile(
    r"\s\d{1,3}(?:\(\d+\))?[,:]\s?\d+(?:\s?[-\u2013]\s?\d+)?(?=[.;,)]|\s|$)|[.,]?\s\d{3}[-\u2013]\d{3}(?=[.;,)]|\s|$)"
)
"""Volume and pages, where a year stands before."""
_YEAR = re.compile(r"\((?:1[89]|20)\d\d\)")
_CALCULATION = re.compile(
    r"(?:(?<=^)|(?<=[\s(=:]))(?<![-+*/^]\s)[-+]?[(\d.][\d.,%()\s]{0,40}+"
    r"(?:\s?[-+*/\u00d7\u00f7\u2212\u00b7^]\s?[-+]?[(\d.][\d.,%()\s]{0,40}+){1,20}"
    r"(?==|\u2248|\b(?:is|equals|gives|makes)\b)"
)
_CUSTOM = re.compile(
    r"\b(?:AIAG\S*|usual|customary|common|conventional|recommended|rule of thumb|guideline|industry|benchmark|textbook)\b"
    r"[^.;\d]{0,40}(?:[\d.]+\s?%?\s+(?:and|to|or)\s+)?$",
    re.IGNORECASE,
)


class NumeralKinds:
    """The kinds of the numerals of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        references = [match.span() for match in _REFERENCE.finditer(text)]
        references += [
            match.span() for match in _VOLUME.finditer(text) if _YEAR.search(text, max(0, match.start() - 90), match.start())
        ]
        notation = [match.span() for match in _NOTATION.finditer(text)]
        operands = [match.span() for match in _CALCULATION.finditer(text)]
        self._spans: tuple[tuple[Kind, list[tuple[int, int]]], ...] = (
            ("reference", _joined(references)),
            ("notation", notation),
            ("operand", operands),
        )

    def of(self, numeral: Numeral, names: Sequence[Mention]) -> Kind:
        """The kind of a numeral; a customary limit is told by `is_custom`, once it is known to be a value.

        Args:
            numeral: of the text.
            names: quantities that the text names right behind it: `run 12 runs` counts runs.
        """
        for kind, spans in self._spans:
            place = bisect_right(spans, (numeral.start, len(self._text))) - 1
            if place >= 0 and numeral.end <= spans[place][1]:
                return kind
        text = self._text
        whole = numeral.decimals == 0 and not numeral.percent and numeral.value == int(numeral.value)
        begins_line = _LIST_NUMBER.search(text, max(0, numeral.start - 20), numeral.start) is not None
        if whole and begins_line and _LIST_MARK.match(text, numeral.end):
            return "notation"
        before = text[max(0, numeral.start - 16) : numeral.start]
        if _LABEL.search(before) and (whole or _DECIMAL_LABEL.search(before)):
            counted = any(one.start == numeral.end + 1 and is_counted(one.quantities) for one in names)
            return "value" if counted else "label"
        return "value"

    def is_position(self, numeral: Numeral) -> bool:
        """Whether it tells which point or row: `point 7`."""
        return _POSITION.search(self._text, max(0, numeral.start - 14), numeral.start) is not None

    def is_custom(self, numeral: Numeral) -> bool:
        """Whether it is called usual or customary."""
        return _CUSTOM.search(self._text, max(0, numeral.start - 70), numeral.start) is not None


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted spans, overlapping ones made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
