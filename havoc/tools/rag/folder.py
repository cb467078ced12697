"""A folder of one's own documents as an index that is brought up to date without doing again what has not changed."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from havoc.tools.errors import ToolError
from havoc.tools.rag.embedder import Embedder, LatentSemanticEmbedder, SentenceTransformerEmbedder
from havoc.tools.rag.index import SearchIndex, searchable
from havoc.tools.rag.passage import Passage, split_document

KINDS = (".md", ".txt", ".pdf")
FILES = "files.json"
REFIT_GROWTH = 2.0
"""The fitted embedder is kept until there are this many times the passages it was fitted on; then its words are too old."""


@dataclass(frozen=True)
class IndexReport:
    """What `index_folder` did."""

    added: int
    """Files that were new or had changed."""
    unchanged: int
    removed: int
    """Files that were in the index and are gone."""
    without_text: tuple[str, ...]
    """Files in which no text was found: scans, empty files."""
    passages: int
    refitted: bool
    """Whether the embedder was fitted anew, so that every passage was embedded again."""


def index_folder(
    folder: Path,
    out: Path,
    model: str | None = None,
    progress: Callable[[Iterable[Path]], Iterable[Path]] = iter,
) -> IndexReport:
    """Index every .md, .txt and .pdf below `folder` into `out`; an index that is there is brought up to date.

    Args:
        folder: documents.
        out: index, to be given to RAGHelper.
        model: of sentence-transformers, instead of the embedder that is fitted on the documents.
        progress: wraps the files as they are read.

    Raises:
        ToolError: there is nothing to index, or a file cannot be read; the message names it.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in KINDS and path.is_file())
    if not paths:
        raise ToolError("folder", "", f"{folder} holds no .md, .txt or .pdf file", "name a folder of documents")
    before = _Before.read(out, model)
    passages: list[Passage] = []
    hashes: dict[str, str] = {}
    rows: list[int] = []  # of the old vectors; -1 for a new passage
    added, without_text = 0, []
    for path in progress(paths):
        name = path.relative_to(folder).as_posix()
        hashes[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        if before.hashes.get(name) == hashes[name]:
            known = before.of_document.get(name, [])
            passages += [before.passages[row] for row in known]
            rows += known
            continue
        added += 1
        found = split_document(read_document(path), name)
        if not found:
            without_text.append(name)
        passages += found
        rows += [-1] * len(found)
    if not passages:
        raise ToolError("folder", "", f"{folder} has no text in its files", "scans need a text layer first (OCR)")
    embedder, refitted = before.embedder, False
    if embedder is None or len(passages) > REFIT_GROWTH * before.fitted_on:
        embedder, refitted = _new_embedder(model, passages), True
    fresh = [index for index, row in enumerate(rows) if refitted or row < 0]
    vectors = _vectors(embedder, passages, rows, fresh, before)
    SearchIndex(passages, vectors, embedder).save(out)
    fitted_on = len(passages) if refitted else before.fitted_on
    about = {"files": hashes, "fitted_on": fitted_on, "model": model}
    (out / FILES).write_text(json.dumps(about, indent=1), encoding="utf-8")
    return IndexReport(
        added=added,
        unchanged=len(paths) - added,
        removed=len(before.hashes.keys() - hashes.keys()),
        without_text=tuple(without_text),
        passages=len(passages),
        refitted=refitted,
    )


def read_document(path: Path) -> str:
    """The text of a document.

    Raises:
        ToolError: it is not UTF-8, or not a PDF that can be read.
    """
    if path.suffix.lower() == ".pdf":
        return _read_pdf(path)
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ToolError(
            "folder", "", f"{path} is not UTF-8 at byte {error.start}", "convert the file, or take it out of the folder"
        ) from None


def _read_pdf(path: Path) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return "\n\n".join(page.extract_text() for page in PdfReader(path).pages)
    except PyPdfError as error:
        raise ToolError(
            "folder", "", f"{path} is not a readable PDF ({error})", "save it anew without a password, or take it out"
        ) from None


@dataclass(frozen=True)
class _Before:
    """The index that is there already; empty where there is none, or one with another embedder."""

    passages: list[Passage]
    of_document: dict[str, list[int]]
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]] | None
    hashes: dict[str, str]
    embedder: Embedder | None
    fitted_on: int

    @classmethod
    def read(cls, out: Path, model: str | None) -> "_Before":
        about = json.loads((out / FILES).read_text(encoding="utf-8")) if (out / FILES).exists() else None
        if about is None or about["model"] != model:
            return cls([], {}, None, {}, None, 0)
        index = SearchIndex.load(out)
        of_document: dict[str, list[int]] = {}
        for row, passage in enumerate(index.passages):
            of_document.setdefault(passage.document, []).append(row)
        return cls(index.passages, of_document, index.vectors, about["files"], index.embedder, about["fitted_on"])


def _new_embedder(model: str | None, passages: list[Passage]) -> Embedder:
    if model is not None:
        return SentenceTransformerEmbedder(model)
    return LatentSemanticEmbedder.fit([searchable(passage) for passage in passages])


def _vectors(
    embedder: Embedder, passages: list[Passage], rows: list[int], fresh: list[int], before: _Before
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """float32, passages x dimensions: old vectors where a passage has one, new ones for `fresh`."""
    encoded = embedder.encode([searchable(passages[index]) for index in fresh]) if fresh else None
    if encoded is not None and len(fresh) == len(passages):
        return encoded
    if before.vectors is None:
        raise RuntimeError("an index without vectors has only fresh passages")
    vectors = before.vectors[np.maximum(rows, 0)]
    if encoded is not None:
        vectors[fresh] = encoded
    return vectors
