"""Scheffe's canonical polynomials for mixtures."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np

from havoc.tools.doe.analysis_terms import MAX_TERMS, Coding, Term, Vector, interactions
from havoc.tools.doe.factor import Factor, Factors
from havoc.tools.doe.fit_model import ModelFit, fit_terms, require_response
from havoc.tools.doe.model_tables import (
    AnovaRow,
    Coefficient,
    coefficient_table,
    error_rows,
    f_test,
    no_error_reason,
    residual_checks,
    studentized,
)
from havoc.tools.doe.response_surface import equation
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Alpha, Columns, Numbers, Positive

ORDER = {"linear": 1, "quadratic": 2, "special cubic": 3}
NAMES = {1: "Linear blending", 2: "Quadratic blending", 3: "Special cubic blending"}
ROUNDED = 0.02
"""Share of the total by which a mixture may miss it, as printed proportions do."""


class MixtureResult(Result):
    """A fitted mixture model."""

    headline: ClassVar[tuple[str, ...]] = ("coefficients", "s", "r_squared", "adjusted_r_squared", "predicted_r_squared")

    coefficients: list[Coefficient]
    """For proportions from 0 to 1: of a pure component its response, of a product the blending beyond it."""
    equation: str
    """In proportions from 0 to 1."""
    pseudo_coefficients: dict[str, float] | None
    """In L-pseudocomponents, which run from 0 at the lower limits to 1; None without lower limits."""
    anova: list[AnovaRow]
    """Model, then each order beyond those below it, lack of fit, pure error, error, total about the mean."""
    s: float | None
    """Error standard deviation."""
    df_error: int
    r_squared: float
    """About the mean, not about 0."""
    adjusted_r_squared: float | None
    predicted_r_squared: float | None
    lack_of_fit_p_value: float | None
    fitted: list[float]
    studentized_residuals: list[float | None]


class MixtureExperiment(Arguments):
    """A mixture experiment."""

    aliases: ClassVar[Mapping[str, str]] = {
        "components": "factors",
        "y": "response",
        "design": "data",
        "runs": "data",
    }

    factors: Factors
    """The components; low and high are limits of their proportions, in the unit of the data."""
    data: Columns
    """A column for each component; each run adds up to `total`."""
    response: Numbers
    """Measured value of each run."""
    model: Annotated[Literal["linear", "quadratic", "special cubic"], SETTING] = "quadratic"
    total: Positive = 1.0
    """What the components add up to: 1, or 100 for percent."""
    alpha: Alpha = 0.05


@operation(
    "analyze_mixture",
    topic="Analysis of experiments",
    source="Scheffe, H. (1958), J. R. Statist. Soc. B 20, 344-360; Cornell, Experiments with Mixtures",
    examples=(
        {
            "factors": ["polyethylene", "polystyrene", "polypropylene"],
            "data": {
                "polyethylene": [1, 1, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5],
                "polystyrene": [0, 0, 0.5, 0.5, 0.5, 1, 1, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0],
                "polypropylene": [0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 0.5, 0.5, 0.5],
            },
            "response": [11.0, 12.4, 15.0, 14.8, 16.1, 8.8, 10.0, 10.0, 9.7, 11.8, 16.8, 16.0, 17.7, 16.4, 16.6],
        },
    ),
)
def analyze_mixture(arguments: MixtureExperiment) -> MixtureResult:
    """How does a response depend on the proportions of a mixture?

    Scheffe's polynomial without a constant, since proportions add up to one: a coefficient of a component is the response of
    the pure component, a product's is what two blend beyond their mean. For factors that vary freely, amounts included, use
    analyze_response_surface.
    """
    shares, notices = _shares(arguments)
    names = [factor.name for factor in arguments.factors]
    coding, terms = _coding(names), _terms(names, arguments.model)
    fit = fit_terms(coding, shares, terms, arguments.response, constant=False)
    rows = _anova(fit)
    lack = next((row for row in rows if row.source == "Lack of fit"), None)
    pseudo, reason = _pseudo(arguments, shares, coding, terms)
    assumptions, more = residual_checks(fit)
    if lack is not None and lack.p_value is not None and lack.p_value < arguments.alpha:
        text = f"Lack of fit is significant (p = {lack.p_value:.3g}): take a model of higher order."
        more = [*more, Notice(code="lack_of_fit", message=text)]
    lack_p = lack.p_value if lack else None
    table = [row.model_copy(update={"vif": None}) for row in coefficient_table(fit, arguments.alpha)]
    return MixtureResult(
        method=f"Scheffe {arguments.model} mixture model by least squares",
        n_used=len(fit.response),
        coefficients=table,
        equation=equation({row.term: row.coefficient for row in table}),
        pseudo_coefficients=pseudo,
        anova=rows,
        s=fit.s,
        df_error=fit.df_error,
        r_squared=fit.r_squared,
        adjusted_r_squared=fit.adjusted_r_squared,
        predicted_r_squared=fit.predicted_r_squared,
        lack_of_fit_p_value=lack_p,
        fitted=fit.fitted.tolist(),
        studentized_residuals=studentized(fit),
        conventions={
            "r_squared": "about the mean; programs that see a model without constant report it about 0, and larger",
            "coefficients": "for proportions from 0 to 1, whatever the unit of the data",
            "tests": "t of a component asks whether its pure response is 0, which is seldom of interest",
            "sums of squares": "sequential: linear about the mean, then each order beyond those below",
        },
        assumptions=assumptions,
        warnings=[*notices, *more],
        undefined=_undefined(fit, reason, lack_p),
        conclusion=f"The {arguments.model} blending model explains {100 * fit.r_squared:.4g}% of the variation.",
    )


def _shares(arguments: MixtureExperiment) -> tuple[Vector, list[Notice]]:
    """float64, runs x components, of which each row adds up to 1."""
    columns = []
    if len(arguments.factors) < 2:
        raise ToolError("factors", len(arguments.factors), "a mixture has two components or more", "name them all")
    for index, factor in enumerate(arguments.factors):
        if factor.categorical:
            raise ToolError(f"factors[{index}]", factor.name, "categorical", "give the components of the mixture only")
        if factor.name not in arguments.data:
            raise ToolError("data", "", f"the column {factor.name} is missing", "give a column for each component")
        column: Sequence[Any] = arguments.data[factor.name]
        for run, value in enumerate(column):
            if isinstance(value, str) or not -1e-9 * arguments.total <= value <= arguments.total * (1 + ROUNDED):
                path = f"data.{factor.name}[{run}]"
                raise ToolError(path, value, f"not from 0 to {arguments.total:g}", "give proportions and their total")
        columns.append(np.asarray(column, dtype=np.float64) / arguments.total)
    require_response(arguments.response, len(columns[0]))
    shares = np.column_stack(columns)
    sums = shares.sum(axis=1)
    wrong = np.flatnonzero(np.abs(sums - 1) > ROUNDED)
    if wrong.size:
        run = int(wrong[0])
        problem = f"run {run + 1} adds up to {sums[run] * arguments.total:.6g}, not {arguments.total:g}"
        raise ToolError("data", "", problem, "give every component, and the total")
    notices = []
    if np.abs(sums - 1).max() > 1e-6:
        text = "Some runs miss the total by rounding; their proportions were scaled to add up to it."
        notices.append(Notice(code="rescaled", message=text))
    return shares / sums[:, None], notices


def _coding(names: Sequence[str]) -> Coding:
    return Coding(tuple(Factor(name=name, low=-1, high=1) for name in names))


def _terms(names: Sequence[str], model: str) -> list[Term]:
    order = ORDER[model]
    if len(names) > 20:
        raise ToolError("factors", len(names), "more than 20 components", "combine some")
    terms = interactions(_coding(names), order)
    if len(terms) > MAX_TERMS:
        raise ToolError("model", model, f"{len(terms)} terms", "take a model of lower order")
    return terms


def _anova(fit: ModelFit) -> list[AnovaRow]:
    """Sequential sums of squares about the mean, which the linear terms contain since they add up to 1."""
    n, mean = len(fit.response), float(fit.response.mean())
    rows = []
    whole = max(0.0, fit.ss_total - fit.ss_error)
    df = len(fit.coefficients) - 1
    rows.append(AnovaRow(source="Model", **f_test(df, whole, fit.mean_square, fit.df_error)))
    for order in sorted({sum(term) for term in fit.terms}):
        positions = fit.owned([term for term in fit.terms if sum(term) == order])
        ss = fit.sequential_ss(positions)
        df = len(positions)
        if order == 1:
            ss, df = max(0.0, ss - n * mean**2), df - 1
        row = AnovaRow(source=NAMES[order], **f_test(df, ss, fit.mean_square, fit.df_error))
        rows.append(row.model_copy(update={"sequential_sum_of_squares": ss}))
    return rows + error_rows(fit)


def _pseudo(
    arguments: MixtureExperiment, shares: Vector, coding: Coding, terms: Sequence[Term]
) -> tuple[dict[str, float] | None, str]:
    """Coefficients in L-pseudocomponents (x - L) / (1 - sum of L)."""
    lower = np.array([(factor.low or 0.0) / arguments.total for factor in arguments.factors])
    if not (lower > 0).any():
        return None, "no component has a lower limit above 0"
    room = 1 - float(lower.sum())
    if room <= 1e-9 or (lower < 0).any():
        raise ToolError(
            "factors", "", f"the lower limits add up to {lower.sum() * arguments.total:g}", "check low and total"
        )
    fit = fit_terms(coding, (shares - lower) / room, terms, arguments.response, constant=False)
    return dict(zip(fit.names, fit.coefficients.tolist(), strict=True)), ""


def _undefined(fit: ModelFit, pseudo: str, lack: float | None) -> dict[str, str]:
    found = {}
    if pseudo:
        found["pseudo_coefficients"] = pseudo
    if fit.s is None:
        found["s"] = no_error_reason(fit)
    if fit.adjusted_r_squared is None:
        found["adjusted_r_squared"] = no_error_reason(fit)
    if fit.press is None:
        found["predicted_r_squared"] = "a run alone determines a coefficient, or the model leaves no error"
    if lack is None:
        found["lack_of_fit_p_value"] = "no mixture is repeated, or the model leaves nothing to test"
    return found
