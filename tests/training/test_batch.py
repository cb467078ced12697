import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from havoc.model import IGNORED
from havoc.training.batch import collate, micro_batches, tokens_per_source


def _rows(ids, mask, document, source=None):
    n = len(ids)
    return {
        "index": np.arange(n),
        "source": np.array(source or [0] * n),
        "ids": np.array(ids, np.int32),
        "loss_mask": np.array(mask, np.uint8),
        "document": np.array(document, np.int16),
    }


def test_label_is_the_next_token_of_the_same_document():
    batch = collate(_rows([[1, 7, 8, 2, 1, 9, 2, 0]], [[1] * 7 + [0]], [[0, 0, 0, 0, 1, 1, 1, -1]]))

    assert batch.labels.tolist() == [7, 8, 2, IGNORED, 9, 2, IGNORED, IGNORED]
    assert batch.positions.tolist() == [0, 1, 2, 3, 0, 1, 2, 0]
    assert batch.cu_seqlens.tolist() == [0, 4, 7, 8]
    assert batch.max_seqlen == 4
    assert batch.trained_tokens == 5


def test_the_mask_belongs_to_the_predicted_token():
    batch = collate(_rows([[1, 7, 8, 2]], [[0, 0, 1, 1]], [[0, 0, 0, 0]]))

    assert batch.labels.tolist() == [IGNORED, 8, 2, IGNORED]


def test_rows_never_join_even_when_their_document_numbers_agree():
    batch = collate(_rows([[1, 5], [6, 2]], [[1, 1], [1, 1]], [[0, 0], [0, 0]]))

    assert batch.cu_seqlens.tolist() == [0, 2, 4]
    assert batch.labels.tolist() == [5, IGNORED, 2, IGNORED]


def test_attended_counts_causal_pairs_within_documents():
    batch = collate(_rows([[1, 7, 8, 2, 1, 9]], [[1] * 6], [[0, 0, 0, 0, 1, 1]]))

    assert batch.attended == 4 * 5 // 2 + 2 * 3 // 2


def test_tokens_per_source_leaves_padding_out():
    rows = _rows([[1, 2, 0], [1, 2, 3]], [[1] * 3] * 2, [[0, 0, -1], [0, 0, 0]], source=[1, 0])

    assert tokens_per_source(rows, 3).tolist() == [3, 2, 0]


@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=12), rows=st.integers(1, 4))
def test_every_document_of_n_tokens_trains_n_minus_one(lengths, rows):
    document = np.concatenate([np.full(n, i) for i, n in enumerate(lengths)])
    ids = np.arange(rows * document.size).reshape(rows, -1)
    batch = collate(_rows(ids, np.ones_like(ids), np.tile(document, (rows, 1))))

    assert batch.trained_tokens == rows * sum(n - 1 for n in lengths)
    kept = batch.labels != IGNORED
    assert torch.equal(batch.labels[kept], batch.input_ids[kept] + 1)


def test_micro_batches_keep_the_order_of_rows():
    rows = _rows([[1, 10], [1, 11], [1, 12], [1, 13]], [[1, 1]] * 4, [[0, 0]] * 4)

    assert [batch.input_ids[1::2].tolist() for batch in micro_batches(rows, 2)] == [[10, 11], [12, 13]]
