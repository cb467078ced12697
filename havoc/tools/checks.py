"""Checks of assumptions that many operations share. A failed one is reported, never raised."""

from collections.abc import Mapping, Sequence

import numpy as np

from havoc.tools.result import Assumption, Notice

CHECK_LEVEL = 0.05
"""Significance below which a check of an assumption counts as failed."""


def normality(name: str, values: Sequence[float]) -> Assumption:
    """Shapiro-Wilk on at most 5000 values (beyond, its p value is not trusted); None below 3 values or without spread."""
    from scipy import stats

    data = np.asarray(values, dtype=np.float64)
    if data.size < 3 or np.ptp(data) == 0:
        return Assumption(name=f"normality of {name}", holds=None, detail="too few different values to tell")
    if data.size > 5000:
        statistic, p = stats.normaltest(data)
        test = "D'Agostino-Pearson K2"
    else:
        statistic, p = stats.shapiro(data)
        test = "Shapiro-Wilk W"
    return Assumption(
        name=f"normality of {name}", holds=bool(p >= CHECK_LEVEL), detail=f"{test} = {statistic:.4g}, p = {p:.4g}"
    )


def equal_variances(groups: Mapping[str, Sequence[float]]) -> Assumption:
    """Levene's test about the medians (Brown-Forsythe); None where a group has one value or none spreads."""
    from scipy import stats

    samples = [np.asarray(group, dtype=np.float64) for group in groups.values()]
    if min(sample.size for sample in samples) < 2 or all(np.ptp(sample) == 0 for sample in samples):
        return Assumption(name="equal variances", holds=None, detail="too few different values to tell")
    statistic, p = stats.levene(*samples, center="median")
    if not np.isfinite(p):
        return Assumption(name="equal variances", holds=None, detail="too few different values to tell")
    return Assumption(
        name="equal variances",
        holds=bool(p >= CHECK_LEVEL),
        detail=f"Brown-Forsythe W = {statistic:.4g}, p = {p:.4g}",
    )


def small_sample(n: int, needed: int, what: str) -> list[Notice]:
    """A notice where `what` has fewer than `needed` values."""
    if n >= needed:
        return []
    return [Notice(code="small_sample", message=f"{what} has {n} values; below {needed} the result depends on assumptions.")]
