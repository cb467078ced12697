"""Analysis of factorial experiments: effects, their tests, curvature, and what cannot be told apart."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import stats

from havoc.tools.doe.aliasing import SHOWN_ORDER, Separation, aliases, full_model, separate
from havoc.tools.doe.analysis_terms import (
    MAX_TERMS,
    Coding,
    Term,
    Vector,
    block_terms,
    missing_parents,
    model_terms,
)
from havoc.tools.doe.factorial_data import CENTER, factorial_data, with_center_column
from havoc.tools.doe.fit_model import (
    CODING_CONVENTION,
    ExperimentArguments,
    ModelFit,
    fit_terms,
)
from havoc.tools.doe.lenth import FEWEST, LENTH_CONVENTIONS, Pseudo, few_effects, pseudo_error, sparsity
from havoc.tools.doe.model_tables import (
    AnovaRow,
    Coefficient,
    anova_row,
    coefficient_table,
    error_rows,
    no_error_reason,
    pure_error,
    residual_checks,
)
from havoc.tools.operation import operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import SETTING, Name, ShortList

ORDERS = {1: "Main effects", 2: "Two-factor interactions", 3: "Three-factor interactions"}


class FactorialEffect(BaseModel):
    """One term of the model."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    term: str
    effect: float | None
    """Mean at high minus mean at low: twice the coefficient; None for a factor of more than two levels."""
    coefficient: float | None
    """Of the coded factor; None for a factor of more than two levels (see `coefficients`)."""
    standard_error: float | None
    """Of the effect."""
    t_statistic: float | None
    f_statistic: float | None
    """t squared where the term has one degree of freedom."""
    p_value: float | None
    df: int
    sum_of_squares: float
    """Adjusted for the other terms."""
    percent_contribution: float
    """Share of the total sum of squares, in percent."""
    significant: bool
    """p_value < alpha; in a saturated model, |effect| beyond Lenth's margin of error."""
    aliases: list[str]
    """Interactions up to third order that equal this term in these runs, so that the effect is of their sum."""


class AliasedTerm(BaseModel):
    """A term that the runs do not determine."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    term: str
    equals: str
    """What its column is in these runs, as `C` or `-0.3333 A + 0.3333 B`."""


class Curvature(BaseModel):
    """Factorial points against centre points."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    factorial_points: int
    center_points: int
    difference: float
    """Mean of the factorial points minus mean of the centre points, in the unit of the response."""
    sum_of_squares: float
    statistic: float | None
    """t by pure error."""
    df: int
    """Of pure error."""
    p_value: float | None
    significant: bool


class FactorialResult(Result):
    """Effects and analysis of variance of a factorial experiment."""

    headline: ClassVar[tuple[str, ...]] = ("effects", "significant", "constant", "s", "r_squared")

    effects: list[FactorialEffect]
    """In the order of the model."""
    significant: list[str]
    """Terms that are significant, largest sum of squares first."""
    constant: float
    """Mean at the coded origin; without centre points, of balanced runs their mean."""
    coefficients: list[Coefficient]
    """In coded units, blocks and centre points included."""
    natural_coefficients: dict[str, float]
    """The same model in natural units."""
    anova: list[AnovaRow]
    s: float | None
    """Error standard deviation."""
    df_error: int
    r_squared: float
    adjusted_r_squared: float | None
    predicted_r_squared: float | None
    """From PRESS."""
    curvature: Curvature | None
    pseudo_standard_error: float | None
    """Lenth's, in a saturated model."""
    margin_of_error: float | None
    """Lenth's, in a saturated model."""
    simultaneous_margin_of_error: float | None
    """Lenth's, in a saturated model."""
    aliased_terms: list[AliasedTerm]
    """Terms that were asked for and left out; of a full model those up to third order."""


class FactorialExperiment(ExperimentArguments):
    """A factorial experiment, whole or fractional, with or without centre points and blocks."""

    model: Annotated[
        Literal["linear", "interaction", "full"] | Annotated[ShortList[Name], Field(max_length=MAX_TERMS)], SETTING
    ] = "full"
    """`full` all interactions that the runs can tell apart; `interaction` up to two factors; `linear` none; or terms such as
    `["A", "B", "A*B"]`."""


