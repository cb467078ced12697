"""Laney's p' and u' charts: limits that hold the variation between samples as well as that within them."""

from typing import ClassVar

import numpy as np

from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.spc.attribute_charts import (
    AttributeChartResult,
    AttributeData,
    DefectRateArguments,
    NonconformingArguments,
    attribute_summary,
    binomial,
    poisson,
)
from havoc.tools.spc.chart import TOPIC, make_chart, refuse_no_spread
from havoc.tools.spc.sigma import moving_range_sigma

LANEY = "Laney, D. B. (2002), Quality Engineering 14, 531-537"


class LaneyChartResult(AttributeChartResult):
    """A chart whose limits hold the variation between points too."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "sigma_z", "lcl", "ucl")

    sigma_z: float
    """Mean moving range of the standardised points over 1.128: above 1 overdispersion, below 1 underdispersion; with stages
    that of the last one."""


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
    return _laney("proportion", binomial(arguments), arguments, "p'", ceiling=1.0)


@operation(
    "laney_u_chart",
    topic=TOPIC,
    source=LANEY,
    examples=({"defects": [310, 290, 335, 280, 322, 301], "sizes": [100, 100, 100, 100, 100, 100]},),
)
def laney_u_chart(arguments: DefectRateArguments) -> LaneyChartResult:
    """Is a defect rate from very large amounts in control, allowing for variation between points?

    The u chart whose limits are widened (or narrowed) by the variation between points that is seen. Where chance alone
    explains that variation u_chart is sharper.
    """
    data = poisson(arguments.defects, arguments.sizes, arguments.rate, arguments)
    return _laney("defects per unit", data, arguments, "u'", ceiling=None)


def _laney(
    statistic: str,
    data: AttributeData,
    arguments: NonconformingArguments | DefectRateArguments,
    name: str,
    ceiling: float | None,
) -> LaneyChartResult:
    z = (data.points - data.mean) / data.model_sigma
    sigma_z = np.empty(z.size)
    for stage in data.stages:
        estimate = moving_range_sigma(z, kept=stage.kept).sigma
        refuse_no_spread(estimate, "nonconforming" if ceiling else "defects")
        sigma_z[stage.points] = estimate
    sigma = data.model_sigma * sigma_z
    chart = make_chart(
        statistic, data.points, data.mean, sigma, arguments.rules, floor=0.0, ceiling=ceiling, starts=data.starts
    )
    common = attribute_summary(f"Laney {name}", chart, arguments, data, judged=False)
    common["conventions"] |= {"sigma_z": "mean moving range of z over d2(2) = 1.128, not floored at 1 (Laney)"}
    if estimate < 1:
        message = f"sigma_z is {estimate:.3g}: less variation than chance gives, as when streams are mixed or counts edited."
        common["warnings"].append(Notice(code="underdispersion", message=message))
    return LaneyChartResult(method=f"Laney {name} chart", sigma_z=estimate, **common)
