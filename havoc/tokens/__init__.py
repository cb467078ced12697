"""Tokenizers, the one table of special tokens, and the transcript: how a conversation becomes ids and events, and back."""

from havoc.tokens.decoding import StreamDecoder, decode
from havoc.tokens.errors import TokensError
from havoc.tokens.events import Event, EventParser, StepEnd, StepStart, StepText, parse, steps_of
from havoc.tokens.huggingface_tokenizer import HuggingFaceTokenizer
from havoc.tokens.records import messages_from_record, parse_tagged
from havoc.tokens.sentencepiece_tokenizer import SentencePieceTokenizer
from havoc.tokens.special import BLOCK_TAGS, SPECIAL_TOKENS, SpecialToken, StepKind
from havoc.tokens.tokenizer import Tokenizer, load_tokenizer
from havoc.tokens.training import split_lines, train_sentencepiece
from havoc.tokens.transcript import Kind, Message, Rendered, Role, Step, check_order, render

__all__ = [
    "BLOCK_TAGS",
    "SPECIAL_TOKENS",
    "Event",
    "EventParser",
    "HuggingFaceTokenizer",
    "Kind",
    "Message",
    "Rendered",
    "Role",
    "SentencePieceTokenizer",
    "SpecialToken",
    "Step",
    "StepEnd",
    "StepKind",
    "StepStart",
    "StepText",
    "StreamDecoder",
    "Tokenizer",
    "TokensError",
    "check_order",
    "decode",
    "load_tokenizer",
    "messages_from_record",
    "parse",
    "parse_tagged",
    "render",
    "split_lines",
    "steps_of",
    "train_sentencepiece",
]
