"""Settings that satisfy several responses at once, by the desirability of Derringer and Suich."""

from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from havoc.tools.doe.analysis_terms import ModelChoice, Vector, coding_of
from havoc.tools.doe.desirability_search import Goal, Space, Wish, Wishes, best_points
from havoc.tools.doe.factor import Factors
from havoc.tools.doe.fit_model import ExperimentArguments, ModelFit, coded_data, fit_coded, require_response
from havoc.tools.doe.model_prediction import Prediction, points_of, predictions
from havoc.tools.doe.response_surface import CENTRAL_COMPOSITE
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import DATA, SETTING, Alpha, Columns, Labels, Number, Numbers, Seed, ShortList

ALTERNATIVES = 3
POOR = 0.5
"""Predicted R2 below which a model says little about new runs."""


class ResponseGoal(BaseModel):
    """A response, what is wanted of it, and how much it counts."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    values: Numbers
    """Measured value of each run."""
    goal: Annotated[Goal, DATA]
    low: Number | None = None
    """Not acceptable at or below; for `maximize` and `target`."""
    target: Number | None = None
    """Fully satisfied here, and beyond it for `maximize` and `minimize`."""
    high: Number | None = None
    """Not acceptable at or above; for `minimize` and `target`."""
    weight: Annotated[float, Field(gt=0, le=100), SETTING] = 1.0
    """Exponent of the desirability: above 1 only values near the target satisfy."""
    importance: Annotated[float, Field(gt=0, le=100), SETTING] = 1.0
    """Exponent of the response in the geometric mean."""
    model: ModelChoice | None = None
    """Model of this response, where it differs from the others."""


class SatisfiedResponse(BaseModel):
    """One response at the optimum."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    desirability: float
    prediction: Prediction


