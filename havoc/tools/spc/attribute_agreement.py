"""Agreement of appraisers who classify parts: within themselves, with each other, and with a standard."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.gage_study import TOPIC
from havoc.tools.spc.kappa import MAX_CATEGORIES, CategoryKappa, Kappa, by_category, cohen, fleiss, grade
from havoc.tools.values import Alpha, Labels, equal_lengths

Codes = np.ndarray[Any, np.dtype[np.int64]]
"""Ratings as numbers of their category."""

MAX_APPRAISERS = 50
ENOUGH_PARTS = 30
"""Below this, percentages and kappas are vague; AIAG's example has 50 parts."""


class AttributeStudy(Arguments):
    """Ratings of parts by appraisers, one row per rating."""

    aliases: ClassVar[Mapping[str, str]] = {
        "part": "parts",
        "samples": "parts",
        "items": "parts",
        "operators": "appraisers",
        "appraiser": "appraisers",
        "rating": "ratings",
        "response": "ratings",
        "reference": "standard",
        "known": "standard",
    }

    parts: Labels
    """Part of each rating."""
    appraisers: Labels
    """Appraiser of each rating."""
    ratings: Labels
    """The ratings; every appraiser rates every part equally often, trials in the order of the rows."""
    standard: Labels | None = None
    """True category of the part, in each row."""
    category_order: Labels | None = None
    """All categories from lowest to highest, where they have an order; gives Kendall's W."""
    alpha: Alpha = 0.05


class Agreement(BaseModel):
    """Parts on which all ratings in question are the same."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    who: str
    """Appraiser, pair of appraisers, or `all`."""
    n_parts: int
    n_matched: int
    percent: float
    ci_low: float
    """Lower end of the exact (Clopper-Pearson) interval of the percentage."""
    ci_high: float
    """Upper end of it."""
    kappa: float | None = None
    """Fleiss' kappa of the ratings in question (against the standard: Cohen's); None where it is undefined."""
    kappa_p_value: float | None = None
    """One-sided: agreement above chance."""
    kendall_w: float | None = None
    """Kendall's coefficient of concordance, tie-corrected; None without an order or without differences."""
    kendall_p_value: float | None = None


class PairKappa(BaseModel):
    """Cohen's kappa of two appraisers, over all trials in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    first: str
    second: str
    kappa: float | None
    """None where both use one and the same category."""
    table: list[list[int]]
    """Counts: rows are the categories of the first, columns of the second."""


class AttributeAgreementResult(Result):
    """Percentages and kappas of a study."""

    headline: ClassVar[tuple[str, ...]] = ("between_appraisers", "all_vs_standard", "each_vs_standard", "within_appraiser")

    within_appraiser: list[Agreement]
    """Each appraiser agrees with themselves over all trials; empty with one trial."""
    each_vs_standard: list[Agreement]
    """Each appraiser's trials all agree with the standard; empty without one."""
    between_appraisers: Agreement | None
    """All trials of all appraisers agree."""
    all_vs_standard: Agreement | None
    """All trials of all appraisers agree with the standard."""
    between_by_category: list[CategoryKappa]
    """Fleiss' kappa of all ratings, by category."""
    pairs: list[PairKappa]
    """Of each two appraisers (AIAG's cross tables)."""
    categories: list[str]
    n_trials: int


