"""Double sampling plans by attributes."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import special, stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.sampling_curves import (
    MAX_SAMPLE,
    TOPIC,
    Array,
    Distribution,
    SinglePlan,
    check_lot,
    check_proportions,
    curve_conventions,
)
from havoc.tools.values import Count, Numbers

MAX_NUMBER = 300
"""Largest acceptance number of a double plan."""


class DoublePlan(Arguments):
    """A double sampling plan."""

    aliases: ClassVar[Mapping[str, str]] = {
        "n1": "sample_size1",
        "c1": "acceptance_number1",
        "r1": "rejection_number1",
        "n2": "sample_size2",
        "c2": "acceptance_number2",
        "N": "lot_size",
    }

    sample_size1: Count
    """Items in the first sample."""
    acceptance_number1: Count
    """Accept after the first sample with at most this many nonconforming."""
    sample_size2: Count
    """Items in the second sample."""
    acceptance_number2: Count
    """Accept after the second sample with at most this many nonconforming in both together."""
    rejection_number1: Count | None = None
    """Reject after the first sample from this many; by default acceptance_number2 + 1."""
    lot_size: Count | None = None
    """Items in a lot; needed for ATI and for the hypergeometric distribution."""
    proportions: Numbers | None = None
    """Proportions nonconforming at which to give the curve; by default 21 over the range in which the plan decides."""
    distribution: Distribution = "binomial"


class DoublePoint(BaseModel):
    """What a double plan does with lots of one quality."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    proportion: float
    """Proportion nonconforming of the incoming lots."""
    probability_accept: float
    """Share of such lots that is accepted, on either sample."""
    probability_accept_first: float
    """Share that is accepted on the first sample."""
    probability_reject_first: float
    """Share that is rejected on the first sample."""
    asn: float
    """Average sample number, both samples inspected in full."""
    aoq: float
    """Average outgoing quality where rejected lots are screened."""
    ati: float | None = None
    """Average total inspection of a lot; None without a lot size."""


class DoublePlanResult(Result):
    """A double plan and what it does."""

    headline: ClassVar[tuple[str, ...]] = ("curve", "asn_max", "aoql")

    rejection_number1: int
    curve: list[DoublePoint]
    asn_max: float
    """Largest average sample number, over the points of a fine grid."""
    asn_max_at: float
    """Proportion at which it occurs."""
    aoql: float
    """Largest average outgoing quality, over the points of a fine grid."""
    aoql_at: float
    """Incoming proportion at which it occurs."""


@operation(
    "acceptance_sampling_double",
    topic=TOPIC,
    source="Montgomery, Introduction to Statistical Quality Control, chapter 15.3; NIST/SEMATECH e-Handbook 6.2.3.3",
    examples=(
        {
            "sample_size1": 50,
            "acceptance_number1": 1,
            "sample_size2": 100,
            "acceptance_number2": 3,
            "proportions": [0.01, 0.05, 0.1],
        },
    ),
)
def acceptance_sampling_double(arguments: DoublePlan) -> DoublePlanResult:
    """What does a double sampling plan accept, and how much does it inspect?

    Operating characteristic, average sample number, outgoing quality and total inspection of a given plan. For one sample,
    or to find a plan from AQL and LTPD, use acceptance_sampling_single; for the published AQL schemes z14_plan.
    """
    rejection = _check_double(arguments)
    last = SinglePlan(arguments.sample_size1, rejection - 1, arguments.distribution, arguments.lot_size)
    top = min(1.0, last.proportion_at(1e-3)) if arguments.distribution != "poisson" else last.proportion_at(1e-3)
    if arguments.proportions is None:
        proportions = np.linspace(0, top, 21)
    else:
        proportions = check_proportions(arguments.proportions, arguments.distribution)
    curve = _double_curve(arguments, rejection, last.possible(proportions))
    fine = _double_curve(arguments, rejection, last.possible(np.linspace(0, top, 201)))
    most = max(fine, key=lambda point: point.asn)
    worst = max(fine, key=lambda point: point.aoq)
    return DoublePlanResult(
        method=f"Double sampling by attributes, {arguments.distribution}",
        n_used=arguments.sample_size1 + arguments.sample_size2,
        rejection_number1=rejection,
        curve=curve,
        asn_max=most.asn,
        asn_max_at=most.proportion,
        aoql=worst.aoq,
        aoql_at=worst.proportion,
        conventions=curve_conventions(arguments.distribution, arguments.lot_size)
        | {"asn": "no curtailment: the second sample is inspected in full"},
        warnings=[]
        if most.asn < arguments.sample_size1 + arguments.sample_size2
        else [Notice(code="no_saving", message="At some qualities every lot needs both samples.")],
        conclusion=f"The average sample number is at most {most.asn:.4g} (at p = {most.proportion:.4g}); "
        f"outgoing quality is at most {worst.aoq:.4g} on average.",
    )


