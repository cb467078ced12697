import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.data import packing
from havoc.data.packing import Document, document_numbers, one_per_row, pack_text, pack_whole

LENGTHS = st.lists(st.integers(1, 40), max_size=150)


def documents(lengths, masked):
    """Every token has an id of its own; its mask is set where the id is a multiple of three."""
    ids = np.arange(sum(lengths), dtype=np.int32)
    parts = np.split(ids, np.cumsum(lengths)[:-1]) if lengths else []
    return [Document(part, part % 3 == 0 if masked else None) for part in parts]


def check(rows, length, lengths, masked):
    """What holds for every packer: nothing lost or twice, no row too long, masks beside their ids."""
    ids = np.concatenate([document.ids for row in rows for document in row.documents] or [np.zeros(0)])
    assert sorted(ids) == list(range(sum(lengths)))
    for row in rows:
        assert row.tokens == sum(map(len, row.documents)) <= length
        assert row.documents
        for document in row.documents:
            assert len(document)
            if masked:
                np.testing.assert_array_equal(document.loss_mask, document.ids % 3 == 0)
            else:
                assert document.loss_mask is None
    return ids


@given(LENGTHS, st.integers(1, 50))
def test_text_keeps_its_order_and_fills_every_row_but_the_last(lengths, length):
    rows = list(pack_text(documents(lengths, False), length))
    ids = check(rows, length, lengths, False)
    np.testing.assert_array_equal(ids, np.arange(sum(lengths)))
    assert all(row.tokens == length for row in rows[:-1])


def test_text_that_is_cut_continues_as_a_document_of_its_own():
    rows = list(pack_text(documents([3, 9, 2], False), 5))
    assert [[len(document) for document in row.documents] for row in rows] == [[3, 2], [5], [2, 2]]


@given(LENGTHS, st.integers(40, 120))
def test_conversations_are_never_cut(lengths, length):
    rows = list(pack_whole(documents(lengths, True), length))
    check(rows, length, lengths, True)
    assert sorted(len(document) for row in rows for document in row.documents) == sorted(lengths)


def test_a_conversation_goes_into_the_first_row_with_room():
    rows = list(pack_whole(documents([6, 7, 3, 4, 3, 1], True), 10))
    assert [[len(document) for document in row.documents] for row in rows] == [[6, 3, 1], [7, 3], [4]]


def test_the_fullest_row_leaves_a_full_window(monkeypatch):
    monkeypatch.setattr(packing, "WINDOW", 2)
    rows = list(pack_whole(documents([6, 7, 8, 4, 3], True), 10))
    assert [[len(document) for document in row.documents] for row in rows] == [[7], [6, 4], [8], [3]]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_first_fit_wastes_little(seed):
    lengths = np.random.default_rng(seed).integers(20, 400, 400).tolist()
    rows = list(pack_whole(documents(lengths, True), 1000))
    assert sum(row.tokens for row in rows) / (1000 * len(rows)) > 0.93


@given(LENGTHS, st.integers(1, 50), st.booleans())
def test_one_document_a_row(lengths, length, masked):
    rows = list(one_per_row(documents(lengths, masked), length))
    check(rows, length, lengths, masked)
    assert all(len(row.documents) == 1 for row in rows)
    assert len(rows) == sum(-(-size // length) for size in lengths)


@pytest.mark.parametrize("pack", [pack_text, pack_whole])
def test_a_row_has_no_more_documents_than_their_numbers_can_tell_apart(pack, monkeypatch):
    monkeypatch.setattr(packing, "MAX_DOCUMENTS", 3)
    rows = list(pack(documents([1] * 10, False), 100))
    assert [len(row.documents) for row in rows] == [3, 3, 3, 1]
    numbers = document_numbers([1] * 2**15, 2**15 + 1)
    assert numbers[-2:].tolist() == [2**15 - 1, -1]


def test_document_numbers():
    numbers = document_numbers([2, 1, 3], 8)
    assert numbers.dtype == np.int16
    assert numbers.tolist() == [0, 0, 1, 2, 2, 2, -1, -1]
    assert document_numbers([], 2).tolist() == [-1, -1]


def test_the_first_token_of_a_document_trains_nothing():
    ids = np.arange(5, dtype=np.int32)
    assert Document(ids).trained_tokens == 4
    assert Document(ids, np.array([True, False, True, True, False])).trained_tokens == 2
