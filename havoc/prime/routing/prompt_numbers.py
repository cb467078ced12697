"""How many numbers a stretch of text holds, and in which form: enough to tell data from settings, and sums from formulas."""

import re
from dataclasses import dataclass

from havoc.prime.prompt_words import word_set

_NUMBER = r"[-+\u2212]?\d+(?:\.\d+)?"
_LIST = re.compile(rf"(?<![\w.]){_NUMBER}(?:[\s,;|]{{1,9}}+{_NUMBER}(?![\w.]*[^\W\d])){{2,}}+")
_BRACKETS = re.compile(rf"[\[{{]\s{{0,3}}{_NUMBER}(?:[\s,;]{{1,4}}+{_NUMBER}){{1,}}+\s{{0,3}}[\]}}]")
_POINTS = re.compile(r"(?:\(\s?[-\d.]+\s?,\s?[-\d.]+\s?\)[\s,;]{0,3}){3,}+")
_LABELLED = re.compile(r"(?:[^\W\d_]{1,20}[\s:=]{1,3}\d+(?:\.\d+)?[\s,;]{1,3}){2,}+[^\W\d_]{1,20}[\s:=]{1,3}\d")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_SEPARATOR = re.compile(r"[,;\t|]|\S {2,}\S")
_LETTERS = re.compile(r"[^\W\d_]{4,}")
MAX_ROW = 400
"""Characters of a row of a table."""
MAX_ROW_WORDS = 3
"""Words of four letters or more in a row of a table; a line with more of them is a sentence."""
MAX_ROWS = 5000
"""Rows that are counted."""

_OPERATION = re.compile(
    r"[\d)]\s?(?:[-+*/\u00d7\u00f7\u2212^%]|\*\*)\s?\(?\s?[\d(]|sqrt|\u221a|%\s?of\s\d|\d\s?!|=\s*\??\s*$"
)
_ARITHMETIC_WORDS = word_set(
    """
    plus minus times divided divide multiplied multiply add added subtract subtracted sqrt root square squared cube
    cubed cubic power percent percentage half third quarter double twice triple sum product quotient difference
    factorial log ln exp modulo mod over sin cos tan pi remainder raised ratio e
    """
)
"""Operations in words."""
_NUMBER_WORDS = word_set(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen second
    fourth fifth tenth
    """
)
"""Numbers in words."""
_AROUND = word_set(
    """
    what whats is are how much many the of a an and by to from in as with compute calculate evaluate work out please
    pls give me tell can could you find do equal equals result value answer decimal number fraction places place
    rounded round digits quick quickly just hi hello hey thanks thank solve come comes make makes i mean seriously so
    ok okay well um then also need know simple question us my now again exactly let lets does get we arithmetic this
    that these off up it percentage together roughly approximately about really quite dear show
    """
)
"""Words that say `work it out`, and the small ones between."""
_SPELLED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|twenty|thirty|forty|fifty|hundred|"
    r"thousand|dozen|half|twice|zero)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(?<=\d)\s?[xX]\s?(?=\d)")
_WORD = re.compile(r"[^\W\d_]+")
MAX_TEXT = 200_000
"""Characters in which numbers are counted: whether there are ten thousand of them or more says nothing further."""
MAX_SUM = 300
"""Characters of a sum that is trivial."""


@dataclass(frozen=True)
class Numbers:
    """The numbers of a stretch of text."""

    count: int
    """Digits and words."""
    spelled: int
    """Of them words: `two`, `dozen`."""
    lists: int
    """Three or more in a row with nothing but blanks, commas and the like between them, or with a word before each; two or
    more in brackets."""
    rows: int
    """Lines that look like rows of a table."""

    @property
    def is_data(self) -> bool:
        """Whether there are values, not settings alone."""
        return self.lists > 0 or self.rows >= 3


def count_numbers(text: str) -> Numbers:
    """Count them, in the first `MAX_TEXT` characters. Number words count as numbers, `one` does not."""
    text = text[:MAX_TEXT]
    spelled = len(_SPELLED.findall(text))
    count = spelled + sum(1 for _ in _DIGITS.finditer(text))
    if count - spelled < 2:
        return Numbers(count, spelled, 0, 0)
    lists = sum(sum(1 for _ in form.finditer(text)) for form in (_LIST, _POINTS, _LABELLED))
    lists += sum(1 for found in _BRACKETS.finditer(text) if not _LIST.search(text, found.start(), found.end()))
    return Numbers(count, spelled, lists, _count_rows(text))


def is_arithmetic(text: str) -> bool:
    """Whether `text` asks for a sum and nothing else: numbers, operations, and words that say `work it out`."""
    if len(text) > MAX_SUM:
        return False
    text = _TIMES.sub("*", text)
    words = [word.lower() for word in _WORD.findall(text.replace("'", "").replace("\u2019", ""))]
    if any(word not in _ARITHMETIC_WORDS and word not in _NUMBER_WORDS and word not in _AROUND for word in words):
        return False
    has_number = any(character.isdigit() for character in text) or any(word in _NUMBER_WORDS for word in words)
    return has_number and (_OPERATION.search(text) is not None or any(word in _ARITHMETIC_WORDS for word in words))


def _count_rows(text: str) -> int:
    return sum(
        len(line) <= MAX_ROW
        and _DIGITS.search(line) is not None
        and _SEPARATOR.search(line) is not None
        and len(_LETTERS.findall(line)) <= MAX_ROW_WORDS
        for line in text.split("\n", MAX_ROWS)[:MAX_ROWS]
    )
