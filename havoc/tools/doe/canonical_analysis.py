"""Canonical analysis of a second-order response surface: its stationary point, its axes, and its optimum in the region."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from havoc.tools.doe.analysis_terms import Vector
from havoc.tools.doe.fit_model import ModelFit, ModelledExperiment, fit_experiment
from havoc.tools.doe.quadratic_optimum import MAX_CUBE, largest_in_ball, largest_in_cube
from havoc.tools.doe.response_surface import CENTRAL_COMPOSITE
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING

RIDGE = 0.05
"""An eigenvalue below this share of the largest counts as none: the surface hardly changes along its axis."""
BEYOND_CUBE = 1.05
"""Coded value from which a run counts as axial, not as a corner that was set a little off."""
SINGULAR = 1e-10
"""Share of the largest eigenvalue below which there is no stationary point along the axis."""

Nature = Literal["maximum", "minimum", "saddle point", "stationary ridge", "rising ridge"]


class SurfacePoint(BaseModel):
    """A point of the fitted surface."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    point: dict[str, float]
    """In natural units."""
    coded: dict[str, float]
    response: float
    """Fitted, at the mean over blocks."""


class Axis(BaseModel):
    """One canonical axis."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    eigenvalue: float
    """Curvature along the axis, in coded units: the response changes by it times the squared distance."""
    standard_error: float | None
    """By the delta method."""
    direction: dict[str, float]
    """Unit vector in coded units."""


class CanonicalResult(Result):
    """Stationary point, axes and constrained optima."""

    headline: ClassVar[tuple[str, ...]] = ("nature", "stationary_point", "eigenvalues", "inside_region")

    stationary_point: SurfacePoint | None
    """Where the surface is level."""
    nature: Nature
    eigenvalues: list[float]
    """Largest first, in coded units: all negative is a maximum, all positive a minimum."""
    axes: list[Axis]
    """Canonical axes in the order of the eigenvalues."""
    distance: float | None
    """Of the stationary point from the centre, in coded units."""
    inside_region: bool
    region: Literal["cube", "sphere"]
    radius: float
    """Of the sphere, or half the edge of the cube, in coded units."""
    constrained_maximum: SurfacePoint
    """Largest fitted response within the region."""
    constrained_minimum: SurfacePoint
    """Smallest fitted response within the region."""


class CanonicalAnalysis(ModelledExperiment):
    """An experiment with numeric factors, and the region in which an optimum counts."""

    region: Annotated[Literal["cube", "sphere", "design"], SETTING] = "design"
    """`cube` is low to high of each factor; `sphere` reaches the run that is farthest from the centre; `design` takes the
    sphere where runs leave the cube, as axial points do, and the cube otherwise."""


@operation(
    "canonical_analysis",
    topic="Analysis of experiments",
    source="Box and Wilson (1951), J. R. Statist. Soc. B 13, 1-45; Myers, Montgomery and Anderson-Cook, Response Surface "
    "Methodology, ch. 6",
    examples=(CENTRAL_COMPOSITE, {**CENTRAL_COMPOSITE, "region": "cube"}),
)
def canonical_analysis(arguments: CanonicalAnalysis) -> CanonicalResult:
    """Where is the stationary point of a response surface, is it a maximum, minimum or saddle, and is it within reach?

    Fits the second-order model and gives the stationary point with the eigenvalues of its curvature; the largest and the
    smallest fitted response within the region stand beside it, since a point outside is extrapolated. Judge the fit first
    with analyze_response_surface. For several responses use optimize_desirability; for a first-order model steepest_ascent.
    """
    fit, notices = fit_experiment(arguments)
    linear, square = quadratic_form(fit)
    values, vectors = np.linalg.eigh(square)
    values, vectors = values[::-1], vectors[:, ::-1]
    largest = float(np.abs(values).max())
    if largest <= 1e-12 * np.abs(fit.response).max():
        raise ToolError("model", "", "the fitted surface has no curvature", "use steepest_ascent")
    region, radius = _region(arguments, fit)
    level = np.abs(values) > SINGULAR * largest
    place = vectors @ np.where(level, -(vectors.T @ linear) / np.where(level, 2 * values, 1.0), 0.0)
    stationary = _point(fit, place) if level.all() else None
    inside = bool(level.all() and _distance(place, region) <= radius * (1 + 1e-9))
    nature = _nature(values, largest, inside)
    highest, lowest = (_optimum(sign * linear, sign * square, region, radius) for sign in (1, -1))
    return CanonicalResult(
        method="Canonical analysis of the fitted second-order model",
        n_used=len(fit.response),
        stationary_point=stationary,
        nature=nature,
        eigenvalues=values.tolist(),
        axes=_axes(fit, values, vectors),
        distance=float(np.linalg.norm(place)) if level.all() else None,
        inside_region=inside,
        region=region,
        radius=radius,
        constrained_maximum=_point(fit, highest),
        constrained_minimum=_point(fit, lowest),
        conventions={
            "stationary point": "-B^-1 b / 2 in coded units, half of each interaction coefficient off the diagonal of B",
            "coding": "low -1, high +1; eigenvalues and axes depend on it",
            "ridge": f"an eigenvalue below {RIDGE:g} of the largest in size counts as 0",
            "region": f"{region} of radius {radius:.4g} in coded units",
        },
        warnings=[*notices, *_notices(fit, stationary, inside)],
        undefined={}
        if level.all()
        else {name: "the surface is straight along an axis" for name in ("stationary_point", "distance")},
        conclusion=_conclusion(stationary, nature, inside),
    )


def quadratic_form(fit: ModelFit) -> tuple[Vector, Vector]:
    """Linear coefficients [k] and the symmetric matrix [k, k] of the second-order part of a model in numeric factors.

    Raises:
        ToolError: a factor is categorical, or a term is of higher order.
    """
    factors = fit.coding.settable
    for index, factor in enumerate(factors):
        if factor.categorical:
            raise ToolError(
                f"factors[{index}]", factor.name, "categorical", "analyse the runs of one level at a time without the factor"
            )
    linear, square = np.zeros(len(factors)), np.zeros((len(factors), len(factors)))
    for column, value in zip(fit.columns, fit.coefficients.tolist(), strict=True):
        powers = column[: len(factors)]
        chosen = [i for i, power in enumerate(powers) for _ in range(power)]
        if len(chosen) > 2:
            raise ToolError("model", fit.coding.column_name(column), "of higher than second order", "give a quadratic model")
        if len(chosen) == 1:
            linear[chosen[0]] = value
        elif chosen:
            square[chosen[0], chosen[1]] += value / 2
            square[chosen[1], chosen[0]] += value / 2
    return linear, square


def _region(arguments: CanonicalAnalysis, fit: ModelFit) -> tuple[Literal["cube", "sphere"], float]:
    points = fit.bases[:, : len(fit.coding.settable)]
    wide = bool(np.abs(points).max() > BEYOND_CUBE)
    if arguments.region == "sphere" or (arguments.region == "design" and wide):
        return "sphere", float(np.linalg.norm(points, axis=1).max())
    if points.shape[1] > MAX_CUBE:
        raise ToolError("region", "cube", f"more than {MAX_CUBE} factors", "take the sphere")
    return "cube", 1.0


def _distance(place: Vector, region: Literal["cube", "sphere"]) -> float:
    return float(np.linalg.norm(place) if region == "sphere" else np.abs(place).max())


def _optimum(linear: Vector, square: Vector, region: Literal["cube", "sphere"], radius: float) -> Vector:
    return largest_in_ball(linear, square, radius) if region == "sphere" else largest_in_cube(linear, square)


def _point(fit: ModelFit, place: Vector) -> SurfacePoint:
    names = [factor.name for factor in fit.coding.settable]
    coded = np.zeros((1, len(fit.coding.bases)))
    coded[0, : len(names)] = place
    natural = [base.centre + base.half * x for base, x in zip(fit.coding.bases, place.tolist(), strict=False)]
    return SurfacePoint(
        point=dict(zip(names, natural, strict=True)),
        coded=dict(zip(names, place.tolist(), strict=True)),
        response=float(fit.predict(coded)[0]),
    )


def _axes(fit: ModelFit, values: Vector, vectors: Vector) -> list[Axis]:
    names = [factor.name for factor in fit.coding.settable]
    axes = []
    for value, vector in zip(values.tolist(), vectors.T, strict=True):
        gradient = np.zeros(len(fit.columns))
        for index, column in enumerate(fit.columns):
            chosen = [i for i, power in enumerate(column[: len(names)]) for _ in range(power)]
            if len(chosen) == 2:
                gradient[index] = vector[chosen[0]] * vector[chosen[1]]
        error = None if fit.s is None else fit.s * float(np.linalg.norm(gradient @ fit.root))
        direction = dict(zip(names, vector.tolist(), strict=True))
        axes.append(Axis(eigenvalue=value, standard_error=error, direction=direction))
    return axes


def _nature(values: Vector, largest: float, inside: bool) -> Nature:
    counted = values[np.abs(values) >= RIDGE * largest]
    if counted.min() < 0 < counted.max():
        return "saddle point"
    if len(counted) < len(values):
        return "stationary ridge" if inside else "rising ridge"
    return "maximum" if counted.max() < 0 else "minimum"


def _notices(fit: ModelFit, stationary: SurfacePoint | None, inside: bool) -> list[Notice]:
    notices = []
    if stationary is not None and not inside:
        text = "The stationary point lies outside the region of the experiment, where nothing was measured: use the "
        more = "constrained optimum, or run further experiments towards it."
        notices.append(Notice(code="outside_region", message=text + more))
    if fit.predicted_r_squared is not None and fit.predicted_r_squared < 0.5:
        text = f"Predicted R2 is {fit.predicted_r_squared:.3g}: the surface says little about new runs."
        notices.append(Notice(code="poor_fit", message=text))
    return notices


def _conclusion(stationary: SurfacePoint | None, nature: Nature, inside: bool) -> str:
    if stationary is None:
        return f"The surface is a {nature} without a stationary point."
    place = ", ".join(f"{name} = {value:.5g}" for name, value in stationary.point.items())
    where = "inside" if inside else "outside"
    return f"The stationary point ({place}) is a {nature}, {where} the region, with a response of {stationary.response:.5g}."
