"""One request at a time: limits, stops, forks, prefix cache, noise, and what goes wrong."""

import math

import pytest
import torch

from havoc.engine import Completion, EmbeddingNoise, EngineError, SamplingParams, generate

PROMPT = [30 + 7 * i % 500 for i in range(21)]


def _finish(core):
    while core.has_work:
        core.step()


def _run(core, ids, **params):
    return generate(core, [ids], SamplingParams(**params))[0]


def test_limits_and_stops(make_core, reference, tiny_tokenizer):
    core = make_core()
    expected = reference.greedy(PROMPT, 20)
    assert _run(core, PROMPT, max_new_tokens=20).ids == expected
    assert _run(core, PROMPT, max_new_tokens=20).finish_reason == "length"
    stopped = _run(core, PROMPT, max_new_tokens=20, stop_ids=frozenset({expected[7]}))
    assert stopped.finish_reason == "stop"
    assert stopped.ids == expected[: expected.index(expected[7]) + 1]
    whole = _run(core, PROMPT, max_new_tokens=20).text
    assert whole == b"".join(map(tiny_tokenizer.token_bytes, expected)).decode(errors="replace")
    stop = whole[5:8]
    cut = _run(core, PROMPT, max_new_tokens=20, stop_strings=(stop, "a string that never comes"))
    assert cut.finish_reason == "stop"
    assert cut.text == whole[: whole.index(stop)]
    assert len(cut.ids) < 20


def test_a_sequence_may_grow_to_the_longest_and_no_further(make_core, reference):
    core = make_core(max_seq_len=32)
    got = _run(core, PROMPT, max_new_tokens=1000)
    assert got.finish_reason == "length"
    assert got.ids == reference.greedy(PROMPT, 32 - len(PROMPT))


def test_time_limit_and_cancellation(make_core):
    core = make_core()
    completions = [Completion(), Completion()]
    slow = core.open(PROMPT)
    core.start(slow, SamplingParams(max_new_tokens=200, time_limit_s=1e-9), completions[0].add)
    other = core.open(PROMPT)
    cancelled = core.start(other, SamplingParams(max_new_tokens=200), completions[1].add)
    core.step()
    assert completions[0].finish_reason == "time"
    core.cancel(cancelled)
    core.cancel(cancelled)
    assert completions[1].finish_reason == "cancelled"
    assert not core.has_work
    core.close(slow)
    core.close(other)


def test_an_answer_goes_on_where_it_ended(make_core, reference):
    core = make_core()
    sequence, first, second = core.open(PROMPT), Completion(), Completion()
    core.start(sequence, SamplingParams(max_new_tokens=5), first.add)
    _finish(core)
    core.append(sequence, [77, 78, 79])
    core.start(sequence, SamplingParams(max_new_tokens=5), second.add)
    _finish(core)
    assert first.ids == reference.greedy(PROMPT, 5)
    assert second.ids == reference.greedy([*PROMPT, *first.ids, 77, 78, 79], 5)
    core.close(sequence)


def test_forks_share_what_was_computed(make_core, reference):
    core = make_core(blocks=400)
    ids = (PROMPT * 10)[:202]
    trunk = core.open(ids)
    core.compute(trunk, Completion().add)
    _finish(core)
    assert core.metrics.counts["prompt_tokens"] == 201
    branches, completions = [core.fork(trunk) for _ in range(3)], [Completion() for _ in range(3)]
    before = core.pool.num_used
    for number, (branch, completion) in enumerate(zip(branches, completions, strict=True)):
        core.append(branch, [100 + number])
        core.start(branch, SamplingParams(max_new_tokens=6), completion.add)
    _finish(core)
    # Each branch computed the last id of the trunk and its own one; the block in which they lie is copied.
    assert core.metrics.counts["prompt_tokens"] == 201 + 3
    assert core.pool.num_used - before <= 3 * 3
    for number, completion in enumerate(completions):
        assert completion.ids == reference.greedy([*ids, 100 + number], 6)
    untouched = Completion()
    core.start(trunk, SamplingParams(max_new_tokens=6), untouched.add)
    _finish(core)
    assert untouched.ids == reference.greedy(ids, 6)
    for sequence in (trunk, *branches):
        core.close(sequence)


