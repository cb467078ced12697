"""Which operations a question's words point to: by the handbook's passages, and by the operations' own documentation."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

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

    @cached_property
    def _embedder(self) -> Embedder:
        return _Remembering(handbook_index().embedder)

    @cached_property
    def _handbook(self) -> SearchIndex:
        return SearchIndex(handbook_index().passages, handbook_index().vectors, self._embedder)

    @cached_property
    def _own(self) -> SearchIndex:
        return SearchIndex.build([_documented(operation) for operation in self._operations.values()], self._embedder)

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
