"""Judging a lot from measurements: quality indices, estimated percent nonconforming, acceptance."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field
from scipy import special

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.spc.sampling_curves import TOPIC
from havoc.tools.spc.z19_tables import percent_nonconforming
from havoc.tools.values import DATA, Count, Number, Numbers, Positive

MAX_SAMPLE = 1_000_000
LARGEST_K = 10.0
Percent = Annotated[float, Field(ge=0, le=100), DATA]


class VariablesLot(Arguments):
    """Measurements of a lot's sample, or their summary, the specification, and the plan."""

    aliases: ClassVar[Mapping[str, str]] = {
        "data": "sample",
        "measurements": "sample",
        "values": "sample",
        "n": "sample_size",
        "mean": "sample_mean",
        "sd": "sample_sd",
        "LSL": "lsl",
        "USL": "usl",
        "M": "maximum_percent",
    }

    sample: Numbers | None = None
    """Measurements of the items drawn."""
    sample_size: Count | None = None
    """Items measured; with sample_mean and sample_sd instead of sample."""
    sample_mean: Number | None = None
    """Their mean."""
    sample_sd: Positive | None = None
    """Their standard deviation (n - 1); not needed with sigma."""
    sigma: Positive | None = None
    """Standard deviation of the process where it is known from long use; the plan must be one for known variability."""
    lsl: Number | None = None
    """Lower specification limit."""
    usl: Number | None = None
    """Upper specification limit."""
    k: Annotated[float, Field(ge=-LARGEST_K, le=LARGEST_K), DATA] | None = None
    """Form 1: acceptability constant."""
    maximum_percent: Percent | None = None
    """Form 2: largest estimated percent nonconforming, M; for both limits together where there are two."""
    maximum_percent_below: Percent | None = None
    """M of the lower limit, where the limits have different AQLs."""
    maximum_percent_above: Percent | None = None
    """M of the upper limit, where the limits have different AQLs."""


class VariablesLotResult(Result):
    """How far inside its specification the lot lies."""

    headline: ClassVar[tuple[str, ...]] = ("accept", "percent_nonconforming", "quality_index_lower", "quality_index_upper")

    accept: bool | None
    """None where no plan was given."""
    quality_index_lower: float | None
    """(mean - LSL) / s."""
    quality_index_upper: float | None
    """(USL - mean) / s."""
    percent_nonconforming: float
    """Estimated percent beyond either limit: minimum variance unbiased."""
    percent_below: float | None
    """Estimated percent below the LSL."""
    percent_above: float | None
    """Estimated percent above the USL."""
    maximum_percent: float | None
    """What percent_nonconforming was compared with; None where k decides, or no plan was given."""
    mean: float
    sd: float
    """Of the sample (n - 1), or the known sigma."""


@dataclass(frozen=True)
class _Summary:
    n: int
    mean: float
    sd: float


@operation(
    "variables_lot",
    topic=TOPIC,
    source="Lieberman and Resnikoff (1955), JASA 50, 457-516; ANSI/ASQ Z1.9, sections B and D",
    examples=(
        {"sample": [197, 188, 184, 205, 201], "usl": 209, "k": 1.53, "unit": "°F"},
        {"sample": [197, 188, 184, 205, 201], "lsl": 180, "usl": 209, "maximum_percent": 3.32, "unit": "°F"},
        {"sample_size": 40, "sample_mean": 255, "sample_sd": 15, "lsl": 225},
    ),
)
def variables_lot(arguments: VariablesLot) -> VariablesLotResult:
    """Is a lot accepted from measurements of a sample, and what percent of it is nonconforming?

    Form 1 (k, one limit) and form 2 (M, one or two limits) of ANSI/ASQ Z1.9 and ISO 3951. n, k and M come from z19_plan or
    variables_sampling_plan. The estimate depends on normality far out in the tail: for other distributions see
    capability_nonnormal, for counts acceptance_sampling_single.
    """
    if arguments.lsl is None and arguments.usl is None:
        raise ToolError("usl", "", "no specification limit", "give lsl, usl or both")
    if arguments.lsl is not None and arguments.usl is not None and arguments.lsl >= arguments.usl:
        raise ToolError("usl", arguments.usl, f"not above the LSL of {arguments.lsl:g}", "exchange the limits")
    data = _summary(arguments)
    lower = None if arguments.lsl is None else (data.mean - arguments.lsl) / data.sd
    upper = None if arguments.usl is None else (arguments.usl - data.mean) / data.sd
    known = arguments.sigma is not None
    below, above = (None if index is None else _percent(index, data.n, known) for index in (lower, upper))
    total = min((below or 0.0) + (above or 0.0), 100.0)
    accept, criterion, largest = _judge(arguments, data.n, (lower, upper), (below, above), total)
    undefined = {}
    for side, limit, index in (("lower", "LSL", lower), ("upper", "USL", upper)):
        if index is None:
            undefined[f"quality_index_{side}"] = f"no {limit} was given"
            undefined[f"percent_{'below' if side == 'lower' else 'above'}"] = f"no {limit} was given"
    if accept is None:
        undefined["accept"] = "no plan was given: k or maximum_percent"
    if largest is None:
        undefined["maximum_percent"] = "no M was given"
    verdict = "" if accept is None else f" The lot is {'' if accept else 'not '}accepted."
    return VariablesLotResult(
        method=f"Lot by variables, {'sigma known' if known else 'standard deviation method'}",
        n_used=data.n,
        accept=accept,
        quality_index_lower=lower,
        quality_index_upper=upper,
        percent_nonconforming=total,
        percent_below=below,
        percent_above=above,
        maximum_percent=largest,
        mean=data.mean,
        sd=data.sd,
        conventions={
            "criterion": criterion,
            "estimate": "normal distribution at Q sqrt(n / (n - 1))" if known else "symmetric beta, n/2 - 1 (Table B-5)",
            "boundary": "an index of exactly k, or a percentage of exactly M, is accepted",
        },
        assumptions=[
            normality("sample", arguments.sample)
            if arguments.sample is not None
            else Assumption(name="normality", holds=None, detail="only summary statistics were given")
        ],
        undefined=undefined,
        conclusion=f"Estimated {total:.4g} percent nonconforming.{verdict}",
    )


