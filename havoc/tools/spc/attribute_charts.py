"""Charts of counts: p, np, c and u, with exact limits for each point, and Laney's p' and u'."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import numpy as np

from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.spc.chart import TOPIC, Array, ChartArguments, ChartResult, make_chart, summary, used
from havoc.tools.spc.constants import d2
from havoc.tools.values import SETTING, Counts, Numbers, Positive, Probability, equal_lengths

SOURCE = "Montgomery, D. C., Introduction to Statistical Quality Control, chapter 7; NIST/SEMATECH e-Handbook 6.3.3"
LANEY = "Laney, D. B. (2002), Quality Engineering 14, 531-537"


class AttributeChartResult(ChartResult):
    """A chart of counts or rates."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "lcl", "ucl")

    sample_sizes: list[float]
    dispersion_ratio: float
    """Variance of the standardised points over 1: about 1 where the binomial or Poisson model holds."""


class LaneyChartResult(AttributeChartResult):
    """A chart whose limits hold the variation between points too."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "sigma_z", "lcl", "ucl")

    sigma_z: float
    """Mean moving range of the standardised points over 1.128: above 1 overdispersion, below 1 underdispersion."""


class NonconformingArguments(ChartArguments):
    """Nonconforming items in samples."""

    aliases: ClassVar[Mapping[str, str]] = {"counts": "nonconforming", "defectives": "nonconforming", "n": "sample_sizes"}

    nonconforming: Counts
    """Nonconforming items in each sample, in time order."""
    sample_sizes: Counts
    """Items inspected in each sample, or one number for all."""
    proportion: Annotated[Probability | None, SETTING] = None
    """Proportion nonconforming of phase II, from an earlier stable period."""


class DefectsArguments(ChartArguments):
    """Defects per unit of constant size."""

    aliases: ClassVar[Mapping[str, str]] = {"counts": "defects", "data": "defects", "mean": "rate"}

    defects: Counts
    """Defects in each unit, in time order."""
    rate: Positive | None = None
    """Mean number of phase II, from an earlier stable period."""


class DefectRateArguments(ChartArguments):
    """Defects in amounts that vary."""

    aliases: ClassVar[Mapping[str, str]] = {"counts": "defects", "units": "sizes", "sample_sizes": "sizes", "mean": "rate"}

    defects: Counts
    """Defects of each point, in time order."""
    sizes: Numbers
    """Units (area, length, hours) inspected at each point."""
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
    counts, sizes, kept, mean = _binomial(arguments)
    sigma = np.sqrt(mean * (1 - mean) / sizes)
    chart = make_chart("proportion", counts / sizes, mean, sigma, arguments.rules, floor=0.0, ceiling=1.0)
    common = _common({"p": chart}, arguments, arguments.proportion is not None, counts / sizes, mean, sigma, kept)
    return AttributeChartResult(
        method="p chart", n_used=int(sizes[kept].sum()), sample_sizes=sizes.tolist(), **_clipped(common, chart.lcl)
    )


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
    counts, sizes, kept, mean = _binomial(arguments)
    if len(set(sizes.tolist())) > 1:
        raise ToolError("sample_sizes", sizes.tolist(), "the samples differ in size", "use p_chart")
    sigma = np.sqrt(mean * (1 - mean) * sizes)
    chart = make_chart(
        "nonconforming items", counts, mean * sizes, sigma, arguments.rules, floor=0.0, ceiling=float(sizes[0])
    )
    common = _common({"np": chart}, arguments, arguments.proportion is not None, counts, mean * sizes, sigma, kept)
    return AttributeChartResult(
        method="np chart", n_used=int(sizes[kept].sum()), sample_sizes=sizes.tolist(), **_clipped(common, chart.lcl)
    )


@operation("c_chart", topic=TOPIC, source=SOURCE, examples=({"defects": [4, 7, 3, 5, 9, 6, 4, 5, 8, 3]},))
def c_chart(arguments: DefectsArguments) -> AttributeChartResult:
    """Is the number of defects per unit of constant size in control?

    For flaws, errors or events of which a unit can have several. Where the inspected amount varies use u_chart, for items
    that pass or fail p_chart, for very rare events g_chart or t_chart.
    """
    counts = np.asarray(arguments.defects, dtype=np.float64)
    kept = used(counts.size, arguments.exclude)
    mean = arguments.rate if arguments.rate is not None else float(counts[kept].mean())
    _refuse_zero(mean, "defects")
    sigma = np.full(counts.shape, np.sqrt(mean))
    chart = make_chart("defects", counts, mean, sigma, arguments.rules, floor=0.0)
    common = _common({"c": chart}, arguments, arguments.rate is not None, counts, mean, sigma, kept)
    sizes = [1.0] * counts.size
    return AttributeChartResult(method="c chart", n_used=len(kept), sample_sizes=sizes, **_clipped(common, chart.lcl))


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
    rates, sizes, kept, mean = _poisson(arguments)
    sigma = np.sqrt(mean / sizes)
    chart = make_chart("defects per unit", rates, mean, sigma, arguments.rules, floor=0.0)
    common = _common({"u": chart}, arguments, arguments.rate is not None, rates, mean, sigma, kept)
    return AttributeChartResult(
        method="u chart", n_used=len(kept), sample_sizes=sizes.tolist(), **_clipped(common, chart.lcl)
    )


@operation(
    "laney_p_chart",
    topic=TOPIC,
    source=LANEY,
    examples=({"nonconforming": [310, 290, 335, 280, 322, 301, 345, 288], "sample_sizes": [10000] * 8},),
)
def laney_p_chart(arguments: NonconformingArguments) -> LaneyChartResult:
    """Is a proportion from very large samples in control, allowing for variation between samples?

    p_chart takes only chance within samples into account, so with thousands of items nearly every point signals. Laney's p'
    multiplies its limits by the observed variation between samples.
    """
    counts, sizes, kept, mean = _binomial(arguments)
    return _laney(
        "proportion", counts / sizes, mean, np.sqrt(mean * (1 - mean) / sizes), sizes, kept, arguments, ceiling=1.0
    )


@operation(
    "laney_u_chart",
    topic=TOPIC,
    source=LANEY,
    examples=({"defects": [310, 290, 335, 280, 322, 301], "sizes": [100, 100, 100, 100, 100, 100]},),
)
def laney_u_chart(arguments: DefectRateArguments) -> LaneyChartResult:
    """Is a defect rate from very large amounts in control, allowing for variation between points?

    The u chart whose limits are widened (or narrowed) by the variation between points that is seen.
    """
    rates, sizes, kept, mean = _poisson(arguments)
    return _laney("defects per unit", rates, mean, np.sqrt(mean / sizes), sizes, kept, arguments, ceiling=None)


def _laney(
    statistic: str,
    points: Array,
    mean: float,
    sigma: Array,
    sizes: Array,
    kept: list[int],
    arguments: NonconformingArguments | DefectRateArguments,
    ceiling: float | None,
) -> LaneyChartResult:
    z = (points - mean) / sigma
    sigma_z = float(np.abs(np.diff(z[kept])).mean()) / d2(2)
    if sigma_z == 0:
        raise ToolError("sample_sizes", "", "all points are equal, so there is no variation between them", "check the data")
    chart = make_chart(statistic, points, mean, sigma * sigma_z, arguments.rules, floor=0.0, ceiling=ceiling)
    given = (arguments.proportion if isinstance(arguments, NonconformingArguments) else arguments.rate) is not None
    common = _common({"Laney": chart}, arguments, given, points, mean, sigma, kept)
    common["conventions"] |= {"sigma_z": "mean moving range of z over 1.128, not floored at 1 (Laney)"}
    if sigma_z < 1:
        message = f"sigma_z is {sigma_z:.3g}: less variation than chance gives, as when streams are mixed or counts edited."
        common["warnings"].append(Notice(code="underdispersion", message=message))
    return LaneyChartResult(
        method="Laney " + ("p' chart" if ceiling else "u' chart"),
        n_used=len(kept),
        sample_sizes=sizes.tolist(),
        sigma_z=sigma_z,
        **_clipped(common, chart.lcl),
    )


def _binomial(arguments: NonconformingArguments) -> tuple[Array, Array, list[int], float]:
    """Counts, sizes, used points, proportion."""
    counts = np.asarray(arguments.nonconforming, dtype=np.float64)
    if len(arguments.sample_sizes) == 1:
        sizes = np.full(counts.shape, float(arguments.sample_sizes[0]))
    else:
        equal_lengths(nonconforming=arguments.nonconforming, sample_sizes=arguments.sample_sizes)
        sizes = np.asarray(arguments.sample_sizes, dtype=np.float64)
    for index, (count, size) in enumerate(zip(counts, sizes, strict=True)):
        if size < 1:
            raise ToolError(f"sample_sizes[{index}]", size, "an empty sample", "leave the point out")
        if count > size:
            raise ToolError(f"nonconforming[{index}]", count, f"more than the {size:g} items inspected", "check both lists")
    kept = used(counts.size, arguments.exclude)
    mean = arguments.proportion if arguments.proportion is not None else float(counts[kept].sum() / sizes[kept].sum())
    if not 0 < mean < 1:
        raise ToolError("nonconforming", counts.tolist(), "all items are alike", "a chart needs some of both kinds")
    return counts, sizes, kept, mean


def _poisson(arguments: DefectRateArguments) -> tuple[Array, Array, list[int], float]:
    """Rates, sizes, used points, mean rate."""
    equal_lengths(defects=arguments.defects, sizes=arguments.sizes)
    counts, sizes = np.asarray(arguments.defects, dtype=np.float64), np.asarray(arguments.sizes)
    for index, size in enumerate(arguments.sizes):
        if size <= 0:
            raise ToolError(f"sizes[{index}]", size, "not above 0", "give the amount that was inspected")
    kept = used(counts.size, arguments.exclude)
    mean = arguments.rate if arguments.rate is not None else float(counts[kept].sum() / sizes[kept].sum())
    _refuse_zero(mean, "defects")
    return counts / sizes, sizes, kept, mean


def _refuse_zero(mean: float, field: str) -> None:
    if mean <= 0:
        raise ToolError(field, "", "there are no defects at all", "for rare events use g_chart or t_chart")


def _common(
    charts: Mapping[str, Any],
    arguments: ChartArguments,
    given: bool,
    points: Array,
    mean: float | Array,
    sigma: Array,
    kept: list[int],
) -> dict[str, Any]:
    common = summary(charts, arguments, "II" if given else "I")
    z = ((points - mean) / sigma)[kept]
    common["dispersion_ratio"] = float(np.var(z, ddof=1))
    common["conventions"] |= {"limits": "three sigma, exact for the size of each point, clipped to what is possible"}
    return common


def _clipped(common: dict[str, Any], lcl: list[float]) -> dict[str, Any]:
    """Says that a lower limit of zero cannot show an improvement."""
    if min(lcl) <= 0:
        message = "The lower limit is 0, so no single point can show an improvement; larger samples could."
        common["warnings"].append(Notice(code="lcl_zero", message=message))
    return common
