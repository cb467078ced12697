"""Backward elimination of terms from the model of an experiment."""

from collections.abc import Sequence
from math import inf, log
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from havoc.tools.doe.analysis_terms import Term, block_terms, coding_of, model_terms
from havoc.tools.doe.fit_model import CODING_CONVENTION, ModelFit, ModelledExperiment, coded_data, fit_terms
from havoc.tools.doe.model_tables import Coefficient, anova_row, coefficient_table, no_error_reason, residual_checks
from havoc.tools.doe.response_surface import CENTRAL_COMPOSITE, equation
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING

MAX_WORK = 3_000_000_000
"""Bound on terms squared times runs times columns: about a second."""
FEW_ERROR_DF = 5
"""Error degrees of freedom below which p values choose terms by chance."""


class ReductionStep(BaseModel):
    """A model on the way; the first is the whole one."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    removed: str | None
    """Term that was left out to come here; None for the first."""
    p_value: float | None
    """Of the removed term, in the model before."""
    terms: int
    """Terms left, blocks not counted."""
    s: float | None
    r_squared: float
    adjusted_r_squared: float | None
    predicted_r_squared: float | None
    aicc: float | None
    """Akaike's criterion, corrected for few runs; None with too few runs for the correction."""


class ReductionResult(Result):
    """The reduced model and the way to it."""

    headline: ClassVar[tuple[str, ...]] = ("terms", "removed", "s", "r_squared", "predicted_r_squared")

    terms: list[str]
    """That remain, without constant and blocks."""
    removed: list[str]
    """In the order of their removal."""
    steps: list[ReductionStep]
    kept_for_hierarchy: list[str]
    """Remaining terms that only a higher term holds: alone they would have gone."""
    coefficients: list[Coefficient]
    """Of the reduced model, in coded units."""
    natural_coefficients: dict[str, float]
    """Of the reduced model, in natural units."""
    equation: str
    """In natural units."""
    s: float | None
    df_error: int
    r_squared: float
    adjusted_r_squared: float | None
    predicted_r_squared: float | None


class Reduction(ModelledExperiment):
    """An experiment, the model to start from, and when to stop."""

    criterion: Annotated[Literal["p_value", "aicc"], SETTING] = "p_value"
    """`p_value` removes the term with the largest above alpha_to_remove; `aicc` the one whose removal lowers AICc most."""
    alpha_to_remove: Annotated[float, Field(gt=0, lt=1), SETTING] = 0.1
    """p value above which a term may go."""
    hierarchy: Annotated[bool, SETTING] = True
    """Keep every term that is part of a higher one."""


@operation(
    "reduce_model",
    topic="Analysis of experiments",
    source="Draper and Smith, Applied Regression Analysis, ch. 15; Hurvich and Tsai (1989), Biometrika 76, 297-307; "
    "Nelder (1977), J. R. Statist. Soc. A 140, 48-77, on hierarchy",
    examples=(CENTRAL_COMPOSITE, {**CENTRAL_COMPOSITE, "criterion": "aicc"}),
)
def reduce_model(arguments: Reduction) -> ReductionResult:
    """Which terms of a model can be left out?

    Backward elimination, one term at a time, by p value or AICc; a term stays while a higher one needs it. Every step is
    listed. Tests of the remaining terms look better than they are, since the same data chose them: judge by the predicted R2
    and by confirmation runs. To see the whole model use analyze_response_surface or analyze_factorial.
    """
    coding, notices = coding_of(arguments.factors, arguments.data, arguments.blocks)
    bases = coded_data(coding, arguments)
    blocks = block_terms(coding)
    terms = model_terms(coding, arguments.model)
    if len(terms) ** 2 * len(bases) * len(terms) > MAX_WORK:
        raise ToolError(
            "model", "", f"{len(terms)} terms of {len(bases):,} runs take too long", "start from a smaller model"
        )
    fit = fit_terms(coding, bases, [*blocks, *terms], arguments.response)
    if fit.exact and fit.df_error:
        raise ToolError(
            "response", "", "the model passes through every run, so there is no error to judge by", "check the data"
        )
    if fit.df_error == 0 and arguments.criterion == "p_value":
        problem = "as many coefficients as runs, so there are no p values"
        raise ToolError("model", "", problem, 'give a smaller model, or criterion "aicc"')
    steps = [_step(fit, len(terms), None, None)]
    first_df = fit.df_error
    while terms:
        chosen = _next(fit, terms, blocks, arguments)
        if chosen is None:
            break
        term, p_value = chosen
        terms = [one for one in terms if one != term]
        fit = fit_terms(coding, bases, [*blocks, *terms], arguments.response)
        steps.append(_step(fit, len(terms), coding.term_name(term), p_value))
    assumptions, more = residual_checks(fit)
    more = [*more, Notice(code="selected_model", message="The same data chose the terms: their p values look too good.")]
    if first_df < FEW_ERROR_DF:
        text = f"The search began with {first_df} degrees of freedom for the error: its first steps are uncertain."
        more.append(Notice(code="few_error_df", message=text))
    natural = coding.natural_coefficients(fit.columns, fit.coefficients)
    removed = [step.removed for step in steps if step.removed is not None]
    names = [coding.term_name(term) for term in terms]
    return ReductionResult(
        method=f"Backward elimination by {'p value' if arguments.criterion == 'p_value' else 'AICc'}",
        n_used=len(bases),
        terms=names,
        removed=removed,
        steps=steps,
        kept_for_hierarchy=_kept_for_hierarchy(fit, terms, arguments),
        coefficients=coefficient_table(fit, arguments.alpha),
        natural_coefficients=natural,
        equation=equation(natural),
        s=fit.s,
        df_error=fit.df_error,
        r_squared=fit.r_squared,
        adjusted_r_squared=fit.adjusted_r_squared,
        predicted_r_squared=fit.predicted_r_squared,
        conventions=CODING_CONVENTION
        | {
            "order": "one term at a time, each tested beyond all others (partial F)",
            "alpha_to_remove": f"{arguments.alpha_to_remove:g}; Minitab's default is 0.1",
            "hierarchy": "kept" if arguments.hierarchy else "not kept",
            "aicc": "n ln(SSE / n) + 2 K + 2 K (K + 1) / (n - K - 1), K coefficients and the variance",
        },
        assumptions=assumptions,
        warnings=[*notices, *more],
        undefined=_undefined(fit),
        conclusion=f"{len(removed)} of {steps[0].terms} terms were left out; {', '.join(names) or 'none'} remain.",
    )


