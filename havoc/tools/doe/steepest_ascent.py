"""The path of steepest ascent or descent from the centre of a first-order experiment."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from havoc.tools.doe.analysis_terms import ModelChoice
from havoc.tools.doe.canonical_analysis import quadratic_form
from havoc.tools.doe.fit_model import ModelFit, ModelledExperiment, fit_experiment
from havoc.tools.doe.model_tables import anova_row, error_rows, residual_checks
from havoc.tools.doe.response_surface import kind
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import DATA, SETTING, Name, Positive


class PathPoint(BaseModel):
    """One point of the path."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    step: int
    """0 is the centre."""
    coded: dict[str, float]
    settings: dict[str, float]
    """In natural units."""
    predicted: float
    """By the fitted model; beyond the experiment an extrapolation, only to be compared with runs."""


class SteepestResult(Result):
    """Direction and points of the path."""

    headline: ClassVar[tuple[str, ...]] = ("base_factor", "step_coded", "step_natural", "path")

    base_factor: str
    """The factor whose step is given."""
    step_coded: dict[str, float]
    """Change of each factor for one step, in coded units: proportional to the coefficients."""
    step_natural: dict[str, float]
    """The same in natural units."""
    coefficients: dict[str, float]
    """Coded first-order coefficients: the slope at the centre."""
    path: list[PathPoint]
    linear_p_value: float | None
    """Of all first-order terms together: without slope there is no direction."""
    lack_of_fit_p_value: float | None
    """Small: the surface is not a plane, so the path soon turns."""


class Steepest(ModelledExperiment):
    """A first-order experiment, and how the path is stepped."""

    model: ModelChoice = "linear"
    """`linear`, or a model with more terms: the direction is its slope at the centre."""
    goal: Annotated[Literal["maximize", "minimize"], SETTING] = "maximize"
    base_factor: Annotated[Name | None, DATA] = None
    """Factor whose step is chosen; without it the one with the largest coefficient."""
    base_step: Positive | None = None
    """Size of its step in natural units; without it one coded unit, half of low to high."""
    steps: Annotated[int, Field(ge=1, le=100), SETTING] = 10


@operation(
    "steepest_ascent",
    topic="Analysis of experiments",
    source="Box and Wilson (1951), J. R. Statist. Soc. B 13, 1-45; Montgomery, Design and Analysis of Experiments, 11.2",
    examples=(
        {
            "factors": {"Time": [30, 40], "Temperature": [150, 160]},
            "data": {
                "Time": [30, 30, 40, 40, 35, 35, 35, 35, 35],
                "Temperature": [150, 160, 150, 160, 155, 155, 155, 155, 155],
            },
            "response": [39.3, 40.0, 40.9, 41.5, 40.3, 40.5, 40.7, 40.2, 40.6],
            "base_factor": "Time",
            "base_step": 5,
        },
    ),
)
def steepest_ascent(arguments: Steepest) -> SteepestResult:
    """In which direction, and by which steps, does a response rise (or fall) fastest?

    From the slope of a fitted first-order model at the centre: run along the path until the response no longer improves,
    then experiment anew there. Near an optimum, where curvature dominates, use analyze_response_surface and
    canonical_analysis instead. The direction depends on the ranges that code the factors.
    """
    fit, notices = fit_experiment(arguments)
    slopes, _ = quadratic_form(fit)
    factors = fit.coding.settable
    names = [factor.name for factor in factors]
    if np.abs(slopes).max() == 0:
        raise ToolError("response", "", "no factor has a slope at the centre", "use canonical_analysis")
    if arguments.base_factor is not None and arguments.base_factor not in names:
        raise ToolError("base_factor", arguments.base_factor, "no such factor", f"the factors are {', '.join(names)}")
    base = int(np.argmax(np.abs(slopes))) if arguments.base_factor is None else names.index(arguments.base_factor)
    if slopes[base] == 0:
        raise ToolError(
            "base_factor", names[base], "has no slope, so no step of it sets the others", "choose another factor"
        )
    half = np.array([one.half for one in fit.coding.bases[: len(names)]])
    centre = np.array([one.centre for one in fit.coding.bases[: len(names)]])
    size = 1.0 if arguments.base_step is None else arguments.base_step / half[base]
    direction = slopes * size / abs(slopes[base]) * (1 if arguments.goal == "maximize" else -1)
    path = []
    for step in range(arguments.steps + 1):
        coded = step * direction
        row = np.zeros((1, len(fit.coding.bases)))
        row[0, : len(names)] = coded
        path.append(
            PathPoint(
                step=step,
                coded=dict(zip(names, coded.tolist(), strict=True)),
                settings=dict(zip(names, (centre + half * coded).tolist(), strict=True)),
                predicted=float(fit.predict(row)[0]),
            )
        )
    linear = anova_row(fit, "", fit.owned([term for term in fit.terms if kind(term) == "Linear" and not _block(fit, term)]))
    lack = next((row for row in error_rows(fit) if row.source == "Lack of fit"), None)
    assumptions, more = residual_checks(fit)
    moves = ", ".join(f"{name} {value:+.4g}" for name, value in zip(names, (half * direction).tolist(), strict=True))
    return SteepestResult(
        method=f"Path of steepest {'ascent' if arguments.goal == 'maximize' else 'descent'} from the centre",
        n_used=len(fit.response),
        base_factor=names[base],
        step_coded=dict(zip(names, direction.tolist(), strict=True)),
        step_natural=dict(zip(names, (half * direction).tolist(), strict=True)),
        coefficients=dict(zip(names, slopes.tolist(), strict=True)),
        path=path,
        linear_p_value=linear.p_value,
        lack_of_fit_p_value=lack.p_value if lack else None,
        conventions={
            "direction": "proportional to the coded coefficients; other ranges of low to high give another direction",
            "start": "centre of low and high of each factor, at the mean over blocks",
        },
        assumptions=assumptions,
        warnings=[*notices, *more, *_notices(linear.p_value, lack.p_value if lack else None, arguments.alpha)],
        undefined=_undefined(linear.p_value, lack.p_value if lack else None),
        conclusion=f"One step changes {moves}.",
    )


def _block(fit: ModelFit, term: tuple[int, ...]) -> bool:
    return fit.coding.blocks and term[-1] > 0


def _notices(linear: float | None, lack: float | None, alpha: float) -> list[Notice]:
    notices = []
    if linear is not None and linear >= alpha:
        text = f"The first-order terms are not significant (p = {linear:.3g}): the direction is mostly chance."
        notices.append(Notice(code="no_slope", message=text))
    if lack is not None and lack < alpha:
        text = f"Lack of fit is significant (p = {lack:.3g}): the surface is curved, so the path soon leaves it."
        notices.append(Notice(code="lack_of_fit", message=text))
    return notices


def _undefined(linear: float | None, lack: float | None) -> dict[str, str]:
    found = {}
    if linear is None:
        found["linear_p_value"] = "the model leaves no error to test by"
    if lack is None:
        found["lack_of_fit_p_value"] = "no point is repeated, or repeats do not scatter, or the model leaves nothing to test"
    return found
