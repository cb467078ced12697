"""Second-order response surfaces: coefficients, analysis of variance, lack of fit and residuals."""

from collections.abc import Sequence
from typing import ClassVar

from havoc.tools.doe.analysis_terms import BLOCK, Term, missing_parents
from havoc.tools.doe.fit_model import CODING_CONVENTION, ModelFit, ModelledExperiment, fit_experiment
from havoc.tools.doe.model_tables import (
    AnovaRow,
    Coefficient,
    anova_row,
    coefficient_table,
    cooks_distances,
    error_rows,
    no_error_reason,
    residual_checks,
    studentized,
)
from havoc.tools.operation import operation
from havoc.tools.result import Notice, Result

FEW_ERROR_DF = 3
"""Error degrees of freedom below which tests find little."""
COLLINEAR = 10.0
"""Variance inflation from which coefficients are hard to tell apart."""
CENTRAL_COMPOSITE = {
    "factors": {"Time": [80, 90], "Temperature": [170, 180]},
    "data": {
        "Time": [80, 80, 90, 90, 85, 85, 85, 85, 85, 92.07, 77.93, 85, 85],
        "Temperature": [170, 180, 170, 180, 175, 175, 175, 175, 175, 175, 175, 182.07, 167.93],
    },
    "response": [76.5, 77.0, 78.0, 79.5, 79.9, 80.3, 80.0, 79.7, 79.8, 78.4, 75.6, 78.5, 77.0],
}
"""An example of a call: a central composite design in two factors."""


class ResponseSurfaceResult(Result):
    """A fitted response surface."""

    headline: ClassVar[tuple[str, ...]] = (
        "coefficients",
        "s",
        "r_squared",
        "adjusted_r_squared",
        "predicted_r_squared",
        "lack_of_fit_p_value",
    )

    coefficients: list[Coefficient]
    """In coded units."""
    natural_coefficients: dict[str, float]
    """The same polynomial in natural units."""
    equation: str
    """In natural units, at the mean over blocks."""
    anova: list[AnovaRow]
    """Model, blocks, linear, interaction and square terms, lack of fit, pure error, error, total."""
    s: float | None
    """Error standard deviation."""
    df_error: int
    r_squared: float
    adjusted_r_squared: float | None
    predicted_r_squared: float | None
    """1 - PRESS / total sum of squares."""
    press: float | None
    """Sum of squared deleted residuals."""
    lack_of_fit_statistic: float | None
    """F of lack of fit by pure error."""
    lack_of_fit_p_value: float | None
    """Small: the model misses more than the repeats scatter."""
    significant: list[str]
    """Terms with p_value < alpha, smallest p first."""
    fitted: list[float]
    residuals: list[float]
    leverage: list[float]
    studentized_residuals: list[float | None]
    """Externally studentised; None where they cannot be computed."""
    cooks_distances: list[float | None]
    """None where the leverage is 1 or there is no error."""


@operation(
    "analyze_response_surface",
    topic="Analysis of experiments",
    source="Box and Wilson (1951), J. R. Statist. Soc. B 13, 1-45; Myers, Montgomery and Anderson-Cook, Response Surface "
    "Methodology; Lenth (2009), Journal of Statistical Software 32(7)",
    examples=(
        CENTRAL_COMPOSITE,
        {**CENTRAL_COMPOSITE, "model": ["Time", "Temperature", "Time^2", "Temperature^2"], "alpha": 0.1},
    ),
)
def analyze_response_surface(arguments: ModelledExperiment) -> ResponseSurfaceResult:
    """How does a response depend on numeric factors, squares included, and does the model fit?

    For central composite, Box-Behnken and other designs with three levels or more. Then canonical_analysis finds the
    stationary point, optimize_desirability the best settings for several responses, predict_response a value with its
    interval, and reduce_model drops terms. For two levels use analyze_factorial, for mixtures analyze_mixture.
    """
    fit, notices = fit_experiment(arguments)
    table = coefficient_table(fit, arguments.alpha)
    natural = fit.coding.natural_coefficients(fit.columns, fit.coefficients)
    rows = _anova(fit)
    lack = next((row for row in rows if row.source == "Lack of fit"), None)
    tested = [(row.p_value, row.term) for row in table[1:] if row.p_value is not None and row.p_value < arguments.alpha]
    significant = [term for _, term in sorted(tested) if not term.startswith(BLOCK)]
    assumptions, more = residual_checks(fit)
    return ResponseSurfaceResult(
        method=f"{arguments.model if isinstance(arguments.model, str) else 'chosen'} model by least squares".capitalize(),
        n_used=len(fit.response),
        coefficients=table,
        natural_coefficients=natural,
        equation=equation(natural),
        anova=rows,
        s=fit.s,
        df_error=fit.df_error,
        r_squared=fit.r_squared,
        adjusted_r_squared=fit.adjusted_r_squared,
        predicted_r_squared=fit.predicted_r_squared,
        press=fit.press,
        lack_of_fit_statistic=lack.statistic if lack else None,
        lack_of_fit_p_value=lack.p_value if lack else None,
        significant=significant,
        fitted=fit.fitted.tolist(),
        residuals=fit.residuals.tolist(),
        leverage=fit.leverage.tolist(),
        studentized_residuals=studentized(fit),
        cooks_distances=cooks_distances(fit),
        conventions=CODING_CONVENTION
        | {
            "sums of squares": "adjusted (type III), as Minitab; sequential ones, as R's anova, stand beside them",
            "pure error": "runs at the same point and in the same block",
            "predicted_r_squared": "1 - PRESS / total sum of squares about the mean",
        },
        assumptions=assumptions,
        warnings=[*notices, *more, *_notices(fit, table, lack, arguments.alpha)],
        undefined=_undefined(fit, lack),
        conclusion=_conclusion(fit, lack, arguments.alpha),
    )


