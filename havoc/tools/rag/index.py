"""An index over passages: dense vectors in FAISS and words in BM25, fused by rank."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from havoc.tools.errors import ToolError
from havoc.tools.rag.embedder import STOP_WORDS, TOKEN, Embedder, LatentSemanticEmbedder, Vectors, load_embedder
from havoc.tools.rag.passage import Passage, handbook

CANDIDATES = 50
"""Best passages of each ranking that are fused."""
RANK_CONSTANT = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""
VERSION = 1


@dataclass(frozen=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    score: float
    """Sum of 1 / (60 + rank) over both rankings, scaled so that first in both is 1."""


class SearchIndex:
    """Passages that can be searched; immutable once built."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors, embedder: Embedder, words: Any | None = None) -> None:
        self.passages, self.vectors, self.embedder = list(passages), vectors, embedder
        self._owners = _owners(self.passages)
        self._dense = faiss.IndexFlatIP(vectors.shape[1])
        self._dense.add(vectors)
        self._words = words if words is not None else _word_index(_entries(self.passages))

    @classmethod
    def build(cls, passages: Sequence[Passage], embedder: Embedder | None = None) -> "SearchIndex":
        """Index `passages`, with an embedder fitted on them where none is given."""
        embedder = embedder or LatentSemanticEmbedder.fit([_whole(passage) for passage in passages])
        return cls(passages, embedder.encode(_entries(passages)), embedder)

    def search(self, query: str, top_k: int) -> list[Hit]:
        """The best `top_k` passages, best first."""
        _, nearest = self._dense.search(self.embedder.encode([query]), min(CANDIDATES, len(self._owners)))
        scores: dict[int, float] = {}
        for ranking in (nearest[0].tolist(), self._by_words(query)):
            # A passage stands where its best entry does.
            for rank, index in enumerate(dict.fromkeys(int(self._owners[entry]) for entry in ranking)):
                scores[index] = scores.get(index, 0.0) + 1 / (RANK_CONSTANT + rank + 1)
        best = sorted(scores, key=lambda index: (-scores[index], index))[:top_k]
        highest = 2 / (RANK_CONSTANT + 1)
        return [Hit(self.passages[index], scores[index] / highest) for index in best]

    def _by_words(self, query: str) -> list[int]:
        """Entries by falling BM25 score; those that share no word with the query are left out."""
        words = [word for word in _tokens([query])[0] if word in self._words.vocab_dict]
        if not words:
            return []
        scores = self._words.get_scores(words)
        count = min(CANDIDATES, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        best = best[np.lexsort((best, -scores[best]))]
        return [int(index) for index in best if scores[index] > 0]

    def save(self, folder: Path) -> None:
        """Write everything into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        self.embedder.save(folder)
        np.save(folder / "vectors.npy", self.vectors)
        self._words.save(str(folder / "bm25"))
        lines = "".join(json.dumps(asdict(passage), ensure_ascii=False) + "\n" for passage in self.passages)
        (folder / "passages.jsonl").write_text(lines, encoding="utf-8")
        (folder / "index.json").write_text(
            json.dumps({"version": VERSION, "embedder": self.embedder.name}), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> "SearchIndex":
        """What `save` wrote.

        Raises:
            ToolError: there is no index in `folder`, or one of another version.
        """
        import bm25s

        about = folder / "index.json"
        if not about.exists():
            raise ToolError("index", "", f"{folder} holds no index", "make one with python -m jobs.build_index")
        version = json.loads(about.read_text(encoding="utf-8")).get("version")
        if version != VERSION:
            raise ToolError(
                "index", str(folder), f"is of version {version}, not {VERSION}", "make it anew with jobs.build_index"
            )
        with (folder / "passages.jsonl").open(encoding="utf-8") as lines:
            stored = [json.loads(line) for line in lines]
        passages = [Passage(**{**values, "asked": tuple(values["asked"])}) for values in stored]
        words = bm25s.BM25.load(str(folder / "bm25"))
        return cls(passages, np.load(folder / "vectors.npy", allow_pickle=False), load_embedder(folder), words)


@cache
def handbook_index() -> SearchIndex:
    """The handbook's index, built at the first search of a process."""
    return SearchIndex.build(handbook())


def searchable(passage: Passage) -> str:
    """The text that is matched: a title says what a passage is about, so it counts twice."""
    return f"{passage.title}\n{passage.title}\n{passage.text}"


def _whole(passage: Passage) -> str:
    """Text and askings as one document: words that people use for the same thing become related by standing in it."""
    return "\n".join([searchable(passage), *passage.asked])


def _entries(passages: Sequence[Passage]) -> list[str]:
    """What is matched: the text of every passage; each asking by itself; all of a passage with askings together."""
    return [
        *map(searchable, passages),
        *(asked for passage in passages for asked in passage.asked),
        *(_whole(passage) for passage in passages if passage.asked),
    ]


def _owners(passages: Sequence[Passage]) -> NDArray[np.int64]:
    """int64, the passage of each entry."""
    asked = [index for index, passage in enumerate(passages) for _ in passage.asked]
    whole = [index for index, passage in enumerate(passages) if passage.asked]
    return np.array([*range(len(passages)), *asked, *whole], dtype=np.int64)


def _word_index(texts: Sequence[str]) -> Any:
    import bm25s

    index = bm25s.BM25()
    index.index(_tokens(texts), show_progress=False)
    return index


def _tokens(texts: Sequence[str]) -> list[list[str]]:
    import bm25s

    tokens: list[list[str]] = bm25s.tokenize(
        list(texts), stopwords=STOP_WORDS, token_pattern=TOKEN, return_ids=False, show_progress=False, stemmer=_stems
    )
    return tokens


def _stems(words: list[str]) -> list[str]:
    return [_stem(word) for word in words]


@cache
def _stem(word: str) -> str:
    """The word without a plural or verbal ending: enough to bring `charts` to `chart`, and never a new word."""
    for ending, least in (("ies", 3), ("ing", 4), ("ed", 4), ("es", 4), ("s", 3)):
        if word.endswith(ending) and len(word) - len(ending) >= least and not word.endswith("ss"):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word
