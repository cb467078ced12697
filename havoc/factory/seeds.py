"""The seeds that ship: questions that people wrote, each with its call, and which of them training never sees."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from havoc.factory.question import Question, load_questions

HELD_OUT_EVERY = 6
"""Of the wordings of an operation, so many are for training and one is held out."""

Split = Literal["train", "held_out"]


@dataclass(frozen=True)
class Seed:
    """One question, under a name that lasts."""

    id: str
    """As `means/17`: its file, and its place there."""
    question: Question
    split: Split


@cache
def load_seeds() -> tuple[Seed, ...]:
    """All of them. A wording is in one split only: what training has seen is not what the model is judged by."""
    folder = Path(str(resources.files("havoc.factory"))) / "seeds"
    named = [
        (f"{file.stem}/{place}", question)
        for file in sorted(folder.glob("*.yaml"))
        for place, question in enumerate(load_questions(file), start=1)
    ]
    counts: dict[tuple[str, str], int] = {}
    seeds = []
    for name, question in named:
        group = (question.kind, question.operation if question.kind == "numbers" else "")
        counts[group] = counts.get(group, 0) + 1
        seeds.append(Seed(name, question, "held_out" if counts[group] % HELD_OUT_EVERY == 0 else "train"))
    return tuple(seeds)


@cache
def fingerprint() -> str:
    """Of the seeds' texts: where it changes, the same numbers give other examples."""
    texts = [f"{seed.id} {seed.question!r} {seed.split}" for seed in load_seeds()]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def by_operation(seeds: Sequence[Seed]) -> dict[str, list[Seed]]:
    """Those that want numbers, per operation, in the order of their names."""
    groups: dict[str, list[Seed]] = {}
    for seed in seeds:
        if seed.question.kind == "numbers":
            groups.setdefault(seed.question.operation, []).append(seed)
    return dict(sorted(groups.items()))
