"""Operating characteristics of single sampling plans by attributes: acceptance, outgoing quality, inspection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import optimize, special, stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import SETTING, Count, Counts, Numbers, equal_lengths

TOPIC = "Acceptance sampling"
MAX_LOT = 10_000_000
MAX_SAMPLE = 1_000_000
MAX_POINTS = 500
MAX_PLANS = 20
TAIL = 1e-3
"""A curve that is drawn without given proportions ends where fewer lots than this are accepted."""

Array = np.ndarray[Any, np.dtype[np.float64]]
Distribution = Annotated[Literal["binomial", "hypergeometric", "poisson"], SETTING]
"""Binomial: a stream of lots (type B). Hypergeometric: one lot of `lot_size` (type A). Poisson: nonconformities per unit."""


class CurvePoint(BaseModel):
    """What a plan does with lots of one quality."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    proportion: float
    """Proportion nonconforming (Poisson: nonconformities per unit) of the incoming lots."""
    probability_accept: float
    """Share of such lots that is accepted, Pa."""
    aoq: float
    """Average outgoing quality where rejected lots are screened: Pa p (N - n) / N, without a lot size Pa p."""
    ati: float | None = None
    """Average total inspection of a lot: n + (1 - Pa)(N - n); None without a lot size."""


@dataclass(frozen=True)
class SinglePlan:
    """Accept a lot where a sample of `n` has at most `c` nonconforming items."""

    n: int
    c: int
    distribution: str = "binomial"
    lot_size: int | None = None

    def probability_accept(self, proportions: Array) -> Array:
        """Pa at each proportion. Hypergeometric proportions must be whole items of the lot (`possible`)."""
        if self.distribution == "poisson":
            result: Array = special.pdtr(self.c, self.n * proportions)
        elif self.distribution == "hypergeometric" and self.lot_size is not None:
            defective = np.rint(proportions * self.lot_size).astype(np.int64)
            result = stats.hypergeom.cdf(self.c, self.lot_size, defective, self.n)
        else:
            result = special.bdtr(self.c, self.n, proportions)
        return result

    def possible(self, proportions: Array) -> Array:
        """The nearest proportions that a lot can have: for a finite lot under the hypergeometric, whole items."""
        if self.distribution == "hypergeometric" and self.lot_size is not None:
            whole: Array = np.rint(proportions * self.lot_size) / self.lot_size
            return whole
        return proportions

    def aoq(self, proportions: Array) -> Array:
        """Average outgoing quality, with the sample's own bad items replaced and rejected lots screened."""
        left = 1.0 if self.lot_size is None else (self.lot_size - self.n) / self.lot_size
        return self.probability_accept(proportions) * proportions * left

    def curve(self, proportions: Array) -> list[CurvePoint]:
        """One point for each proportion."""
        possible = self.possible(proportions)
        accept, aoq = self.probability_accept(possible), self.aoq(possible)
        points = []
        for p, pa, outgoing in zip(possible.tolist(), accept.tolist(), aoq.tolist(), strict=True):
            ati = None if self.lot_size is None else self.n + (1 - pa) * (self.lot_size - self.n)
            points.append(CurvePoint(proportion=p, probability_accept=pa, aoq=outgoing, ati=ati))
        return points

    def proportion_at(self, accepted: float) -> float:
        """The proportion at which Pa is `accepted`; of a finite lot, the smallest at which it is no more."""
        if self.distribution == "poisson":
            return float(special.gammainccinv(self.c + 1, accepted)) / self.n
        binomial = float(special.betainccinv(self.c + 1, self.n - self.c, accepted))
        if self.distribution == "binomial" or self.lot_size is None:
            return binomial
        return bisect(lambda d: self._finite(d) <= accepted, 0, self.lot_size) / self.lot_size

    def aoql(self) -> tuple[float, float]:
        """Largest average outgoing quality, and the incoming proportion at which it occurs."""
        top = self.proportion_at(TAIL)
        grid = self.possible(np.linspace(0, top, 2001))
        best = int(np.argmax(self.aoq(grid)))
        if self.distribution == "hypergeometric":
            # The grid may skip some numbers of items; the best lies between the neighbours of the grid's best.
            lot = self.lot_size or 1
            low, high = (round(float(grid[at]) * lot) for at in (max(0, best - 1), min(2000, best + 1)))
            whole = np.arange(low, min(high, low + MAX_SAMPLE) + 1) / lot
            at = int(np.argmax(self.aoq(whole)))
            return float(self.aoq(whole)[at]), float(whole[at])
        found = optimize.minimize_scalar(
            lambda p: -float(self.aoq(np.asarray(p))),
            bounds=(float(grid[max(0, best - 1)]), float(grid[min(2000, best + 1)])),
            method="bounded",
            options={"xatol": 1e-10},
        )
        return -float(found.fun), float(found.x)

    def _finite(self, defective: int) -> float:
        return float(stats.hypergeom.cdf(self.c, self.lot_size, defective, self.n))


