"""Tests, intervals and fits as the tool `python_math` answers them, each with the convention it takes."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from jobs.seed.outcome import Json, outcome

SMALL_SAMPLE = 10


def t_test(group1: Sequence[float], group2: Sequence[float], variances: str = "unequal", alpha: float = 0.05) -> Json:
    """Two-sided t test of two independent groups: Welch (1947) unless `variances` is "equal"."""
    a, b = np.asarray(group1, float), np.asarray(group2, float)
    test = stats.ttest_ind(a, b, equal_var=variances == "equal")
    interval = test.confidence_interval(1 - alpha)
    pooled = math.sqrt(((a.size - 1) * a.var(ddof=1) + (b.size - 1) * b.var(ddof=1)) / (a.size + b.size - 2))
    return outcome(
        {
            "mean1": a.mean(),
            "mean2": b.mean(),
            "mean_difference": a.mean() - b.mean(),
            "t_statistic": test.statistic,
            "df": test.df,
            "p_value": test.pvalue,
            "confidence_interval": [interval.low, interval.high],
            "cohens_d": (a.mean() - b.mean()) / pooled,
        },
        {"method": "pooled" if variances == "equal" else "Welch", "sides": 2, "alpha": alpha, "confidence_level": 1 - alpha},
        a.size + b.size,
        _small_sample(min(a.size, b.size)),
    )


def paired_t_test(before: Sequence[float], after: Sequence[float], alpha: float = 0.05) -> Json:
    """Two-sided t test of the differences after - before against zero."""
    difference = np.asarray(after, float) - np.asarray(before, float)
    test = stats.ttest_1samp(difference, 0.0)
    interval = test.confidence_interval(1 - alpha)
    return outcome(
        {
            "mean_difference": difference.mean(),
            "sd_difference": difference.std(ddof=1),
            "t_statistic": test.statistic,
            "df": int(test.df),
            "p_value": test.pvalue,
            "confidence_interval": [interval.low, interval.high],
        },
        {"difference": "after - before", "sides": 2, "alpha": alpha, "confidence_level": 1 - alpha},
        difference.size,
        _small_sample(difference.size),
    )


def one_way_anova(groups: Mapping[str, Sequence[float]], alpha: float = 0.05) -> Json:
    """Fisher's one-way analysis of variance, with the Brown-Forsythe test of equal variances beside it."""
    samples = [np.asarray(values, float) for values in groups.values()]
    everything = np.concatenate(samples)
    between = sum(sample.size * (sample.mean() - everything.mean()) ** 2 for sample in samples)
    test = stats.f_oneway(*samples)
    equal_variances = stats.levene(*samples, center="median").pvalue
    warnings = _small_sample(min(sample.size for sample in samples))
    return outcome(
        {
            "means": {name: sample.mean() for name, sample in zip(groups, samples, strict=True)},
            "f_statistic": test.statistic,
            "df_between": len(samples) - 1,
            "df_within": everything.size - len(samples),
            "p_value": test.pvalue,
            "eta_squared": between / ((everything - everything.mean()) ** 2).sum(),
            "brown_forsythe_p_value": equal_variances,
        },
        {"variances": "equal", "alpha": alpha},
        everything.size,
        warnings + (["unequal_variances"] if equal_variances < alpha else []),
    )


def chi_square(table: Sequence[Sequence[int]], alpha: float = 0.05) -> Json:
    """Pearson's test of independence in a table of counts, without Yates' correction; the corrected p beside it."""
    test = stats.chi2_contingency(table, correction=False)
    smallest = test.expected_freq.min()
    return outcome(
        {
            "chi2_statistic": test.statistic,
            "df": test.dof,
            "p_value": test.pvalue,
            "p_value_yates": stats.chi2_contingency(table, correction=True).pvalue,
            "smallest_expected_count": smallest,
        },
        {"yates_correction": False, "alpha": alpha},
        int(np.sum(table)),
        ["expected_count_below_5"] if smallest < 5 else [],
    )


def two_proportions(defects: Sequence[int], inspected: Sequence[int], alpha: float = 0.05) -> Json:
    """z test of two proportions with the pooled standard error; Newcombe's interval of their difference."""
    statistic, p_value = proportions_ztest(defects, inspected)
    low, high = confint_proportions_2indep(
        defects[0], inspected[0], defects[1], inspected[1], method="newcomb", alpha=alpha, correction=False
    )
    proportions = [count / size for count, size in zip(defects, inspected, strict=True)]
    return outcome(
        {
            "proportions": proportions,
            "difference": proportions[0] - proportions[1],
            "z_statistic": statistic,
            "p_value": p_value,
            "confidence_interval": [low, high],
        },
        {"standard_error": "pooled", "interval": "Newcombe", "sides": 2, "alpha": alpha, "confidence_level": 1 - alpha},
        int(sum(inspected)),
        ["fewer_than_5_defects"] if min(defects) < 5 else [],
    )


