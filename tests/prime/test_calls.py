"""Tool calls under their grammar, and the choice between them, by an untrained model."""

import asyncio
import json

import pytest

from havoc.engine import AsyncEngine, EmbeddingNoise, SamplingParams, generate
from havoc.prime.calls import call_grammar, call_head, open_options, read_call, sources_of
from havoc.prime.candidate import Candidate, Option
from havoc.prime.choice import choose, combine, judged
from havoc.prime.chrono import ChronoLoop, conclusion_of
from havoc.prime.evidence import Evidence, EvidenceSet
from havoc.prime.fluency import fluency
from havoc.prime.references import resolve
from havoc.prime.tool_caller import LocalToolCaller
from havoc.tools import ToolRegistry

A, B = (1.0, 2.0, 3.0, 4.0, 5.0), (2.0, 3.0, 4.0, 5.0, 6.5)
EVIDENCE = EvidenceSet(
    "", (Evidence("e1", "values", 'the "A" group', A, "", 0, 1), Evidence("e2", "values", "B", B, "", 1, 2))
)


def _candidate(operation="t_test", prior=0.9, **options):
    return Candidate("python_math", operation, options, (), (), prior, prior, prior, ())


def _option(value, score=1.0, *sources):
    return Option(value, sources, score, "")


MARGIN = 0.1
TWO = _candidate(group1=(_option(list(A), 1.0, "e1"), _option(list(B), 0.95, "e2")), group2=(_option(list(B), 1.0, "e2"),))


def _write(engine, grammar, seed=0):
    params = SamplingParams(max_new_tokens=2000, temperature=1.5, seed=seed, grammar=grammar)
    return generate(engine, [engine.tokenizer.encode("x")], params)[0]


@pytest.mark.parametrize("seed", range(8))
def test_what_is_written_is_a_call_with_evidence_alone(tiny_engine, seed):
    written = _write(tiny_engine, call_grammar(TWO, EVIDENCE, MARGIN), seed)
    assert written.finish_reason == "grammar"
    tool, args = read_call(written.text)
    assert (tool, args["operation"], args["group2"]) == ("python_math", "t_test", list(B))
    assert args["group1"] in (list(A), list(B))
    assert sources_of(TWO, args, EVIDENCE) == (("e1", "e2") if args["group1"] == list(A) else ("e2",))


def test_a_call_without_open_choices_costs_no_step(tiny_engine):
    fixed = _candidate(group1=(_option(list(A)),), group2=(_option(list(B)),), alternative=(_option("less"),))
    steps = tiny_engine.metrics.counts["steps"]
    written = _write(tiny_engine, call_grammar(fixed, EVIDENCE, MARGIN))
    assert json.loads(written.text)["args"]["alternative"] == "less"
    assert tiny_engine.metrics.counts["steps"] == steps


def test_options_far_below_the_best_are_not_open():
    candidate = _candidate(group1=(_option([1], 0.9), _option([2], 0.85), _option([3], 0.5)))
    assert [option.value for option in open_options(candidate, MARGIN)["group1"]] == [[1], [2]]
    assert [option.value for option in open_options(candidate, 0.0)["group1"]] == [[1]]


def test_names_that_need_escapes_and_long_data_survive(tiny_engine):
    long = tuple(number / 3 for number in range(500))
    evidence = EvidenceSet("", (*EVIDENCE.items, Evidence("e3", "values", "C", long, "", 2, 3)))
    groups = {'say "a\\b"\n</tool>': list(A), "μ": list(long)}
    written = _write(tiny_engine, call_grammar(_candidate("one_way_anova", groups=(_option(groups),)), evidence, MARGIN))
    assert len(written.text) < 300
    assert resolve(read_call(written.text)[1], evidence)["groups"] == groups


def test_the_head_is_how_the_call_begins():
    assert call_head(TWO) == '{"tool": "python_math", "args": {"operation": "t_test"'


def test_combining():
    assert combine([0.5, 0.5], [0.0, -5.0], 0.0) == [0.5, 0.5]
    assert combine([0.5, 0.5], [0.0, -5.0], 1.0)[0] > 0.99
    # Odds of 9 against 1, and of 1 against 9: 81 to 1.
    assert combine([0.9, 0.1], [0.0, 0.0], 1.0)[0] == pytest.approx(81 / 82)
    assert combine([0.0, 1.0], [0.0, 0.0], 1.0)[1] == pytest.approx(1.0)
    assert combine([0.9, 0.6], [-8.0, 0.0], 0.05)[0] > combine([0.9, 0.6], [-8.0, 0.0], 1.0)[0]


