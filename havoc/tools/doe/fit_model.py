"""Least-squares fits of models in coded factors, and the arguments that analyses of experiments share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from havoc.tools.doe.analysis_terms import (
    MAX_TERMS,
    Coding,
    ModelChoice,
    Term,
    Vector,
    block_terms,
    coding_of,
    expand,
    model_terms,
)
from havoc.tools.doe.factor import Factors
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments
from havoc.tools.result import Notice
from havoc.tools.values import Alpha, Columns, Labels, Numbers

MAX_CELLS = 2_000_000
"""Runs times columns of a model that is fitted in about a second."""
DEPENDENT = 1e-8
"""Share of a column's length below which nothing of it is left beside the columns before it."""
EXACT = 1e-13
"""Residuals of this share of the response are rounding, so the fit is exact."""
ROUNDING = 1e-14
"""Share of the largest response that a coefficient of 0 may come out as."""
LARGEST = 1e100
"""Responses beyond this overflow when squared."""

CODING_CONVENTION = {
    "coding": "low -1, high +1; categorical factors and blocks by sum contrasts, so that a coefficient is a distance from "
    "the mean of the levels (R's default compares each with the first)"
}


class ExperimentArguments(Arguments):
    """The runs of an experiment and what was measured."""

    aliases: ClassVar[Mapping[str, str]] = {
        "y": "response",
        "responses": "response",
        "values": "response",
        "design": "data",
        "runs": "data",
        "x": "data",
        "block": "blocks",
    }

    factors: Factors
    """Factors with low and high in natural units, or with levels; by these the data are coded."""
    data: Columns
    """A column for each factor, in natural units; categorical factors as texts."""
    response: Numbers
    """Measured value of each run."""
    blocks: Labels | None = None
    """Block of each run."""
    alpha: Alpha = 0.05


class ModelledExperiment(ExperimentArguments):
    """An experiment with the model to fit."""

    model: ModelChoice = "quadratic"
    """`linear`, `interaction`, `quadratic`, or a list of terms such as `["A", "B", "A*B", "A^2"]`."""


@dataclass(frozen=True)
class ModelFit:
    """A model fitted to n responses by p columns, of which the first is the constant (a mixture's model has none)."""

    coding: Coding
    terms: tuple[Term, ...]
    columns: tuple[tuple[int, ...], ...]
    """Exponents over the bases of each column."""
    owners: tuple[int, ...]
    """Position of the term of each column; -1 for the constant."""
    names: tuple[str, ...]
    """Of the columns."""
    bases: Vector
    """[n, bases]: coded data."""
    matrix: Vector
    """[n, p]"""
    response: Vector
    """[n]"""
    coefficients: Vector
    """[p]"""
    root: Vector
    """[p, p]: (X'X)^-1 = root root'."""
    effects: Vector
    """[p]: their squares are sequential sums of squares."""
    residuals: Vector
    """[n]"""
    leverage: Vector
    """[n]"""

    @property
    def df_error(self) -> int:
        """Runs that the model leaves free."""
        return len(self.response) - len(self.coefficients)

    @cached_property
    def exact(self) -> bool:
        """Whether the residuals are rounding only, as in a saturated model."""
        return bool(self.df_error == 0 or np.abs(self.residuals).max() <= EXACT * np.abs(self.response).max())

    @cached_property
    def ss_error(self) -> float:
        """0 where the fit is exact."""
        return 0.0 if self.exact else float(self.residuals @ self.residuals)

    @cached_property
    def ss_total(self) -> float:
        """About the mean."""
        deviations = self.response - self.response.mean()
        return float(deviations @ deviations)

    @property
    def mean_square(self) -> float | None:
        """Error variance; None where there is nothing to estimate it from."""
        return None if self.exact else self.ss_error / self.df_error

    @property
    def s(self) -> float | None:
        """Error standard deviation."""
        return None if self.mean_square is None else float(np.sqrt(self.mean_square))

    @property
    def fitted(self) -> Vector:
        """[n]"""
        return self.response - self.residuals

    @property
    def r_squared(self) -> float:
        """Share of the total sum of squares about the mean."""
        return 1 - self.ss_error / self.ss_total

    @property
    def adjusted_r_squared(self) -> float | None:
        """With mean squares; None without error degrees of freedom."""
        if self.df_error == 0:
            return None
        return 1 - self.ss_error / self.df_error / (self.ss_total / (len(self.response) - 1))

    @cached_property
    def press(self) -> float | None:
        """Sum of squared deleted residuals; None where one run alone determines a coefficient."""
        if self.exact or self.leverage.max() > 1 - 1e-10:
            return None
        return float(((self.residuals / (1 - self.leverage)) ** 2).sum())

    @property
    def predicted_r_squared(self) -> float | None:
        """1 - PRESS / total."""
        return None if self.press is None else 1 - self.press / self.ss_total

    def owned(self, terms: Sequence[Term]) -> list[int]:
        """Positions of the columns of `terms`."""
        wanted = {self.terms.index(term) for term in terms}
        return [index for index, owner in enumerate(self.owners) if owner in wanted]

    def adjusted_ss(self, positions: Sequence[int]) -> float:
        """Sum of squares that the columns at `positions` explain beyond all others."""
        rows = self.root[list(positions)]
        part = self.coefficients[list(positions)]
        return float(part @ np.linalg.solve(rows @ rows.T, part))

    def sequential_ss(self, positions: Sequence[int]) -> float:
        """Sum of squares that they explain beyond the columns before them; the positions follow one another."""
        return float((self.effects[list(positions)] ** 2).sum())

    def rows(self, coded: Vector) -> Vector:
        """Rows [m, p] of the model's matrix at coded points [m, bases]."""
        return expand(coded, self.columns)

    def predict(self, coded: Vector) -> Vector:
        """Fitted response [m] at coded points [m, bases]."""
        return np.asarray(self.rows(coded) @ self.coefficients)


