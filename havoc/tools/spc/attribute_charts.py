"""Charts of counts: p, np, c and u, with exact limits for each point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.spc.chart import TOPIC, Array, ChartResult, ControlChart, Part, StagedArguments, make_chart, parts, summary
from havoc.tools.values import SETTING, Counts, Numbers, Positive, Probability, equal_lengths

SOURCE = "Montgomery, D. C., Introduction to Statistical Quality Control, chapter 7; NIST/SEMATECH e-Handbook 6.3.3"
OneOrMany = WithJsonSchema(
    {"anyOf": [{"type": "number", "minimum": 0}, {"type": "array", "items": {"type": "number"}, "minItems": 1}]}
)
SURPRISING = 0.01
"""Probability below which the variation of the points speaks against the binomial or Poisson model."""


def _as_list(value: object) -> object:
    """One number is the size of all samples."""
    return [value] if isinstance(value, (int, float)) and not isinstance(value, bool) else value


class AttributeChartResult(ChartResult):
    """A chart of counts or rates."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "lcl", "ucl")

    sample_sizes: list[float]
    """Items, or units, inspected at each point; 1 on a c chart."""
    dispersion_ratio: float | None
    """Variance of the points over that of the binomial or Poisson model: about 1 where the model holds."""


class NonconformingArguments(StagedArguments):
    """Nonconforming items in samples."""

    aliases: ClassVar[Mapping[str, str]] = {
        "counts": "nonconforming",
        "defectives": "nonconforming",
        "n": "sample_sizes",
        "sample_size": "sample_sizes",
        "size": "sample_sizes",
    }

    nonconforming: Counts
    """Nonconforming items in each sample, in time order."""
    sample_sizes: Annotated[Counts, BeforeValidator(_as_list), OneOrMany]
    """Items inspected in each sample, or one number for all."""
    proportion: Annotated[Probability | None, SETTING] = None
    """Proportion nonconforming of phase II, from an earlier stable period."""


class DefectsArguments(StagedArguments):
    """Defects per unit of constant size."""

    aliases: ClassVar[Mapping[str, str]] = {"counts": "defects", "data": "defects", "mean": "rate"}

    defects: Counts
    """Defects in each unit, in time order."""
    rate: Positive | None = None
    """Mean number of phase II, from an earlier stable period."""


class DefectRateArguments(StagedArguments):
    """Defects in amounts that vary."""

    aliases: ClassVar[Mapping[str, str]] = {
        "counts": "defects",
        "units": "sizes",
        "sample_sizes": "sizes",
        "size": "sizes",
        "mean": "rate",
    }

    defects: Counts
    """Defects of each point, in time order."""
    sizes: Annotated[Numbers, BeforeValidator(_as_list), OneOrMany]
    """Units (area, length, hours) inspected at each point, or one number for all."""
    rate: Positive | None = None
    """Defects per unit of phase II, from an earlier stable period."""


@operation(
    "p_chart",
    topic=TOPIC,
    source=SOURCE,
    examples=({"nonconforming": [3, 5, 2, 7, 4, 6, 3, 5], "sample_sizes": [50, 52, 48, 50, 51, 50, 49, 50]},),
)
def p_chart(arguments: NonconformingArguments) -> AttributeChartResult:
    """Is the proportion of nonconforming items in control?

    Samples may vary in size; every point has its own exact limits. With constant samples np_chart shows whole items; with
    very large samples whose limits look absurdly narrow use laney_p_chart; where a measurement is possible, chart that.
    """
    data = binomial(arguments)
    sigma = np.sqrt(data.mean * (1 - data.mean) / data.sizes)
    chart = make_chart(
        "proportion", data.points, data.mean, sigma, arguments.rules, floor=0.0, ceiling=1.0, starts=data.starts
    )
    return AttributeChartResult(method="p chart", **attribute_summary("p", chart, arguments, data))