def _summary(arguments: VariablesLot) -> _Summary:
    least = 2 if arguments.sigma is not None else 3
    if arguments.sample is not None:
        for path in ("sample_size", "sample_mean", "sample_sd"):
            if getattr(arguments, path) is not None:
                raise ToolError(path, "", "given beside the measurements", "give either of them")
        values = np.asarray(arguments.sample, dtype=np.float64)
        n, mean, sd = values.size, float(values.mean()), float(values.std(ddof=1)) if values.size > 1 else 0.0
    else:
        for path in ("sample_size", "sample_mean", *(() if arguments.sigma is not None else ("sample_sd",))):
            if getattr(arguments, path) is None:
                raise ToolError(path, "", "missing", "give the measurements as sample, or their size, mean and sd")
        n, mean, sd = arguments.sample_size or 0, arguments.sample_mean or 0.0, arguments.sample_sd or 0.0
    path = "sample" if arguments.sample is not None else "sample_size"
    if not least <= n <= MAX_SAMPLE:
        raise ToolError(path, n, f"outside {least} to {MAX_SAMPLE:,} items", "give the items measured per lot")
    if arguments.sigma is not None:
        return _Summary(n, mean, arguments.sigma)
    if sd == 0:
        raise ToolError("sample", arguments.sample, "all values are equal", "measure finer, or give the known sigma")
    return _Summary(n, mean, sd)


def _percent(index: float, n: int, known: bool) -> float:
    if known:
        return 100 * float(special.ndtr(-index * math.sqrt(n / (n - 1))))
    return percent_nonconforming(index, n)


def _judge(
    arguments: VariablesLot,
    n: int,
    indices: tuple[float | None, float | None],
    percents: tuple[float | None, float | None],
    total: float,
) -> tuple[bool | None, str, float | None]:
    """The verdict, its criterion in words, and the M that `total` was compared with.

    Raises:
        ToolError: the plan is given twice, in part, or is not one for these limits.
    """
    k, m = arguments.k, arguments.maximum_percent
    sides = {
        "maximum_percent_below": arguments.maximum_percent_below,
        "maximum_percent_above": arguments.maximum_percent_above,
    }
    given = {name: value for name, value in sides.items() if value is not None}
    if sum((k is not None, m is not None, bool(given))) > 1:
        path = "maximum_percent" if k is not None and m is not None else next(iter(given))
        raise ToolError(path, "", "two criteria were given", "give k, or maximum_percent, or an M for each limit")
    if given:
        for name, percent in zip(sides, percents, strict=True):
            if (percent is None) != (sides[name] is None):
                raise ToolError(name, "", "each limit needs its own M", "give both limits and both M, or maximum_percent")
        largest = max(given.values())
        apart = all(percent <= own for percent, own in zip(_known(percents), given.values(), strict=True))
        return apart and total <= largest, "each percentage at most its own M, their sum at most the larger", largest
    if m is not None:
        return total <= m, "estimated percent nonconforming at most M", m
    if k is None:
        return None, "none given", None
    only = _known(indices)
    if len(only) == 1:
        return only[0] >= k, "quality index at least k", None
    largest = _percent(k, n, arguments.sigma is not None)
    return total <= largest, "two limits: estimated percent nonconforming at most the M that belongs to k", largest


def _known(values: tuple[float | None, float | None]) -> list[float]:
    return [value for value in values if value is not None]
