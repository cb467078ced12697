"""Single sampling plans by attributes: found from two points of the curve, or given."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.spc.sampling_curves import (
    MAX_LOT,
    MAX_SAMPLE,
    TOPIC,
    CurvePoint,
    Distribution,
    SinglePlan,
    bisect,
    check_lot,
    check_plan,
    check_proportions,
    curve_conventions,
    plan_curve,
)
from havoc.tools.values import Count, Numbers, Probability

MAX_ACCEPTANCE = 300
"""Largest acceptance number that the search tries."""


class SinglePlanSearch(Arguments):
    """A plan (n, c), or what it must achieve."""

    aliases: ClassVar[Mapping[str, str]] = {
        "n": "sample_size",
        "c": "acceptance_number",
        "N": "lot_size",
        "rql": "ltpd",
        "RQL": "ltpd",
        "LTPD": "ltpd",
        "LQ": "ltpd",
        "AQL": "aql",
        "alpha": "producer_risk",
        "beta": "consumer_risk",
    }

    sample_size: Count | None = None
    """Items inspected per lot; with acceptance_number, a given plan."""
    acceptance_number: Count | None = None
    """Largest number of nonconforming items with which a lot is accepted."""
    aql: Probability | None = None
    """Proportion nonconforming that should be accepted (acceptance quality limit)."""
    ltpd: Probability | None = None
    """Proportion nonconforming that should be rejected (lot tolerance percent defective, RQL)."""
    producer_risk: Probability = 0.05
    """Largest share of lots at the AQL that is rejected (often called alpha)."""
    consumer_risk: Probability = 0.10
    """Largest share of lots at the LTPD that is accepted (often called beta)."""
    lot_size: Count | None = None
    """Items in a lot; needed for ATI and for the hypergeometric distribution."""
    proportions: Numbers | None = None
    """Proportions nonconforming at which to give the curve; by default 21 over the range in which the plan decides."""
    distribution: Distribution = "binomial"


class SinglePlanResult(Result):
    """A single plan and what it does."""

    headline: ClassVar[tuple[str, ...]] = (
        "sample_size",
        "acceptance_number",
        "producer_risk",
        "consumer_risk",
        "aoql",
    )

    sample_size: int
    acceptance_number: int
    rejection_number: int
    """Smallest number of nonconforming items with which a lot is rejected."""
    probability_accept_aql: float | None
    """Pa at the AQL."""
    probability_accept_ltpd: float | None
    """Pa at the LTPD."""
    producer_risk: float | None
    """Share of lots at the AQL that this plan rejects."""
    consumer_risk: float | None
    """Share of lots at the LTPD that this plan accepts."""
    proportion_95: float
    """Proportion nonconforming that is accepted 95% of the time."""
    proportion_50: float
    """Indifference quality: accepted half of the time."""
    proportion_10: float
    """Proportion nonconforming that is accepted 10% of the time."""
    aoql: float
    """Average outgoing quality limit: the largest average outgoing quality where rejected lots are screened."""
    aoql_at: float
    """Incoming proportion at which it occurs."""
    curve: list[CurvePoint]


@operation(
    "acceptance_sampling_single",
    topic=TOPIC,
    source="Guenther (1969), J. Quality Technology 1, 105-109; NIST/SEMATECH e-Handbook 6.2.3; Montgomery, SQC, chapter 15",
    examples=(
        {"aql": 0.01, "ltpd": 0.06, "producer_risk": 0.05, "consumer_risk": 0.1, "lot_size": 10000},
        {"sample_size": 52, "acceptance_number": 3, "lot_size": 10000, "aql": 0.01},
    ),
)
def acceptance_sampling_single(arguments: SinglePlanSearch) -> SinglePlanResult:
    """Which single sampling plan meets AQL and LTPD, or what does a given plan do?

    With aql and ltpd, the plan with the smallest sample that keeps both risks; with sample_size and acceptance_number, that
    plan. For the published AQL schemes with switching rules use z14_plan; for measured values, which need fewer items,
    variables_sampling_plan; for two stages acceptance_sampling_double; to compare plans oc_curve.
    """
    plan = _wanted(arguments)
    proportions = (
        np.linspace(0, plan.proportion_at(0.01), 21)
        if arguments.proportions is None
        else check_proportions(arguments.proportions, arguments.distribution)
    )
    summary = plan_curve(plan, proportions)
    accepted = {
        name: None if p is None else float(plan.probability_accept(plan.possible(np.asarray(p))))
        for name, p in (("aql", arguments.aql), ("ltpd", arguments.ltpd))
    }
    undefined: dict[str, str] = {}
    for name, risk in (("aql", "producer_risk"), ("ltpd", "consumer_risk")):
        if accepted[name] is None:
            undefined |= dict.fromkeys((f"probability_accept_{name}", risk), f"no {name} was given")
    found = arguments.sample_size is None
    sentence = f"Inspect {plan.n} items; accept with at most {plan.c} nonconforming"
    return SinglePlanResult(
        method=f"Single sampling by attributes, {arguments.distribution}, " + ("smallest sample" if found else "given plan"),
        n_used=plan.n,
        sample_size=plan.n,
        acceptance_number=plan.c,
        rejection_number=plan.c + 1,
        probability_accept_aql=accepted["aql"],
        probability_accept_ltpd=accepted["ltpd"],
        producer_risk=None if accepted["aql"] is None else 1 - accepted["aql"],
        consumer_risk=accepted["ltpd"],
        proportion_95=summary.proportion_95,
        proportion_50=summary.proportion_50,
        proportion_10=summary.proportion_10,
        aoql=summary.aoql,
        aoql_at=summary.aoql_at,
        curve=summary.points,
        conventions=curve_conventions(arguments.distribution, arguments.lot_size)
        | ({"search": "smallest n for which both risks hold; nomographs let one of them slip"} if found else {}),
        undefined=undefined,
        conclusion=f"{sentence}: half of the lots pass at p = {summary.proportion_50:.4g}, "
        f"outgoing quality is at most {summary.aoql:.4g} on average.",
    )


def _wanted(arguments: SinglePlanSearch) -> SinglePlan:
    n, c = arguments.sample_size, arguments.acceptance_number
    if (n is None) != (c is None):
        missing = "sample_size" if n is None else "acceptance_number"
        raise ToolError(missing, "", "missing", "give both sample_size and acceptance_number, or aql and ltpd")
    if n is not None and c is not None:
        return check_plan(n, c, arguments.distribution, arguments.lot_size)
    aql, ltpd = arguments.aql, arguments.ltpd
    if aql is None or ltpd is None:
        raise ToolError("aql" if aql is None else "ltpd", "", "missing", "give aql and ltpd, or a plan (n, c)")
    if aql >= ltpd:
        raise ToolError("ltpd", ltpd, f"not above the AQL of {aql:g}", "give the worse quality as ltpd")
    if arguments.lot_size is not None and arguments.lot_size > MAX_LOT:
        raise ToolError("lot_size", arguments.lot_size, f"above {MAX_LOT:,}", "leave it out for a very large lot")
    if arguments.producer_risk + arguments.consumer_risk >= 1:
        raise ToolError("consumer_risk", arguments.consumer_risk, "the risks add up to 1 or more", "give small risks")
    return _smallest(arguments, aql, ltpd)


def _smallest(arguments: SinglePlanSearch, aql: float, ltpd: float) -> SinglePlan:
    """Guenther's search: for c = 0, 1, ... the smallest n that the consumer accepts, until the producer accepts it too."""
    distribution, lot = arguments.distribution, arguments.lot_size
    if distribution == "hypergeometric":
        check_lot(1, distribution, lot)
    top = MAX_SAMPLE if lot is None else min(MAX_SAMPLE, lot - 1)

    def accepted(n: int, c: int, p: float) -> float:
        plan = SinglePlan(n, c, distribution, lot)
        return float(plan.probability_accept(plan.possible(np.asarray(p))))

    start = 1
    for c in range(MAX_ACCEPTANCE + 1):
        n = bisect(lambda n, c=c: accepted(n, c, ltpd) <= arguments.consumer_risk, max(start, c + 1), max(top, c + 1))
        if n > top or accepted(n, c, ltpd) > arguments.consumer_risk:
            break
        if accepted(n, c, aql) >= 1 - arguments.producer_risk:
            return SinglePlan(n, c, distribution, lot)
        start = n
    raise ToolError(
        "ltpd",
        ltpd,
        f"no plan with a sample up to {top:,} and an acceptance number up to {MAX_ACCEPTANCE} keeps both risks",
        "allow larger risks, or move aql and ltpd apart",
    )