@operation(
    "attribute_agreement",
    topic=TOPIC,
    source="AIAG, Measurement Systems Analysis, 4th ed. (2010), III.C; Fleiss (1971), Psychol. Bulletin 76, 378-382",
    examples=(
        {
            "parts": ["1", "1", "1", "1", "2", "2", "2", "2", "3", "3", "3", "3", "4", "4", "4", "4"],
            "appraisers": ["A", "A", "B", "B"] * 4,
            "ratings": ["ok", "ok", "ok", "ok", "no", "no", "no", "ok", "ok", "ok", "ok", "ok", "no", "no", "no", "no"],
            "standard": ["ok"] * 4 + ["no"] * 4 + ["ok"] * 4 + ["no"] * 4,
        },
    ),
)
def attribute_agreement(arguments: AttributeStudy) -> AttributeAgreementResult:
    """Do appraisers who classify parts agree with themselves, with each other and with the standard?

    Percent agreement with exact intervals, Fleiss' and Cohen's kappa, Kendall's W for ordered categories. For a table of two
    raters use cohen_kappa, for counts of ratings fleiss_kappa, for measurements gage_rr_anova.
    """
    ratings, names, standard, categories = _layout(arguments)
    p, a, r = ratings.shape
    alpha, ordered = arguments.alpha, arguments.category_order is not None
    within = [_agreement(name, ratings[:, index], None, len(categories), alpha, ordered) for index, name in enumerate(names)]
    flat = ratings.reshape(p, a * r)
    between = _agreement("all", flat, None, len(categories), alpha, ordered) if a > 1 else None
    versus = [
        _agreement(name, ratings[:, index], standard, len(categories), alpha, ordered) for index, name in enumerate(names)
    ]
    everyone = _agreement("all", flat, standard, len(categories), alpha, ordered)
    each = fleiss(_counts(flat, len(categories)))[1] if a > 1 else []
    undefined: dict[str, str] = {}
    if between is None:
        undefined["between_appraisers"] = "there is one appraiser"
    if standard is None:
        undefined["all_vs_standard"] = "no standard was given"
    notices = []
    if p < ENOUGH_PARTS:
        notices.append(Notice(code="small_study", message=f"{p} parts: below {ENOUGH_PARTS} the percentages are vague."))
    if not all(np.isin(range(len(categories)), flat)):
        notices.append(Notice(code="unused_category", message="A category of the standard or the order was never given."))
    quoted = everyone if standard is not None else between if between is not None else within[0]
    kappa = "" if quoted.kappa is None else f"; kappa = {quoted.kappa:.4g}, {grade(quoted.kappa)} by AIAG's limits"
    what = "all ratings agree with the standard" if standard is not None else "all ratings agree"
    return AttributeAgreementResult(
        method="Attribute agreement analysis",
        n_used=ratings.size,
        within_appraiser=within if r > 1 else [],
        each_vs_standard=versus if standard is not None else [],
        between_appraisers=between,
        all_vs_standard=everyone if standard is not None else None,
        between_by_category=by_category(each, categories) if each else [],
        pairs=_pairs(ratings, names, categories),
        categories=categories,
        n_trials=r,
        conventions={
            "percent": "parts on which every trial agrees; exact binomial interval",
            "kappa within and between": "Fleiss, all trials as ratings",
            "kappa against the standard": "Cohen, all trials pooled (AIAG); Minitab averages Fleiss' kappa over trials",
            "kappa of pairs": "Cohen, trials paired in their order (AIAG)",
        },
        warnings=notices,
        undefined=undefined,
        conclusion=f"On {quoted.n_matched} of {quoted.n_parts} parts ({quoted.percent:.4g}%) {what}{kappa}.",
    )


def _layout(
    arguments: AttributeStudy,
) -> tuple[Codes, list[str], list[int] | None, list[str]]:
    """Category numbers as parts x appraisers x trials, names of the appraisers, the standard of each part, categories."""
    columns = {"parts": arguments.parts, "appraisers": arguments.appraisers, "ratings": arguments.ratings}
    standard = arguments.standard
    equal_lengths(**columns, **({} if standard is None else {"standard": standard}))
    categories = _categories(arguments)
    place = {category: index for index, category in enumerate(categories)}
    parts, names = list(dict.fromkeys(arguments.parts)), list(dict.fromkeys(arguments.appraisers))
    if len(names) > MAX_APPRAISERS:
        raise ToolError("appraisers", "", f"{len(names)} appraisers", f"give at most {MAX_APPRAISERS}")
    if len(parts) < 2:
        raise ToolError("parts", "", "one part", "give two parts or more")
    cells: dict[tuple[str, str], list[int]] = {}
    for part, appraiser, rating in zip(arguments.parts, arguments.appraisers, arguments.ratings, strict=True):
        cells.setdefault((part, appraiser), []).append(place[rating])
    trials = len(cells[parts[0], names[0]]) if (parts[0], names[0]) in cells else 0
    for part in parts:
        for name in names:
            found = len(cells.get((part, name), []))
            if found != trials or found == 0:
                problem = f"appraiser {name} has {found} ratings of part {part}, others have {trials}"
                raise ToolError("ratings", "", problem, "let every appraiser rate every part equally often")
    truth = None if standard is None else _truth(arguments.parts, standard, place)
    array = np.array([[cells[part, name] for name in names] for part in parts], dtype=np.int64)
    return array, names, truth, categories


