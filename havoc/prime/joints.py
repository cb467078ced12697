"""Places where a text may go on to another question that has data of its own."""

import itertools
import re

from havoc.prime.routing.segments import is_request

_SAID = (
    r"(?:and\s+)?(?:also|besides(?: that)?|second(?:ly| question| thing)?|another (?:one|question|thing)"
    r"|one more(?: thing| question)?|next(?: question)?|in addition|further(?:more)?|separately"
    r"|different (?:topic|question)|and then|the other (?:one|question))"
)
_JOINT = re.compile(
    rf"(?i)(?<=[.?!;:\n])[ \t]*\n[ \t]*\n+(?=\S)|(?:(?<=\n)|(?<=[.?!] )|(?<=[.?!]\n))(?={_SAID}\b[^\n?]{{0,40}}[:.,?])"
    r"|\n(?=[ \t]*(?:\(?[b-h2-9][).]|Q[2-9]\b)[ \t])"
)
_SENTENCE = re.compile(r"[^.?!\n]+(?:[.?!](?=\s|$)|\n|$)")
MAX_JOINTS = 12
"""Places that are tried: texts with more are lists of something else."""


def joints(text: str) -> list[int]:
    """Where a further question may begin: at paragraphs, enumerations, and words such as `also:` and `another one.`.

    Behind each place somebody asks for something; whether these are two questions, their data have to tell.
    """
    found = [match.end() for match in _JOINT.finditer(text)]
    if len(found) > MAX_JOINTS:
        return []
    edges = [0, *found, len(text)]
    asks = [_asks(text[start:end]) for start, end in itertools.pairwise(edges)]
    return [place for number, place in enumerate(found) if any(asks[number + 1 :])]


def _asks(part: str) -> bool:
    return any(is_request(match[0].strip()) for match in _SENTENCE.finditer(part))
