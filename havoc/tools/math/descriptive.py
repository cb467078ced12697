"""What a sample looks like: centre, spread, shape, percentiles."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import stats

from havoc.tools.checks import normality
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import SETTING, Alpha, Numbers, ShortList

PercentileMethod = Annotated[
    Literal["weibull", "linear", "hazen", "median_unbiased", "normal_unbiased", "inverted_cdf"], SETTING
]
"""Names of numpy. weibull is type 6, p(n + 1), of Minitab, SPSS and NIST; linear is type 7 of Excel, R and numpy."""
TYPES = {"weibull": 6, "linear": 7, "hazen": 5, "median_unbiased": 8, "normal_unbiased": 9, "inverted_cdf": 1}
"""Numbers of Hyndman, R. J. and Fan, Y. (1996), The American Statistician 50, 361-365."""


SPREADS = ("standard_deviation", "variance", "standard_error", "mean_ci_low", "mean_ci_high", "coefficient_of_variation")


class Describe(Arguments):
    """One sample."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "sample", "values": "sample", "x": "sample"}

    sample: Numbers
    percentiles: Annotated[ShortList[Annotated[float, Field(ge=0, le=100)]], SETTING] = Field(default_factory=list)
    """Further percentiles to give, as 90 for the 90th."""
    percentile_method: PercentileMethod = "weibull"
    """How values between data are interpolated; programs differ."""
    alpha: Alpha = 0.05


class DescribeResult(Result):
    """Numbers of one sample, in its unit where they have one."""

    headline: ClassVar[tuple[str, ...]] = ("mean", "standard_deviation", "median", "minimum", "maximum")

    n: int
    mean: float
    mean_ci_low: float | None
    """Lower end of Student's interval for the mean at confidence 1 - alpha."""
    mean_ci_high: float | None
    standard_error: float | None
    """Of the mean."""
    standard_deviation: float | None
    """With n - 1."""
    variance: float | None
    """With n - 1."""
    minimum: float
    q1: float
    """25th percentile."""
    median: float
    q3: float
    """75th percentile."""
    maximum: float
    range: float
    iqr: float
    """q3 - q1."""
    mad_sigma: float
    """Median absolute deviation times 1.4826: sigma of a normal sample, hardly moved by outliers."""
    coefficient_of_variation: float | None
    """Standard deviation over the absolute mean, as a fraction."""
    skewness: float | None
    """G1, bias-corrected (Excel, Minitab, SAS)."""
    excess_kurtosis: float | None
    """G2, bias-corrected; 0 for a normal distribution."""
    sum: float
    further_percentiles: dict[str, float]
    """Asked percentile -> value."""
    lag1_autocorrelation: float | None
    """Of the values in the order given."""


@operation(
    "describe",
    topic="Describing data",
    source="Hyndman, R. J. and Fan, Y. (1996), The American Statistician 50, 361-365; NIST/SEMATECH e-Handbook 1.3.5",
    examples=({"sample": [12.1, 11.9, 12.4, 12.0, 12.2, 11.8], "unit": "mm", "percentiles": [90]},),
)
def describe(arguments: Describe) -> DescribeResult:
    """What are the centre, the spread and the shape of a sample?

    Mean with interval, standard deviation, quartiles, robust spread, skewness, kurtosis. To compare samples use t_test or
    one_way_anova; to look for outliers grubbs; to ask whether the values are normal normality_test.
    """
    values = np.asarray(arguments.sample)
    n, mean = values.size, float(values.mean())
    deviation = float(values.std(ddof=1)) if n > 1 else None
    constant = float(np.ptp(values)) == 0
    undefined = {}
    if deviation is None:
        for name in (
            "standard_deviation",
            "variance",
            "standard_error",
            "mean_ci_low",
            "mean_ci_high",
            "coefficient_of_variation",
        ):
            undefined[name] = "one value has no spread"
    elif mean == 0:
        undefined["coefficient_of_variation"] = "the mean is 0"
    for name, needed in (("skewness", 3), ("excess_kurtosis", 4), ("lag1_autocorrelation", 3)):
        if n < needed or constant:
            undefined[name] = "all values are equal" if constant else f"needs at least {needed} values"
    method = arguments.percentile_method
    q1, median, q3 = (float(q) for q in np.percentile(values, [25, 50, 75], method=method))
    error = deviation / np.sqrt(n) if deviation is not None else None
    margin = float(stats.t.ppf(1 - arguments.alpha / 2, n - 1)) * error if error is not None else None
    centred = values - mean
    return DescribeResult(
        method="Descriptive statistics",
        n_used=n,
        n=n,
        mean=mean,
        mean_ci_low=mean - margin if margin is not None else None,
        mean_ci_high=mean + margin if margin is not None else None,
        standard_error=error,
        standard_deviation=deviation,
        variance=deviation**2 if deviation is not None else None,
        minimum=float(values.min()),
        q1=q1,
        median=median,
        q3=q3,
        maximum=float(values.max()),
        range=float(np.ptp(values)),
        iqr=q3 - q1,
        mad_sigma=float(stats.median_abs_deviation(values, scale="normal")),
        coefficient_of_variation=deviation / abs(mean) if deviation is not None and mean != 0 else None,
        skewness=None if "skewness" in undefined else float(stats.skew(values, bias=False)),
        excess_kurtosis=None if "excess_kurtosis" in undefined else float(stats.kurtosis(values, bias=False)),
        sum=float(values.sum()),
        further_percentiles={f"{p:g}": float(np.percentile(values, p, method=method)) for p in arguments.percentiles},
        lag1_autocorrelation=(
            None if "lag1_autocorrelation" in undefined else float(centred[1:] @ centred[:-1] / (centred @ centred))
        ),
        assumptions=[normality("the sample", arguments.sample)],
        undefined=undefined,
        conventions={
            "ddof": "1",
            "percentiles": f"type {TYPES[method]} of Hyndman and Fan; type 7 (Excel, R) would give quartiles "
            f"{np.percentile(values, 25):.6g} and {np.percentile(values, 75):.6g}",
            "skewness and kurtosis": "bias-corrected G1 and G2",
        },
        conclusion=f"Mean {mean:.5g}, median {median:.5g}, from {float(values.min()):.5g} to {float(values.max()):.5g}.",
    )