def bisect(holds: Any, low: int, high: int) -> int:
    """Smallest whole number in [low, high] for which `holds`, which is false and then true; `high` where it never is."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def check_plan(n: int, c: int, distribution: str, lot_size: int | None, where: str = "") -> SinglePlan:
    """The plan.

    Raises:
        ToolError: no lot could be rejected, or the sample is larger than the lot.
    """
    if not 1 <= n <= MAX_SAMPLE:
        raise ToolError(f"sample_size{where}", n, f"outside 1 to {MAX_SAMPLE:,}", "give the items inspected per lot")
    if c >= n and distribution != "poisson":
        raise ToolError(f"acceptance_number{where}", c, f"not below the sample size {n}", "a plan must be able to reject")
    if c > MAX_SAMPLE:
        raise ToolError(f"acceptance_number{where}", c, f"above {MAX_SAMPLE:,}", "give a smaller number")
    check_lot(n, distribution, lot_size)
    return SinglePlan(n, c, distribution, lot_size)


def check_lot(n: int, distribution: str, lot_size: int | None) -> None:
    """Raise unless the lot holds the sample, and is known where the distribution needs it."""
    if lot_size is None:
        if distribution == "hypergeometric":
            raise ToolError("lot_size", "", "missing", "the hypergeometric distribution needs the size of the lot")
    elif not n < lot_size <= MAX_LOT:
        raise ToolError("lot_size", lot_size, f"not above the sample of {n}, or above {MAX_LOT:,}", "give a larger lot")


def check_proportions(proportions: Sequence[float], distribution: str) -> Array:
    """The proportions as an array.

    Raises:
        ToolError: there are too many, or one is no proportion.
    """
    if len(proportions) > MAX_POINTS:
        raise ToolError("proportions", "", f"{len(proportions):,} points", f"give at most {MAX_POINTS}")
    top = 100.0 if distribution == "poisson" else 1.0
    for index, p in enumerate(proportions):
        if not 0 <= p <= top:
            raise ToolError(f"proportions[{index}]", p, f"outside 0 to {top:g}", "give proportions, 2% as 0.02")
    return np.asarray(proportions, dtype=np.float64)


class OcCurve(Arguments):
    """Single sampling plans to compare."""

    aliases: ClassVar[Mapping[str, str]] = {
        "n": "sample_size",
        "c": "acceptance_number",
        "N": "lot_size",
        "p": "proportions",
        "lot": "lot_size",
    }

    sample_size: Counts
    """Items inspected per lot, one for each plan."""
    acceptance_number: Counts
    """Largest number of nonconforming items with which a lot is accepted, one for each plan."""
    lot_size: Count | None = None
    """Items in a lot."""
    proportions: Numbers | None = None
    """Proportions nonconforming at which to compute; by default 21 points over the range in which the plans decide."""
    distribution: Distribution = "binomial"


class PlanCurve(BaseModel):
    """The operating characteristic of one plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    sample_size: int
    acceptance_number: int
    points: list[CurvePoint]
    proportion_95: float
    """Proportion nonconforming that is accepted 95% of the time."""
    proportion_50: float
    """Indifference quality: accepted half of the time."""
    proportion_10: float
    """Proportion nonconforming that is accepted 10% of the time."""
    aoql: float
    """Average outgoing quality limit: the largest average outgoing quality."""
    aoql_at: float
    """Incoming proportion at which it occurs."""


