"""Kappa: agreement of classifications beyond chance, for two raters (Cohen) and for many (Fleiss)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.gage_study import TOPIC
from havoc.tools.values import SETTING, Alpha, Labels, Matrix, equal_lengths

MAX_CATEGORIES = 100
GOOD, POOR = 0.75, 0.4
"""AIAG: good to excellent agreement above, poor agreement below."""

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Kappa:
    """An estimate with the standard errors for its interval and for the test of chance agreement."""

    value: float
    standard_error: float
    standard_error_0: float

    @property
    def z(self) -> float:
        """For the hypothesis that agreement is by chance."""
        return self.value / self.standard_error_0

    @property
    def p_value(self) -> float:
        """One-sided: agreement above chance."""
        return float(stats.norm.sf(self.z))


def cohen(table: Array, weights: str = "none") -> Kappa | None:
    """Kappa of a square table; None where both raters use one and the same category.

    Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72, 323-327.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    share = table / table.sum()
    if (share.sum(axis=0) @ share.sum(axis=1)) > 1 - 1e-12:
        return None
    found = cohens_kappa(table, wt=None if weights == "none" else weights)
    error, error_0 = math.sqrt(max(0.0, found.var_kappa)), math.sqrt(max(0.0, found.var_kappa0))
    return Kappa(float(found.kappa), error, error_0) if error_0 > 0 else None


def fleiss(counts: Array) -> tuple[Kappa | None, list[Kappa | None]]:
    """Overall kappa and that of each category, from items x categories; None where chance agreement is complete.

    Fleiss (1971), Psychological Bulletin 76, 378-382; standard errors under chance: Fleiss, Nee and Landis (1979),
    Psychological Bulletin 86, 974-977. The interval uses them too, as Minitab and R's irr do for the test.
    """
    items, ratings = counts.shape[0], float(counts[0].sum())
    pairs = items * ratings * (ratings - 1)
    p = counts.sum(axis=0) / (items * ratings)
    spread = p * (1 - p)
    # Of each category: how often a second rater does not repeat the choice.
    apart = (counts * (ratings - counts)).sum(axis=0) / pairs
    each_error = math.sqrt(2 / pairs)
    each = [
        Kappa(float(1 - one / scale), each_error, each_error) if scale > 0 else None
        for one, scale in zip(apart, spread, strict=True)
    ]
    total = float(spread.sum())
    if total <= 0:
        return None, each
    error = each_error * math.sqrt(max(0.0, total**2 - float((spread * (1 - 2 * p)).sum()))) / total
    return (Kappa(float(1 - apart.sum() / total), error, error) if error > 0 else None), each


def grade(value: float) -> str:
    """AIAG's words for a kappa."""
    return "good" if value > GOOD else "poor" if value < POOR else "moderate"


class CohenKappa(Arguments):
    """Two raters: their cross table, or their ratings of the same items."""

    aliases: ClassVar[Mapping[str, str]] = {"counts": "table", "rater1": "ratings1", "rater2": "ratings2"}

    table: Matrix | None = None
    """Counts of items: rows are the categories of the first rater, columns the same categories of the second."""
    ratings1: Labels | None = None
    """Ratings of the first rater; with ratings2, instead of the table."""
    ratings2: Labels | None = None
    """Ratings of the second rater of the same items, in the same order."""
    weights: Annotated[Literal["none", "linear", "quadratic"], SETTING] = "none"
    """Weights of disagreements between ordered categories, which must then stand in their order."""
    alpha: Alpha = 0.05


class KappaResult(Result):
    """A kappa with its interval."""

    headline: ClassVar[tuple[str, ...]] = ("kappa", "ci_low", "ci_high", "p_value")

    kappa: float
    """1 for complete agreement, 0 for as much as chance gives."""
    standard_error: float
    """For the interval."""
    ci_low: float
    """Lower end of the interval at confidence 1 - alpha."""
    ci_high: float
    """Upper end of that interval, at most 1."""
    z: float
    """kappa over its standard error under chance agreement."""
    p_value: float
    """One-sided: agreement above chance."""
    observed_agreement: float
    """Share of (pairs of) ratings that agree."""
    categories: list[str]
    """In the order of the table."""


@operation(
    "cohen_kappa",
    topic=TOPIC,
    source="Cohen (1960), Educ. Psychol. Meas. 20, 37-46; Fleiss, Cohen, Everitt (1969), Psychol. Bulletin 72, 323-327",
    examples=(
        {"table": [[44, 6], [3, 97]]},
        {"ratings1": ["go", "go", "no", "no", "go", "no"], "ratings2": ["go", "no", "no", "no", "go", "no"]},
    ),
)
def cohen_kappa(arguments: CohenKappa) -> KappaResult:
    """How far do two raters agree beyond chance when they sort the same items into categories?

    For more than two raters use fleiss_kappa; for a whole study with trials and a standard attribute_agreement; for
    measurements gage_rr_anova.
    """
    table, categories = _cross_table(arguments)
    found = cohen(table, arguments.weights)
    if found is None:
        raise ToolError("table", "", "both raters use one category, so chance agreement is complete", "rate varied items")
    margin = float(stats.norm.isf(arguments.alpha / 2)) * found.standard_error
    n = int(table.sum())
    return KappaResult(
        method="Cohen's kappa" + ("" if arguments.weights == "none" else f", {arguments.weights} weights"),
        n_used=n,
        kappa=found.value,
        standard_error=found.standard_error,
        ci_low=max(-1.0, found.value - margin),
        ci_high=min(1.0, found.value + margin),
        z=found.z,
        p_value=found.p_value,
        observed_agreement=float(np.trace(table)) / n,
        categories=categories,
        conventions={
            "standard error": "Fleiss, Cohen and Everitt: one for the interval, another under chance for z",
            "p_value": "one-sided, agreement above chance",
        },
        warnings=[Notice(code="small_sample", message=f"{n} items: the interval is a large-sample one.")] if n < 30 else [],
        conclusion=f"kappa = {found.value:.4g}: {grade(found.value)} agreement by AIAG's limits of 0.4 and 0.75.",
    )