def _next(
    fit: ModelFit, terms: Sequence[Term], blocks: Sequence[Term], arguments: Reduction
) -> tuple[Term, float | None] | None:
    """The term to remove and its p value, or None to stop."""
    free = _removable(terms) if arguments.hierarchy else list(terms)
    tests = {term: anova_row(fit, "", fit.owned([term]), sequential=False) for term in free}
    if arguments.criterion == "p_value":
        worst = max(free, key=lambda term: tests[term].p_value or 0.0)
        p_value = tests[worst].p_value
        return (worst, p_value) if p_value is not None and p_value > arguments.alpha_to_remove else None
    n, now = len(fit.response), _aicc(len(fit.response), len(fit.coefficients), fit.ss_error)
    after = {
        term: _aicc(n, len(fit.coefficients) - test.df, fit.ss_error + test.sum_of_squares) for term, test in tests.items()
    }
    # While the correction is undefined the term that explains least goes, until enough runs are left for the error.
    best = min(free, key=lambda term: (after[term], tests[term].sum_of_squares / tests[term].df))
    return (best, tests[best].p_value) if after[best] < now or now == inf else None


def _removable(terms: Sequence[Term]) -> list[Term]:
    """Terms that are part of no other, of whatever order."""
    return [
        term
        for term in terms
        if not any(other != term and all(a <= b for a, b in zip(term, other, strict=True)) for other in terms)
    ]


def _kept_for_hierarchy(fit: ModelFit, terms: Sequence[Term], arguments: Reduction) -> list[str]:
    if not arguments.hierarchy or fit.mean_square is None:
        return []
    held = [term for term in terms if term not in _removable(terms)]
    tests = {term: anova_row(fit, "", fit.owned([term]), sequential=False).p_value for term in held}
    return [fit.coding.term_name(term) for term, p in tests.items() if p is not None and p > arguments.alpha_to_remove]


def _aicc(n: int, coefficients: int, ss_error: float) -> float:
    count = coefficients + 1
    if n - count - 1 <= 0 or ss_error <= 0:
        return inf
    return n * log(ss_error / n) + 2 * count + 2 * count * (count + 1) / (n - count - 1)


def _step(fit: ModelFit, terms: int, removed: str | None, p_value: float | None) -> ReductionStep:
    aicc = _aicc(len(fit.response), len(fit.coefficients), fit.ss_error)
    return ReductionStep(
        removed=removed,
        p_value=p_value,
        terms=terms,
        s=fit.s,
        r_squared=fit.r_squared,
        adjusted_r_squared=fit.adjusted_r_squared,
        predicted_r_squared=fit.predicted_r_squared,
        aicc=None if aicc == inf else aicc,
    )


def _undefined(fit: ModelFit) -> dict[str, str]:
    found = {}
    if fit.s is None:
        found["s"] = no_error_reason(fit)
    if fit.adjusted_r_squared is None:
        found["adjusted_r_squared"] = no_error_reason(fit)
    if fit.press is None:
        found["predicted_r_squared"] = "a run alone determines a coefficient, or the model leaves no error"
    return found