@operation(
    "np_chart",
    topic=TOPIC,
    source=SOURCE,
    examples=({"nonconforming": [3, 5, 2, 7, 4, 6, 3, 5], "sample_sizes": [50]},),
)
def np_chart(arguments: NonconformingArguments) -> AttributeChartResult:
    """Is the number of nonconforming items in samples of constant size in control?

    The p chart in whole items. With samples of varying size use p_chart, for defects of which an item can have several
    c_chart.
    """
    data = binomial(arguments)
    size = float(data.sizes[0])
    if (data.sizes != size).any():
        raise ToolError("sample_sizes", arguments.sample_sizes, "the samples differ in size", "use p_chart")
    sigma = np.sqrt(data.mean * (1 - data.mean) * size)
    counts = np.asarray(arguments.nonconforming, dtype=np.float64)
    chart = make_chart(
        "nonconforming items", counts, data.mean * size, sigma, arguments.rules, floor=0.0, ceiling=size, starts=data.starts
    )
    return AttributeChartResult(method="np chart", **attribute_summary("np", chart, arguments, data))


@operation("c_chart", topic=TOPIC, source=SOURCE, examples=({"defects": [4, 7, 3, 5, 9, 6, 4, 5, 8, 3]},))
def c_chart(arguments: DefectsArguments) -> AttributeChartResult:
    """Is the number of defects per unit of constant size in control?

    For flaws, errors or events of which a unit can have several. Where the inspected amount varies use u_chart, for items
    that pass or fail p_chart, for very rare events g_chart or t_chart.
    """
    data = poisson(arguments.defects, [1.0], arguments.rate, arguments)
    chart = make_chart("defects", data.points, data.mean, np.sqrt(data.mean), arguments.rules, floor=0.0, starts=data.starts)
    return AttributeChartResult(method="c chart", **attribute_summary("c", chart, arguments, data))


@operation(
    "u_chart",
    topic=TOPIC,
    source=SOURCE,
    examples=({"defects": [4, 7, 3, 5, 9, 6], "sizes": [2.0, 2.5, 1.5, 2.0, 3.0, 2.0]},),
)
def u_chart(arguments: DefectRateArguments) -> AttributeChartResult:
    """Is the number of defects per unit in control where the inspected amount varies?

    Every point has its own exact limits. With constant amounts c_chart; with very large amounts laney_u_chart.
    """
    data = poisson(arguments.defects, arguments.sizes, arguments.rate, arguments)
    sigma = np.sqrt(data.mean / data.sizes)
    chart = make_chart("defects per unit", data.points, data.mean, sigma, arguments.rules, floor=0.0, starts=data.starts)
    return AttributeChartResult(method="u chart", **attribute_summary("u", chart, arguments, data))


@dataclass(frozen=True)
class AttributeData:
    """Points of a chart of counts; float64, one entry per point."""

    points: Array
    sizes: Array
    mean: Array
    """Of the stage of each point, or given."""
    model_sigma: Array
    """Standard deviation of each point by the binomial or Poisson distribution."""
    stages: list[Part]
    given: bool

    @property
    def starts(self) -> list[int]:
        """0-based first points of the stages."""
        return [stage.points.start for stage in self.stages]

    @property
    def kept(self) -> list[int]:
        """0-based points that the limits are made of."""
        return [index for stage in self.stages for index in stage.kept]


def binomial(arguments: NonconformingArguments) -> AttributeData:
    """Proportions.

    Raises:
        ToolError: a sample is empty, has more nonconforming items than items, or all items are alike.
    """
    counts = np.asarray(arguments.nonconforming, dtype=np.float64)
    sizes = _sizes("nonconforming", "sample_sizes", arguments.nonconforming, arguments.sample_sizes)
    for index, (count, size) in enumerate(zip(counts.tolist(), sizes.tolist(), strict=True)):
        if count > size:
            raise ToolError(f"nonconforming[{index}]", count, f"more than the {size:g} items inspected", "check both lists")
    stages, mean = _means(counts, sizes, arguments.proportion, arguments)
    if (mean <= 0).any() or (mean >= 1).any():
        raise ToolError("nonconforming", arguments.nonconforming, "all items are alike", "a chart needs some of both kinds")
    sigma = np.sqrt(mean * (1 - mean) / sizes)
    return AttributeData(counts / sizes, sizes, mean, sigma, stages, arguments.proportion is not None)