def _cross_table(arguments: CohenKappa) -> tuple[Array, list[str]]:
    one, two = arguments.ratings1, arguments.ratings2
    if arguments.table is not None:
        if one is not None or two is not None:
            raise ToolError("table", "", "given beside ratings", "give either the table, or both ratings")
        table = np.asarray(arguments.table, dtype=np.float64)
        check_counts("table", table)
        if table.shape[0] != table.shape[1]:
            raise ToolError("table", "", f"{table.shape[0]} rows, {table.shape[1]} columns", "give a square table")
        return table, [str(index + 1) for index in range(table.shape[0])]
    if one is None or two is None:
        raise ToolError("ratings1" if one is None else "ratings2", "", "missing", "give table, or ratings1 and ratings2")
    equal_lengths(ratings1=one, ratings2=two)
    categories = list(dict.fromkeys([*one, *two]))
    if len(categories) > MAX_CATEGORIES:
        raise ToolError("ratings1", "", f"{len(categories)} different categories", f"give at most {MAX_CATEGORIES}")
    place = {category: index for index, category in enumerate(categories)}
    table = np.zeros((len(categories), len(categories)))
    np.add.at(table, ([place[rating] for rating in one], [place[rating] for rating in two]), 1)
    return table, categories


def check_counts(name: str, table: Array) -> None:
    """Raise unless the entries are counts of something."""
    if table.shape[1] < 2 or table.shape[1] > MAX_CATEGORIES:
        raise ToolError(name, "", f"{table.shape[1]} categories", f"give 2 to {MAX_CATEGORIES}")
    if (table < 0).any() or (table != np.rint(table)).any() or not 0 < table.sum() < 1e12:
        raise ToolError(name, "", "not counts", "give whole numbers from 0, not all of them 0")


class FleissKappa(Arguments):
    """How many raters put each item into each category."""

    aliases: ClassVar[Mapping[str, str]] = {"table": "counts", "ratings": "counts"}

    counts: Matrix
    """A row for each item, a column for each category: how many ratings the item got. All rows have the same sum."""
    alpha: Alpha = 0.05


class CategoryKappa(BaseModel):
    """Agreement on one category against all others."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    category: str
    kappa: float | None
    """None where the category is never used, or always."""
    z: float | None
    p_value: float | None


class FleissKappaResult(KappaResult):
    """Fleiss' kappa, overall and by category."""

    by_category: list[CategoryKappa]


@operation(
    "fleiss_kappa",
    topic=TOPIC,
    source="Fleiss (1971), Psychol. Bulletin 76, 378-382; Fleiss, Nee, Landis (1979), Psychol. Bulletin 86, 974-977",
    examples=({"counts": [[4, 0], [3, 1], [0, 4], [1, 3], [4, 0], [0, 4]]},),
)
def fleiss_kappa(arguments: FleissKappa) -> FleissKappaResult:
    """How far do several raters agree beyond chance when they sort items into categories?

    The raters may differ from item to item, if each item has equally many ratings. For two fixed raters use cohen_kappa; for
    a study with trials and a standard attribute_agreement.
    """
    counts = np.asarray(arguments.counts, dtype=np.float64)
    check_counts("counts", counts)
    sums = counts.sum(axis=1)
    for index, total in enumerate(sums):
        if total != sums[0]:
            raise ToolError(f"counts[{index}]", "", f"{total:g} ratings, the first item has {sums[0]:g}", "rate all equally")
    if sums[0] < 2:
        raise ToolError("counts", "", "single ratings cannot agree", "give two or more ratings of each item")
    found, each = fleiss(counts)
    if found is None:
        raise ToolError("counts", "", "only one category is used, so chance agreement is complete", "rate varied items")
    margin = float(stats.norm.isf(arguments.alpha / 2)) * found.standard_error
    ratings = float(sums[0])
    observed = 1 - float((counts * (ratings - counts)).sum()) / (len(counts) * ratings * (ratings - 1))
    names = [str(index + 1) for index in range(counts.shape[1])]
    return FleissKappaResult(
        method="Fleiss' kappa",
        n_used=len(counts),
        kappa=found.value,
        standard_error=found.standard_error,
        ci_low=max(-1.0, found.value - margin),
        ci_high=min(1.0, found.value + margin),
        z=found.z,
        p_value=found.p_value,
        observed_agreement=observed,
        categories=names,
        by_category=by_category(each, names),
        conventions={
            "standard error": "under chance agreement (Fleiss, Nee, Landis 1979), for z and for the interval",
            "p_value": "one-sided, agreement above chance",
        },
        conclusion=f"kappa = {found.value:.4g}: {grade(found.value)} agreement by AIAG's limits of 0.4 and 0.75.",
    )


def by_category(each: list[Kappa | None], names: list[str]) -> list[CategoryKappa]:
    """The lines of the table."""
    return [
        CategoryKappa(category=name, kappa=None, z=None, p_value=None)
        if one is None
        else CategoryKappa(category=name, kappa=one.value, z=one.z, p_value=one.p_value)
        for one, name in zip(each, names, strict=True)
    ]
