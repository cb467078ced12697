"""What a text calls a list or a number: the words before it."""

import re

from havoc.prime.evidence.reading import TAKEN
from havoc.prime.prompt_words import word_set
from havoc.prime.units import unit_at

REACH = 90
"""Characters before a number in which its name is looked for."""
MAX_WORDS = 4
_BOUNDARY = re.compile(rf"[.?!;|{TAKEN}](?=\s|$|{TAKEN})|[,;|{TAKEN}\n\[{{(]|\s[/\u2013\u2014-]\s|\)")
_MARK = re.compile(r"\s*(?:[:=\u2192]|->|:=|\()?\s*[\[({]*\s*$")
_HAS_MARK = re.compile(r"[:=\u2192\[({]|->")
_UNIT_IN_BRACKETS = re.compile(r"\s*[(\[](?P<unit>[^()\[\]]{1,12})[)\]]\s*$")
_IN_UNIT = re.compile(r"\s+(?:in|\[|/)\s+(?P<unit>\S{1,8})$")
_WORD = re.compile(r"[^\s\"*_`]+")
STOP = word_set(
    """
    a an the of for from with to in on at by as and or but versus vs vs. than per this that these those its our my
    your their his her was were is are be been being am do does did has have had having gave give gives given got
    get gets show shows showed shown produced produce produces sent send measured measure measures read reads
    recorded weighed weigh weighs yielded yields found find observed took take takes scored came come reached
    equals equal counted collected obtained reported reports let lets say about approximately roughly around only
    just also then now while whereas respectively following here there each all both between against compared
    compare i we you they he she it who which what how many much if when where so because since until using use
    used please are: have: data values value readings reading results result measurements measurement observations
    observation numbers number figures sample: follows follow below above up perform carry test tests hello hi dear
    thanks factors: factors variables want wants wanted need needs require requires choose chose attached what's
    let's it's i've describe analyse analyze compute calculate check summarize summarise plot fit estimate
    determine build make evaluate apply run
    """
)
"""Words that name nothing; a name begins behind them."""
_COPULAS = word_set("of is was are were be equals about approximately roughly only at")
GENERIC = word_set(
    "data values value readings results result measurements observations numbers figures sample: following follows"
)
"""Words that name nothing even where they stand alone before a mark."""
_INSIDE = word_set("of per to in at for from with and the on by")
"""Little words inside of a name that stands before a mark."""
MAX_PHRASE = 6
"""Words of such a name."""
_SENTENCE = re.compile(rf"[.?!;|{TAKEN}\n\[{{(,](?=\s|$|[\"'{TAKEN}])|[{TAKEN}\n]|\)")
_MARKER = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]")
_JOINING = frozenset({"of", "per"})
"""Words within a name: `depth of cut`."""
_KEPT_ALONE = frozenset({"before", "after", "pre", "post", "old", "new", "control", "placebo"})
_METHOD = re.compile(
    r"(?i).*(?:test|anova|analysis|regression|chart|design|plan|study|plot|comparison|interval|capability|estimate|statistics|cpk|ppk|"
    r"manova|kappa|wilcoxon|whitney|tukey|correlation|rank|normality|normal|significance|question|hypothesis|mean|median|average|"
    r"differences?|outliers?|variances?|sd|standard deviation)"
)
"""What is to be done with a list is no name of it."""
_ABBREVIATIONS = frozenset({"s.d.", "std.", "avg.", "st.", "dev.", "no.", "nr.", "temp.", "max.", "min."})


