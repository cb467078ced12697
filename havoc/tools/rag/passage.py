"""Passages: what a search finds and an answer cites."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from havoc.tools.errors import ToolError

HANDBOOK = Path(__file__).parent / "handbook"
ASKINGS = Path(__file__).parent / "askings.yaml"
TARGET_WORDS = 160
"""Length to which running text is cut; long enough for a thought, short enough to be quoted."""
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*(?:\{#([a-z0-9-]+)\})?\s*$", re.MULTILINE)
_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")


@dataclass(frozen=True)
class Passage:
    """A piece of a document."""

    id: str
    """Stable: a handbook id such as `t-test-welch`, or `FILE#START` in a user's own document."""
    title: str
    text: str
    document: str
    """File, relative to the folder that was indexed."""
    start: int
    """First character of the text in the document."""
    end: int
    """One past its last character."""
    asked: tuple[str, ...] = ()
    """Its title and how people ask for it; searched beside the text, never shown."""


def handbook() -> list[Passage]:
    """Every passage of the built-in handbook, in the order of files and text.

    Raises:
        ToolError: a passage has no id, or two have the same.
    """
    askings = yaml.safe_load(ASKINGS.read_text(encoding="utf-8"))
    passages = [passage for path in sorted(HANDBOOK.glob("*.md")) for passage in _handbook_file(path, askings)]
    seen: set[str] = set()
    for passage in passages:
        if passage.id in seen:
            raise ToolError("handbook", passage.id, f"{passage.document} repeats an id", "give each passage its own")
        seen.add(passage.id)
    return passages


def _handbook_file(path: Path, askings: Mapping[str, list[str]]) -> Iterator[Passage]:
    content = path.read_text(encoding="utf-8")
    headings = [heading for heading in _HEADING.finditer(content) if len(heading[1]) == 2]
    ends = [heading.start() for heading in headings[1:]] + [len(content)]
    for heading, end in zip(headings, ends, strict=True):
        if heading[3] is None:
            raise ToolError("handbook", heading[2], f"{path.name}: a passage without id", "write ## Title {#its-id}")
        body = content[heading.end() : end]
        start = heading.end() + len(body) - len(body.lstrip())
        asked = (heading[2], *askings.get(heading[3], ()))
        yield Passage(heading[3], heading[2], body.strip(), path.name, start, start + len(body.strip()), asked)


def split_document(content: str, document: str) -> list[Passage]:
    """`content` cut at headings and paragraphs into passages of about `TARGET_WORDS` words; spans are exact."""
    passages: list[Passage] = []
    title, pending = Path(document).stem, list[tuple[int, int]]()

    def close() -> None:
        if pending:
            start, end = pending[0][0], pending[-1][1]
            passages.append(Passage(f"{document}#{start}", title, content[start:end], document, start, end))
            pending.clear()

    for start, end in _pieces(content):
        heading = _HEADING.fullmatch(content[start:end])
        if heading:
            close()
            title = heading[2]
            continue
        if pending and len(content[pending[0][0] : end].split()) > TARGET_WORDS:
            close()
        pending.append((start, end))
    close()
    return passages


def _pieces(content: str) -> Iterator[tuple[int, int]]:
    """Spans of headings and paragraphs; a paragraph much longer than the target is cut between words."""
    for paragraph in _PARAGRAPH.finditer(content):
        first = paragraph[0].split("\n", 1)[0]
        start = paragraph.start()
        if _HEADING.fullmatch(first) and first != paragraph[0]:
            yield start, start + len(first)
            start += len(first) + 1
        words = [
            (start + word.start(), start + word.end()) for word in re.finditer(r"\S+", content[start : paragraph.end()])
        ]
        for index in range(0, len(words), TARGET_WORDS):
            piece = words[index : index + TARGET_WORDS]
            yield piece[0][0], piece[-1][1]