@operation(
    "analyze_factorial",
    topic="Analysis of experiments",
    source="Box, Hunter and Hunter, Statistics for Experimenters; Montgomery, Design and Analysis of Experiments, ch. 6-8",
    examples=(
        {
            "factors": {"T": [160, 180], "C": [20, 40], "K": ["A", "B"]},
            "data": {
                "T": [160, 180, 160, 180, 160, 180, 160, 180],
                "C": [20, 20, 40, 40, 20, 20, 40, 40],
                "K": ["A", "A", "A", "A", "B", "B", "B", "B"],
            },
            "response": [60, 72, 54, 68, 52, 83, 45, 80],
        },
        {
            "factors": [{"name": "Time", "low": 30, "high": 40}, {"name": "Temperature", "low": 150, "high": 160}],
            "data": {
                "Time": [30, 30, 40, 40, 35, 35, 35, 35, 35],
                "Temperature": [150, 160, 150, 160, 155, 155, 155, 155, 155],
            },
            "response": [39.3, 40.0, 40.9, 41.5, 40.3, 40.5, 40.7, 40.2, 40.6],
        },
    ),
)
def analyze_factorial(arguments: FactorialExperiment) -> FactorialResult:
    """Which factors and interactions of a factorial experiment have an effect, and how large is it?

    For two-level designs, whole, fractional and Plackett-Burman, and for general factorials, with replicates, centre points
    and blocks. Effect = mean at high minus mean at low = twice the coefficient. Without any error estimate Lenth's method
    judges the effects. For squares and optima use analyze_response_surface; to drop terms reduce_model; where some factors
    were not reset for each run analyze_split_plot.
    """
    coding, bases, notices, center, separation, fit, first, terms = fit_factorial(arguments)
    named = not isinstance(arguments.model, str)
    pseudo = _lenth(fit, terms, arguments.alpha)
    effects = _effects(fit, terms, pseudo, aliases(coding, bases, terms), arguments.alpha)
    active = sorted((row for row in effects if row.significant), key=lambda row: -row.sum_of_squares)
    curvature = _curvature(fit, center, arguments.alpha)
    assumptions, more = _checks(fit, effects, pseudo)
    return FactorialResult(
        method=_method(fit, pseudo),
        n_used=len(bases),
        effects=effects,
        significant=[row.term for row in active],
        constant=float(fit.coefficients[0]),
        coefficients=coefficient_table(fit, arguments.alpha),
        natural_coefficients=coding.natural_coefficients(fit.columns, fit.coefficients),
        anova=_anova(fit, first, terms),
        s=fit.s,
        df_error=fit.df_error,
        r_squared=fit.r_squared,
        adjusted_r_squared=fit.adjusted_r_squared,
        predicted_r_squared=fit.predicted_r_squared,
        curvature=curvature,
        pseudo_standard_error=pseudo.error if pseudo else None,
        margin_of_error=pseudo.margin if pseudo else None,
        simultaneous_margin_of_error=pseudo.simultaneous_margin if pseudo else None,
        aliased_terms=_aliased(coding, separation, named),
        conventions=_conventions(pseudo, curvature),
        assumptions=assumptions,
        warnings=[*notices, *more, *_notices(separation, terms, curvature, coding)],
        undefined=_undefined(fit, pseudo, curvature),
        conclusion=_conclusion(active, effects, pseudo, arguments.alpha),
    )


class FactorialFit(NamedTuple):
    """A factorial experiment with the terms that its runs can tell apart, fitted."""

    coding: Coding
    bases: Vector
    notices: list[Notice]
    center: NDArray[np.bool_]
    """Which runs are centre points."""
    separation: Separation
    fit: ModelFit
    first: list[Term]
    """Terms of blocks and centre points."""
    terms: list[Term]
    """The others."""