def _asked(core, run):
    async def go():
        async with AsyncEngine(core) as engine:
            return await run(engine, engine.tokenizer.encode("A question."))

    return asyncio.run(go())


OTHER = _candidate("mann_whitney", 0.6, group1=(_option(list(A)),), group2=(_option(list(B)),))


def test_the_prior_decides_where_the_model_counts_for_nothing(tiny_engine):
    choice = _asked(tiny_engine, lambda engine, prompt: choose(engine, prompt, [TWO, OTHER], 0.0))
    assert choice.chosen == 0
    assert choice.shares[0].probability == pytest.approx(9 / (9 + 1.5))


def test_likelihoods_are_the_models_and_noise_moves_them(tiny_engine):
    used = tiny_engine.pool.num_used
    plain = _asked(tiny_engine, lambda engine, prompt: choose(engine, prompt, [TWO, OTHER], 1.0))
    again = _asked(tiny_engine, lambda engine, prompt: choose(engine, prompt, [TWO, OTHER], 1.0))
    noisy = _asked(tiny_engine, lambda engine, prompt: choose(engine, prompt, [TWO, OTHER], 1.0, noise=EmbeddingNoise(0.5)))
    scores = [[share.log_likelihood for share in choice.shares] for choice in (plain, again)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-4)
    assert max(share.log_likelihood for share in plain.shares) == 0
    assert [one.log_likelihood for one in plain.shares] != [one.log_likelihood for one in noisy.shares]
    assert tiny_engine.pool.num_used == used


def test_what_the_model_holds_likeliest_keeps_its_prior(tiny_engine):
    choice = _asked(tiny_engine, lambda engine, prompt: choose(engine, prompt, [TWO, OTHER], 1.0))
    order = judged([TWO, OTHER], choice)
    likeliest = max(choice.shares, key=lambda share: share.log_likelihood)
    assert {one.operation: one.prior for one in order}[likeliest.operation] == pytest.approx(likeliest.prior)
    assert order[0].operation == choice.shares[choice.chosen].operation


def test_draws_follow_the_probabilities(tiny_engine):
    draws = [
        _asked(tiny_engine, lambda engine, prompt, d=d: choose(engine, prompt, [TWO, OTHER], 0.0, draw=d)).chosen
        for d in (0.0, 0.8, 0.99)
    ]
    assert draws == [0, 0, 1]


@pytest.mark.parametrize(("noise", "least", "most"), [(0.0, 1.0, 1.0), (0.2, 0.0, 0.9)])
def test_without_noise_a_conclusion_is_stable(tiny_engine, noise, least, most):
    registry = ToolRegistry()
    shifted = [value + 2 for value in A]
    strong = _candidate(prior=0.52, group1=(_option(list(A)),), group2=(_option(shifted),))
    other = _candidate("describe", 0.5, values=(_option(list(A)),))
    draft = registry.execute("python_math", strong.call["args"])
    loop = ChronoLoop(LocalToolCaller(registry), 0.0, noise, seed=1)
    stability = _asked(tiny_engine, lambda engine, prompt: loop.run(engine, prompt, [strong, other], draft, 12))
    assert len(stability.rounds) == 12
    assert least <= stability.share <= most


def test_conclusions_are_decisions_without_their_figures():
    registry = ToolRegistry()
    welch = registry.execute("python_math", {"operation": "t_test", "group1": list(A), "group2": list(B)})
    ranks = registry.execute("python_math", {"operation": "mann_whitney", "group1": list(A), "group2": list(B)})
    assert conclusion_of(welch) == conclusion_of(ranks) == "significant: false"
    assert conclusion_of({"success": False, "error": "x"}) == "failed"
    runs = registry.execute("dsl_executor", {"operation": "box_behnken", "factors": 3})
    assert conclusion_of(runs) == "box_behnken: 15"


def test_an_untrained_models_likelihoods_count_for_nothing(tiny_engine):
    async def go():
        async with AsyncEngine(tiny_engine) as engine:
            sequence = await engine.open(engine.tokenizer.encode("Compare the mean of two groups by a t test, please."))
            worth = await fluency(engine, sequence)
            await engine.close(sequence)
            return worth

    assert asyncio.run(go()) < 0.05
    assert tiny_engine.pool.num_used == 0
