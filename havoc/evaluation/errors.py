"""Errors of evaluations."""

from havoc.errors import HavocError


class EvaluationError(HavocError):
    """A question set or a report that cannot be used."""