def _categories(arguments: AttributeStudy) -> list[str]:
    seen = list(dict.fromkeys([*arguments.ratings, *(arguments.standard or [])]))
    if arguments.category_order is not None:
        order = list(dict.fromkeys(arguments.category_order))
        missing = [category for category in seen if category not in order]
        if missing:
            raise ToolError("category_order", "", f"the category {missing[0]} is missing", "list all, lowest first")
        seen = order
    if len(seen) > MAX_CATEGORIES:
        raise ToolError("ratings", "", f"{len(seen)} different categories", f"give at most {MAX_CATEGORIES}")
    if len(seen) < 2:
        raise ToolError("ratings", "", "all ratings are the same", "rate parts of different quality")
    return seen


def _truth(parts: Sequence[str], standard: Sequence[str], place: Mapping[str, int]) -> list[int]:
    """Category number of each part, in order of appearance."""
    truth: dict[str, int] = {}
    for index, (part, category) in enumerate(zip(parts, standard, strict=True)):
        if truth.setdefault(part, place[category]) != place[category]:
            raise ToolError(f"standard[{index}]", category, f"part {part} has another category elsewhere", "give each one")
    return list(truth.values())


def _counts(flat: Codes, categories: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Parts x categories: how many ratings."""
    counts = np.zeros((flat.shape[0], categories))
    np.add.at(counts, (np.arange(flat.shape[0])[:, None], flat), 1)
    return counts


def _agreement(
    who: str,
    flat: Codes,
    standard: list[int] | None,
    categories: int,
    alpha: float,
    ordered: bool,
) -> Agreement:
    """Parts on which the ratings of a row are equal (and equal to the standard), with kappa and Kendall's W."""
    first = flat[:, 0] if standard is None else np.asarray(standard)
    matched = int((flat == first[:, None]).all(axis=1).sum())
    interval = stats.binomtest(matched, len(flat)).proportion_ci(1 - alpha, method="exact")
    kappa: Kappa | None = None
    columns = flat.T
    if standard is not None:
        table = np.zeros((categories, categories))
        np.add.at(table, (flat.ravel(), np.repeat(first, flat.shape[1])), 1)
        kappa = cohen(table)
        columns = np.vstack([columns, first])
    elif flat.shape[1] > 1:
        kappa = fleiss(_counts(flat, categories))[0]
    w, p_value = kendall_w(columns) if ordered and len(columns) > 1 else (None, None)
    return Agreement(
        who=who,
        n_parts=len(flat),
        n_matched=matched,
        percent=100 * matched / len(flat),
        ci_low=100 * float(interval.low),
        ci_high=100 * float(interval.high),
        kappa=None if kappa is None else kappa.value,
        kappa_p_value=None if kappa is None else kappa.p_value,
        kendall_w=w,
        kendall_p_value=p_value,
    )


def kendall_w(raters: Codes) -> tuple[float | None, float | None]:
    """Concordance of raters (rows) over items (columns), corrected for ties, and its chi-square tail; None without ranks.

    Kendall and Gibbons (1990), Rank Correlation Methods, chapter 6.
    """
    m, n = raters.shape
    ranks = stats.rankdata(raters, axis=1)
    ties = sum(float((counts**3 - counts).sum()) for counts in (np.unique(row, return_counts=True)[1] for row in raters))
    spread = float(np.square(ranks.sum(axis=0) - m * (n + 1) / 2).sum())
    possible = m**2 * (n**3 - n) - m * ties
    if possible <= 0:
        return None, None
    w = 12 * spread / possible
    return w, float(stats.chi2.sf(m * (n - 1) * w, n - 1))


def _pairs(ratings: Codes, names: list[str], categories: list[str]) -> list[PairKappa]:
    pairs = []
    for one in range(len(names)):
        for two in range(one + 1, len(names)):
            table = np.zeros((len(categories), len(categories)))
            np.add.at(table, (ratings[:, one].ravel(), ratings[:, two].ravel()), 1)
            kappa = cohen(table)
            pairs.append(
                PairKappa(
                    first=names[one],
                    second=names[two],
                    kappa=None if kappa is None else kappa.value,
                    table=table.astype(int).tolist(),
                )
            )
    return pairs
