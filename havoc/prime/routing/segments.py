"""Where one sentence of a prompt ends and the next begins, and which of them ask for something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

MAX_SEGMENTS = 400
"""Sentences of a prompt that are told apart; what follows belongs to the last one."""
MAX_MARKS = 20_000
"""Ends of lines and sentences, and joining words, that are looked at."""

_ASKING = (
    "what|which|how|who|whom|when|why|where|is|are|do|does|did|can|could|should|would|will|was|were|has|have|may|"
    "compute|calculate|find|give|test|check|compare|describe|fit|plot|draw|make|create|build|design|plan|generate|determine|"
    "estimate|evaluate|analy[sz]e|summari[sz]e|tell|show|run|perform|construct|set|propose|suggest|recommend|explain|define|"
    "derive|integrate|differentiate|solve|simplify|expand|factor|factori[sz]e|predict|quantify|verify|assess|list|report|"
    "interpret|provide|screen|use|apply|state|obtain|convert|maximi[sz]e|minimi[sz]e|decide|judge|correlate|work|get|look|add|"
    "regress|monitor|investigate|assign|select|choose|do|please|whats|what's"
)
_FILLER = (
    r"(?:(?:please|pls|kindly|also|then|and|finally|first|firstly|second|secondly|third|thirdly|next|lastly|so|now|hi|hello|"
    r"hey|dear|all|thanks|just|but|or|additionally|furthermore|moreover|again|maybe|otherwise|i'd|i|we|you|would|like|need|"
    r"want|to|can|could|will|let's|let|us|me|help|question|task|ok|okay|well)[\s,:]{1,4}){0,8}"
)
_REQUEST = re.compile(rf"\W{{0,5}}{_FILLER}(?:{_ASKING})\b", re.IGNORECASE)
_MARKER = re.compile(
    r"(?:(?<=\n)|(?<=^)|(?<=[.?!;:]\s)|(?<=\n\s)|(?<=[\s.?!;:])(?=\(|[a-hQ1-9]\)|question|task|part))\(?(?P<mark>[a-h]|[1-9]|Q[1-9]|(?:question|task|part)\s[1-9a-h])[).:]\s+(?=[^\W\d_][\w-])",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?P<mark>(?<![?!])[?!]++|(?<!\.)\.++)[\"'\u201d)\]]*+(?=\s)|\n[ \t\r]{0,80}\n|[;:\n]")
_BLANK = re.compile(r"\s*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|approx|resp|e\.g|i\.e|no|nr|std|dev|stdev|avg|temp|spec|fig|eq|max|min|ca|cf|dr|mr|mrs|ms|prof|s|d|tol|incl|"
    r"excl|sec|hrs|hr|pcs|dept|etc)|\b[A-Z])$",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s(?:and|then|also|plus)\s{1,3}(?:(?:also|then|finally|please|secondly)\s{1,3}){0,3}", re.IGNORECASE)
_LISTED = re.compile(
    r",\s(?=(?:compute|calculate|give|test|check|compare|describe|fit|plot|draw|build|generate|determine|estimate|analy[sz]e|"
    r"summari[sz]e|tell|show|run|perform|predict|correlate|report|find)\s)",
    re.IGNORECASE,
)
"""A comma before a further order."""
_OPENS = re.compile(r"\W{0,3}(?:and|also|then|additionally|furthermore|moreover|besides|finally|secondly|next|plus)\b", re.I)


@dataclass(frozen=True)
class Segment:
    """A stretch of a prompt."""

    start: int
    end: int
    request: bool
    """Whether it asks for something."""
    numbered: bool = False
    """Whether it stands in an enumeration: `a)`, `2.`, `Q3:`."""
    joined: bool = False
    """Whether it goes on from the one before with `and`, `also`, `then`: a further wish."""


def split_segments(text: str) -> list[Segment]:
    """The segments of `text`, one after the other; together they are all of it."""
    starts: dict[int, str] = {0: ""}
    markers = _markers(text)
    for place in islice(_sentence_starts(text, markers), MAX_SEGMENTS):
        starts.setdefault(place, "")
    for place in islice(_joints(text), MAX_SEGMENTS):
        starts[place] = "joined"
    for marker in markers:
        starts[marker.start()] = "numbered"
    places = sorted(starts)[:MAX_SEGMENTS]
    ends = [*places[1:], len(text)]
    return [_segment(text, start, end, starts[start]) for start, end in zip(places, ends, strict=True) if start < end]


def is_request(text: str) -> bool:
    """Whether a sentence asks for something: it ends with a question mark, or begins like a question or an order."""
    return text.rstrip(" \n\t\"')").endswith("?") or _REQUEST.match(text) is not None


def _segment(text: str, start: int, end: int, how: str) -> Segment:
    part = text[start:end]
    if how == "numbered":
        marker = _MARKER.match(text, start)
        part = text[marker.end() if marker else start : end]
    joined = how == "joined" or _OPENS.match(part) is not None
    return Segment(start, end, is_request(part), how == "numbered", joined)


def _sentence_starts(text: str, markers: list[re.Match[str]]) -> Iterator[int]:
    inside = {place for marker in markers for place in range(marker.start(), marker.end())}
    reached = 0
    for match in islice(_SENTENCE_END.finditer(text), MAX_MARKS):
        end = match.end()
        if end <= reached:
            continue
        if match["mark"] is None:
            # A line, a semicolon or a colon ends a sentence only where an order or a question follows; rows of data do not.
            if match[0].count("\n") < 2 and not _REQUEST.match(text, end):
                continue
        elif match.start() in inside or (
            match["mark"] == "." and _ABBREVIATION.search(text, max(0, match.start() - 8), match.start())
        ):
            continue
        blank = _BLANK.match(text, end)
        reached = blank.end() if blank else end
        yield reached


def _joints(text: str) -> Iterator[int]:
    for match in islice(_JOINT.finditer(text), MAX_MARKS):
        if _REQUEST.match(text, match.end()):
            yield match.start() + 1
    for match in islice(_LISTED.finditer(text), MAX_MARKS):
        yield match.end()


def _markers(text: str) -> list[re.Match[str]]:
    """Marks of an enumeration, counting up from 1 or a; a lone one is none, and neither is one that is out of order."""
    found: list[re.Match[str]] = []
    for match in islice(_MARKER.finditer(text), MAX_MARKS):
        number = _number(match)
        if found and number == _number(found[-1]) + 1:
            found.append(match)
        elif number == 1:
            found = [match]
    return found if len(found) > 1 else []


def _number(marker: re.Match[str]) -> int:
    mark = marker["mark"][-1].lower()
    return int(mark) if mark.isdigit() else ord(mark) - ord("a") + 1
