"""Of answers with one thing changed nearly all are flagged; of right ones nearly none."""

import pytest

from havoc.prime.numerals import find_numerals
from havoc.prime.quantities.precision import supports
from havoc.prime.verification import GlobalVerification
from tests.prime.planted_faults import KINDS, faulty_answers, right_answers

COUNT = 200


@pytest.fixture(scope="module")
def right():
    return right_answers(COUNT)


@pytest.fixture(scope="module")
def faulty(right):
    return faulty_answers(right, COUNT)


def _told(answers):
    return "\n".join(f"{one.operation}: {one.fault} {one.text}" for one in answers)


def test_the_answers_are_of_many_operations_and_kinds(right, faulty):
    assert len({answer.text for answer in right}) == COUNT == len(faulty)
    assert len({answer.operation for answer in right}) >= 40
    assert {slot.kind for answer in right for slot in answer.slots} == set(KINDS)


def test_a_changed_number_is_not_the_true_one_rounded(right):
    changed = 0
    for answer in right:
        for slot in answer.slots:
            numerals = find_numerals(answer.text[slot.start : slot.end])
            if slot.value == slot.value and numerals and "<" not in answer.text[slot.start : slot.end]:
                assert supports(slot.value, numerals[0]), answer.text
                changed += 1
    assert changed > COUNT


def test_at_most_one_in_a_hundred_right_answers_is_flagged(right):
    flagged = [one for one in right if not GlobalVerification().verify(one.text, one.workspace).passed]
    assert len(flagged) <= COUNT // 100, _told(flagged)


def test_at_least_ninety_nine_in_a_hundred_faults_are_flagged(faulty):
    missed = [one for one in faulty if GlobalVerification().verify(one.text, one.workspace).passed]
    assert len(missed) <= COUNT // 100, _told(missed)