def name_before(rest: str, start: int, floor: int = 0, *, close: bool = False) -> tuple[str, str, bool]:
    """Name, unit, and whether a mark such as a colon joins them to what begins at `start`.

    Args:
        rest: the text with what has been read blanked out.
        start: place of the first numeral.
        floor: place before which no name is looked for: the end of the item before.
        close: whether only `is`, `of` and the like may stand between the name and the number.

    Returns:
        The words right before, without articles, verbs and the like; empty where there are none. The unit is one that
        stands in brackets before the mark: `Yield (kg):`.
    """
    before = rest[max(floor, start - REACH) : start]
    mark = _MARK.search(before)
    had_mark = mark is not None and _HAS_MARK.search(mark[0]) is not None
    before = before[: mark.start()] if mark else before
    if "\n" in (mark[0] if mark else "") and not had_mark and len(before.rsplit("\n", 1)[-1].split()) > MAX_WORDS:
        return "", "", False
    unit, before = _unit(before)
    if had_mark:
        phrase = _marked_phrase(before)
        if phrase is not None:
            return ("" if _is_method(phrase) else phrase), unit, True
    before = before[_last_boundary(before) :]
    if close and not had_mark and before.split() and before.split()[-1].lower() in STOP - _COPULAS:
        return "", unit, False
    name = _cleaned(before, had_mark)
    return ("" if not close and _is_method(name) else name), unit, had_mark


def _is_method(name: str) -> bool:
    return _METHOD.fullmatch(name) is not None and name.lower() != "test"


def _marked_phrase(before: str) -> str | None:
    """A short line or sentence that ends with a mark, as a whole: `cycles to failure at 85 °C:`."""
    place = max((match.end() for match in _SENTENCE.finditer(before)), default=0)
    words = [word.strip("\"'*_`“”‘’") for word in before[place:].split()]
    while words and (_MARKER.fullmatch(words[0]) or words[0] in ("-", "•")):
        words.pop(0)
    while words and words[0].lower().strip(",.:") in (STOP if len(words) > 1 else GENERIC) and not _is_letter(words[0]):
        words.pop(0)
    numbered = len(words) == 2 and words[0].replace(".", "").isdigit() and words[1].isalpha()
    if (
        not words
        or not (words[0][:1].isalpha() or numbered)
        or len(words) > MAX_PHRASE
        or any(word[-1:] in ",;" for word in words)
    ):
        return None
    if any(word.lower() in STOP - _INSIDE for word in words[1:]):
        return None
    phrase = " ".join(words).strip(" .:")
    return phrase if any(character.isalpha() for character in phrase) else None


def _unit(before: str) -> tuple[str, str]:
    match = _UNIT_IN_BRACKETS.search(before)
    if match is None:
        match = _IN_UNIT.search(before)
        if match is None or unit_at(match["unit"], 0)[1] != len(match["unit"]):
            return "", before
    return match["unit"], before[: match.start()]


def _last_boundary(before: str) -> int:
    place = 0
    for match in _BOUNDARY.finditer(before):
        word = before[: match.end()].rsplit(None, 1)[-1].lower() if before[: match.end()].split() else ""
        if match[0] == "." and (word in _ABBREVIATIONS or len(word) <= 2):
            continue
        place = match.end()
    return place


def _cleaned(before: str, had_mark: bool) -> str:
    words = [match[0].strip("\"'“”‘’") for match in _WORD.finditer(before)]
    words = [word for word in words if word]
    if had_mark and len(words) == 1 and len(words[0]) == 1:
        return words[0]
    while words and words[-1].lower().strip(",.:") in STOP and not _is_letter(words[-1]):
        words.pop()
    kept: list[str] = []
    for word in reversed(words):
        plain = word.lower().strip(",.:?!")
        if plain in _JOINING and kept and len(kept) < MAX_WORDS - 1:
            kept.insert(0, word)
            continue
        if (plain in STOP and not _is_letter(word)) or len(kept) == MAX_WORDS or (word[-1:] in ",.:?!" and kept):
            break
        if not any(character.isalnum() for character in word):
            break
        kept.insert(0, word.strip(",.:?!"))
        if plain in _KEPT_ALONE and len(kept) == 1 and not had_mark:
            break
    while kept and kept[0].lower() in _JOINING:
        kept.pop(0)
    while kept and not any(character.isalpha() for character in kept[0]):
        kept.pop(0)
    return " ".join(kept)


def _is_letter(word: str) -> bool:
    """Whether a word is a capital by itself: a name, not an article."""
    return len(word) == 1 and word.isupper()