def fit_factorial(arguments: FactorialExperiment) -> FactorialFit:
    """Fit the model that `arguments` ask for, as far as the runs determine it.

    Raises:
        ToolError: the data do not describe a factorial experiment.
    """
    coding, bases, notices, center = factorial_data(arguments)
    full = arguments.model == "full"
    wanted = full_model(coding, len(bases), MAX_TERMS) if full else model_terms(coding, arguments.model)
    first = block_terms(coding)
    if center.any():
        coding, bases, wanted, first = with_center_column(coding, bases, wanted, first, center)
    separation = separate(coding, bases, first, wanted)
    fit = fit_terms(coding, bases, separation.kept, arguments.response)
    first = [term for term in first if term in separation.kept]
    terms = [term for term in separation.kept if term not in first]
    return FactorialFit(coding, bases, notices, center, separation, fit, first, terms)


def _lenth(fit: ModelFit, terms: Sequence[Term], alpha: float) -> Pseudo | None:
    """Lenth's margins where the model leaves no error and all its terms have one degree of freedom."""
    positions = fit.owned(terms)
    effects = 2 * fit.coefficients[positions]
    if fit.df_error or len(positions) != len(terms) or len(terms) < FEWEST or np.median(np.abs(effects)) == 0:
        return None
    return pseudo_error(effects.tolist(), alpha)


def _effects(
    fit: ModelFit, terms: Sequence[Term], pseudo: Pseudo | None, same: Mapping[Term, list[str]], alpha: float
) -> list[FactorialEffect]:
    spread = np.linalg.norm(fit.root, axis=1)
    rows = []
    for term in terms:
        positions = fit.owned([term])
        test = anova_row(fit, "", positions)
        one = positions[0] if len(positions) == 1 else None
        effect = None if one is None else 2 * float(fit.coefficients[one])
        error = None if one is None or fit.s is None else 2 * fit.s * float(spread[one])
        beyond = pseudo is not None and effect is not None and abs(effect) > pseudo.margin
        rows.append(
            FactorialEffect(
                term=fit.coding.term_name(term),
                effect=effect,
                coefficient=None if effect is None else effect / 2,
                standard_error=error,
                t_statistic=None if effect is None or error is None else effect / error,
                f_statistic=test.statistic,
                p_value=test.p_value,
                df=test.df,
                sum_of_squares=test.sum_of_squares,
                percent_contribution=100 * test.sum_of_squares / fit.ss_total,
                significant=beyond if test.p_value is None else test.p_value < alpha,
                aliases=same.get(term, []),
            )
        )
    return rows


def _anova(fit: ModelFit, first: Sequence[Term], terms: Sequence[Term]) -> list[AnovaRow]:
    rows = []
    if terms:
        rows.append(anova_row(fit, "Model", fit.owned(terms)))
    for term in first:
        name = fit.coding.term_name(term)
        rows.append(anova_row(fit, "Curvature" if name == CENTER else "Blocks", fit.owned([term])))
    for order in sorted({sum(term) for term in terms}):
        own = [term for term in terms if sum(term) == order]
        rows.append(anova_row(fit, ORDERS.get(order, f"{order}-factor interactions"), fit.owned(own)))
    return rows + error_rows(fit)


def _curvature(fit: ModelFit, center: NDArray[np.bool_], alpha: float) -> Curvature | None:
    """t of the centre points' coefficient by pure error."""
    if CENTER not in fit.names:
        return None
    position = fit.names.index(CENTER)
    difference = -float(fit.coefficients[position])
    ss, df = pure_error(fit)
    statistic = p_value = None
    if df and ss > 0:
        statistic = difference / float(np.sqrt(ss / df) * np.linalg.norm(fit.root[position]))
        p_value = float(2 * stats.t.sf(abs(statistic), df))
    return Curvature(
        factorial_points=int((~center).sum()),
        center_points=int(center.sum()),
        difference=difference,
        sum_of_squares=fit.adjusted_ss([position]),
        statistic=statistic,
        df=df,
        p_value=p_value,
        significant=p_value is not None and p_value < alpha,
    )


def _aliased(coding: Coding, separation: Separation, named: bool) -> list[AliasedTerm]:
    shown = [(term, text) for term, text in separation.lost.items() if named or sum(term) <= SHOWN_ORDER]
    return [AliasedTerm(term=coding.term_name(term), equals=text) for term, text in shown]


