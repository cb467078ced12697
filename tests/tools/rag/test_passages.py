"""What every passage of the handbook must hold, and that every operation is named by some passage."""

import re

import pytest

from havoc.tools import DSLExecutor, PythonMathEngine
from havoc.tools.rag.passage import Passage, handbook

PASSAGES = handbook()
LONGEST = 900
"""Characters. A passage is embedded as one unit, so each thought of a longer one is found less well."""


def named_words(passage: Passage) -> set[str]:
    """The words after `Operation:` or `Operations:`; whether an operation of that name exists is tested in test_handbook."""
    lists = re.findall(r"Operations?: ([^.]+)", passage.text)
    return {word for listed in lists for word in re.findall(r"\b[a-z0-9_]+\b", listed)}


def test_every_passage_gives_a_formula_or_an_example():
    assert [passage.id for passage in PASSAGES if not re.search(r"\b(Formula|Example)\b", passage.text)] == []


def test_no_passage_is_too_long_to_be_found():
    assert {passage.id: len(passage.text) for passage in PASSAGES if len(passage.text) > LONGEST} == {}


@pytest.mark.parametrize("tool", [PythonMathEngine(), DSLExecutor()], ids=lambda tool: tool.name)
def test_every_operation_is_named_by_some_passage(tool):
    assert set(tool.operations) - set().union(*map(named_words, PASSAGES)) == set()
