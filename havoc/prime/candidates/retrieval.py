"""Which operations a question's words point to: by the handbook's passages, and by the operations' own documentation."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib import resources
from typing import Any

import yaml

from havoc.prime.candidates.phrases import both_ends
from havoc.tools.operation import Operation
from havoc.tools.rag.embedder import Embedder, Vectors
from havoc.tools.rag.index import SearchIndex, handbook_index
from havoc.tools.rag.passage import Passage

PASSAGES = 40
"""Passages of a search that count."""
HANDBOOK_SHARE = 0.6
"""Weight of the handbook beside the documentation."""
MAX_QUERY = 600
"""Characters of a question that are searched for: its words, without its data."""
_NAMED = re.compile(r"Operations?: (?P<names>[^\n]*)")


class OperationIndex:
    """Operations found by words. Built at the first search, on the handbook's embedder."""

    def __init__(self, operations: Mapping[str, Operation[Any, Any]]) -> None:
        self._operations = operations

    def search(self, query: str) -> dict[str, float]:
        """Operation -> from 0 to 1, which is the best of this search. Operations without any likeness are left out."""
        if not query.strip():
            return {}
        found: dict[str, float] = {}
        for hit in self._handbook.search(both_ends(query, MAX_QUERY), PASSAGES):
            for place, name in enumerate(self._of_passage.get(hit.passage.id, ())):
                found[name] = max(found.get(name, 0.0), hit.score * (1.0 if place == 0 else 0.85))
        scores = {name: HANDBOOK_SHARE * score for name, score in found.items()}
        for hit in self._own.search(both_ends(query, MAX_QUERY), PASSAGES):
            scores[hit.passage.id] = scores.get(hit.passage.id, 0.0) + (1 - HANDBOOK_SHARE) * hit.score
        return scores

    def asked(self, query: str) -> dict[str, float]:
        """Operation -> from 0 to 1, how like the question is to those that others asked for it."""
        return likeness(self._wordings, query)

    @cached_property
    def _wordings(self) -> SearchIndex | None:
        return index_of_wordings(load_wordings(), self.embedder)

    @cached_property
    def embedder(self) -> Embedder:
        """Of the handbook."""
        return _Remembering(handbook_index().embedder)

    @cached_property
    def _handbook(self) -> SearchIndex:
        return SearchIndex(handbook_index().passages, handbook_index().vectors, self.embedder)

    @cached_property
    def _own(self) -> SearchIndex:
        return SearchIndex.build([_documented(operation) for operation in self._operations.values()], self.embedder)

    @cached_property
    def _of_passage(self) -> dict[str, tuple[str, ...]]:
        """Operations that each passage of the handbook names: after `Operation:`, else anywhere in its text."""
        known = set(self._operations)
        named: dict[str, tuple[str, ...]] = {}
        for passage in handbook_index().passages:
            listed = _NAMED.search(passage.text)
            words = re.findall(r"[a-z]\w+", listed["names"] if listed else passage.text)
            names = tuple(dict.fromkeys(word for word in words if word in known and (listed or "_" in word)))
            if names:
                named[passage.id] = names
        return named


@cache
def load_wordings() -> dict[str, list[str]]:
    """Operation -> how people asked for it; see jobs.fit_ranker."""
    text = resources.files("havoc.prime.candidates").joinpath("wordings.yaml").read_text(encoding="utf-8")
    wordings: dict[str, list[str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return wordings


def likeness(wordings: SearchIndex | None, query: str) -> dict[str, float]:
    """Operation -> from 0 to 1, which is the best of this search."""
    if not query.strip() or wordings is None:
        return {}
    return {hit.passage.id: hit.score for hit in wordings.search(both_ends(query, MAX_QUERY), PASSAGES)}


def index_of_wordings(wordings: Mapping[str, Sequence[str]], embedder: Embedder) -> SearchIndex | None:
    """Questions to be searched by likeness; None where there are none."""
    if not wordings:
        return None
    asked = [Passage(name, name, "", name, 0, 0, tuple(texts)) for name, texts in sorted(wordings.items())]
    return SearchIndex.build(asked, embedder)


class _Remembering:
    """An embedder that does not encode the same query again, since two indexes are searched for it."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.save, self._embedder = embedder.name, embedder.save, embedder
        self._query, self._vectors = "", embedder.encode([""])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the embedder does."""
        if len(texts) != 1:
            return self._embedder.encode(texts)
        if texts[0] != self._query:
            self._query, self._vectors = texts[0], self._embedder.encode(texts)
        return self._vectors


def _documented(operation: Operation[Any, Any]) -> Passage:
    fields = operation.arguments.model_fields.items()
    described = " ".join(f"{name.replace('_', ' ')}: {field.description or ''}" for name, field in fields if name != "unit")
    name = operation.name.replace("_", " ")
    return Passage(
        operation.name, name, f"{operation.topic}. {operation.documentation} {described}", "operations", 0, 0, (name,)
    )
