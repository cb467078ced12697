"""Grammars over tokens, through llguidance: which ids may come next, and which must."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from threading import Lock
from typing import Any

import llguidance
import llguidance.numpy
import numpy as np
from numpy.typing import NDArray

from havoc.engine.errors import EngineError
from havoc.engine.request import Grammar
from havoc.tokens import SPECIAL_TOKENS, Tokenizer

MAX_GRAMMAR_BYTES = 1_000_000
KEPT = 256
"""Compiled grammars that are kept for later requests."""
MAX_SECONDS = 5.0
"""Processor time that one generation's masks may take. The usual one takes 10 us a mask; an ambiguous grammar can take a
second, in which nobody else in the batch gets on."""
_LIMITS = llguidance.LLParserLimits(
    initial_lexer_fuel=1_000_000,
    step_lexer_fuel=200_000,
    step_max_items=50_000,
    max_grammar_size=200_000,
    verbose_errors=False,
)
"""Bounds of llguidance on what a grammar may cost: about 20 ms to compile, 15 ms a token."""

_AS_PYTHON_WRITES: Any = {
    "whitespace_flexible": False,
    "item_separator": ", ",
    "key_separator": ": ",
    "lenient": False,
}
"""Blanks of JSON are fixed to those of `json.dumps`, so that all between two values is forced."""

Masks = NDArray[np.int32]


class Matcher:
    """Where one sequence stands in its grammar."""

    def __init__(self, matcher: llguidance.LLMatcher, end: int, seconds: float = 0.0) -> None:
        self._matcher = matcher
        self._end = end
        self._seconds = seconds

    @property
    def finished(self) -> bool:
        """Whether nothing can follow."""
        return bool(self._matcher.is_stopped())

    @property
    def accepting(self) -> bool:
        """Whether the output may end here."""
        return bool(self._matcher.is_accepting())

    def is_end(self, token_id: int) -> bool:
        """Whether `token_id` says that the output ends here; it belongs to no grammar, and to no output."""
        return token_id == self._end

    def advance(self, ids: Sequence[int]) -> None:
        """Go past `ids`.

        Raises:
            EngineError: they do not follow.
        """
        if not self._matcher.consume_tokens(list(ids)):
            raise self._error()

    def forced(self) -> list[int]:
        """The ids that must come next, whatever the model says."""
        return list(self._matcher.compute_ff_tokens())

    def fill(self, masks: Masks, row: int) -> None:
        """Write the bits of the ids that may come next into `masks[row]`. Runs without the interpreter's lock.

        Raises:
            EngineError: the grammar cost more than it may, or allows nothing.
        """
        started = time.thread_time()
        llguidance.numpy.fill_next_token_bitmask(self._matcher, masks, row)
        self._seconds += time.thread_time() - started
        if self._seconds > MAX_SECONDS:
            taken = f"{self._seconds:.1f} s, {MAX_SECONDS:g} s are allowed"
            problem = f"finding what may follow took {taken}; make it less ambiguous"
            raise EngineError("bad_grammar", f"grammar: {problem}")
        if self._matcher.is_error():
            raise self._error()
        if not masks[row].any():
            raise EngineError(
                "bad_grammar", "grammar: no id can follow; nothing that it describes begins like the output so far"
            )

    def copy(self) -> "Matcher":
        """A matcher in the same place that goes its own way."""
        return Matcher(self._matcher.deep_copy(), self._end, self._seconds)

    def _error(self) -> EngineError:
        return EngineError("bad_grammar", f"grammar: {_one_line(self._matcher.get_error())}")


class GrammarCompiler:
    """Makes matchers. May be used from several threads."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._end = tokenizer.special_id("<eos>")
        self.vocab_size = tokenizer.vocab_size
        wrapper = llguidance.TokenizerWrapper(_Vocabulary(tokenizer, self._end))
        self._tokenizer = llguidance.LLTokenizer(wrapper, n_vocab=tokenizer.vocab_size, eos_token=self._end)
        self._kept: OrderedDict[Grammar, llguidance.LLMatcher] = OrderedDict()
        self._lock = Lock()

    def matcher(self, grammar: Grammar) -> Matcher:
        """A matcher at the beginning of `grammar`.

        Raises:
            EngineError: it is no valid grammar, or too large.
        """
        with self._lock:
            compiled = self._kept.get(grammar)
            if compiled is not None:
                self._kept.move_to_end(grammar)
        if compiled is None:
            compiled = self._compile(grammar)
            with self._lock:
                self._kept[grammar] = compiled
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return Matcher(compiled.deep_copy(), self._end)

    def masks(self, rows: int) -> Masks:
        """Room for the bits of all ids, `rows` times."""
        return np.zeros((rows, -(-self.vocab_size // 32)), dtype=np.int32)

    def _compile(self, grammar: Grammar) -> llguidance.LLMatcher:
        if len(grammar.text) > MAX_GRAMMAR_BYTES:
            raise EngineError(
                "bad_grammar", f"grammar: {len(grammar.text):,} characters; give at most {MAX_GRAMMAR_BYTES:,}"
            )
        sources = {
            "json_schema": partial(llguidance.LLMatcher.grammar_from_json_schema, overrides=_AS_PYTHON_WRITES),
            "regex": llguidance.LLMatcher.grammar_from_regex,
            "lark": llguidance.LLMatcher.grammar_from_lark,
        }
        try:
            source = sources[grammar.kind](grammar.text)
        except ValueError as error:
            raise EngineError("bad_grammar", f"grammar: {_one_line(str(error))}") from error
        failed, notes = llguidance.LLMatcher.validate_grammar_with_warnings(source, self._tokenizer, limits=_LIMITS)
        if failed:
            raise EngineError("bad_grammar", f"grammar: {_one_line(notes[0])}")
        matcher = llguidance.LLMatcher(self._tokenizer, source, limits=_LIMITS, log_level=0)
        if matcher.is_error():
            raise EngineError("bad_grammar", f"grammar: {_one_line(matcher.get_error())}")
        return matcher


class _Vocabulary:
    """What llguidance asks of a tokenizer: the bytes of every id, and which ids no text may contain."""

    def __init__(self, tokenizer: Tokenizer, end: int) -> None:
        self._tokenizer = tokenizer
        self.eos_token_id = end
        self.bos_token_id = tokenizer.special_id("<bos>")
        self.tokens = [tokenizer.token_bytes(token_id) for token_id in range(tokenizer.vocab_size)]
        # Ids without bytes are special, those of an imported base that HAVOC does not use among them.
        self.special_token_ids = [token_id for token_id, content in enumerate(self.tokens) if not content]
        for token in SPECIAL_TOKENS:
            self.tokens[tokenizer.special_id(token.name)] = token.name.encode()
        for token_id in self.special_token_ids:
            self.tokens[token_id] = self.tokens[token_id] or b"<unused%d>" % token_id

    def __call__(self, text: str | bytes) -> list[int]:
        if isinstance(text, bytes):
            raise TypeError("text, not bytes")  # how llguidance finds out which of the two is taken
        return self._tokenizer.encode(text)


def _one_line(message: str) -> str:
    return " ".join(message.split())[:300] or "it cannot be followed any further"
