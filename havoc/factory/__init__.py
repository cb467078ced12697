"""Verified training examples: questions in many voices, about other data each time, answered by PRIME and real tools."""

from havoc.factory.errors import FactoryError
from havoc.factory.question import Question, load_questions

__all__ = ["FactoryError", "Question", "load_questions"]