def proportion_interval(defects: int, inspected: int, confidence_level: float = 0.95) -> Json:
    """Wilson's (1927) score interval of one proportion."""
    low, high = proportion_confint(defects, inspected, alpha=1 - confidence_level, method="wilson")
    return outcome(
        {"proportion": defects / inspected, "confidence_interval": [low, high]},
        {"interval": "Wilson", "confidence_level": confidence_level},
        inspected,
        ["fewer_than_5_defects"] if defects < 5 else [],
    )


def mean_interval(data: Sequence[float], confidence_level: float = 0.95) -> Json:
    """Student's interval of a mean."""
    values = np.asarray(data, float)
    interval = stats.ttest_1samp(values, 0.0).confidence_interval(confidence_level)
    return outcome(
        {
            "mean": values.mean(),
            "standard_deviation": values.std(ddof=1),
            "df": values.size - 1,
            "confidence_interval": [interval.low, interval.high],
        },
        {"interval": "Student t", "ddof": 1, "confidence_level": confidence_level},
        values.size,
        _small_sample(values.size),
    )


def descriptive_statistics(data: Sequence[float]) -> Json:
    """Mean, standard deviation with n - 1, and quartiles of type 6 (Hyndman and Fan 1996)."""
    values = np.asarray(data, float)
    first, median, third = np.percentile(values, [25, 50, 75], method="weibull")
    return outcome(
        {
            "n": values.size,
            "mean": values.mean(),
            "standard_deviation": values.std(ddof=1),
            "minimum": values.min(),
            "first_quartile": first,
            "median": median,
            "third_quartile": third,
            "maximum": values.max(),
        },
        {"ddof": 1, "percentile_type": 6},
        values.size,
        _small_sample(values.size),
    )


def correlation(x: Sequence[float], y: Sequence[float], alpha: float = 0.05) -> Json:
    """Pearson's r with Fisher's z interval."""
    test = stats.pearsonr(x, y)
    interval = test.confidence_interval(1 - alpha)
    return outcome(
        {
            "r": test.statistic,
            "df": len(x) - 2,
            "p_value": test.pvalue,
            "confidence_interval": [interval.low, interval.high],
        },
        {"method": "Pearson", "interval": "Fisher z", "alpha": alpha, "confidence_level": 1 - alpha},
        len(x),
        _small_sample(len(x)),
    )


def linear_regression(x: Sequence[float], y: Sequence[float], alpha: float = 0.05) -> Json:
    """Least squares of y on x with the t test of the slope."""
    fit = stats.linregress(x, y)
    half_width = stats.t.ppf(1 - alpha / 2, len(x) - 2) * fit.stderr
    return outcome(
        {
            "intercept": fit.intercept,
            "slope": fit.slope,
            "slope_confidence_interval": [fit.slope - half_width, fit.slope + half_width],
            "p_value": fit.pvalue,
            "r_squared": fit.rvalue**2,
            "df": len(x) - 2,
        },
        {"method": "ordinary least squares", "alpha": alpha, "confidence_level": 1 - alpha},
        len(x),
        _small_sample(len(x)),
    )


def sample_size_t_test(difference: float, standard_deviation: float, power: float = 0.9, alpha: float = 0.05) -> Json:
    """Values per group for a two-sample t test, by the non-central t distribution, rounded up."""
    exact = TTestIndPower().solve_power(effect_size=difference / standard_deviation, power=power, alpha=alpha)
    n = math.ceil(exact)
    reached = TTestIndPower().power(effect_size=difference / standard_deviation, nobs1=n, alpha=alpha)
    return outcome(
        {
            "effect_size_d": difference / standard_deviation,
            "n_unrounded": exact,
            "n_per_group": n,
            "n_total": 2 * n,
            "actual_power": reached,
        },
        {"method": "non-central t", "sides": 2, "alpha": alpha, "power": power},
        0,
    )


def power_t_test(difference: float, standard_deviation: float, n_per_group: int, alpha: float = 0.05) -> Json:
    """Power of a two-sample t test with `n_per_group` values in each group, by the non-central t distribution."""
    power = TTestIndPower().power(effect_size=difference / standard_deviation, nobs1=n_per_group, alpha=alpha)
    return outcome(
        {"effect_size_d": difference / standard_deviation, "power": power, "type_2_error": 1 - power},
        {"method": "non-central t", "sides": 2, "alpha": alpha},
        0,
    )


def _small_sample(n: int) -> list[str]:
    return ["small_sample"] if n < SMALL_SAMPLE else []
