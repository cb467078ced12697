"""The tool `rag_helper`."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, Operation
from havoc.tools.rag.passage import Passage
from havoc.tools.result import Notice, Result
from havoc.tools.tool import Tool
from havoc.tools.values import DATA, SETTING

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), DATA]


class Citation(BaseModel):
    """A passage with all that a citation needs."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    id: str
    """Stable id to cite."""
    title: str
    passage: str
    score: float
    """1 where the passage is first by meaning and by words."""
    document: str
    start: int
    """First character of the passage in the document."""
    end: int


class SearchArguments(Arguments):
    """A question."""

    query: Text
    """The question, in any words."""
    top_k: Annotated[int, Field(ge=1, le=20), SETTING] = 3
    """How many passages to give."""


class SearchResult(Result):
    """Passages, best first."""

    headline: ClassVar[tuple[str, ...]] = ("passages",)

    passages: list[Citation]


class PassageArguments(Arguments):
    """An id."""

    id: Text
    """Id of a passage, as a search gave it."""


class RAGHelper(Tool):
    """Search in the handbook, or in an index of one's own documents; a call without `operation` is a search.

    Args:
        index: folder that `jobs.build_index` wrote; the built-in handbook where it is left out.
    """

    name: ClassVar[str] = "rag_helper"
    packages: ClassVar[tuple[str, ...]] = ()
    default_operation: ClassVar[str | None] = "search"

    def __init__(self, index: Path | None = None) -> None:
        self._folder = index

    @cached_property
    def operations(self) -> dict[str, Operation[Any, Any]]:
        """`search` and `passage`, on this tool's own index."""
        source = "Cormack, G. V., Clarke, C. L. A. and Buettcher, S. (2009), SIGIR, 758-759; Robertson and Zaragoza (2009)"
        question, citation = {"query": "What is a Box-Behnken design?", "top_k": 3}, {"id": "box-behnken"}
        search = Operation("search", "Handbook", source, (question,), SearchArguments, SearchResult, self.search)
        passage = Operation("passage", "Handbook", source, (citation,), PassageArguments, SearchResult, self.passage)
        return {"search": search, "passage": passage}

    @cached_property
    def _index(self) -> Any:
        from havoc.tools.rag.index import SearchIndex, handbook_index

        return handbook_index() if self._folder is None else SearchIndex.load(self._folder)

    def search(self, arguments: SearchArguments) -> SearchResult:
        """Which passages answer a question about methods?

        By meaning and by words. Use it for what a method is for, what it assumes, how to read its result and what a term
        means; numbers come from the other tools.
        """
        hits = self._index.search(arguments.query, arguments.top_k)
        found = [_citation(hit.passage, hit.score) for hit in hits]
        few = len(found) < arguments.top_k
        return SearchResult(
            method=f"BM25 and {self._index.embedder.name} vectors, fused by reciprocal rank",
            n_used=len(self._index.passages),
            passages=found,
            warnings=[Notice(code="few_passages", message=f"The index gave {len(found)} passages.")] if few else [],
        )

    def passage(self, arguments: PassageArguments) -> SearchResult:
        """What does the passage with this id say?

        For following a citation; to find passages use search.
        """
        for one in self._index.passages:
            if one.id == arguments.id:
                return SearchResult(method="look-up by id", n_used=1, passages=[_citation(one, 1.0)])
        raise ToolError("id", arguments.id, "no passage has this id", "search for it, and take the id from the result")


def _citation(passage: Passage, score: float) -> Citation:
    return Citation(
        id=passage.id,
        title=passage.title,
        passage=passage.text,
        score=round(score, 6),
        document=passage.document,
        start=passage.start,
        end=passage.end,
    )