def _checks(
    fit: ModelFit, effects: Sequence[FactorialEffect], pseudo: Pseudo | None
) -> tuple[list[Assumption], list[Notice]]:
    if pseudo is None:
        return residual_checks(fit)
    size = np.linalg.norm(fit.root, axis=1)[1:]
    notices = few_effects(len(effects))
    if np.ptp(size) > 1e-9 * size.max():
        text = "The effects differ in variance, so Lenth's common margin is approximate."
        notices = [*notices, Notice(code="unequal_variances", message=text)]
    return [sparsity(sum(row.significant for row in effects), len(effects))], notices


def _notices(separation: Separation, terms: Sequence[Term], curvature: Curvature | None, coding: Coding) -> list[Notice]:
    notices = []
    if separation.lost:
        names = ", ".join(coding.term_name(term) for term in list(separation.lost)[:6])
        text = f"{len(separation.lost)} terms cannot be told apart from others in these runs and were left out: {names}"
        notices.append(Notice(code="aliased_terms", message=text + (", ..." if len(separation.lost) > 6 else ".")))
    lacking = missing_parents(terms)
    if lacking:
        names = ", ".join(coding.term_name(term) for term in lacking[:6])
        notices.append(Notice(code="not_hierarchical", message=f"The model lacks {names}: it depends on the coding."))
    if curvature is not None and curvature.significant:
        text = (
            "The centre points lie off the factorial points: add axial runs and fit squares with analyze_response_surface."
        )
        notices.append(Notice(code="curvature", message=text))
    if curvature is not None and curvature.p_value is None:
        text = "Curvature is not tested: repeat the centre point, so that there is pure error."
        notices.append(Notice(code="curvature_untested", message=text))
    return notices


def _conventions(pseudo: Pseudo | None, curvature: Curvature | None) -> dict[str, str]:
    found = CODING_CONVENTION | {
        "effect": "mean at high minus mean at low = 2 x coefficient; some programs print the coefficient only",
        "sums of squares": "adjusted for all other terms (type III); sequential ones are equal in balanced designs",
        "percent contribution": "sum of squares / total sum of squares, not corrected for error",
    }
    if curvature is not None:
        found["curvature"] = "tested by pure error alone; in the table by the error of the model, as Minitab"
    return found | ({f"lenth {name}": text for name, text in LENTH_CONVENTIONS.items()} if pseudo else {})


def _undefined(fit: ModelFit, pseudo: Pseudo | None, curvature: Curvature | None) -> dict[str, str]:
    found = {}
    if fit.s is None:
        found["s"] = no_error_reason(fit)
    if fit.adjusted_r_squared is None:
        found["adjusted_r_squared"] = no_error_reason(fit)
    if fit.press is None:
        found["predicted_r_squared"] = "a run alone determines a coefficient, or the model leaves no error"
    if curvature is None:
        found["curvature"] = "there are no centre points, or none in a block with factorial points"
    if pseudo is None:
        reason = "t tests are used" if fit.s is not None else "Lenth's method needs three effects of one degree of freedom"
        for name in ("pseudo_standard_error", "margin_of_error", "simultaneous_margin_of_error"):
            found[name] = reason
    return found


def _method(fit: ModelFit, pseudo: Pseudo | None) -> str:
    if pseudo is not None:
        return "Saturated factorial model by least squares, effects judged by Lenth's method"
    return "Factorial model by least squares" + (", tests by its error" if fit.s is not None else ", without tests")


def _conclusion(
    active: Sequence[FactorialEffect], effects: Sequence[FactorialEffect], pseudo: Pseudo | None, alpha: float
) -> str:
    by = "beyond Lenth's margin of error" if pseudo is not None else "significant"
    shown = [row.term if row.effect is None else f"{row.term} ({row.effect:.4g})" for row in active[:8]]
    listed = ": " + ", ".join(shown) if shown else ""
    return f"{len(active)} of {len(effects)} terms are {by} at alpha = {alpha:g}{listed}."
