"""Comparisons of group means after an analysis of variance, and corrections of several p values."""

import itertools
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.checks import equal_variances, normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import SETTING, Alpha, Alternative, FiniteNumbers, Groups, Name, Seed

TOPIC = "Multiple comparisons"
MAX_GROUPS = 60
"""Groups of which every pair is compared."""


class Comparison(BaseModel):
    """One pair of groups."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    first: str
    second: str
    difference: float
    """Mean of the first less mean of the second."""
    ci_low: float | None
    """Simultaneous interval; None where it is one-sided."""
    ci_high: float | None
    p_value: float
    """Adjusted for all comparisons, except for Fisher's least significant difference."""
    significant: bool


class PairsArguments(Arguments):
    """Independent samples."""

    aliases: ClassVar[Mapping[str, str]] = {"samples": "groups", "data": "groups"}

    groups: Groups
    """Named samples, or a list of samples."""
    alpha: Alpha = 0.05


class DunnettArguments(PairsArguments):
    """Independent samples, one of them the control."""

    control: Annotated[Name, SETTING] = ""
    """Name of the control; the first group where it is left out."""
    alternative: Alternative = "two-sided"
    seed: Seed = 0
    """Of the integration of the multivariate t distribution, which is randomised."""


class ComparisonsResult(Result):
    """All comparisons."""

    headline: ClassVar[tuple[str, ...]] = ("significant_pairs", "comparisons")

    comparisons: list[Comparison]
    significant_pairs: int
    """How many of them are significant."""


@operation(
    "tukey_hsd",
    topic=TOPIC,
    source="Tukey, J. W. (1953); Kramer, C. Y. (1956), Biometrics 12, 307-310; NIST/SEMATECH e-Handbook 7.4.7.1",
    examples=({"groups": {"A": [5, 6, 7], "B": [7, 8, 9], "C": [10, 11, 12]}},),
)
def tukey_hsd(arguments: PairsArguments) -> ComparisonsResult:
    """Which pairs of group means differ, with one error rate for all pairs?

    After one_way_anova; assumes equal variances. Where they differ use games_howell; against one control only, dunnett.
    """
    samples = _samples(arguments.groups)
    df, variance = _pooled(samples)
    k = len(samples)
    critical = float(stats.studentized_range.ppf(1 - arguments.alpha, k, df))
    found = []
    for (name, one), (other_name, other) in itertools.combinations(samples.items(), 2):
        difference = float(one.mean() - other.mean())
        error = float(np.sqrt(variance / 2 * (1 / one.size + 1 / other.size)))
        p = float(stats.studentized_range.sf(abs(difference) / error, k, df))
        found.append(_comparison(name, other_name, difference, critical * error, p, arguments.alpha))
    return _result("Tukey-Kramer honestly significant difference", found, samples, {"variances": "pooled within groups"})


@operation(
    "games_howell",
    topic=TOPIC,
    source="Games, P. A. and Howell, J. F. (1976), Journal of Educational Statistics 1, 113-125",
    examples=({"groups": {"A": [5, 6, 7, 6], "B": [7, 12, 2, 9], "C": [10, 11, 12, 11]}},),
)
def games_howell(arguments: PairsArguments) -> ComparisonsResult:
    """Which pairs of group means differ where the variances are unequal?

    After welch_anova. With equal variances tukey_hsd is a little more powerful.
    """
    samples = _samples(arguments.groups)
    k = len(samples)
    found = []
    for (name, one), (other_name, other) in itertools.combinations(samples.items(), 2):
        shares = _share(name, one), _share(other_name, other)
        df = sum(shares) ** 2 / sum(share**2 / (n - 1) for share, n in zip(shares, (one.size, other.size), strict=True))
        error = float(np.sqrt(sum(shares) / 2))
        difference = float(one.mean() - other.mean())
        p = float(stats.studentized_range.sf(abs(difference) / error, k, df))
        margin = float(stats.studentized_range.ppf(1 - arguments.alpha, k, df)) * error
        found.append(_comparison(name, other_name, difference, margin, p, arguments.alpha))
    return _result("Games-Howell comparisons", found, samples, {"variances": "each pair its own, Welch's df"})


