"""Acceptance sampling by variables: the k method for one specification limit."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import optimize, special, stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.spc.sampling_curves import TOPIC, check_proportions
from havoc.tools.values import SETTING, Count, Number, Numbers, Positive, Probability

MAX_SAMPLE = 10_000
LEAST = 1e-9
"""Smallest AQL: no normal distribution is trusted further out."""


class VariablesPlan(Arguments):
    """A plan (n, k), or what it must achieve; and the lot's figures, if it is to be judged."""

    aliases: ClassVar[Mapping[str, str]] = {
        "n": "sample_size",
        "rql": "ltpd",
        "RQL": "ltpd",
        "LTPD": "ltpd",
        "AQL": "aql",
        "alpha": "producer_risk",
        "beta": "consumer_risk",
        "LSL": "lsl",
        "USL": "usl",
    }

    aql: Probability | None = None
    """Proportion nonconforming that should be accepted."""
    ltpd: Probability | None = None
    """Proportion nonconforming that should be rejected."""
    producer_risk: Probability = 0.05
    """Largest share of lots at the AQL that is rejected (often called alpha)."""
    consumer_risk: Probability = 0.10
    """Largest share of lots at the LTPD that is accepted (often called beta)."""
    sample_size: Count | None = None
    """Items measured per lot; with k, a given plan."""
    k: Number | None = None
    """Acceptance constant: accept where the mean lies at least k sigma inside the limit."""
    sigma: Annotated[Literal["unknown", "known"], SETTING] = "unknown"
    """Whether the standard deviation is known from long use, or taken from each sample."""
    sample_mean: Number | None = None
    """Mean of the lot's sample; with sample_sd and one limit, the lot is judged."""
    sample_sd: Positive | None = None
    """Standard deviation of the lot's sample (n - 1); the known sigma where it is known."""
    lsl: Number | None = None
    """Lower specification limit."""
    usl: Number | None = None
    """Upper specification limit."""
    proportions: Numbers | None = None
    """Proportions nonconforming at which to give the curve; by default 21 over the range in which the plan decides."""


class VariablesPoint(BaseModel):
    """What the plan does with lots of one quality."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    proportion: float
    """Proportion outside the limit."""
    probability_accept: float


class VariablesPlanResult(Result):
    """A plan by variables and what it does."""

    headline: ClassVar[tuple[str, ...]] = ("sample_size", "k", "producer_risk", "consumer_risk", "accept")

    sample_size: int
    k: float
    producer_risk: float | None
    """Share of lots at the AQL that this plan rejects."""
    consumer_risk: float | None
    """Share of lots at the LTPD that this plan accepts."""
    proportion_95: float
    """Proportion nonconforming that is accepted 95% of the time."""
    proportion_50: float
    """Accepted half of the time."""
    proportion_10: float
    """Accepted 10% of the time."""
    attributes_sample_size: int | None
    """What single sampling by attributes needs for the same two points, by the Poisson approximation."""
    curve: list[VariablesPoint]
    quality_index: float | None
    """Distance of the sample's mean to the limit in standard deviations, to compare with k."""
    accept: bool | None
    """Whether the lot is accepted; None where no lot was given."""


@operation(
    "variables_sampling_plan",
    topic=TOPIC,
    source="Lieberman and Resnikoff (1955), JASA 50, 457-516; Schilling, Neubauer (2017), Acceptance Sampling, chapter 10",
    examples=(
        {"aql": 0.01, "ltpd": 0.06, "producer_risk": 0.05, "consumer_risk": 0.1},
        {
            "sample_size": 40,
            "k": 1.9,
            "aql": 0.01,
            "ltpd": 0.06,
            "sample_mean": 255,
            "sample_sd": 15,
            "lsl": 225,
        },
    ),
)
def variables_sampling_plan(arguments: VariablesPlan) -> VariablesPlanResult:
    """How many items must be measured, and how far inside the limit must their mean lie, to accept a lot (n and k)?

    For one normal measurement with one specification limit; far smaller samples than acceptance_sampling_single, but it
    depends on normality in the tail. For counts use acceptance_sampling_single or z14_plan.
    """
    known = arguments.sigma == "known"
    n, k = _wanted(arguments, known)
    accepted = {name: None if p is None else _accept(n, k, p, known) for name, p in _points(arguments)}
    undefined: dict[str, str] = {}
    for name, field in (("aql", "producer_risk"), ("ltpd", "consumer_risk")):
        if accepted[name] is None:
            undefined[field] = f"no {name} was given"
    index = _quality(arguments)
    if index is None:
        undefined |= dict.fromkeys(("quality_index", "accept"), "no lot was given: sample_mean, sample_sd and one limit")
    compared = _by_attributes(arguments)
    if compared is None:
        undefined["attributes_sample_size"] = "it needs aql and ltpd"
    quantiles = {share: _proportion_at(n, k, share, known) for share in (0.95, 0.5, 0.1, 0.01)}
    proportions = (
        np.linspace(0, quantiles[0.01], 21)
        if arguments.proportions is None
        else check_proportions(arguments.proportions, "normal")
    )
    lot = "" if index is None else f"; the lot has {index:.4g} and is {'' if index >= k else 'not '}accepted"
    aql = accepted["aql"]
    return VariablesPlanResult(
        method=f"Sampling by variables, k method, sigma {arguments.sigma}",
        n_used=n,
        sample_size=n,
        k=k,
        producer_risk=None if aql is None else 1 - aql,
        consumer_risk=accepted["ltpd"],
        proportion_95=quantiles[0.95],
        proportion_50=quantiles[0.5],
        proportion_10=quantiles[0.1],
        attributes_sample_size=compared,
        curve=[VariablesPoint(proportion=p, probability_accept=_accept(n, k, p, known)) for p in proportions.tolist()],
        quality_index=index,
        accept=None if index is None else index >= k,
        conventions={
            "criterion": "accept where (USL - mean) / s >= k, or (mean - LSL) / s >= k",
            "k": "given" if arguments.k is not None else "keeps the producer's risk exactly; Minitab averages both risks' k",
            "curve": "exact: " + ("normal" if known else "non-central t"),
        },
        assumptions=[Assumption(name="normality", holds=None, detail="the plan depends on it; test the measurements")],
        undefined=undefined,
        conclusion=f"Measure {n} items; accept where the mean lies at least {k:.4g} sigma inside the limit{lot}.",
    )