def test_a_fork_of_a_running_generation_goes_on_with_another_seed(make_core):
    core = make_core()
    params = SamplingParams(max_new_tokens=24, temperature=1.0, seed=1)
    alone = _run(core, PROMPT, max_new_tokens=24, temperature=1.0, seed=1)
    sequence, first, second = core.open(PROMPT), Completion(), Completion()
    generation = core.start(sequence, params, first.add)
    while generation.num_new < 8:
        core.step()
    twin = core.fork_generation(generation, 2, second.add)
    _finish(core)
    assert first.ids == alone.ids
    assert len(second.ids) == 24 - 8
    assert second.ids != first.ids[8:]
    assert twin.sequence.ids[: len(PROMPT) + 8] == sequence.ids[: len(PROMPT) + 8]
    with pytest.raises(EngineError, match="it has ended"):
        core.fork_generation(generation, 3, second.add)
    core.close(sequence)
    core.close(twin.sequence)


def test_the_prefix_cache_spares_full_blocks_and_changes_nothing(make_core, reference):
    core = make_core()
    _run(core, PROMPT, max_new_tokens=4)
    assert core.metrics.counts["prompt_tokens"] == 20
    assert _run(core, [*PROMPT[:14], 99], max_new_tokens=8).ids == reference.greedy([*PROMPT[:14], 99], 8)
    assert core.metrics.counts["prefix_hit_tokens"] == 12
    assert core.metrics.counts["prompt_tokens"] == 20 + 2
    off = make_core(prefix_cache=False)
    for _ in range(2):
        _run(off, PROMPT, max_new_tokens=4)
    assert off.metrics.counts["prefix_hit_tokens"] == 0


def test_sampling_depends_on_the_seed_alone(make_core):
    core = make_core(max_num_seqs=8)
    params = [SamplingParams(max_new_tokens=12, temperature=1.0, top_p=0.9, seed=seed) for seed in (1, 2, 1, 3)]
    together = generate(core, [PROMPT] * 4, params)
    assert together[0].ids == together[2].ids
    assert len({tuple(one.ids) for one in together}) == 3
    assert [_run(core, PROMPT, max_new_tokens=12, temperature=1.0, top_p=0.9, seed=s).ids for s in (1, 2, 1, 3)] == [
        one.ids for one in together
    ]


def test_logprobs_are_those_of_the_model(make_core, reference):
    core = make_core()
    got = _run(core, PROMPT, max_new_tokens=5, logprobs=3)
    history = list(PROMPT)
    for token_id, reported in zip(got.ids, got.logprobs, strict=True):
        expected = torch.log_softmax(reference.logits(history)[-1], dim=-1)
        assert reported.id == token_id
        assert reported.logprob == pytest.approx(float(expected[token_id]), abs=1e-4)
        assert [one for one, _ in reported.top] == expected.topk(3).indices.tolist()
        history.append(token_id)


def test_penalty_and_bias(make_core, reference):
    core = make_core()
    plain = reference.greedy(PROMPT, 1)[0]
    assert _run(core, PROMPT, max_new_tokens=1, logit_bias={plain: -1000}).ids[0] != plain
    assert _run(core, PROMPT, max_new_tokens=3, logit_bias={55: 1000}).ids == [55, 55, 55]
    logits = reference.logits([*PROMPT, plain])[-1].clone()
    seen = torch.tensor(sorted({*PROMPT, plain}))
    logits[seen] = torch.where(logits[seen] > 0, logits[seen] / 1.7, logits[seen] * 1.7)
    assert _run(core, [*PROMPT, plain], max_new_tokens=1, repetition_penalty=1.7).ids == [int(logits.argmax())]