@operation(
    "dunnett",
    topic=TOPIC,
    source="Dunnett, C. W. (1955), Journal of the American Statistical Association 50, 1096-1121",
    examples=({"groups": {"control": [7.4, 8.5, 7.2, 8.2], "A": [9.7, 8.8, 7.8, 9.0], "B": [12.8, 9.7, 12.2, 11.0]}},),
)
def dunnett(arguments: DunnettArguments) -> ComparisonsResult:
    """Which groups differ from one control, with one error rate for all?

    More powerful than tukey_hsd where only comparisons with the control matter. Assumes equal variances.
    """
    samples = _samples(arguments.groups)
    control = arguments.control or next(iter(samples))
    if control not in samples:
        raise ToolError("control", control, "no group has this name", f"give one of {', '.join(samples)}")
    _pooled(samples)
    others = {name: sample for name, sample in samples.items() if name != control}
    rng = np.random.default_rng(arguments.seed)
    test = stats.dunnett(*others.values(), control=samples[control], alternative=arguments.alternative, rng=rng)
    interval = test.confidence_interval(1 - arguments.alpha)
    found = [
        Comparison(
            first=name,
            second=control,
            difference=float(sample.mean() - samples[control].mean()),
            ci_low=float(interval.low[index]) if np.isfinite(interval.low[index]) else None,
            ci_high=float(interval.high[index]) if np.isfinite(interval.high[index]) else None,
            p_value=float(np.clip(test.pvalue[index], 0, 1)),
            significant=bool(test.pvalue[index] < arguments.alpha),
        )
        for index, (name, sample) in enumerate(others.items())
    ]
    return _result("Dunnett's comparisons with a control", found, samples, {"alternative": arguments.alternative})


@operation(
    "fisher_lsd",
    topic=TOPIC,
    source="Fisher, R. A. (1935), The Design of Experiments; Montgomery, Design and Analysis of Experiments, section 3.5",
    examples=({"groups": {"A": [5, 6, 7], "B": [7, 8, 9], "C": [10, 11, 12]}},),
)
def fisher_lsd(arguments: PairsArguments) -> ComparisonsResult:
    """Which pairs of means differ by plain t tests with the pooled variance?

    Only after a significant one_way_anova, and with few groups: the error rate is per comparison. Otherwise tukey_hsd.
    """
    samples = _samples(arguments.groups)
    df, variance = _pooled(samples)
    found = []
    for (name, one), (other_name, other) in itertools.combinations(samples.items(), 2):
        difference = float(one.mean() - other.mean())
        error = float(np.sqrt(variance * (1 / one.size + 1 / other.size)))
        p = float(2 * stats.t.sf(abs(difference) / error, df))
        margin = float(stats.t.ppf(1 - arguments.alpha / 2, df)) * error
        found.append(_comparison(name, other_name, difference, margin, p, arguments.alpha))
    return _result("Fisher's least significant difference", found, samples, {"error rate": "per comparison, not adjusted"})


Method = Annotated[Literal["holm", "bonferroni", "sidak", "hochberg", "benjamini-hochberg", "benjamini-yekutieli"], SETTING]
_STATSMODELS = {
    "holm": "holm",
    "bonferroni": "bonferroni",
    "sidak": "sidak",
    "hochberg": "simes-hochberg",
    "benjamini-hochberg": "fdr_bh",
    "benjamini-yekutieli": "fdr_by",
}


class AdjustArguments(Arguments):
    """p values of several tests."""

    aliases: ClassVar[Mapping[str, str]] = {"p": "p_values", "pvalues": "p_values"}

    p_values: FiniteNumbers
    """Of each test, between 0 and 1."""
    adjustment: Method = "holm"
    """Holm and Bonferroni hold the chance of any false finding; Benjamini-Hochberg the share of false findings."""
    alpha: Alpha = 0.05