class OcCurveResult(Result):
    """Operating characteristics of several plans at the same proportions."""

    headline: ClassVar[tuple[str, ...]] = ("plans",)

    plans: list[PlanCurve]


@operation(
    "oc_curve",
    topic=TOPIC,
    source="Schilling, Neubauer (2017), Acceptance Sampling in Quality Control, 3rd ed.; NIST/SEMATECH e-Handbook 6.2.3",
    examples=(
        {"sample_size": [52], "acceptance_number": [3], "lot_size": 10000, "proportions": [0.01, 0.03, 0.06, 0.12]},
        {"sample_size": [50, 80], "acceptance_number": [1, 2]},
    ),
)
def oc_curve(arguments: OcCurve) -> OcCurveResult:
    """With what probability do single sampling plans accept lots of a given quality?

    Operating characteristic, average outgoing quality and average total inspection of one or several plans (n, c).
    To find a plan from AQL and LTPD use acceptance_sampling_single; for two samples acceptance_sampling_double; for
    measurements variables_sampling_plan.
    """
    equal_lengths(sample_size=arguments.sample_size, acceptance_number=arguments.acceptance_number)
    if len(arguments.sample_size) > MAX_PLANS:
        raise ToolError("sample_size", arguments.sample_size, "too many plans", f"compare at most {MAX_PLANS}")
    plans = [
        check_plan(n, c, arguments.distribution, arguments.lot_size, f"[{index}]")
        for index, (n, c) in enumerate(zip(arguments.sample_size, arguments.acceptance_number, strict=True))
    ]
    if arguments.proportions is not None:
        proportions = check_proportions(arguments.proportions, arguments.distribution)
    else:
        proportions = np.linspace(0, max(plan.proportion_at(0.01) for plan in plans), 21)
    curves = [plan_curve(plan, proportions) for plan in plans]
    texts = [f"n = {one.sample_size}, c = {one.acceptance_number}: 50% at p = {one.proportion_50:.4g}" for one in curves]
    return OcCurveResult(
        method=f"Operating characteristic of single sampling, {arguments.distribution}",
        n_used=len(plans),
        plans=curves,
        conventions=curve_conventions(arguments.distribution, arguments.lot_size),
        conclusion="Indifference quality: " + "; ".join(texts) + ".",
    )


def plan_curve(plan: SinglePlan, proportions: Array) -> PlanCurve:
    """Curve and key qualities of one plan."""
    aoql, at = plan.aoql()
    return PlanCurve(
        sample_size=plan.n,
        acceptance_number=plan.c,
        points=plan.curve(proportions),
        proportion_95=plan.proportion_at(0.95),
        proportion_50=plan.proportion_at(0.5),
        proportion_10=plan.proportion_at(0.1),
        aoql=aoql,
        aoql_at=at,
    )


def curve_conventions(distribution: str, lot_size: int | None) -> dict[str, str]:
    """What programs do differently."""
    what = {
        "binomial": "binomial, type B: lots from a process; the lot size matters to AOQ and ATI only",
        "hypergeometric": "hypergeometric, type A: one lot; proportions are rounded to whole items of it",
        "poisson": "Poisson: nonconformities per unit; also approximates the binomial for small p",
    }[distribution]
    outgoing = "Pa p, for lots much larger than the sample" if lot_size is None else "exact, Pa p (N - n) / N"
    return {"distribution": what, "aoq": outgoing + "; rejected lots are screened and bad items replaced"}
