"""The matrix of a linear predictor: numeric columns as they are, texts as sum contrasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, TypeAdapter, WithJsonSchema

from havoc.tools.errors import ToolError
from havoc.tools.values import Columns, Numbers

MAX_CELLS = 1_000_000
"""Rows times coefficients of a model that is fitted in about a second."""
MAX_COEFFICIENTS = 200
INTERCEPT = "Intercept"
CODING = (
    "sum contrasts (-1, 0, 1), as Minitab and JMP: a coefficient is a level's distance from the mean of the levels, and the "
    "last level's is minus the sum of the others; R compares each level with the first"
)


def _named(value: object) -> object:
    single = isinstance(value, (list, tuple)) and value and not isinstance(value[0], (list, tuple, dict))
    return {"x": value} if single else value


Predictors = Annotated[
    Columns,
    BeforeValidator(_named),
    WithJsonSchema({"anyOf": [TypeAdapter(Columns).json_schema(), TypeAdapter(Numbers).json_schema()]}),
]
"""Named columns of equal length, each all numbers or all texts. A single list is the predictor `x`."""


@dataclass(frozen=True)
class Term:
    """A predictor, and the columns that it fills."""

    name: str
    start: int
    stop: int
    levels: tuple[str, ...]
    """In sorted order; empty for a numeric predictor."""

    def coded(self, values: Sequence[Any], path: str) -> NDArray[np.float64]:
        """float64, rows x (stop - start).

        Raises:
            ToolError: a level is not one of the model's, or a text stands where numbers were.
        """
        if not self.levels:
            if any(isinstance(value, str) for value in values):
                raise ToolError(path, values, "texts, but the predictor is numeric", "give numbers")
            return np.asarray(values, dtype=np.float64)[:, None]
        known = {level: index for index, level in enumerate(self.levels)}
        rows = np.zeros((len(values), len(self.levels) - 1))
        for index, value in enumerate(values):
            if value not in known:
                levels = ", ".join(self.levels[:10])
                raise ToolError(f"{path}[{index}]", value, "no level of the fitted data", f"its levels are {levels}")
            if known[value] == len(self.levels) - 1:
                rows[index] = -1
            else:
                rows[index, known[value]] = 1
        return rows


@dataclass(frozen=True)
class ModelColumns:
    """Terms and names of the matrix of a model."""

    terms: tuple[Term, ...]
    names: tuple[str, ...]
    """Of the columns, the intercept first where there is one."""
    intercept: bool

    def matrix(self, columns: Mapping[str, Sequence[Any]], path: str) -> NDArray[np.float64]:
        """float64, rows x names.

        Raises:
            ToolError: a predictor is missing or unknown, or a value does not fit it.
        """
        wanted = [term.name for term in self.terms]
        for name in wanted:
            if name not in columns:
                raise ToolError(
                    path, "", f"the predictor {name} is missing", f"give a column for each of {', '.join(wanted)}"
                )
        for name in columns:
            if name not in wanted:
                raise ToolError(f"{path}.{name}", "", "no predictor of the model", f"its predictors are {', '.join(wanted)}")
        rows = len(columns[wanted[0]])
        parts = [np.ones((rows, 1))] if self.intercept else []
        return np.hstack(parts + [term.coded(columns[term.name], f"{path}.{term.name}") for term in self.terms])

    @property
    def coding(self) -> dict[str, str]:
        """The convention to report where a predictor is categorical."""
        return {"categorical predictors": CODING} if any(term.levels for term in self.terms) else {}


def model_columns(columns: Mapping[str, Sequence[Any]], intercept: bool, path: str) -> ModelColumns:
    """The coding of the predictors `columns`.

    Raises:
        ToolError: a predictor does not vary, there are too many columns, or a text comes without an intercept.
    """
    terms, names = [], [INTERCEPT] if intercept else []
    for name, values in columns.items():
        texts = isinstance(values[0], str)
        levels = tuple(sorted(set(values))) if texts else ()
        constant = len(levels) == 1 if texts else min(values) == max(values)
        if constant and (intercept or texts or not values[0]):
            raise ToolError(f"{path}.{name}", values[0], "does not vary, so it explains nothing", "leave the column out")
        if texts and not intercept:
            raise ToolError(f"{path}.{name}", "", "a categorical predictor needs the intercept", "fit with the intercept")
        start = len(names)
        names += [f"{name}[{level}]" for level in levels[:-1]] if texts else [name]
        terms.append(Term(name, start, len(names), levels))
        if len(names) > MAX_COEFFICIENTS:
            raise ToolError(
                f"{path}.{name}", "", f"more than {MAX_COEFFICIENTS} coefficients", "merge levels or leave columns out"
            )
    rows = len(next(iter(columns.values())))
    if rows * len(names) > MAX_CELLS:
        raise ToolError(
            path, "", f"{rows:,} rows of {len(names)} columns", f"give at most {MAX_CELLS:,} values: sample the rows"
        )
    return ModelColumns(tuple(terms), tuple(names), intercept)