def equation(coefficients: dict[str, float]) -> str:
    """`79.94 + 0.995 A - 1.38 A^2`."""
    text = ""
    for name, value in coefficients.items():
        size = f"{abs(value):.6g}" + ("" if name == "Constant" else f" {name}")
        text += size if not text and value >= 0 else f"{' - ' if text else '-'}{size}" if value < 0 else f" + {size}"
    return text


def kind(term: Term) -> str:
    """`Linear`, `Interaction`, `Square` or `Higher order`."""
    if sum(term) == 1:
        return "Linear"
    return "Higher order" if sum(term) > 2 else "Square" if max(term) == 2 else "Interaction"


def _anova(fit: ModelFit) -> list[AnovaRow]:
    blocks = [term for term in fit.terms if fit.coding.blocks and term[-1]]
    terms = [term for term in fit.terms if term not in blocks]
    rows = [anova_row(fit, "Model", fit.owned(terms))] if terms else []
    if blocks:
        rows.append(anova_row(fit, "Blocks", fit.owned(blocks)))
    for name in ("Linear", "Interaction", "Square", "Higher order"):
        own = [term for term in terms if kind(term) == name]
        if own:
            rows.append(anova_row(fit, name, fit.owned(own)))
    return rows + error_rows(fit)


def _notices(fit: ModelFit, table: Sequence[Coefficient], lack: AnovaRow | None, alpha: float) -> list[Notice]:
    notices = []
    if lack and lack.p_value is not None and lack.p_value < alpha:
        text = f"Lack of fit is significant (p = {lack.p_value:.3g}): the model misses something; look for a higher order "
        notices.append(Notice(code="lack_of_fit", message=text + "or a transformation (box_cox_transform_model)."))
    if 0 < fit.df_error < FEW_ERROR_DF:
        text = f"Only {fit.df_error} degrees of freedom are left for the error."
        notices.append(Notice(code="few_error_df", message=text))
    high = [row.term for row in table if row.vif is not None and row.vif > COLLINEAR]
    if high:
        text = f"Variance inflation above {COLLINEAR:g}: {', '.join(high[:6])}; the runs hardly tell these terms apart."
        notices.append(Notice(code="collinear", message=text))
    lacking = missing_parents(fit.terms)
    if lacking:
        names = ", ".join(fit.coding.term_name(term) for term in lacking[:6])
        text = f"The model lacks {names}: without lower terms it depends on the coding."
        notices.append(Notice(code="not_hierarchical", message=text))
    if fit.predicted_r_squared is not None and fit.r_squared - fit.predicted_r_squared > 0.2:
        text = f"Predicted R2 {fit.predicted_r_squared:.3g} is far below R2 {fit.r_squared:.3g}: an overfitted model."
        notices.append(Notice(code="overfitted", message=text))
    return notices


def _undefined(fit: ModelFit, lack: AnovaRow | None) -> dict[str, str]:
    found = {}
    if fit.s is None:
        found["s"] = no_error_reason(fit)
    if fit.adjusted_r_squared is None:
        found["adjusted_r_squared"] = no_error_reason(fit)
    if fit.press is None:
        for name in ("press", "predicted_r_squared"):
            found[name] = "a run alone determines a coefficient, or the model leaves no error"
    if lack is None or lack.statistic is None:
        reason = "no point is repeated within a block, or the model leaves nothing to test" if lack is None else ""
        for name in ("lack_of_fit_statistic", "lack_of_fit_p_value"):
            found[name] = reason or "repeated runs do not scatter, so there is no pure error"
    return found


def _conclusion(fit: ModelFit, lack: AnovaRow | None, alpha: float) -> str:
    text = f"The model explains {100 * fit.r_squared:.4g}% of the variation"
    if fit.s is not None:
        text += f" with an error standard deviation of {fit.s:.4g}"
    if lack is not None and lack.p_value is not None:
        text += f"; its lack of fit is {'' if lack.p_value < alpha else 'not '}significant (p = {lack.p_value:.4g})"
    return text + "."
