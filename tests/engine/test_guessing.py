"""Guesses from repetition."""

from havoc.engine import SamplingParams, generate
from havoc.engine.guessing import PAUSE, Guesser


def test_it_repeats_what_followed_last_time():
    guesser = Guesser()
    assert guesser.guess([1, 2, 3, 4, 5, 9, 2, 3, 4], 3) == [5, 9, 2]
    assert guesser.guess([1, 2, 3, 4, 5, 9, 2, 3, 4, 7], 3) == []
    assert guesser.guess([1, 2, 3, 4, 5, 9, 2, 3, 4, 7, 2, 3, 4], 1) == [7], "the latest occurrence counts"


def test_it_pauses_while_it_is_wrong():
    guesser, ids = Guesser(), [1, 2, 3, 4, 1, 2, 3]
    while guesser.guess(ids, 2):
        guesser.learn(2, 0)
    answers = [guesser.guess(ids, 2) for _ in range(PAUSE)]
    assert answers[-1]
    assert not any(answers[:-2])


def test_guesses_save_steps_and_change_nothing(make_core):
    prompt = [30, 31, 32, 33] * 5
    results = []
    for guesses in (0, 4):
        core = make_core(speculative_tokens=guesses)
        params = SamplingParams(60, temperature=0.3, seed=2, logit_bias={30: 9.0, 31: 9.0, 32: 9.0})
        results.append((generate(core, [prompt] * 2, params), core.metrics.counts))
    (plain, before), (guessed, after) = results
    assert [one.ids for one in plain] == [one.ids for one in guessed]
    assert after["guesses_right"] > 0
    assert after["steps"] < before["steps"]