class Alternative(BaseModel):
    """Another local optimum."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    settings: dict[str, float | str]
    desirability: float
    """Composite."""


class DesirabilityResult(Result):
    """The most desirable settings."""

    headline: ClassVar[tuple[str, ...]] = ("settings", "desirability", "responses")

    settings: dict[str, float | str]
    """In natural units."""
    coded: dict[str, float]
    """Numeric factors, low -1 and high +1."""
    desirability: float
    """Composite, from 0 (a response is not acceptable) to 1 (all are fully satisfied)."""
    responses: list[SatisfiedResponse]
    region: Literal["cube", "sphere"]
    radius: float
    """Of the sphere, or half the edge of the cube, in coded units."""
    alternatives: list[Alternative]
    """Other local optima with a desirability above 0, best first."""


class DesirabilityArguments(Arguments):
    """An experiment with several responses."""

    aliases: ClassVar = {"goals": "responses", "design": "data", "runs": "data", "block": "blocks"}

    factors: Factors
    """Factors with low and high in natural units, or with levels; by these the data are coded."""
    data: Columns
    """A column for each factor, in natural units; categorical factors as texts."""
    responses: Annotated[ShortList[ResponseGoal], Field(min_length=1, max_length=20), DATA]
    blocks: Labels | None = None
    """Block of each run."""
    model: ModelChoice = "quadratic"
    """Model of the responses that name none of their own."""
    region: Annotated[Literal["cube", "sphere"], SETTING] = "cube"
    """`cube` is low to high of each factor; `sphere` reaches the run that is farthest from the centre."""
    seed: Seed = 0
    alpha: Alpha = 0.05


@operation(
    "optimize_desirability",
    topic="Analysis of experiments",
    source="Derringer, G. and Suich, R. (1980), Simultaneous optimization of several response variables, Journal of Quality "
    "Technology 12, 214-219",
    examples=(
        {
            "factors": CENTRAL_COMPOSITE["factors"],
            "data": CENTRAL_COMPOSITE["data"],
            "responses": [
                {"name": "Yield", "values": CENTRAL_COMPOSITE["response"], "goal": "maximize", "low": 78.5, "target": 80},
                {
                    "name": "Viscosity",
                    "values": [62, 60, 66, 59, 72, 69, 68, 70, 71, 68, 71, 58, 57],
                    "goal": "target",
                    "low": 62,
                    "target": 65,
                    "high": 68,
                },
            ],
        },
    ),
)
def optimize_desirability(arguments: DesirabilityArguments) -> DesirabilityResult:
    """Which settings satisfy several responses at once?

    Fits a model to each response, turns each prediction into a desirability from 0 to 1, and finds the settings where their
    geometric mean is largest, from many starts. Also for one response. Confirm the optimum by runs: compare them with the
    prediction intervals. To look at one surface use canonical_analysis; judge each model with analyze_response_surface.
    """
    wishes, space, notices = _read(arguments)
    together = Wishes(wishes)
    found = best_points(together, space, arguments.seed)
    best = found[0]
    heights = together.composite(np.array(found)).tolist()
    place = space.coding.natural_values(best.tolist())
    points = points_of(space.coding, best[None])
    rows = [
        SatisfiedResponse(
            name=response.name,
            desirability=float(wish.desirability(wish.fit.predict(best[None]))[0]),
            prediction=predictions(wish.fit, best[None], points, arguments.alpha, 0.95)[0],
        )
        for response, wish in zip(arguments.responses, wishes, strict=True)
    ]
    others = [
        Alternative(settings=space.coding.natural_values(point.tolist()), desirability=height)
        for point, height in zip(found[1 : 1 + ALTERNATIVES], heights[1:], strict=False)
        if height > 0
    ]
    if heights[0] <= 0:
        text = "No settings of the region are acceptable for all responses: these miss the worst limit least."
        notices.append(Notice(code="not_acceptable", message=text))
    if any(row.prediction.extrapolated for row in rows):
        text = "The optimum is predicted outside the runs, or with more leverage than any of them."
        notices.append(Notice(code="extrapolation", message=text))
    settings = ", ".join(f"{name} = {value if isinstance(value, str) else f'{value:.5g}'}" for name, value in place.items())
    return DesirabilityResult(
        method="Derringer-Suich desirability, Sobol' starts and sequential quadratic programming",
        n_used=len(wishes[0].fit.response),
        settings=place,
        coded=_coded(space, best),
        desirability=heights[0],
        responses=rows,
        region=space.region,
        radius=space.radius,
        alternatives=others,
        conventions={
            "composite": "geometric mean of the desirabilities, weighted by importance",
            "region": f"{space.region} of radius {space.radius:.4g} in coded units; another region moves the optimum",
            "search": f"seed {arguments.seed}; a global optimum is likely, not proved",
        },
        warnings=notices,
        conclusion=f"The composite desirability is largest, {heights[0]:.4g}, at {settings}.",
    )


def _read(arguments: DesirabilityArguments) -> tuple[list[Wish], Space, list[Notice]]:
    coding, notices = coding_of(arguments.factors, arguments.data, arguments.blocks)
    count = len(next(iter(arguments.data.values())))
    wishes: list[Wish] = []
    bases: Vector = np.empty((0, 0))
    for index, response in enumerate(arguments.responses):
        path = f"responses[{index}].values"
        require_response(response.values, count, path)
        if not wishes:
            one = ExperimentArguments(
                factors=arguments.factors, data=arguments.data, response=response.values, blocks=arguments.blocks
            )
            bases = coded_data(coding, one)
        fit = fit_coded(coding, bases, response.model or arguments.model, response.values)
        wish, more = _wish(f"responses[{index}]", response, fit)
        wishes.append(wish)
        notices += more
        if fit.predicted_r_squared is not None and fit.predicted_r_squared < POOR:
            text = f"Predicted R2 of {response.name} is {fit.predicted_r_squared:.3g}: its model says little about new runs."
            notices.append(Notice(code="poor_fit", message=text))
    numeric = [index for index, base in enumerate(coding.bases) if base.factor in coding.numeric]
    farthest = float(np.linalg.norm(bases[:, numeric], axis=1).max()) if numeric else 1.0
    return wishes, Space(coding, arguments.region, 1.0 if arguments.region == "cube" else farthest), notices


def _wish(path: str, response: ResponseGoal, fit: ModelFit) -> tuple[Wish, list[Notice]]:
    """Limits that are not given are the smallest and the largest value measured."""
    wanted = {"maximize": ("low", "target"), "minimize": ("target", "high"), "target": ("low", "target", "high")}
    smallest, largest = min(response.values), max(response.values)
    given = {"low": response.low, "target": response.target, "high": response.high}
    if response.goal == "target" and response.target is None:
        raise ToolError(f"{path}.target", "", "missing, but it is the goal", "give target")
    measured = {"low": smallest, "target": largest if response.goal == "maximize" else smallest, "high": largest}
    limits: dict[str, float] = {}
    for name in wanted[response.goal]:
        value = given[name]
        limits[name] = measured[name] if value is None else value
    for (first, one), (second, other) in pairwise(limits.items()):
        if one >= other:
            raise ToolError(f"{path}.{second}", other, f"not above {first} {one:g}", f"give {first} below {second}")
    taken = ", ".join(f"{name} {limits[name]:g}" for name in limits if given[name] is None)
    notices = []
    if taken:
        text = f"{response.name}: {taken} from the measured values, for want of limits."
        notices.append(Notice(code="limits_from_data", message=text))
    target = limits["target"]
    wish = Wish(
        fit,
        response.goal,
        limits.get("low", target),
        target,
        limits.get("high", target),
        response.weight,
        response.importance,
    )
    return wish, notices


def _coded(space: Space, point: Vector) -> dict[str, float]:
    return {space.coding.bases[index].name: float(point[index]) for index in space.free}
