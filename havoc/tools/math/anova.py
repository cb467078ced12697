"""One-way analysis of variance, with equal and with unequal variances."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.checks import equal_variances, normality, small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import Alpha, Groups

TOPIC = "Means"
Samples = dict[str, np.ndarray[Any, np.dtype[np.float64]]]


class GroupSummary(BaseModel):
    """One group."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    n: int
    mean: float
    standard_deviation: float
    """With n - 1."""


class OneWayArguments(Arguments):
    """Independent samples."""

    aliases: ClassVar[Mapping[str, str]] = {"samples": "groups", "data": "groups"}

    groups: Groups
    """Named samples, or a list of samples."""
    alpha: Alpha = 0.05


class OneWayResult(Result):
    """The analysis of variance table."""

    headline: ClassVar[tuple[str, ...]] = ("f", "p_value", "df_between", "df_within", "eta_squared")

    f: float
    p_value: float
    df_between: int
    df_within: int
    sum_of_squares_between: float
    sum_of_squares_within: float
    mean_square_between: float
    mean_square_within: float
    """Pooled variance of the groups."""
    eta_squared: float
    """Share of the variation between groups (R squared)."""
    omega_squared: float
    """Its less biased estimate."""
    groups: list[GroupSummary]
    significant: bool


class WelchAnovaResult(Result):
    """Welch's statistic."""

    headline: ClassVar[tuple[str, ...]] = ("f", "p_value", "df_between", "df_within")

    f: float
    """Welch's F."""
    p_value: float
    df_between: int
    df_within: float
    """Estimated, not rounded."""
    groups: list[GroupSummary]
    significant: bool


@operation(
    "one_way_anova",
    topic=TOPIC,
    source="Fisher, R. A. (1925); NIST/SEMATECH e-Handbook 7.4.3",
    examples=({"groups": {"A": [5, 6, 7], "B": [7, 8, 9], "C": [10, 11, 12]}},),
)
def one_way_anova(arguments: OneWayArguments) -> OneWayResult:
    """Do three or more independent groups differ in their means?

    Assumes similar variances; where they differ use welch_anova. A significant F does not say which groups differ: tukey_hsd
    compares all pairs, dunnett each with a control. For skewed values with few data use kruskal_wallis.
    """
    samples = _samples(arguments.groups)
    n, k = sum(sample.size for sample in samples.values()), len(samples)
    if n <= k:
        raise ToolError("groups", n, "no group has two values", "give repeated values in at least one group")
    grand = float(np.concatenate(list(samples.values())).mean())
    between = float(sum(sample.size * (sample.mean() - grand) ** 2 for sample in samples.values()))
    within = float(sum(((sample - sample.mean()) ** 2).sum() for sample in samples.values()))
    if within <= 0:
        raise ToolError("groups", "", "the values do not vary within any group", "check the data")
    mean_between, mean_within = between / (k - 1), within / (n - k)
    f = mean_between / mean_within
    p = float(stats.f.sf(f, k - 1, n - k))
    return OneWayResult(
        method="One-way analysis of variance",
        n_used=n,
        f=f,
        p_value=p,
        df_between=k - 1,
        df_within=n - k,
        sum_of_squares_between=between,
        sum_of_squares_within=within,
        mean_square_between=mean_between,
        mean_square_within=mean_within,
        eta_squared=between / (between + within),
        omega_squared=(between - (k - 1) * mean_within) / (between + within + mean_within),
        groups=_summaries(samples),
        significant=p < arguments.alpha,
        conventions={
            "variances": "pooled",
            "omega_squared": "negative where groups differ less than by chance",
        },
        **_checks(samples, p, arguments.alpha),
    )


@operation(
    "welch_anova",
    topic=TOPIC,
    source="Welch, B. L. (1951), Biometrika 38, 330-336",
    examples=({"groups": {"A": [5, 6, 7, 6], "B": [7, 12, 2, 9], "C": [10, 11, 12, 11]}},),
)
def welch_anova(arguments: OneWayArguments) -> WelchAnovaResult:
    """Do independent groups with unequal variances differ in their means?

    Groups are weighted by n over their variance. Follow with games_howell. With similar variances one_way_anova is the usual
    choice; with two groups this is the square of Welch's t.
    """
    samples = _samples(arguments.groups)
    for name, sample in samples.items():
        if sample.size < 2 or np.ptp(sample) == 0:
            raise ToolError(f"groups.{name}", sample.tolist(), "has no spread of its own", "give two different values")
    sizes = np.array([sample.size for sample in samples.values()], dtype=np.float64)
    means = np.array([sample.mean() for sample in samples.values()])
    weights = sizes / np.array([sample.var(ddof=1) for sample in samples.values()])
    k, total = len(samples), weights.sum()
    center = (weights * means).sum() / total
    spread = ((1 - weights / total) ** 2 / (sizes - 1)).sum()
    f = float((weights * (means - center) ** 2).sum() / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * spread))
    df = float((k**2 - 1) / (3 * spread))
    p = float(stats.f.sf(f, k - 1, df))
    return WelchAnovaResult(
        method="Welch's analysis of variance",
        n_used=int(sizes.sum()),
        f=f,
        p_value=p,
        df_between=k - 1,
        df_within=df,
        groups=_summaries(samples),
        significant=p < arguments.alpha,
        conventions={"variances": "each group its own"},
        **_checks(samples, p, arguments.alpha),
    )


def _samples(groups: Mapping[str, list[float]]) -> Samples:
    return {name: np.asarray(group, dtype=np.float64) for name, group in groups.items()}


def _summaries(samples: Samples) -> list[GroupSummary]:
    return [
        GroupSummary(
            name=name,
            n=sample.size,
            mean=float(sample.mean()),
            standard_deviation=float(sample.std(ddof=1)) if sample.size > 1 else 0.0,
        )
        for name, sample in samples.items()
    ]


def _checks(samples: Samples, p: float, alpha: float) -> dict[str, Any]:
    lists = {name: sample.tolist() for name, sample in samples.items()}
    residuals = np.concatenate([sample - sample.mean() for sample in samples.values()]).tolist()
    smallest = min(samples, key=lambda name: samples[name].size)
    return {
        "assumptions": [normality("residuals", residuals), equal_variances(lists)],
        "warnings": small_sample(samples[smallest].size, 5, smallest),
        "conclusion": f"The group means {'differ' if p < alpha else 'do not differ significantly'} at alpha = {alpha:g} "
        f"(p = {p:.4g}).",
    }