def fit_experiment(arguments: ModelledExperiment) -> tuple[ModelFit, list[Notice]]:
    """Fit the model of `arguments`, blocks included.

    Raises:
        ToolError: the data do not fit the factors, or do not determine the model.
    """
    coding, notices = coding_of(arguments.factors, arguments.data, arguments.blocks)
    return fit_coded(coding, coded_data(coding, arguments), arguments.model, arguments.response), notices


def coded_data(coding: Coding, arguments: ExperimentArguments) -> Vector:
    """float64, runs x bases, blocks included.

    Raises:
        ToolError: the numbers of runs differ.
    """
    count = len(next(iter(arguments.data.values())))
    require_response(arguments.response, count)
    columns = {factor.name: arguments.data[factor.name] for factor in coding.settable}
    if coding.blocks and arguments.blocks is not None:
        columns[coding.factors[-1].name] = arguments.blocks
    return coding.code(columns, "data")


def require_response(response: Sequence[float], count: int, path: str = "response") -> None:
    """Raise a ToolError unless there are `count` responses that vary and can be squared."""
    if len(response) != count:
        raise ToolError(path, response, f"{len(response)} values for {count} runs", "give one for each run")
    if max(response) == min(response):
        raise ToolError(path, response[0], "does not vary, so there is nothing to explain", "check the data")
    if max(abs(value) for value in response) > LARGEST:
        raise ToolError(path, "", "values too large to be squared", "give them in a larger unit")
    if max(response) - min(response) < 1 / LARGEST:
        raise ToolError(path, "", "differences too small to be squared", "give them in a smaller unit")


def fit_coded(coding: Coding, bases: Vector, model: str | Sequence[str], response: Sequence[float]) -> ModelFit:
    """Fit a model, named or as texts of terms, with the blocks of `coding` before its terms.

    Raises:
        ToolError: there are too few runs, or a term repeats others.
    """
    return fit_terms(coding, bases, [*block_terms(coding), *model_terms(coding, model)], response)


def fit_terms(
    coding: Coding, bases: Vector, terms: Sequence[Term], response: Sequence[float], *, constant: bool = True
) -> ModelFit:
    """Fit by Householder QR the constant and `terms`, in this order.

    Raises:
        ToolError: there are too few runs, or a term repeats others.
    """
    columns: list[tuple[int, ...]] = [(0,) * len(coding.bases)] if constant else []
    owners = [-1] if constant else []
    for index, term in enumerate(terms):
        own = coding.columns(term)
        columns += own
        owners += [index] * len(own)
        if len(columns) > MAX_TERMS:
            raise ToolError("model", "", f"more than {MAX_TERMS} coefficients", "give fewer terms")
    n, p = len(bases), len(columns)
    if n * p > MAX_CELLS:
        raise ToolError("data", "", f"{n:,} runs of {p} coefficients", f"at most {MAX_CELLS:,} cells; give fewer terms")
    if n < p:
        raise ToolError("model", "", f"{n} runs do not determine {p} coefficients", "give a smaller model, or more runs")
    names = [coding.column_name(column) for column in columns]
    matrix = expand(bases, columns)
    q, r = np.linalg.qr(matrix)
    _refuse_dependent(matrix, r, names)
    y = np.asarray(response, dtype=np.float64)
    effects = q.T @ y
    coefficients = np.linalg.solve(r, effects)
    residuals = y - matrix @ coefficients
    correction = q.T @ residuals  # one step of refinement: residuals orthogonal to the model
    coefficients = coefficients + np.linalg.solve(r, correction)
    # A coefficient that moves no fitted value beyond rounding is 0: a contrast that cancels should read so.
    coefficients[np.abs(coefficients) * np.abs(matrix).max(axis=0) < ROUNDING * np.abs(y).max()] = 0.0
    return ModelFit(
        coding=coding,
        terms=tuple(terms),
        columns=tuple(columns),
        owners=tuple(owners),
        names=tuple(names),
        bases=bases,
        matrix=matrix,
        response=y,
        coefficients=coefficients,
        root=np.linalg.solve(r, np.eye(p)),
        effects=effects,
        residuals=residuals - q @ correction,
        leverage=np.minimum((q**2).sum(axis=1), 1.0),
    )


def _refuse_dependent(matrix: Vector, r: Vector, names: Sequence[str]) -> None:
    """Name the first column that the columns before it already contain."""
    lengths = np.linalg.norm(matrix, axis=0)
    for index, (left, length) in enumerate(zip(np.abs(np.diag(r)), lengths, strict=True)):
        if left > DEPENDENT * length:
            continue
        weights = np.linalg.lstsq(matrix[:, :index], matrix[:, index], rcond=None)[0] if index else np.empty(0)
        others = [names[i] for i in np.flatnonzero(np.abs(weights) > 1e-6).tolist()]
        raise ToolError(
            "model",
            names[index],
            f"cannot be told apart from {' and '.join(others[:6]) or 'the constant'} in these runs",
            "leave the term out, or add runs",
        )
