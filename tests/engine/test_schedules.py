"""Whatever else is in the batch, and however often it is interrupted, a greedy answer is the model's own."""

import random
from dataclasses import dataclass, field

import pytest

from havoc.engine import Completion, SamplingParams


@dataclass
class Run:
    sequence: object
    start: list[int]
    """Ids before the generation."""
    count: int
    completion: Completion = field(default_factory=Completion)
    generation: object = None


class Schedule:
    """Random joins, leaves, forks, appended ids and cancellations, on an engine that is short of memory."""

    def __init__(self, core, seed):
        self.core, self.random = core, random.Random(seed)
        self.idle, self.running, self.done = [], [], []
        # Few beginnings, so that prefixes meet; long ones, so that prompts are computed in chunks.
        self.prefixes = [[self.random.randrange(20, 600) for _ in range(self.random.choice([3, 9, 30]))] for _ in range(3)]

    def act(self):
        chance = self.random.random()
        if chance < 0.30:
            tail = [self.random.randrange(20, 600) for _ in range(self.random.randrange(1, 6))]
            self.idle.append(self.core.open([*self.random.choice(self.prefixes), *tail]))
        elif chance < 0.55 and self.idle:
            self._start(self.idle.pop(self.random.randrange(len(self.idle))))
        elif chance < 0.65 and (self.idle or self.running):
            parents = self.idle + [run.sequence for run in self.running]
            self.idle.append(self.core.fork(self.random.choice(parents)))
        elif chance < 0.70 and self.idle:
            self.core.append(self.random.choice(self.idle), [self.random.randrange(20, 600)])
        elif chance < 0.73 and self.running:
            self.core.cancel(self.random.choice(self.running).generation)
        elif chance < 0.78 and self.idle:
            self.core.close(self.idle.pop())
        else:
            self.core.step()
        self._collect()

    def finish(self):
        while self.core.has_work:
            self.core.step()
            self._collect()
        for sequence in self.idle:
            self.core.close(sequence)
        return self.done

    def _start(self, sequence):
        run = Run(sequence, list(sequence.ids), self.random.randrange(1, 16))
        run.generation = self.core.start(sequence, SamplingParams(max_new_tokens=run.count), run.completion.add)
        self.running.append(run)

    def _collect(self):
        for run in [run for run in self.running if run.completion.finish_reason is not None]:
            self.running.remove(run)
            self.done.append(run)
            self.idle.append(run.sequence)


@pytest.mark.parametrize("seed", range(200))
def test_greedy_output_is_the_same_in_any_company(seed, make_core, reference):
    settings = random.Random(seed)
    core = make_core(
        blocks=settings.choice([24, 40, 200]),
        max_num_seqs=settings.choice([2, 4, 8]),
        max_batch_tokens=settings.choice([8, 16, 64]),
        prefix_cache=settings.random() < 0.8,
        speculative_tokens=settings.choice([0, 3]),
        max_seq_len=64,
    )
    schedule = Schedule(core, seed)
    for _ in range(120):
        schedule.act()
    for run in schedule.finish():
        got = run.completion
        assert got.error is None
        assert got.ids == reference.greedy(run.start, len(got.ids))
        if got.finish_reason == "length":
            assert len(got.ids) == min(run.count, 64 - len(run.start))
        else:
            assert got.finish_reason == "cancelled"
        assert run.sequence.closed or run.sequence.ids[: len(run.start) + len(got.ids)] == run.start + got.ids
    assert core.pool.num_used == 0


def test_the_schedules_meet_what_they_are_meant_to_meet(make_core):
    core = make_core(blocks=24, max_num_seqs=4, max_batch_tokens=8, max_seq_len=64)
    for seed in range(10):
        schedule = Schedule(core, seed)
        for _ in range(120):
            schedule.act()
        schedule.finish()
    counts = core.metrics.counts
    assert counts["preemptions"] > 5
    assert counts["prefix_hit_tokens"] > 50
    assert max(core.metrics.observed["batch_sequences"]) == 4
