"""Texts as vectors whose scalar product says how near they are in meaning."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from havoc.tools.errors import ToolError

Vectors = NDArray[np.float32]


TOKEN = r"(?u)\b\w+\b"
"""A word; single letters count, since t, p, c and F are terms of the field."""
_NOT_MATCHED = """
a an and are as at be been but by can did do does don for from has have how i if in into is it its me my of on or our s
should so that the their them there these they this to us want was we were what when where which who why will with would you
your explain need tell use used using work works
"""
STOP_WORDS = _NOT_MATCHED.split()
"""Words that say nothing about what is asked. `two`, `before`, `same` and `never` stay: here they tell methods apart."""


class Embedder(Protocol):
    """Anything that turns texts into unit vectors."""

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32, texts x dimensions; each row has length 1, or is 0 where a text has no known word."""
        ...

    def save(self, folder: Path) -> None:
        """Write what `load_embedder` needs into `folder`."""
        ...


class LatentSemanticEmbedder:
    """TF-IDF of words, word pairs and pieces of words, reduced by a truncated SVD (Deerwester et al. 1990).

    It is fitted on the very corpus that is searched, so it needs no download. Pieces of words bring `capability` and
    `capable` together.
    """

    name = "latent-semantic"
    DIMENSIONS = 128
    FEATURES = 40_000
    FEW_TEXTS = 2_000
    """Texts up to which the SVD is exact, from their products with each other: there it is also much faster."""

    def __init__(self, words: Any, pieces: Any, components: Vectors) -> None:
        self._words, self._pieces = words, pieces
        # In the order of columns, in which a sparse product reads it: else every query copies it.
        self._components = np.asfortranarray(components)

    @classmethod
    def fit(cls, texts: Sequence[str]) -> "LatentSemanticEmbedder":
        """Learn from `texts`; the same texts give the same embedder.

        Raises:
            ToolError: fewer than 3 texts.
        """
        from scipy import sparse
        from sklearn.decomposition import TruncatedSVD

        if len(texts) < 3:
            raise ToolError("texts", len(texts), "too few texts to learn from", "index at least 3 passages")
        words, pieces = _vectorizers()
        matrix = sparse.hstack([words.fit_transform(texts), pieces.fit_transform(texts)]).tocsr()
        dimensions = min(cls.DIMENSIONS, min(matrix.shape) - 1)
        if len(texts) <= cls.FEW_TEXTS:
            return cls(words, pieces, _components_of_few(matrix, dimensions))
        svd = TruncatedSVD(dimensions, random_state=0).fit(matrix)
        return cls(words, pieces, svd.components_.astype(np.float32))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32, texts x dimensions, rows of length 1 or 0."""
        split = len(self._words.vocabulary_)
        products = self._words.transform(texts) @ self._components[:, :split].T
        products = products + self._pieces.transform(texts) @ self._components[:, split:].T
        vectors = np.asarray(products, dtype=np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)

    def save(self, folder: Path) -> None:
        """Write vocabulary, weights and components."""
        vocabularies = [
            {word: int(index) for word, index in vectorizer.vocabulary_.items()}
            for vectorizer in (self._words, self._pieces)
        ]
        (folder / "vocabulary.json").write_text(json.dumps(vocabularies), encoding="utf-8")
        np.savez(
            folder / "embedder.npz",
            words=self._words.idf_.astype(np.float32),
            pieces=self._pieces.idf_.astype(np.float32),
            components=self._components,
        )

    @classmethod
    def load(cls, folder: Path) -> "LatentSemanticEmbedder":
        """What `save` wrote."""
        stored = np.load(folder / "embedder.npz", allow_pickle=False)
        vocabularies = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        words, pieces = _vectorizers(*vocabularies)
        words.idf_, pieces.idf_ = stored["words"], stored["pieces"]
        return cls(words, pieces, stored["components"])


def _components_of_few(matrix: Any, dimensions: int) -> Vectors:
    """Right singular vectors (dimensions x features) of a sparse texts x features matrix, from its Gram matrix."""
    values, vectors = np.linalg.eigh((matrix @ matrix.T).toarray().astype(np.float64))
    kept = values[-dimensions:] > 1e-9 * values[-1]
    scaled = vectors[:, -dimensions:][:, kept] / np.sqrt(values[-dimensions:][kept])
    return np.ascontiguousarray((matrix.T @ scaled).T[::-1], dtype=np.float32)


def _vectorizers(words: dict[str, int] | None = None, pieces: dict[str, int] | None = None) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    shared = {"sublinear_tf": True, "dtype": np.float32, "max_features": LatentSemanticEmbedder.FEATURES}
    return (
        TfidfVectorizer(ngram_range=(1, 2), stop_words=STOP_WORDS, token_pattern=TOKEN, vocabulary=words, **shared),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), vocabulary=pieces, **shared),
    )


class SentenceTransformerEmbedder:
    """A model of the optional package sentence-transformers, from a local folder or a hub's name."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise ToolError(
                "embedder",
                model,
                "sentence-transformers is not installed",
                "pip install sentence-transformers, or leave it out",
            ) from None
        self.name = f"sentence-transformers:{model}"
        self._model_name, self._model = model, SentenceTransformer(model)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32, texts x dimensions, rows of length 1."""
        return np.asarray(self._model.encode(list(texts), normalize_embeddings=True), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the model's name; its weights stay where they are."""
        (folder / "model.txt").write_text(self._model_name, encoding="utf-8")


def load_embedder(folder: Path) -> Embedder:
    """The embedder that `save` wrote into `folder`."""
    named = folder / "model.txt"
    if named.exists():
        return SentenceTransformerEmbedder(named.read_text(encoding="utf-8"))
    return LatentSemanticEmbedder.load(folder)
