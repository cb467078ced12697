"""Sources that an answer names: publications, standards, handbook passages, tool calls and facts. Each has to be there."""

import re
from collections.abc import Sequence

from havoc.prime.verification.grounds import Grounds
from havoc.prime.verification.report import Check
from havoc.prime.workspace import GlobalWorkspace

_AUTHOR = r"[A-Z][\w'\u2019\u00c0-\u024f-]+"
_INITIALS = r"(?:,?\s(?:[A-Z]\.\s?)+)?"
_PUBLICATION = re.compile(
    rf"(?P<authors>{_AUTHOR}{_INITIALS}(?:(?:,\s|,?\s(?:and|&)\s|\s){_AUTHOR}{_INITIALS}){{0,7}}"
    r"(?:\set al\.?)?),?\s?\(?(?P<year>(?:1[89]|20)\d\d)\)?"
)
_STANDARD = re.compile(
    r"\b(?P<body>ISO|IEC|ANSI(?:/ASQC?)?|ASTM|MIL-STD|DIN|"
    r"EN)[ -](?P<number>[A-Z]?\d+(?:[.\-]\d+)*[A-Z]?)(?::(?P<year>\d{4}))?"
)
_SECTION = re.compile(
    r"\be-Handbook(?:,? section)? (?P<section>\d+(?:\.\d+)+)|\b(?:chapter|ch\.|section|sec\.) (?P<part>\d+(?:\.\d+)*)"
)
_PASSAGE = re.compile(
    r"\b(?:handbook|passage|document)s?\b(?: (?:passage|section|entry|"
    r"id))?\s?[:,]?\s?[`'\"\u201c\[(]+(?P<id>[\w.\-]{3,60})[`'\"\u201d\])]|"
    r"\[(?P<bare>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)\]|\b(?:handbook|passage)\s?[:/]\s?(?P<slug>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)"
)
_CALL = re.compile(
    r"[\[(](?:tool |call |fact |evidence |see )?(?P<id>[cfe]\d{1,4})(?P<more>(?:\s?[,;]\s?[cfe]\d{1,4})*)[\])]|\b(?:call|"
    r"fact|evidence) (?P<plain>[cfe]\d{1,4})\b"
)
_TOOL = re.compile(
    r"\b(?:by|with|using|from|tool|operation|ran|called|"
    r"call(?:ed)? of)\s+(?:the\s+)?[`'\"](?P<name>[a-z][a-z0-9]*(?:_[a-z0-9]+)+)[`'\"]"
)
_NOT_AUTHORS = frozenset(
    {"The", "In", "Since", "Of", "From", "By", "On", "At", "For", "And", "Until", "Before", "After", "During", "January",
     "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December", "Result",
     "Table", "Section", "See", "According", "Source", "Method", "Year"}
)  # fmt: skip


def check_citations(text: str, workspace: GlobalWorkspace, grounds: Grounds) -> list[Check]:
    """One check per source that the answer names: it is one of a call, of a passage that was found, or of the workspace."""
    said = " \n ".join(one for one, _, _ in grounds.texts)
    checks: list[Check] = []
    for match in _PUBLICATION.finditer(text):
        authors = [name for name in re.findall(_AUTHOR, match["authors"]) if name not in _NOT_AUTHORS]
        if authors:
            checks.append(_check(match, _is_published(authors, match["year"], said), "no call has this source"))
    for match in _STANDARD.finditer(text):
        checks.append(
            _check(match, _is_said(match["number"], match["body"].split("/")[0], said), "no call has this standard")
        )
    for match in _SECTION.finditer(text):
        number = match["section"] or match["part"]
        right = re.search(rf"(?<![\d.]){re.escape(number)}(?!\.?\d)", said) is not None
        checks.append(_check(match, right, "no call has this section"))
    passages = _passages(workspace)
    for match in _PASSAGE.finditer(text):
        name = match["id"] or match["bare"] or match["slug"]
        if match["bare"] and not passages:
            continue  # a hyphened word in brackets, where nothing was looked up
        checks.append(_check(match, name.lower() in passages, "no such passage was found"))
    known = {call.id for call in workspace.calls} | {fact.id for fact in workspace.facts}
    if workspace.evidence is not None:
        known |= {item.id for item in workspace.evidence.items}
    for match in _CALL.finditer(text):
        names = re.findall(r"[cfe]\d+", match[0])
        missing = [name for name in names if name not in known]
        checks.append(_check(match, not missing, f"there is no {', '.join(missing)}"))
    ran = {str(call.answer.get("operation", call.args.get("operation", ""))) for call in workspace.calls}
    ran |= {call.tool for call in workspace.calls}
    for match in _TOOL.finditer(text):
        checks.append(_check(match, match["name"] in ran, "no such operation was run"))
    return checks


def _is_published(authors: Sequence[str], year: str, said: str) -> bool:
    """Whether all authors and the year stand together in what the tools say."""
    for match in re.finditer(rf"(?<!\d){year}(?!\d)", said):
        near = re.split(r"[;\n]", said[max(0, match.start() - 160) : match.start()])[-1]
        if all(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", near) for name in authors):
            return True
    return False


def _is_said(number: str, body: str, said: str) -> bool:
    return re.search(rf"{re.escape(body)}[^.;\n]{{0,40}}?{re.escape(number)}(?!\d)", said) is not None


def _passages(workspace: GlobalWorkspace) -> frozenset[str]:
    """Ids, titles and documents of the passages that were looked up, in lower case."""
    found = set()
    for call in workspace.calls:
        result = call.answer.get("result")
        for passage in result.get("passages", ()) if isinstance(result, dict) else ():
            if isinstance(passage, dict):
                found |= {str(passage.get(key, "")).lower() for key in ("id", "title", "document")}
    return frozenset(found)


def _check(match: "re.Match[str]", right: bool, why: str) -> Check:
    said = " ".join(match[0].split())
    detail = f"{said} is there" if right else f"{said}: {why}"
    return Check("citations", "pass" if right else "fail", detail, match.start(), match.end())