class AdjustResult(Result):
    """Adjusted p values in the order given."""

    headline: ClassVar[tuple[str, ...]] = ("adjusted", "rejected_count")

    adjusted: list[float]
    rejected: list[bool]
    rejected_count: int


@operation(
    "adjust_p_values",
    topic=TOPIC,
    source="Holm, S. (1979), Scandinavian Journal of Statistics 6, 65-70; Benjamini and Hochberg (1995), JRSS B 57, 289-300",
    examples=({"p_values": [0.01, 0.04, 0.03, 0.005]},),
)
def adjust_p_values(arguments: AdjustArguments) -> AdjustResult:
    """Which of several tests stay significant once their number is taken into account?

    Holm's method where any false finding is costly, Benjamini-Hochberg when screening. For pairs of group means use
    tukey_hsd.
    """
    from statsmodels.stats.multitest import multipletests

    for index, p in enumerate(arguments.p_values):
        if not 0 <= p <= 1:
            raise ToolError(f"p_values[{index}]", p, "not a probability", "give p values between 0 and 1")
    method = _STATSMODELS[arguments.adjustment]
    rejected, adjusted, *_ = multipletests(arguments.p_values, alpha=arguments.alpha, method=method)
    count = int(rejected.sum())
    return AdjustResult(
        method=f"{arguments.adjustment} adjustment",
        n_used=len(arguments.p_values),
        adjusted=[float(p) for p in adjusted],
        rejected=[bool(one) for one in rejected],
        rejected_count=count,
        conventions={"controls": "false discovery rate" if "fdr" in method else "family-wise error rate"},
        conclusion=f"{count} of {len(adjusted)} stay significant at {arguments.alpha:g}.",
    )


def _samples(groups: Mapping[str, list[float]]) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    if len(groups) > MAX_GROUPS:
        raise ToolError("groups", len(groups), "too many groups for all pairs", f"give at most {MAX_GROUPS}")
    return {name: np.asarray(group, dtype=np.float64) for name, group in groups.items()}


def _pooled(samples: Mapping[str, np.ndarray[Any, np.dtype[np.float64]]]) -> tuple[int, float]:
    """Degrees of freedom and variance within groups."""
    df = sum(sample.size - 1 for sample in samples.values())
    if df < 1:
        raise ToolError("groups", "", "no group has two values", "give repeated values")
    variance = float(sum(((sample - sample.mean()) ** 2).sum() for sample in samples.values())) / df
    if variance <= 0:
        raise ToolError("groups", "", "the values do not vary within any group", "check the data")
    return df, variance


def _share(name: str, sample: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Squared standard error of a group's mean."""
    if sample.size < 2 or np.ptp(sample) == 0:
        raise ToolError(f"groups.{name}", sample.tolist(), "has no spread of its own", "give two different values")
    return float(sample.var(ddof=1)) / sample.size


def _comparison(first: str, second: str, difference: float, margin: float, p: float, alpha: float) -> Comparison:
    return Comparison(
        first=first,
        second=second,
        difference=difference,
        ci_low=difference - margin,
        ci_high=difference + margin,
        p_value=p,
        significant=p < alpha,
    )


def _result(
    method: str,
    found: list[Comparison],
    samples: Mapping[str, np.ndarray[Any, np.dtype[np.float64]]],
    conventions: dict[str, str],
) -> ComparisonsResult:
    significant = [comparison for comparison in found if comparison.significant]
    names = ", ".join(f"{one.first} and {one.second}" for one in significant[:5])
    residuals = np.concatenate([sample - sample.mean() for sample in samples.values()]).tolist()
    lists = {name: sample.tolist() for name, sample in samples.items()}
    return ComparisonsResult(
        method=method,
        n_used=sum(sample.size for sample in samples.values()),
        comparisons=found,
        significant_pairs=len(significant),
        assumptions=[normality("residuals", residuals), equal_variances(lists)],
        conventions=conventions,
        conclusion=f"{len(significant)} of {len(found)} comparisons are significant" + (f": {names}." if names else "."),
    )
