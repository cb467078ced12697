"""Training of HAVOC's own tokenizer."""

import io
import re
from collections.abc import Collection, Iterator

import sentencepiece

from havoc.tokens.errors import TokensError
from havoc.tokens.sentencepiece_tokenizer import SentencePieceTokenizer
from havoc.tokens.special import BOS, EOS, PAD, SPECIAL_BY_NAME, SPECIAL_TOKENS, UNK
from havoc.tokens.text import check_encodable

_LINE = re.compile(r"[^\n]*\n+|[^\n]+")


def split_lines(text: str) -> list[str]:
    """The lines of `text`, each with all the newlines that follow it; joined they are `text` again.

    A line is what training looks at and counts: with its newlines, so that pieces such as ":\\n" and ".\\n\\n" are learned.
    """
    return _LINE.findall(text)


def train_sentencepiece(
    texts: Collection[str],
    *,
    vocab_size: int,
    character_coverage: float = 0.9995,
    max_sentence_length: int = 4096,
    num_threads: int = 1,
) -> SentencePieceTokenizer:
    """Train a BPE tokenizer (Sennrich et al. 2016) that encodes any UTF-8 text without loss.

    Args:
        texts: documents. No generator: SentencePiece would hide what it raises.
        vocab_size: number of ids, the 20 special tokens and the 256 byte pieces included.
        character_coverage: share of the characters in `texts` that get pieces of their own; the rest is spelled in bytes.
        max_sentence_length: longest line that is looked at, in bytes; longer ones are skipped.
        num_threads: threads of the trainer.

    Raises:
        TokensError: the texts are too few for `vocab_size`, or `vocab_size` is too small for the characters in them, or a
            text has no UTF-8 form.
    """
    for text in texts:
        check_encodable(text)
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=_sentences(texts),
            model_writer=model,
            model_type="bpe",
            vocab_size=vocab_size,
            character_coverage=character_coverage,
            max_sentence_length=max_sentence_length,
            num_threads=num_threads,
            # Together these make encoding lossless: no character is replaced, no space added, removed or merged.
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            byte_fallback=True,
            allow_whitespace_only_pieces=True,
            split_digits=True,
            # SentencePiece gives control symbols the ids that are still free, in this order: 4, 5, ...
            pad_id=SPECIAL_BY_NAME[PAD].id,
            bos_id=SPECIAL_BY_NAME[BOS].id,
            eos_id=SPECIAL_BY_NAME[EOS].id,
            unk_id=SPECIAL_BY_NAME[UNK].id,
            pad_piece=PAD,
            bos_piece=BOS,
            eos_piece=EOS,
            unk_piece=UNK,
            control_symbols=[token.name for token in SPECIAL_TOKENS if token.name not in (PAD, BOS, EOS, UNK)],
            minloglevel=2,
        )
    except RuntimeError as error:
        raise _explain(str(error), vocab_size, max_sentence_length) from error
    return SentencePieceTokenizer(model.getvalue())


def _sentences(texts: Collection[str]) -> Iterator[str]:
    for text in texts:
        for line in split_lines(text):
            # SentencePiece strips newlines from the end of what it is given; a space behind them keeps them.
            yield line + " " if line.endswith("\n") else line


def _explain(message: str, vocab_size: int, max_sentence_length: int) -> TokensError:
    """SentencePiece's error in terms of our settings."""
    if found := re.search(r"Vocabulary size too high .* <= (\d+)", message):
        return TokensError(
            f"vocab_size: the corpus has too little text for {vocab_size} pieces; the largest vocabulary that it supports "
            f"is {found[1]}: set vocab_size to that or less, or add text"
        )
    if found := re.search(r"smaller than required_chars. \d+ vs (\d+)", message):
        return TokensError(
            f"vocab_size: {vocab_size} is too small for the special tokens, the bytes and the characters of the corpus; "
            f"set it to {found[1]} or more, or lower character_coverage"
        )
    if "sentences_.empty()" in message:
        return TokensError(
            f"input_files: no line of at most max_sentence_length ({max_sentence_length}) bytes in the corpus; "
            "add text, or raise max_sentence_length"
        )
    return TokensError(f"SentencePiece cannot train: {' '.join(message.split())}")
