"""Coded data of factorial experiments: centre points told apart, factors of many levels made categories."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from havoc.tools.doe.analysis_terms import Coding, Term, Vector, coding_of
from havoc.tools.doe.factor import Factor
from havoc.tools.doe.fit_model import ExperimentArguments, coded_data
from havoc.tools.errors import ToolError
from havoc.tools.result import Notice

CENTER = "Center point"
MOST_LEVELS = 50
"""Different values of a numeric factor beyond which the runs are no factorial."""


def factorial_data(arguments: ExperimentArguments) -> tuple[Coding, Vector, list[Notice], NDArray[np.bool_]]:
    """Coding and coded data; numeric factors of more than two levels become categories. And which runs are centre points."""
    coding, notices = coding_of(arguments.factors, arguments.data, arguments.blocks)
    bases = coded_data(coding, arguments)
    center = _center_points(coding, bases)
    factors, data = list(coding.settable), dict(arguments.data)
    many = [
        index
        for index in coding.numeric
        if len(np.unique(bases[~center][:, [base.factor for base in coding.bases].index(index)])) > 2
    ]
    if not many:
        return coding, bases, notices, center
    for index in many:
        factors[index], data[factors[index].name] = _as_categories(factors[index], data[factors[index].name])
    names = ", ".join(factors[index].name for index in many)
    message = f"{names}: more than two levels, taken as categories; analyze_response_surface fits curves instead."
    notices = [*notices, Notice(code="levels_as_categories", message=message)]
    coding, _ = coding_of(factors, data, arguments.blocks)
    columns = {factor.name: data[factor.name] for factor in coding.settable}
    if coding.blocks and arguments.blocks is not None:
        columns[coding.factors[-1].name] = list(arguments.blocks)
    bases = coding.code(columns, "data")
    return coding, bases, notices, _center_points(coding, bases)


def with_center_column(
    coding: Coding, bases: Vector, wanted: Sequence[Term], first: Sequence[Term], center: NDArray[np.bool_]
) -> tuple[Coding, Vector, list[Term], list[Term]]:
    """A column that is 1 at centre points, before the block: its coefficient is the curvature."""
    free = len(coding.settable)
    factor = Factor(name=CENTER, low=-1, high=1)
    extended = Coding((*coding.settable, factor, *coding.factors[free:]), coding.blocks)
    place = sum(base.factor < free for base in coding.bases)
    wider = np.insert(bases, place, center.astype(np.float64), axis=1)
    grown = [(*term[:free], 0, *term[free:]) for term in wanted]
    blocks = [(*term[:free], 0, *term[free:]) for term in first]
    own = tuple(int(index == free) for index in range(len(extended.factors)))
    return extended, wider, grown, [*blocks, own]


def _center_points(coding: Coding, bases: Vector) -> NDArray[np.bool_]:
    """Runs with every numeric factor at its middle, unless all runs are."""
    numeric = [i for i, base in enumerate(coding.bases) if base.factor in coding.numeric]
    center = np.all(bases[:, numeric] == 0, axis=1) if numeric else np.zeros(len(bases), dtype=bool)
    return np.asarray(center & ~center.all())


def _as_categories(factor: Factor, column: Sequence[Any]) -> tuple[Factor, list[str]]:
    texts = [f"{value:.12g}" for value in column]
    levels = [f"{value:.12g}" for value in sorted(set(column))]
    if len(levels) > MOST_LEVELS:
        remedy = "use analyze_response_surface"
        raise ToolError(f"data.{factor.name}", "", f"{len(levels)} different levels are no factorial", remedy)
    return Factor(name=factor.name, levels=list(levels), unit=factor.unit), texts
