"""Tokenizers, the one table of special tokens, and the transcript: how a conversation becomes ids and events, and back."""

from havoc.tokens.chat_form import CHAT_FORMS, CHATML, CHATML_NAMES, HAVOC, ChatForm, Role
from havoc.tokens.decoding import StreamDecoder, decode
from havoc.tokens.errors import TokensError
from havoc.tokens.events import Event, EventParser, StepEnd, StepStart, StepText, parse, steps_of
from havoc.tokens.huggingface_tokenizer import HuggingFaceTokenizer, added_tokens, count_ids
from havoc.tokens.records import messages_from_record, parse_tagged
from havoc.tokens.sentencepiece_tokenizer import SentencePieceTokenizer
from havoc.tokens.special import BLOCK_TAGS, SPECIAL_TOKENS, SpecialToken, StepKind
from havoc.tokens.tokenizer import Tokenizer, load_tokenizer
from havoc.tokens.training import split_lines, train_sentencepiece
from havoc.tokens.transcript import Kind, Message, Rendered, Step, check_order, encode_marks, render

__all__ = [
    "BLOCK_TAGS",
    "CHATML",
    "CHATML_NAMES",
    "CHAT_FORMS",
    "HAVOC",
    "SPECIAL_TOKENS",
    "ChatForm",
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
    "added_tokens",
    "check_order",
    "count_ids",
    "decode",
    "encode_marks",
    "load_tokenizer",
    "messages_from_record",
    "parse",
    "parse_tagged",
    "render",
    "split_lines",
    "steps_of",
    "train_sentencepiece",
]
