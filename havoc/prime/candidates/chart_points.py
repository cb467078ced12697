"""Points of a chart that the words single out: those left out of its limits, and those at which new limits begin."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.offers import COUNTS_ROWS, Offers
from havoc.prime.candidates.phrases import question_words
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence
from havoc.prime.spoken_numbers import CARDINAL, ORDINAL, spoken

SCORE = 0.85
MAIN = ("sample", "data", "nonconforming", "defects", "cases", "times", "subgroups", "columns")
"""Arguments whose entries are the points, the first that is there."""
_SENTENCE = re.compile(r"(?<!\bno)(?<!\bnr)(?<!\bpt)(?<!\bapprox)[.!?](?=\s)|\n\s*\n")
_BRACKETS = re.compile(r"\([^()]{0,80}\)")
_THING = (
    r"(?:it|its|them|that|this|these|those|the|both|one|point|points|value|result|lot|batch|sample|subgroup|day|run|week)"
)
_LEFT_OUT = re.compile(
    rf"(?i)\b(?:leav\w+|left|keep|kept)\s+(?:(?:{_THING}|no\.?|and|\d+(?:st|nd|rd|th)?)\s+){{0,5}}out\b(?!\s+of\s+(?:control|spec))"
    rf"|\btak(?:e|en|ing)\s+(?:{_THING}\s+){{1,2}}out\b|\bdrop(?:ped|ping)?\s+{_THING}\b"
    r"|\b(?:exclud|omit|disregard|ignor|discard|eliminat|remov)\w*|\bwithout\s+(?:the\s+)?(?=\w+\s+(?:no\.?\s+)?\S+)"
)
_NOT_USED = re.compile(
    r"(?i)(?:\bnot|n't|\bnever|\bno longer)\s+[^.;\n]{0,30}?\b(?:used?|count\w*|includ\w+|let|enter|influence|affect|"
    r"go into|part of|contribute)\b"
)
_OF_LIMITS = re.compile(r"(?i)\blimits?\b|calculat|estimat|comput|cent(?:er|re) line|\baverage\b|\bmean\b|base\s?line")
_NUMBER = rf"(?:\d{{1,6}}|(?:{CARDINAL})(?!\w))"
_NUMBERED = re.compile(
    rf"(?i)(?<![\w-])(?P<noun>[^\W\d_]+)\s*(?:no\.?|nr\.?|number|\#)?\s*"
    rf"(?P<numbers>{_NUMBER}(?:\s*(?:,|,?\s*and|&)\s*{_NUMBER}){{0,8}})(?![\w%]|[.,]\d|\s*(?:%|percent))"
)
_ORDINAL = re.compile(rf"(?i)(?<![\w-])(?P<number>\d{{1,3}}(?:st|nd|rd|th)|{ORDINAL}|last)\s+(?P<noun>[^\W\d_]+)")
_NOUN = re.compile(
    r"(?i)(?:points?|pts?|no|nr|readings?|values?|measurements?|observations?|results?|tests?|checks?|pieces?)"
)
_COUNTED = _NOUN
"""Nouns by which a place in the list is meant, whatever the rows are numbered with."""
_NEW_LIMITS = re.compile(
    r"(?i)\b(?:stages?|phases|periods?|new\s+(?:control\s+)?limits?|limits?\s+anew|own\s+(?:control\s+)?limits?|"
    r"(?:separate|fresh|different|split)\w*\s+(?:control\s+)?limits?|limits?\s+separately|split|recalculat\w*|recomput\w*|"
    r"re-?estimat\w*|before and after)\b"
)
_FROM = re.compile(
    r"(?i)\b(?:from|since|as of|as from|start\w*(?:\s+(?:at|with|on|from|in))?|beg[iau]n\w*(?:\s+(?:at|with|on|from|in))?|"
    r"with effect from)\s+(?:the\s+)?$"
)
_AFTER = re.compile(r"(?i)\bafter\s+(?:the\s+)?$")


@dataclass(frozen=True)
class _Mention:
    noun: str
    number: int
    """0 for the last one."""
    start: int
    """In its sentence."""
    ordinal: bool


@dataclass(frozen=True)
class _Points:
    rows: tuple[Evidence, ...]
    """Columns that may say which point is which."""
    nouns: frozenset[str]
    count: int


def fill_chart_points(arguments: Sequence[Argument], options: Mapping[str, Options], offers: Offers) -> dict[str, Options]:
    """`exclude` and `stages` of a chart, as places in the list that it draws; nothing where a place is not clear."""
    names = {argument.name for argument in arguments if argument.kind == "list"}
    main = next((name for name in MAIN if name in options), None)
    if main is None or not names & {"exclude", "stages"}:
        return {}
    points = _Points(
        _rows(options[main][0].sources, offers), _nouns(options[main][0].sources, offers), _count(main, options)
    )
    filled: dict[str, Options] = {}
    for name, places in (("exclude", _excluded(offers, points)), ("stages", _stages(offers, points))):
        if name in names and places:
            sources = tuple(_sources(offers, list(places.values())))
            reason = "left out of the limits" if name == "exclude" else "where new limits begin"
            filled[name] = (option(sorted(places), sources, SCORE, reason),)
    return filled


def _count(main: str, options: Mapping[str, Options]) -> int:
    """How many points the chart has."""
    value = options[main][0].value
    if isinstance(value, Mapping):
        value = next(iter(value.values()), ())
    return len(value)


def _nouns(sources: Sequence[str], offers: Offers) -> frozenset[str]:
    """Words by which the list of the points is called: `faults per build` has builds."""
    names = [item.name.lower() for item in offers.evidence.items if item.id in sources]
    return frozenset(word.rstrip("s") for name in names for word in re.findall(r"[^\W\d_]{3,}", name))


def _rows(sources: Sequence[str], offers: Offers) -> tuple[Evidence, ...]:
    """The columns of the table of the points that may say which row is which."""
    tables = {item.table for item in offers.lists if item.id in sources and item.table}
    tables |= {item.table for item in offers.evidence.items if item.id in sources and item.table}
    columns = [item for table in tables for item in offers.evidence.of_table(table) if item.layout == "column"]
    return tuple(item for item in columns if len(set(item.values)) == len(item.values) or item.id not in sources)


def _sentences(offers: Offers) -> list[str]:
    return [part for part in _SENTENCE.split(question_words(offers.evidence)) if part]


def _excluded(offers: Offers, points: _Points) -> dict[int, _Mention]:
    """Places that are to be left out of the limits; what a sentence leaves out may be named in the one before."""
    places: dict[int, _Mention] = {}
    # What stands in brackets is told besides: `(documented, ticket 8812)`.
    sentences = [_BRACKETS.sub(" ", sentence) for sentence in _sentences(offers)]
    for order, sentence in enumerate(sentences):
        unused = _NOT_USED.search(sentence) is not None and _OF_LIMITS.search(sentence) is not None
        if not unused and not _LEFT_OUT.search(sentence):
            continue
        found = _places(sentence, points)
        if not found and order and re.search(r"(?i)\b(?:it|them|that|this|these|those)\b", sentence):
            found = _places(sentences[order - 1], points)
        places |= found
    return places if len(places) < points.count / 2 else {}


def _stages(offers: Offers, points: _Points) -> dict[int, _Mention]:
    """Places from which on limits are made anew."""
    places: dict[int, _Mention] = {}
    for sentence in _sentences(offers):
        if not _NEW_LIMITS.search(sentence):
            continue
        for mention in _mentions(sentence):
            before = sentence[max(0, mention.start - 30) : mention.start]
            place = _place(mention, points)
            if place and (_FROM.search(before) or _AFTER.search(before)):
                place += _AFTER.search(before) is not None
                if 1 < place <= points.count:
                    places[place] = mention
    return places


def _places(sentence: str, points: _Points) -> dict[int, _Mention]:
    found: dict[int, _Mention] = {}
    for mention in _mentions(sentence):
        place = _place(mention, points)
        if place:
            found[place] = mention
    return found or _named(sentence, points)


def _mentions(sentence: str) -> Iterator[_Mention]:
    for match in _NUMBERED.finditer(sentence):
        numbers = re.findall(rf"(?i){_NUMBER}", match["numbers"])
        for number in numbers:
            yield _Mention(match["noun"].lower(), spoken(number), match.start(), ordinal=False)
    for match in _ORDINAL.finditer(sentence):
        number = 0 if match["number"].lower() == "last" else spoken(match["number"])
        yield _Mention(match["noun"].lower(), number, match.start(), ordinal=True)


def _place(mention: _Mention, points: _Points) -> int:
    """Which point is meant, counted from 1; 0 where none is, or where it is not clear."""
    noun = mention.noun
    numbered = [item for item in points.rows if item.kind == "values" and len(item.values) == points.count]
    own = [item for item in numbered if item.name.strip().lower().rstrip("s.") == noun.rstrip("s.")]
    known = bool(
        noun.rstrip("s") in points.nouns
        or _NOUN.fullmatch(noun)
        or COUNTS_ROWS.fullmatch(noun)
        or COUNTS_ROWS.fullmatch(noun.rstrip("s"))
    )
    if not known and not own:
        return 0
    if mention.ordinal:
        return mention.number if 0 < mention.number <= points.count else points.count if not mention.number else 0
    for item in own or [item for item in numbered if item.id in _counting(points.rows)]:
        if float(mention.number) in item.numbers:
            return item.numbers.index(float(mention.number)) + 1
        if not _COUNTED.fullmatch(noun):
            return 0
    labels = _labelled(mention, points)
    if labels:
        return labels
    return mention.number if 0 < mention.number <= points.count else 0


def _counting(rows: Sequence[Evidence]) -> set[str]:
    """Columns of whole numbers that rise row by row: they number the rows."""
    return {
        item.id
        for item in rows[:1]
        if item.kind == "values"
        and all(value == int(value) for value in item.numbers)
        and list(item.numbers) == sorted(set(item.numbers))
    }


def _labelled(mention: _Mention, points: _Points) -> int:
    """A row whose label is the mention: `run 7`, `L-07`."""
    for item in points.rows:
        if item.kind != "labels" or len(item.values) != points.count:
            continue
        ends = [re.search(r"0*(\d{1,6})\D*$", str(value)) for value in item.values]
        places = [place for place, end in enumerate(ends, start=1) if end and int(end[1]) == mention.number]
        if len(places) == 1:
            return places[0]
    return 0


def _named(sentence: str, points: _Points) -> dict[int, _Mention]:
    """Rows whose label stands in the sentence: `without March`."""
    found: dict[int, _Mention] = {}
    for item in points.rows:
        if item.kind != "labels" or len(item.values) != points.count or len(set(item.values)) < points.count:
            continue
        for place, value in enumerate(item.values, start=1):
            match = re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", sentence) if len(str(value)) > 1 else None
            if match:
                found[place] = _Mention(str(value).lower(), place, match.start(), ordinal=True)
    return found


def _sources(offers: Offers, mentions: Sequence[_Mention]) -> Iterator[str]:
    """Numbers of the evidence that only say which point is meant."""
    text = offers.evidence.text
    for item in offers.evidence.of_kind("number"):
        before = text[max(0, item.start - 24) : item.start].lower()
        if any(not one.ordinal and item.numbers[0] == one.number and one.noun in before for one in mentions):
            yield item.id
