"""An index over passages: dense vectors in FAISS and words in BM25, whose scores are added."""

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

CANDIDATES = 200
"""Best entries of each ranking that are looked at."""
ENTRIES_THAT_COUNT = 3
"""Best entries of a passage whose scores are summed: several near askings say more than one."""
DENSE_SHARE = 0.7
"""Weight of the vectors beside the words. This and the two above were chosen on askings left out of the index."""
VERSION = 1


@dataclass(frozen=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    score: float
    """From 0 to 1, which is the best of this search by vectors and by words; not comparable between searches."""


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
        scores, nearest = self._dense.search(self.embedder.encode([query]), min(CANDIDATES, len(self._owners)))
        fused: dict[int, float] = {}
        rankings = ((DENSE_SHARE, nearest[0], scores[0]), (1 - DENSE_SHARE, *self._by_words(query)))
        for share, entries, values in rankings:
            for index, score in self._by_passage(entries, values).items():
                fused[index] = fused.get(index, 0.0) + share * score
        best = sorted(fused, key=lambda index: (-fused[index], index))[:top_k]
        return [Hit(self.passages[index], fused[index]) for index in best]

    def _by_passage(self, entries: NDArray[np.int64], scores: NDArray[np.float32]) -> dict[int, float]:
        """Sums of each passage's best entries above the last candidate, as shares of the largest sum."""
        counted: dict[int, list[float]] = {}
        for owner, score in zip(self._owners[entries].tolist(), scores.tolist(), strict=True):
            kept = counted.setdefault(owner, [])
            if len(kept) < ENTRIES_THAT_COUNT:
                kept.append(score - float(scores[-1]))
        sums = {owner: sum(kept) for owner, kept in counted.items()}
        largest = max(sums.values(), default=0.0)
        return {owner: value / largest if largest > 0 else 1.0 for owner, value in sums.items()}

    def _by_words(self, query: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Entries by falling BM25 score, with their scores; those that share no word with the query are left out."""
        words = [word for word in _tokens([query])[0] if word in self._words.vocab_dict]
        if not words:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        scores = self._words.get_scores(words)
        count = min(CANDIDATES, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        best = best[np.lexsort((best, -scores[best]))]
        best = best[scores[best] > 0]
        return best, scores[best]

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
