"""Evaluation: questions with known answers, the systems that are asked, scores, and reports with intervals."""

from havoc.evaluation.errors import EvaluationError
from havoc.evaluation.reply import Reply, System
from havoc.evaluation.score import Score, score
from havoc.evaluation.summary import Comparison, Share, Summary, compare

__all__ = [
    "Comparison",
    "EvaluationError",
    "Reply",
    "Score",
    "Share",
    "Summary",
    "System",
    "compare",
    "score",
]
