"""Grounded prose: no numeral but the ones that are offered can be written."""

import pytest
import torch

from havoc.engine import EngineError, SamplingParams, generate
from havoc.engine.grammar import GrammarCompiler
from havoc.prime.answers.prose import MAX_NUMBERS, grounded_prose
from havoc.prime.numerals import find_numerals

OFFERED = ["0.3466", "-1.0", "15", "5%", "1.2e-05", "1,234"]


def _accepts(tokenizer, text, numbers=OFFERED, sentences=2):
    matcher = GrammarCompiler(tokenizer).matcher(grounded_prose(numbers, sentences))
    try:
        matcher.advance(tokenizer.encode(text))
    except EngineError:
        return False
    return matcher.accepting


@pytest.mark.parametrize(
    "text",
    [
        "The p value is 0.3466, far above 5%.",
        "It fell by -1.0 (of 15). A second sentence.",
        "The chance is 1.2e-05; the count is 1,234.",
        "No number at all.",
        "β and σ hold.",
    ],
)
def test_offered_numerals_and_words_are_allowed(text, tiny_tokenizer):
    assert _accepts(tiny_tokenizer, text)


@pytest.mark.parametrize(
    "text",
    [
        "The p value is 0.34661.",
        "The p value is 0.346.",
        "It is 10.3466 here.",
        "It is -0.3466 here.",
        "It is 15.5 here.",
        "It is 15% here.",
        "It is 15/15 here.",
        "It is 15 15 here.",
        "It is 15e5 here.",
        "It is x15 here.",
        "It is 15² here.",
        "It is ½ of that.",
        "It is ٣ here.",
        "It is .15 here.",
        "It is 15",
        "One. Two. Three.",
    ],
)
def test_nothing_else_is(text, tiny_tokenizer):
    assert not _accepts(tiny_tokenizer, text)


def test_without_numbers_only_words_are_left(tiny_tokenizer):
    assert _accepts(tiny_tokenizer, "Words alone.", [])
    assert not _accepts(tiny_tokenizer, "Words and 15.", [])


def test_a_random_model_writes_offered_numerals_only(tiny_engine):
    params = [
        SamplingParams(max_new_tokens=80, temperature=1.2, seed=seed, grammar=grounded_prose(OFFERED, 3))
        for seed in range(30)
    ]
    values = {numeral.value for text in OFFERED for numeral in find_numerals(text)}
    torch.manual_seed(0)
    for one in params:
        text = generate(tiny_engine, [tiny_engine.tokenizer.encode("Go on:")], one)[0].text
        assert {numeral.value for numeral in find_numerals(text)} <= values, text


def test_many_numbers_are_cut_to_what_compiles_quickly(tiny_tokenizer):
    numbers = [f"{number / 7:.6f}" for number in range(5000)]
    assert _accepts(tiny_tokenizer, f"It is {numbers[MAX_NUMBERS - 1]} here.", numbers)
    assert not _accepts(tiny_tokenizer, f"It is {numbers[MAX_NUMBERS]} here.", numbers)
