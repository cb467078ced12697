"""Scores of many questions: shares with their intervals, in total and by group; and two systems pair by pair."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import binomtest

from havoc.evaluation.reply import Reply
from havoc.evaluation.score import Score
from havoc.factory.question import Question

Row = tuple[Question, Reply, Score]


@dataclass(frozen=True)
class Share:
    """A share of replies with its 95% interval (Wilson 1927)."""

    count: int
    total: int
    low: float
    high: float

    @staticmethod
    def of(verdicts: Sequence[bool | None]) -> "Share":
        """Of those verdicts that apply."""
        known = [verdict for verdict in verdicts if verdict is not None]
        if not known:
            return Share(0, 0, 0.0, 1.0)
        interval = binomtest(sum(known), len(known)).proportion_ci(0.95, method="wilson")
        return Share(sum(known), len(known), float(interval.low), float(interval.high))

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing."""
        return self.count / self.total if self.total else 0.0

    def __str__(self) -> str:
        """For people."""
        if not self.total:
            return "-"
        return f"{self.value:.1%} ({self.count} of {self.total}; {self.low:.1%} to {self.high:.1%})"


@dataclass(frozen=True)
class Summary:
    """What a system did on a question set."""

    system: str
    rows: Sequence[Row]

    @property
    def shares(self) -> dict[str, Share]:
        """Every verdict in total."""
        scores = [one for _, _, one in self.rows]
        by_kind = {kind: [one.right for question, _, one in self.rows if question.kind == kind] for kind in
                   ("numbers", "missing", "method")}  # fmt: skip
        return {
            "right": Share.of([one.right for one in scores]),
            "right numbers": Share.of(by_kind["numbers"]),
            "right operation": Share.of([one.operation for one in scores]),
            "right arguments": Share.of([one.arguments for one in scores]),
            "all numbers computed": Share.of([one.computed for one in scores]),
            "question back where data are missing": Share.of(by_kind["missing"]),
            "words about a method": Share.of(by_kind["method"]),
            "no numeral without an origin": Share.of([one.founded for one in scores]),
            "verification passed": Share.of([one.verified for one in scores]),
            "answered": Share.of([one.answered for one in scores]),
        }

    def by(self, group: Callable[[Row], str]) -> dict[str, Share]:
        """Share of right replies per group, the worst first."""
        groups: dict[str, list[bool]] = {}
        for row in self.rows:
            groups.setdefault(group(row), []).append(row[2].right)
        shares = {name: Share.of(verdicts) for name, verdicts in groups.items()}
        return dict(sorted(shares.items(), key=lambda item: (item[1].value, -item[1].total, item[0])))

    @property
    def times(self) -> dict[str, tuple[int, float, float, float]]:
        """Budget -> replies, median seconds to the first text and to the end, median tokens."""
        by_budget: dict[str, list[Reply]] = {}
        for _, reply, _ in self.rows:
            by_budget.setdefault(reply.budget or "-", []).append(reply)
        return {
            budget: (
                len(replies),
                statistics.median(reply.first_s for reply in replies),
                statistics.median(reply.total_s for reply in replies),
                statistics.median(reply.all_tokens for reply in replies),
            )
            for budget, replies in sorted(by_budget.items())
        }

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values, replies included."""
        return {
            "system": self.system,
            "shares": {name: vars(share) | {"value": share.value} for name, share in self.shares.items()},
            "times": {budget: list(values) for budget, values in self.times.items()},
            "questions": [
                {
                    "question": question.text,
                    "kind": question.kind,
                    "operation": question.operation,
                    "voice": question.voice,
                    "answer": reply.answer,
                    "called": [call.operation for call in reply.calls],
                    "termination_reason": reply.termination_reason,
                    "budget": reply.budget,
                    "seconds": round(reply.total_s, 3),
                    "error": reply.error,
                    "unfounded": list(reply.unfounded),
                    "score": one.as_json(),
                }
                for question, reply, one in self.rows
            ],
        }


@dataclass(frozen=True)
class Comparison:
    """Two systems on the same questions."""

    both: int
    only_first: int
    only_second: int
    neither: int
    p_value: float
    """Of McNemar's exact test that neither is better (1947; binomial form)."""

    def __str__(self) -> str:
        """For people."""
        return (
            f"both right {self.both}, only the first {self.only_first}, only the second {self.only_second}, neither "
            f"{self.neither}; p = {self.p_value:.3g} (McNemar, exact)"
        )


def compare(first: Sequence[bool], second: Sequence[bool]) -> Comparison:
    """Verdicts of two systems, pair by pair.

    Raises:
        ValueError: they are not of the same questions.
    """
    pairs = list(zip(first, second, strict=True))
    only_first, only_second = pairs.count((True, False)), pairs.count((False, True))
    differing = only_first + only_second
    p_value = float(binomtest(only_first, differing, 0.5).pvalue) if differing else 1.0
    return Comparison(pairs.count((True, True)), only_first, only_second, pairs.count((False, False)), p_value)
