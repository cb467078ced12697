"""How much each sign counts when operations are ranked: fitted, not chosen (`jobs.fit_ranker`)."""

from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

import numpy as np
import yaml
from numpy.typing import NDArray

Signs = NDArray[np.float64]
"""Of one operation, in the order of the fields of `Weights` before `even`."""


@dataclass(frozen=True)
class Weights:
    """Those of a conditional logit model of which operation is meant (McFadden 1974)."""

    named: float
    """The question names the method: 1 for a name, a little more for several."""
    hinted: float
    """From 0 to 1: what else speaks for it."""
    opposed: float
    """From 0 to 1: what speaks for something else."""
    usual: float
    """From 0 to 1: how ordinary it is among methods for the same data."""
    documented: float
    """From 0 to 1: likeness to the handbook and to the documentation."""
    asked: float
    """From 0 to 1: likeness to how others have asked for it."""
    missing: float
    """Required arguments for which the question has nothing."""
    waste: float
    """From 0 to 3: evidence that stays unused."""
    quality: float
    """From 0 to 1: how well the values fit that are taken."""
    unsuited: float
    """From 0 to 1: what the values themselves say against it."""
    refused: float
    """1 where the call does not read."""
    even: float
    """The sum of signs that is as likely right as wrong for the best operation of a question."""
    sharpness: float
    """How quickly the prior changes with the sum."""

    def words(self, signs: Signs) -> float:
        """What the words say."""
        return float(signs[:6] @ self._vector[:6])

    def evidence(self, signs: Signs) -> float:
        """What the evidence says, but for calls that do not read."""
        return float(signs[6:10] @ self._vector[6:10])

    @property
    def _vector(self) -> Signs:
        return _vector(self)


SIGNS = tuple(field.name for field in fields(Weights))[:11]
"""Names of the signs, in their order."""


@cache
def _vector(weights: Weights) -> Signs:
    return np.array([getattr(weights, name) for name in SIGNS])


@cache
def load_weights() -> Weights:
    """Those that ship."""
    text = resources.files("havoc.prime.candidates").joinpath("weights.yaml").read_text(encoding="utf-8")
    return Weights(**yaml.safe_load(text))