def test_noise_is_repeatable_stays_out_of_the_prefix_cache_and_follows_forks(make_core, reference):
    core = make_core(blocks=60, max_num_seqs=4)
    clean = reference.greedy(PROMPT, 12)

    def noisy(seed, company):
        sequences = [core.open(PROMPT, EmbeddingNoise(0.8, seed)), *(core.open(PROMPT) for _ in range(company))]
        completions = [Completion() for _ in sequences]
        for sequence, completion in zip(sequences, completions, strict=True):
            core.start(sequence, SamplingParams(max_new_tokens=12), completion.add)
        _finish(core)
        for sequence in sequences:
            core.close(sequence)
        assert all(completion.ids == clean for completion in completions[1:])
        return completions[0].ids

    assert noisy(1, 0) == noisy(1, 3) != noisy(2, 0)
    assert noisy(1, 0) != clean
    trunk, before = core.open(PROMPT), Completion()
    core.start(trunk, SamplingParams(max_new_tokens=4), before.add)
    _finish(core)
    results = []
    for noise in (None, EmbeddingNoise(0.8, 5), EmbeddingNoise(0.8, 5), EmbeddingNoise(0.8, 6)):
        twin, completion = core.fork(trunk, noise), Completion()
        core.start(twin, SamplingParams(max_new_tokens=8), completion.add)
        _finish(core)
        core.close(twin)
        results.append(completion.ids)
    assert results[0] == clean[4:]
    assert results[1] == results[2] != results[3]
    core.close(trunk)


def test_a_noisy_sequence_that_gave_way_comes_back_the_same(make_core):
    alone = make_core(blocks=200)
    tight = make_core(blocks=24, max_num_seqs=4)
    answers = []
    for core in (alone, tight):
        sequences = [core.open([*PROMPT, seed], EmbeddingNoise(0.5, seed)) for seed in range(4)]
        completions = [Completion() for _ in sequences]
        for sequence, completion in zip(sequences, completions, strict=True):
            core.start(sequence, SamplingParams(max_new_tokens=20), completion.add)
        _finish(core)
        for sequence in sequences:
            core.close(sequence)
        answers.append([completion.ids for completion in completions])
    assert tight.metrics.counts["preemptions"] > 0
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("ids", "code"),
    [([], "empty_prompt"), ([1] * 300, "too_long"), ([1, 600], "unknown_id"), ([-1], "unknown_id"), (["a"], "unknown_id")],
)
def test_prompts_that_cannot_be_used(make_core, ids, code):
    core = make_core()
    with pytest.raises(EngineError) as error:
        core.open(ids)
    assert error.value.code == code


@pytest.mark.parametrize(
    "settings",
    [
        {"max_new_tokens": 0},
        {"max_new_tokens": -3},
        {"max_new_tokens": 2.5},
        {"temperature": -1},
        {"temperature": math.nan},
        {"top_p": 0},
        {"top_p": 1.1},
        {"top_k": -1},
        {"min_p": 2},
        {"repetition_penalty": 0},
        {"time_limit_s": 0},
        {"logprobs": 21},
        {"stop_strings": ("",)},
        {"stop_strings": ("x",) * 17},
        {"logit_bias": {5: math.inf}},
    ],
)
def test_settings_out_of_range(settings):
    with pytest.raises(EngineError) as error:
        SamplingParams(**settings)
    assert error.value.code == "bad_setting"
    assert next(iter(settings)) in str(error.value)


def test_settings_that_name_unknown_ids_and_sequences_that_are_busy(make_core):
    core = make_core(max_waiting=1)
    sequence = core.open(PROMPT)
    for settings in ({"stop_ids": frozenset({10_000})}, {"logit_bias": {-1: 1.0}}):
        with pytest.raises(EngineError, match="is no id"):
            core.start(sequence, SamplingParams(**settings), print)
    core.start(sequence, SamplingParams(), lambda update: None)
    for busy in (lambda: core.append(sequence, [5]), lambda: core.start(sequence, SamplingParams(), print)):
        with pytest.raises(EngineError, match="a generation extends it"):
            busy()
    others = [core.open(PROMPT) for _ in range(2)]
    core.start(others[0], SamplingParams(), lambda update: None)
    with pytest.raises(EngineError) as error:
        core.start(others[1], SamplingParams(), print)
    assert error.value.code == "overloaded"
    for one in (sequence, *others):
        core.close(one)
    with pytest.raises(EngineError, match="it was closed"):
        core.append(sequence, [5])


def _break(core, poisoned, what, monkeypatch):
    """Make the id `poisoned` ask for more memory than there is, or turn the numbers of its sequence into NaN."""
    runner = core._runner
    if what == "memory":
        run = runner.run

        def broken(batch):
            if (batch.ids == poisoned).any():
                raise RuntimeError(
                    "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes"
                )
            return run(batch)

        monkeypatch.setattr(runner, "run", broken)
    else:
        embedding = runner._model.embedding.weight
        head = embedding.clone()
        monkeypatch.setattr(runner, "_head", lambda hidden: hidden @ head.T)
        embedding[poisoned] = math.nan