def poisson(
    defects: list[int], amounts: Sequence[float], rate: float | None, arguments: DefectsArguments | DefectRateArguments
) -> AttributeData:
    """Defects per unit.

    Raises:
        ToolError: an amount is not above 0, or there are no defects.
    """
    counts = np.asarray(defects, dtype=np.float64)
    sizes = _sizes("defects", "sizes", defects, amounts)
    stages, mean = _means(counts, sizes, rate, arguments)
    if (mean <= 0).any():
        raise ToolError("defects", defects, "there are no defects at all", "for rare events use g_chart or t_chart")
    return AttributeData(counts / sizes, sizes, mean, np.sqrt(mean / sizes), stages, rate is not None)


def _sizes(counted: str, field: str, counts: Sequence[float], amounts: Sequence[float]) -> Array:
    if len(amounts) == 1:
        sizes = np.full(len(counts), float(amounts[0]))
    else:
        equal_lengths(**{counted: counts, field: amounts})
        sizes = np.asarray(amounts, dtype=np.float64)
    for index, size in enumerate(sizes.tolist()):
        if size <= 0:
            raise ToolError(f"{field}[{index}]", size, "nothing was inspected", "leave the point out")
    return sizes


def _means(counts: Array, sizes: Array, given: float | None, arguments: StagedArguments) -> tuple[list[Part], Array]:
    """The stages, and the mean of the stage of each point."""
    stages = parts(counts.size, arguments, estimated=given is None)
    mean = np.empty(counts.size)
    for stage in stages:
        mean[stage.points] = given if given is not None else counts[stage.kept].sum() / sizes[stage.kept].sum()
    return stages, mean


def attribute_summary(
    name: str, chart: ControlChart, arguments: StagedArguments, data: AttributeData, *, judged: bool = True
) -> dict[str, Any]:
    """The fields of AttributeChartResult; `judged` warns where the model does not hold."""
    common = summary({name: chart}, arguments, "II" if data.given else "I")
    kept = data.kept
    z = ((data.points - data.mean) / data.model_sigma)[kept]
    common["conventions"] |= {"limits": "three sigma, exact for the size of each point, clipped to what is possible"}
    ratio = float(np.var(z, ddof=1)) if z.size > 1 else None
    if ratio is None:
        common["undefined"] |= {"dispersion_ratio": "one point has no variation"}
    elif judged:
        common["warnings"] += _dispersion(ratio, z.size)
    if min(chart.lcl) <= 0:
        message = "The lower limit is 0, so no single point can show an improvement; larger samples could."
        common["warnings"].append(Notice(code="lcl_zero", message=message))
    return {**common, "n_used": len(kept), "sample_sizes": data.sizes.tolist(), "dispersion_ratio": ratio}


def _dispersion(ratio: float, count: int) -> list[Notice]:
    """Notices where the points vary more, or less, than the binomial or Poisson distribution allows."""
    sum_of_squares = ratio * (count - 1)
    if stats.chi2.sf(sum_of_squares, count - 1) < SURPRISING:
        message = (
            f"The points vary {ratio:.3g} times as much as the model allows: special causes, or variation between samples; "
            "where no cause is found compare laney_p_chart or laney_u_chart."
        )
        return [Notice(code="overdispersion", message=message)]
    if stats.chi2.cdf(sum_of_squares, count - 1) < SURPRISING:
        message = f"The points vary only {ratio:.3g} times as much as chance would: mixed streams, or edited counts."
        return [Notice(code="underdispersion", message=message)]
    return []
