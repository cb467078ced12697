"""Which operations could answer a question, with the arguments that its evidence gives them."""

from havoc.prime.candidates.ranker import CandidateRanker

__all__ = ["CandidateRanker"]