@pytest.mark.parametrize(("what", "code"), [("memory", "out_of_memory"), ("nan", "not_finite")])
def test_what_breaks_one_request_leaves_the_others_alone(make_core, reference, monkeypatch, what, code):
    core = make_core(blocks=60, prefix_cache=True)
    _break(core, 599, what, monkeypatch)
    prompts = [PROMPT, [*PROMPT[:10], 599, 40], [*PROMPT, 41], [*PROMPT[:4], 599, 43], PROMPT[:9]]
    for _ in range(2):
        completions = generate(core, prompts, SamplingParams(max_new_tokens=10))
        for prompt, completion in zip(prompts, completions, strict=True):
            if 599 in prompt:
                assert completion.finish_reason == "error"
                assert completion.error.code == code
            else:
                assert completion.ids == reference.greedy(prompt, 10)
    # The blocks that held the broken numbers serve others now.
    many = [[*PROMPT, 50 + n] for n in range(8)]
    for prompt, completion in zip(many, generate(core, many, SamplingParams(max_new_tokens=10)), strict=True):
        assert completion.ids == reference.greedy(prompt, 10)


def test_scores_are_the_log_probabilities_of_ids_that_are_there(make_core, reference):
    tail = [70, 71, 72, 73, 74, 75, 76]
    expected = torch.log_softmax(reference.logits(PROMPT + tail), dim=-1)
    wanted = [expected[len(PROMPT) + number - 1, token_id].item() for number, token_id in enumerate(tail)]
    core = make_core(max_batch_tokens=8, max_num_seqs=4)
    trunk, first = core.open(PROMPT), Completion()
    core.compute(trunk, first.add)
    _finish(core)
    generate(core, [PROMPT + tail], SamplingParams(max_new_tokens=1))  # leaves the tail's blocks in the prefix cache
    scored = []
    for _ in range(3):
        fork = core.fork(trunk)
        core.append(fork, tail)
        updates = []
        core.score(fork, len(PROMPT), updates.append)
        scored.append((fork, updates))
    _finish(core)
    for fork, updates in scored:
        assert [update.finish_reason for update in updates] == ["length"]
        assert [entry.id for entry in updates[0].logprobs] == tail
        assert [entry.logprob for entry in updates[0].logprobs] == pytest.approx(wanted, abs=1e-4)
        assert fork.ids == PROMPT + tail
    follow = Completion()
    core.start(scored[0][0], SamplingParams(max_new_tokens=5), follow.add)
    _finish(core)
    assert follow.ids == reference.greedy(PROMPT + tail, 5)
    for sequence in (trunk, *(fork for fork, _ in scored)):
        core.close(sequence)


def test_what_is_computed_already_cannot_be_scored(make_core):
    core = make_core()
    sequence = core.open(PROMPT)
    for start in (0, len(PROMPT)):
        with pytest.raises(EngineError, match=r"score\.start"):
            core.score(sequence, start, Completion().add)
    core.compute(sequence, Completion().add)
    _finish(core)
    with pytest.raises(EngineError, match="not computed yet"):
        core.score(sequence, 5, Completion().add)
    core.close(sequence)


@pytest.mark.parametrize("length", [4, 5, 8, 9, 10])
def test_a_prompt_that_is_all_in_the_prefix_cache_is_computed_again_and_goes_on(make_core, reference, length):
    core = make_core()
    prompt = [*range(20, 20 + length)]
    generate(core, [[*prompt, 90, 91, 92]], SamplingParams(max_new_tokens=1))  # leaves its blocks in the prefix cache
    sequence, computed, follow = core.open(prompt), Completion(), Completion()
    core.compute(sequence, computed.add)
    _finish(core)
    assert computed.finish_reason == "length"
    core.start(sequence, SamplingParams(max_new_tokens=5), follow.add)
    _finish(core)
    assert follow.ids == reference.greedy(prompt, 5)
    core.close(sequence)
    assert core.pool.num_used == 0