def _check_double(arguments: DoublePlan) -> int:
    """The rejection number of the first sample."""
    n1, c1 = arguments.sample_size1, arguments.acceptance_number1
    n2, c2 = arguments.sample_size2, arguments.acceptance_number2
    check_lot(n1 + n2, arguments.distribution, arguments.lot_size)
    for name, n in (("sample_size1", n1), ("sample_size2", n2)):
        if not 1 <= n <= MAX_SAMPLE:
            raise ToolError(name, n, f"outside 1 to {MAX_SAMPLE:,}", "give the items in the sample")
    if not c1 < c2 <= MAX_NUMBER:
        raise ToolError(
            "acceptance_number2", c2, f"not above acceptance_number1 = {c1}, or above {MAX_NUMBER}", "give c1 < c2"
        )
    rejection = c2 + 1 if arguments.rejection_number1 is None else arguments.rejection_number1
    if not c1 + 1 < rejection <= c2 + 1:
        problem = f"outside {c1 + 2} to {c2 + 1}"
        raise ToolError("rejection_number1", rejection, problem, "leave a second sample something to decide")
    if arguments.distribution != "poisson" and (rejection > n1 or c2 >= n1 + n2):
        raise ToolError(
            "sample_size1", n1, f"the first sample can never have {rejection} nonconforming", "give a larger one"
        )
    return rejection


def _double_curve(arguments: DoublePlan, rejection: int, proportions: Array) -> list[DoublePoint]:
    n1, c1 = arguments.sample_size1, arguments.acceptance_number1
    n2, c2 = arguments.sample_size2, arguments.acceptance_number2
    lot, distribution = arguments.lot_size, arguments.distribution
    first = SinglePlan(n1, c1, distribution, lot).probability_accept(proportions)
    rejected = 1 - SinglePlan(n1, rejection - 1, distribution, lot).probability_accept(proportions)
    undecided = np.arange(c1 + 1, rejection, dtype=np.float64)[:, None]
    mass = _mass(undecided, n1, proportions, arguments)
    second = (mass * _second(undecided, n2, c2, proportions, arguments)).sum(axis=0)
    points = []
    for p, one, two, no in zip(proportions.tolist(), first.tolist(), second.tolist(), rejected.tolist(), strict=True):
        total = n1 + n2
        # Rounding can leave a sum just above 1.
        accepted = min(1.0, one + two)
        outgoing, ati = accepted * p, None
        if lot is not None:
            outgoing = p * (one * (lot - n1) + two * (lot - total)) / lot
            ati = n1 * one + total * two + lot * (1 - accepted)
        points.append(
            DoublePoint(
                proportion=p,
                probability_accept=accepted,
                probability_accept_first=one,
                probability_reject_first=no,
                asn=n1 + n2 * max(0.0, 1 - one - no),
                aoq=outgoing,
                ati=ati,
            )
        )
    return points


def _mass(found: Array, n: int, proportions: Array, arguments: DoublePlan) -> Array:
    """Probability of exactly `found` nonconforming items in the first sample."""
    if arguments.distribution == "hypergeometric" and arguments.lot_size is not None:
        bad = np.rint(proportions * arguments.lot_size).astype(np.int64)
        result: Array = stats.hypergeom.pmf(found, arguments.lot_size, bad, n)
    elif arguments.distribution == "poisson":
        result = stats.poisson.pmf(found, n * proportions)
    else:
        result = stats.binom.pmf(found, n, proportions)
    return result


def _second(found: Array, n: int, c: int, proportions: Array, arguments: DoublePlan) -> Array:
    """Probability that the second sample accepts, after `found` nonconforming items in the first."""
    if arguments.distribution == "hypergeometric" and arguments.lot_size is not None:
        bad = np.rint(proportions * arguments.lot_size).astype(np.int64)
        left = arguments.lot_size - arguments.sample_size1
        still = np.clip(bad - found, 0, left)
        result: Array = stats.hypergeom.cdf(c - found, left, still, n)
    elif arguments.distribution == "poisson":
        result = special.pdtr(c - found, n * proportions)
    else:
        # With c - found >= n every second sample accepts; bdtr has no value beyond n.
        result = special.bdtr(np.minimum(c - found, n), n, proportions)
    return result
