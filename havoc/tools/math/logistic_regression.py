"""Binary logistic regression."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field
from scipy import stats

from havoc.tools.checks import CHECK_LEVEL
from havoc.tools.errors import ToolError
from havoc.tools.math.generalized_linear import (
    LinkCoefficient,
    LinkFit,
    LinkPrediction,
    LinkTerm,
    fit_link,
    link_predictions,
    link_table,
)
from havoc.tools.math.least_squares import Vector
from havoc.tools.math.model_columns import Predictors, model_columns
from havoc.tools.math.regression_table import TOPIC
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import SETTING, Alpha, Counts, Labels

MAX_PREDICTIONS = 10_000
PER_COEFFICIENT = 10
"""Of the rarer outcome per coefficient, below which estimates are too extreme (Peduzzi et al. 1996, J. Clin. Epid. 49)."""


class LogisticRegressionResult(Result):
    """A model of the probability of an event."""

    headline: ClassVar[tuple[str, ...]] = (
        "coefficients",
        "likelihood_ratio",
        "p_value",
        "deviance",
        "hosmer_lemeshow_p_value",
    )

    event: str
    """The response whose probability is modelled."""
    coefficients: list[LinkCoefficient]
    """On the log odds; `ratio` is the odds ratio."""
    terms: list[LinkTerm]
    """Wald test of each predictor as a whole."""
    likelihood_ratio: float
    """Chi-square of the whole model: null deviance minus deviance."""
    df_model: int
    p_value: float
    """Of likelihood_ratio."""
    significant: bool
    """p_value < alpha."""
    deviance: float
    df_residual: int
    null_deviance: float
    log_likelihood: float
    aic: float
    """2 p - 2 log likelihood."""
    r_squared_deviance: float
    """1 - deviance / null deviance (Minitab's deviance R squared; McFadden's for single trials)."""
    area_under_curve: float
    """Probability that an event has a higher fitted probability than a non-event, ties half."""
    hosmer_lemeshow: float | None
    """Chi-square of observed against expected events in groups of fitted probability; None with fewer than 3 groups."""
    hosmer_lemeshow_df: int | None
    hosmer_lemeshow_p_value: float | None
    predictions: list[LinkPrediction]
    """Probabilities at the new points."""


class LogisticRegression(Arguments):
    """A yes/no response and what may explain it."""

    aliases: ClassVar = {"x": "predictors", "y": "response", "n": "trials", "at": "new_points", "new_data": "new_points"}

    predictors: Predictors
    """Predictor -> its values: numbers, or texts for a categorical predictor; a list alone is `x`."""
    response: Labels
    """0 and 1, or two texts, for each row; with `trials`, counts of events."""
    trials: Counts | None = None
    """Trials of each row, where the response counts events."""
    event: Annotated[str, Field(max_length=200), SETTING] = ""
    """Which of two texts is the event; the last in sorted order (so 1 of 0 and 1) where left out."""
    new_points: Predictors | None = None
    """Predictor -> its values at points to predict."""
    groups: Annotated[int, Field(ge=3, le=100), SETTING] = 10
    """Groups of the Hosmer-Lemeshow test."""
    alpha: Alpha = 0.05


@operation(
    "logistic_regression",
    topic=TOPIC,
    source="McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., chapter 4; Hosmer and Lemeshow (1980), "
    "Communications in Statistics A9, 1043-1069; Albert and Anderson (1984), Biometrika 71, 1-10",
    examples=(
        {
            "predictors": {"temperature": [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78]},
            "response": [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0],
            "new_points": {"temperature": [31, 60]},
        },
        {
            "predictors": {"dose": [1.69, 1.72, 1.76, 1.78, 1.81, 1.84]},
            "response": [6, 13, 18, 28, 52, 53],
            "trials": [59, 60, 62, 56, 63, 59],
        },
    ),
)
def logistic_regression(arguments: LogisticRegression) -> LogisticRegressionResult:
    """How does the probability of an event depend on predictors?

    For a yes/no response, or events out of trials. For counts without an upper bound use poisson_regression, for a
    measured response linear_regression, for one factor only chi_square_independence. Columns that separate events from
    non-events are refused by name: their odds ratio is infinite.
    """
    model = model_columns(arguments.predictors, True, "predictors")
    matrix = model.matrix(arguments.predictors, "predictors")
    events, trials, event = _events(arguments, len(matrix))
    total, happened = float(trials.sum()), float(events.sum())
    if not 0 < happened < total:
        raise ToolError("response", "", "the event happens never, or always", "give rows with and without the event")
    rows = None
    if arguments.new_points is not None:
        rows = model.matrix(arguments.new_points, "new_points")
        if len(rows) > MAX_PREDICTIONS:
            raise ToolError("new_points", "", f"{len(rows):,} points", f"give at most {MAX_PREDICTIONS:,}")
    fit = fit_link(model, matrix, events, "binomial", trials=trials)
    df = len(model.names) - 1
    ratio = max(0.0, fit.null_deviance - fit.deviance)
    p = float(stats.chi2.sf(ratio, df))
    lemeshow = _hosmer_lemeshow(fit, events, trials, arguments.groups)
    names = ("hosmer_lemeshow", "hosmer_lemeshow_df", "hosmer_lemeshow_p_value")
    reason = "fewer than 3 groups of different fitted probability"
    return LogisticRegressionResult(
        method="Binary logistic regression, maximum likelihood",
        n_used=len(matrix),
        event=event,
        **link_table(model, fit, arguments.alpha),
        likelihood_ratio=ratio,
        df_model=df,
        p_value=p,
        significant=p < arguments.alpha,
        deviance=fit.deviance,
        df_residual=fit.df,
        null_deviance=fit.null_deviance,
        log_likelihood=fit.log_likelihood,
        aic=2 * len(model.names) - 2 * fit.log_likelihood,
        r_squared_deviance=1 - fit.deviance / fit.null_deviance,
        area_under_curve=_area(fit.mean, events, trials),
        **dict(zip(names, lemeshow, strict=True)),
        predictions=[] if rows is None else link_predictions(fit, rows, "binomial", arguments.alpha),
        undefined={} if lemeshow[0] is not None else dict.fromkeys(names, reason),
        conventions={
            "event": f"{event} (the fitted probability is of this response)",
            "intervals": "Wald; profile-likelihood ones (R confint) differ in small samples",
            "Hosmer-Lemeshow": f"{arguments.groups} groups of about equal size, ties together, df = groups - 2",
            **model.coding,
        },
        assumptions=_assumptions(lemeshow, arguments.groups),
        warnings=_few(min(happened, total - happened), len(model.names)),
        conclusion=f"The model is {'' if p < arguments.alpha else 'not '}significant at alpha = {arguments.alpha:g} "
        f"(likelihood ratio = {ratio:.4g}, p = {p:.4g}).",
    )


def _events(arguments: LogisticRegression, rows: int) -> tuple[Vector, Vector, str]:
    """Events and trials of each row, and the name of the event."""
    response = arguments.response
    if len(response) != rows:
        raise ToolError("response", response, f"{len(response)} values for {rows} rows", "give one for each row")
    if arguments.trials is not None:
        return *_counted(response, arguments.trials), arguments.event or "event"
    levels = sorted(set(response))
    if len(levels) != 2:
        raise ToolError(
            "response", response, f"{len(levels)} different values", "give two, such as 0 and 1, or trials with counts"
        )
    event = arguments.event or levels[1]
    if event not in levels:
        raise ToolError("event", event, "is not in the response", f"give {levels[0]} or {levels[1]}")
    return np.array([float(value == event) for value in response]), np.ones(rows), event


def _counted(response: list[str], trials: list[int]) -> tuple[Vector, Vector]:
    if len(trials) != len(response):
        raise ToolError("trials", trials, f"{len(trials)} values for {len(response)} rows", "give one for each row")
    events = np.zeros(len(response))
    for index, (text, size) in enumerate(zip(response, trials, strict=True)):
        count = _number(text)
        if count is None or count < 0 or count != int(count) or count > size:
            raise ToolError(
                f"response[{index}]", text, f"no count from 0 to the {size} trials", "give whole numbers of events"
            )
        if not 0 < size <= 10**9:
            raise ToolError(f"trials[{index}]", size, "not a possible number of trials", "give 1 to 1,000,000,000")
        events[index] = count
    return events, np.asarray(trials, dtype=np.float64)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _hosmer_lemeshow(
    fit: LinkFit, events: Vector, trials: Vector, groups: int
) -> tuple[float | None, int | None, float | None]:
    """Statistic, degrees of freedom and p value."""
    # Rows of one covariate pattern must not fall apart by the last bit of their fitted probability.
    levels, inverse = np.unique(np.round(fit.mean, 12), return_inverse=True)
    sizes = np.bincount(inverse, trials, levels.size)
    share = (sizes.cumsum() - sizes / 2) / sizes.sum()
    group = np.minimum((share * groups).astype(np.intp), groups - 1)[inverse]
    used, group = np.unique(group, return_inverse=True)
    if used.size < 3:
        return None, None, None
    count = np.bincount(group, trials)
    seen, expected = np.bincount(group, events), np.bincount(group, trials * fit.mean)
    statistic = float(((seen - expected) ** 2 / (expected * (1 - expected / count))).sum())
    df = int(used.size) - 2
    return statistic, df, float(stats.chi2.sf(statistic, df))


def _area(mean: Vector, events: Vector, trials: Vector) -> float:
    levels, inverse = np.unique(np.round(mean, 12), return_inverse=True)
    positive = np.bincount(inverse, events, levels.size)
    negative = np.bincount(inverse, trials - events, levels.size)
    below = negative.cumsum() - negative / 2
    return float(positive @ below / (positive.sum() * negative.sum()))


def _assumptions(lemeshow: tuple[float | None, int | None, float | None], groups: int) -> list[Assumption]:
    statistic, df, p = lemeshow
    if statistic is None or p is None:
        return []
    detail = f"Hosmer-Lemeshow = {statistic:.4g}, df = {df}, p = {p:.4g} ({groups} groups)"
    return [Assumption(name="fit of the logistic curve", holds=p >= CHECK_LEVEL, detail=detail)]


def _few(smaller: float, coefficients: int) -> list[Notice]:
    if smaller >= PER_COEFFICIENT * (coefficients - 1):
        return []
    message = (
        f"{smaller:g} of the rarer outcome for {coefficients - 1} predictor columns; below {PER_COEFFICIENT} for each, odds "
    )
    return [Notice(code="few_events", message=message + "ratios are too extreme.")]
