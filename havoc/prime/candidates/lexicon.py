"""The words for every operation."""

from havoc.prime.candidates.lexicon_charts import CHARTS
from havoc.prime.candidates.lexicon_counts import COUNTS
from havoc.prime.candidates.lexicon_designs import DESIGNS
from havoc.prime.candidates.lexicon_mathematics import MATHEMATICS
from havoc.prime.candidates.lexicon_means import MEANS_AND_SPREADS
from havoc.prime.candidates.lexicon_models import MODELS
from havoc.prime.candidates.lexicon_planning import PLANNING
from havoc.prime.candidates.lexicon_quality import QUALITY
from havoc.prime.candidates.lexicon_samples import SAMPLES
from havoc.prime.candidates.words import Words

LEXICON: dict[str, Words] = {
    **MEANS_AND_SPREADS,
    **SAMPLES,
    **COUNTS,
    **MODELS,
    **PLANNING,
    **MATHEMATICS,
    **DESIGNS,
    **CHARTS,
    **QUALITY,
}
"""Operation -> its words. An operation that is missing here is found by its documentation alone."""
