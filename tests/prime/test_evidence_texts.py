"""Texts as engineers write them, by somebody who had not seen the reader: what must be found in them, and what must not."""

import math
from pathlib import Path

import pytest
import yaml

from havoc.prime.evidence import read_evidence

TEXTS = yaml.safe_load((Path(__file__).parent / "evidence_texts.yaml").read_text(encoding="utf-8"))


def fits(item, expected):
    """Whether an item is the one that is expected."""
    if item.kind != expected["kind"] or item.role != expected.get("role", item.role):
        return False
    if expected.get("table") and not item.table:
        return False
    numbers = [float(value) for value in expected.get("numbers", item.numbers)]
    texts = [str(text) for text in expected.get("texts", item.values)]
    return (
        len(numbers) == len(item.numbers)
        and all(math.isclose(one, other, rel_tol=1e-9) for one, other in zip(numbers, item.numbers, strict=True))
        and texts == [str(value) for value in item.values]
        and str(expected.get("name", "")).lower() in item.name.lower()
        and expected.get("unit", item.unit).lower() == item.unit.lower()
        and expected.get("layout", item.layout) == item.layout
    )


def is_read(entry):
    """Whether everything that is expected is there, and no number in a list that does not belong there."""
    read = read_evidence(entry["text"])
    listed = {value for item in read.of_kind("values") for value in item.numbers}
    found = all(any(fits(item, expected) for item in read.items) for expected in entry["expect"] or ())
    return found and listed.isdisjoint(map(float, entry.get("never", ())))


@pytest.mark.parametrize("held", [False, True], ids=["open", "held back"])
def test_what_the_texts_give_is_read(held):
    chosen = [entry for entry in TEXTS if bool(entry.get("held")) is held]
    assert len(chosen) >= 60
    wrong = [entry["text"] for entry in chosen if not is_read(entry)]
    assert len(wrong) <= 0.03 * len(chosen), wrong