def _points(arguments: VariablesPlan) -> tuple[tuple[str, float | None], ...]:
    return ("aql", arguments.aql), ("ltpd", arguments.ltpd)


def _wanted(arguments: VariablesPlan, known: bool) -> tuple[int, float]:
    n, k, aql, ltpd = arguments.sample_size, arguments.k, arguments.aql, arguments.ltpd
    for name, p in _points(arguments):
        if p is not None and p < LEAST:
            raise ToolError(name, p, f"below {LEAST:g}", "no normal distribution is known so far out in its tail")
    if (n is None) != (k is None):
        raise ToolError("sample_size" if n is None else "k", "", "missing", "give both sample_size and k, or aql and ltpd")
    if aql is not None and ltpd is not None and aql >= ltpd:
        raise ToolError("ltpd", ltpd, f"not above the AQL of {aql:g}", "give the worse quality as ltpd")
    if n is not None and k is not None:
        least = 1 if known else 2
        if not least <= n <= MAX_SAMPLE:
            raise ToolError("sample_size", n, f"outside {least} to {MAX_SAMPLE:,}", "give the items measured per lot")
        if abs(k) > 10:
            raise ToolError("k", k, "outside -10 to 10", "give k in standard deviations")
        return n, k
    if aql is None or ltpd is None:
        raise ToolError("aql" if aql is None else "ltpd", "", "missing", "give aql and ltpd, or a plan (n, k)")
    if arguments.producer_risk + arguments.consumer_risk >= 1:
        raise ToolError("consumer_risk", arguments.consumer_risk, "the risks add up to 1 or more", "give small risks")
    low, high = (1 if known else 2), MAX_SAMPLE
    if _risk(high, arguments, aql, ltpd, known) > arguments.consumer_risk:
        raise ToolError("ltpd", ltpd, f"no sample up to {MAX_SAMPLE:,} keeps both risks", "move aql and ltpd apart")
    while low < high:
        middle = (low + high) // 2
        if _risk(middle, arguments, aql, ltpd, known) <= arguments.consumer_risk:
            high = middle
        else:
            low = middle + 1
    return low, _constant(low, aql, arguments.producer_risk, known)


def _risk(n: int, arguments: VariablesPlan, aql: float, ltpd: float, known: bool) -> float:
    """Consumer's risk of the plan of size n that keeps the producer's risk exactly; it falls with n."""
    return _accept(n, _constant(n, aql, arguments.producer_risk, known), ltpd, known)


def _constant(n: int, aql: float, risk: float, known: bool) -> float:
    """k with which a lot at the AQL is rejected with probability `risk`."""
    z = -float(special.ndtri(aql))
    if known:
        return z + float(special.ndtri(risk)) / math.sqrt(n)
    return float(special.nctdtrit(n - 1, math.sqrt(n) * z, risk)) / math.sqrt(n)


def _accept(n: int, k: float, proportion: float, known: bool) -> float:
    """Probability that a lot with this proportion beyond the limit is accepted."""
    if proportion <= 0:
        return 1.0
    if proportion >= 1:
        return 0.0
    z = -float(special.ndtri(proportion))
    if known:
        return float(special.ndtr(math.sqrt(n) * (z - k)))
    return float(np.clip(stats.nct.sf(math.sqrt(n) * k, n - 1, math.sqrt(n) * z), 0.0, 1.0))


def _proportion_at(n: int, k: float, share: float, known: bool) -> float:
    """The proportion nonconforming of which this share is accepted."""
    if known:
        return float(special.ndtr(-k - float(special.ndtri(share)) / math.sqrt(n)))
    low, high = k - 40.0, k + 40.0
    z = optimize.brentq(lambda z: _accept(n, k, float(special.ndtr(-z)), known) - share, max(low, -8.0), min(high, 37.0))
    return float(special.ndtr(-z))


def _quality(arguments: VariablesPlan) -> float | None:
    """Quality index of the lot's sample; None where no lot was given."""
    mean, sd, lsl, usl = arguments.sample_mean, arguments.sample_sd, arguments.lsl, arguments.usl
    given = [value is not None for value in (mean, sd)]
    if not any(given) and lsl is None and usl is None:
        return None
    if mean is None or sd is None:
        raise ToolError("sample_mean" if mean is None else "sample_sd", "", "missing", "give mean, sd and one limit")
    if (lsl is None) == (usl is None):
        raise ToolError("usl", usl, "the k method takes one limit", "give lsl or usl; judge each limit by itself")
    return (mean - lsl) / sd if lsl is not None else ((usl or 0.0) - mean) / sd


def _by_attributes(arguments: VariablesPlan) -> int | None:
    """Sample size of single sampling by attributes, from the Poisson distribution; None beyond 1000 nonconforming."""
    aql, ltpd = arguments.aql, arguments.ltpd
    if aql is None or ltpd is None:
        return None
    for c in range(1000):
        n = math.ceil(float(special.pdtri(c, arguments.consumer_risk)) / ltpd)
        if float(special.pdtr(c, n * aql)) >= 1 - arguments.producer_risk:
            return n
    return None
