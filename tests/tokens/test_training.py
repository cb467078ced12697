import io
import re

import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st

from havoc.tokens import SentencePieceTokenizer, TokensError, split_lines, train_sentencepiece


@given(text=st.text(st.sampled_from("a \n\r\t"), max_size=30))
def test_lines_keep_their_newlines(text):
    lines = split_lines(text)
    assert "".join(lines) == text
    assert all("\n" not in line.rstrip("\n") for line in lines)


def test_pieces_learn_line_ends_and_split_digits(tiny_tokenizer):
    pieces = {tiny_tokenizer.token_bytes(token_id) for token_id in range(tiny_tokenizer.vocab_size)}
    assert b":\n" in pieces
    assert b"\n\n" in pieces
    assert b"    " in pieces
    assert not [piece for piece in pieces if len(piece) > 1 and re.search(rb"\d", piece)]
    assert tiny_tokenizer.vocab_size == 600


def test_training_is_deterministic():
    texts = ["def f(x):\n    return x + 1\n" * 5, "Welch's test does not assume equal variances.\n\n" * 5]
    first, second = (train_sentencepiece(texts, vocab_size=330) for _ in range(2))
    assert first.fingerprint == second.fingerprint


def test_a_corpus_full_of_tags_learns_no_tag():
    texts = ["the <reason> reason of the <tool> tool </tool> is <result> a result <mask> <0x41>\n" * 200]
    tokenizer = train_sentencepiece(texts, vocab_size=315)
    pieces = {tokenizer.token_bytes(token_id) for token_id in range(20, 315)}
    assert b" reason" in pieces
    assert not [piece for piece in pieces if piece.startswith(b"<") and len(piece) > 1]
    assert b"".join(map(tokenizer.token_bytes, tokenizer.encode("<tool><0x41>"))) == b"<tool><0x41>"


def test_too_little_text_names_the_largest_vocabulary_that_works():
    texts = ["A factorial design varies all factors at once.\n"]
    with pytest.raises(TokensError, match="set vocab_size to that or less") as caught:
        train_sentencepiece(texts, vocab_size=5000)
    largest = int(re.search(r"it supports is (\d+)", str(caught.value))[1])
    assert train_sentencepiece(texts, vocab_size=largest).vocab_size == largest
    with pytest.raises(TokensError, match=f"it supports is {largest}"):
        train_sentencepiece(texts, vocab_size=largest + 1)


def test_too_small_a_vocabulary_names_the_smallest_that_works():
    texts = ["".join(map(chr, range(0x400, 0x480))) + "\n"] * 20
    with pytest.raises(TokensError, match="301 is too small") as caught:
        train_sentencepiece(texts, vocab_size=301)
    smallest = int(re.search(r"set it to (\d+)", str(caught.value))[1])
    assert train_sentencepiece(texts, vocab_size=smallest).vocab_size == smallest


@pytest.mark.parametrize("texts", [[], [""], ["x" * 5000]])
def test_a_corpus_without_usable_lines_is_refused(texts):
    with pytest.raises(TokensError, match="no line of at most max_sentence_length \\(4096\\) bytes"):
        train_sentencepiece(texts, vocab_size=400)


def test_a_text_without_utf8_form_is_refused():
    with pytest.raises(TokensError, match=r"character 1 is U\+DC80"):
        train_sentencepiece(["a\udc80"], vocab_size=400)


def test_a_foreign_sentencepiece_model_is_refused():
    with pytest.raises(TokensError, match="not a SentencePiece model"):
        SentencePieceTokenizer(b"nonsense")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c"]), model_writer=model, vocab_size=8, model_type="bpe", minloglevel=2
    )
    with pytest.raises(TokensError, match="id 0 is '<unk>', and the control symbol '<pad>' is required"):
        SentencePieceTokenizer(model.getvalue())
