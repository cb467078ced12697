"""Terms of models in coded factors, categorical factors as sum contrasts, and what they are in natural units."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.doe.factor import Factor
from havoc.tools.errors import ToolError
from havoc.tools.result import Notice
from havoc.tools.values import SETTING, Name, ShortList

Vector = NDArray[np.float64]
Term = tuple[int, ...]
"""Exponent of each factor; at most 1 for a categorical one."""

MAX_RUNS = 20_000
MAX_TERMS = 300
MAX_ORDER = 8
"""Sum of the exponents of a term."""
FAR = 1000.0
"""A coded value beyond this is in another unit than low and high."""
CODED_RANGE = 6.0
"""Without low and high, numbers on both sides of 0 and up to this are taken to be coded: axial points reach 5.7."""
LOW_NAMES = ("-", "-1", "low", "lo", "off", "no")
"""Texts that are the coded -1 where the levels are not given."""
BLOCK = "Block"
CONSTANT = "Constant"

ModelChoice = Annotated[
    Literal["linear", "interaction", "quadratic"] | Annotated[ShortList[Name], Field(max_length=MAX_TERMS)], SETTING
]
"""`linear` main effects; `interaction` adds two-factor interactions; `quadratic` adds squares; or terms such as
`["A", "B", "A*B", "A^2"]`. The constant is always in it."""


@dataclass(frozen=True)
class Base:
    """A column from which products make the columns of a model."""

    name: str
    factor: int
    centre: float
    half: float
    """Natural value = centre + half * coded; a contrast has 0 and 1."""


@dataclass(frozen=True)
class Coding:
    """Factors with known limits or levels, and the columns they make."""

    factors: tuple[Factor, ...]
    blocks: bool = False
    """Whether the last factor is the block."""

    @cached_property
    def bases(self) -> tuple[Base, ...]:
        """One for a numeric factor, levels - 1 for a categorical one."""
        found = []
        for index, factor in enumerate(self.factors):
            if not factor.categorical:
                low, high = factor.limits
                found.append(Base(factor.name, index, (low + high) / 2, (high - low) / 2))
            elif len(factor.levels or []) == 2:
                found.append(Base(factor.name, index, 0.0, 1.0))
            else:
                found += [Base(f"{factor.name}[{level}]", index, 0.0, 1.0) for level in (factor.levels or [])[:-1]]
        return tuple(found)

    @property
    def names(self) -> list[str]:
        """Of all factors, the block included."""
        return [factor.name for factor in self.factors]

    @property
    def settable(self) -> tuple[Factor, ...]:
        """The factors that an experimenter sets: all but the block."""
        return self.factors[:-1] if self.blocks else self.factors

    @property
    def numeric(self) -> list[int]:
        """Positions of the numeric factors."""
        return [index for index, factor in enumerate(self.factors) if not factor.categorical]

    def code(self, data: Mapping[str, Sequence[Any]], path: str) -> Vector:
        """float64, runs x bases. Blocks that are not in `data` are 0: the mean over the blocks.

        Raises:
            ToolError: a column is missing, or a value is none of its factor's.
        """
        count = len(next(iter(data.values())))
        parts = []
        for index, factor in enumerate(self.factors):
            width = sum(base.factor == index for base in self.bases)
            if factor.name in data:
                parts.append(_coded(factor, data[factor.name], f"{path}.{factor.name}"))
            elif self.blocks and index == len(self.factors) - 1:
                parts.append(np.zeros((count, width)))
            else:
                raise ToolError(path, "", f"the column {factor.name} is missing", f"give {', '.join(self.names)}")
        return np.hstack(parts)

    def columns(self, term: Term) -> list[tuple[int, ...]]:
        """Exponents over the bases of each column of `term`."""
        found: list[tuple[int, ...]] = [()]
        for index, exponent in enumerate(term):
            own = [i for i, base in enumerate(self.bases) if base.factor == index]
            if exponent == 0:
                found = [column + (0,) * len(own) for column in found]
            else:
                found = [column + tuple(exponent * (i == j) for j in own) for column in found for i in own]
        return found

    def term_name(self, term: Term) -> str:
        """`A`, `A*B`, `A^2`; `Constant`."""
        return _product(self.names, term)

    def column_name(self, column: tuple[int, ...]) -> str:
        """As a term's name, with the level of a categorical factor: `A*Material[steel]`."""
        return _product([base.name for base in self.bases], column)

    def natural_values(self, coded: Sequence[float]) -> dict[str, float | str]:
        """Natural values of the settable factors at one row of bases."""
        found: dict[str, float | str] = {}
        for index, factor in enumerate(self.settable):
            own = [coded[i] for i, base in enumerate(self.bases) if base.factor == index]
            found[factor.name] = _level(factor, own) if factor.categorical else factor.natural(own[0])
        return found

    def natural_coefficients(self, columns: Sequence[tuple[int, ...]], coefficients: Vector) -> dict[str, float]:
        """The same polynomial in natural units, its terms by name, lower ones first."""
        total: dict[tuple[int, ...], float] = {}
        for column, coefficient in zip(columns, coefficients.tolist(), strict=True):
            for powers, value in self._expanded(column).items():
                total[powers] = total.get(powers, 0.0) + coefficient * value
        order = sorted(total, key=lambda powers: (sum(powers), [-power for power in powers]))
        return {self.column_name(powers): total[powers] for powers in order}

    def _expanded(self, column: tuple[int, ...]) -> dict[tuple[int, ...], float]:
        """Product of ((u - centre) / half)^exponent as a polynomial in u."""
        found: dict[tuple[int, ...], float] = {(0,) * len(column): 1.0}
        for i, exponent in enumerate(column):
            for _ in range(exponent):
                wider: dict[tuple[int, ...], float] = {}
                for powers, value in found.items():
                    raised = (*powers[:i], powers[i] + 1, *powers[i + 1 :])
                    wider[raised] = wider.get(raised, 0.0) + value / self.bases[i].half
                    if self.bases[i].centre:
                        wider[powers] = wider.get(powers, 0.0) - value * self.bases[i].centre / self.bases[i].half
                found = wider
        return found


def expand(bases: Vector, columns: Sequence[tuple[int, ...]]) -> Vector:
    """float64, runs x columns, from runs x bases."""
    matrix = np.ones((len(bases), len(columns)))
    for index, column in enumerate(columns):
        for i, exponent in enumerate(column):
            if exponent:
                matrix[:, index] *= bases[:, i] ** exponent
    return matrix


def coding_of(
    factors: Sequence[Factor], data: Mapping[str, Sequence[Any]], blocks: Sequence[str] | None = None
) -> tuple[Coding, list[Notice]]:
    """Factors with limits or levels, from the data where the caller gave none.

    Raises:
        ToolError: a column is missing or does not vary, or there are too many runs.
    """
    count = len(next(iter(data.values())))
    if count > MAX_RUNS:
        raise ToolError("data", "", f"{count:,} runs", f"give at most {MAX_RUNS:,}")
    resolved, notices = [], []
    for factor in factors:
        if factor.name not in data:
            raise ToolError("data", "", f"the column {factor.name} is missing", "give a column for each factor")
        column = data[factor.name]
        if len(set(column)) < 2:
            raise ToolError(f"data.{factor.name}", column[0], "does not vary, so it has no effect", "leave the factor out")
        ranged, notice = _resolved(factor, column)
        resolved.append(ranged)
        notices += notice
    if blocks is not None:
        if len(blocks) != count:
            raise ToolError("blocks", blocks, f"{len(blocks)} blocks for {count} runs", "give one for each run")
        if any(factor.name == BLOCK for factor in factors):
            raise ToolError("blocks", "", f"a factor is named {BLOCK} too", "give one of them another name")
        levels = sorted(set(blocks))
        if len(levels) > 100:
            raise ToolError("blocks", "", f"{len(levels)} blocks", "give at most 100")
        if len(levels) > 1:
            return Coding((*resolved, Factor(name=BLOCK, levels=list(levels))), blocks=True), notices
    return Coding(tuple(resolved)), notices


def model_terms(coding: Coding, model: str | Sequence[str]) -> list[Term]:
    """Terms of the settable factors, without the constant, main effects first.

    Raises:
        ToolError: a term names no factor or stands twice, there are too many, or a square is of a categorical factor.
    """
    count = len(coding.factors)
    if not isinstance(model, str):
        return _named_terms(coding, model)
    free = len(coding.settable)
    terms = [_powers(count, (i,)) for i in range(free)]
    if model != "linear":
        if free + free * (free - 1) // 2 > MAX_TERMS:
            raise ToolError("model", model, f"too many terms for {free} factors", "give the terms, or a linear model")
        terms += [_powers(count, pair) for pair in combinations(range(free), 2)]
    if model == "quadratic":
        terms += [_powers(count, (i, i)) for i in coding.numeric]
    return terms


def interactions(coding: Coding, order: int) -> list[Term]:
    """Main effects and all interactions up to `order` of the settable factors."""
    count, free = len(coding.factors), len(coding.settable)
    return [_powers(count, chosen) for size in range(1, min(order, free) + 1) for chosen in combinations(range(free), size)]


def block_terms(coding: Coding) -> list[Term]:
    """The term of the blocks, if there are any."""
    count = len(coding.factors)
    return [_powers(count, (count - 1,))] if coding.blocks else []


def parents(term: Term) -> list[Term]:
    """Terms of one order less that a hierarchical model holds with `term`."""
    lower = [(*term[:i], power - 1, *term[i + 1 :]) for i, power in enumerate(term) if power]
    return [one for one in lower if any(one)]


def missing_parents(terms: Sequence[Term]) -> list[Term]:
    """Lower terms, of any order, that the model lacks to be hierarchical."""
    known, open_terms, found = set(terms), list(terms), []
    while open_terms:
        for lower in parents(open_terms.pop()):
            if lower not in known:
                known.add(lower)
                open_terms.append(lower)
                found.append(lower)
    return found


def _powers(count: int, chosen: Sequence[int]) -> Term:
    return tuple(list(chosen).count(i) for i in range(count))


def _product(names: Sequence[str], powers: Sequence[int]) -> str:
    parts = [name if power == 1 else f"{name}^{power}" for name, power in zip(names, powers, strict=True) if power]
    return "*".join(parts) or CONSTANT


def _named_terms(coding: Coding, model: Sequence[str]) -> list[Term]:
    found: list[Term] = []
    for index, text in enumerate(model):
        term = _term(f"model[{index}]", text, coding)
        if term in found:
            raise ToolError(f"model[{index}]", text, "stands twice", "give each term once")
        if any(term):
            found.append(term)
    return found


def _term(path: str, text: str, coding: Coding) -> Term:
    names = [factor.name for factor in coding.settable]
    powers = [0] * len(coding.factors)
    if text.strip() in ("1", CONSTANT):
        return tuple(powers)
    parts = re.split(r"[*:]", text)
    if len(parts) == 1 and text.strip() not in names and all(len(name) == 1 for name in names) and "^" not in text:
        parts = list(text.strip())  # AB for A*B
    for part in parts:
        base, _, exponent = part.partition("^")
        name, power = base.strip(), exponent.strip() or "1"
        if name not in names:
            raise ToolError(path, text, f"{name or 'nothing'} is no factor", f"the factors are {', '.join(names)}")
        if power not in ("1", "2", "3", "4"):
            raise ToolError(path, text, f"power {power}", "give powers of 1 to 4, as A^2")
        powers[names.index(name)] += int(power)
    for factor, sum_of_powers in zip(coding.factors, powers, strict=True):
        if factor.categorical and sum_of_powers > 1:
            raise ToolError(path, text, f"{factor.name} is categorical and has no square", "leave the term out")
    if sum(powers) > MAX_ORDER:
        raise ToolError(path, text, f"order {sum(powers)}", f"give terms up to order {MAX_ORDER}")
    return tuple(powers)


def _resolved(factor: Factor, column: Sequence[Any]) -> tuple[Factor, list[Notice]]:
    """`factor` with limits or levels. Factor.low and high are used as given; else data say what they are."""
    if factor.levels is not None or factor.low is not None:
        return factor, []
    if isinstance(column[0], str):
        levels = sorted(set(column), key=lambda level: (level.strip().lower() not in LOW_NAMES, level))
        if len(levels) > 100:
            raise ToolError(f"data.{factor.name}", "", f"{len(levels)} levels", "give at most 100")
        two = len(levels) == 2
        order = f"{levels[0]} is coded -1 and {levels[1]} +1" if two else f"in the order {', '.join(levels[:6])}"
        message = f"No levels of {factor.name} were given: they are taken from the data, {order}."
        return factor.model_copy(update={"levels": list(levels)}), [Notice(code="levels_from_data", message=message)]
    low, high = min(column), max(column)
    if low < 0 < high and max(-low, high) <= CODED_RANGE:
        return factor, []
    notice = Notice(
        code="range_from_data",
        message=f"No low and high of {factor.name} were given: {low:g}, its smallest value, is coded -1 and {high:g} +1.",
    )
    return factor.model_copy(update={"low": float(low), "high": float(high)}), [notice]


def _coded(factor: Factor, column: Sequence[Any], path: str) -> Vector:
    if not factor.categorical:
        for index, value in enumerate(column):
            if isinstance(value, str):
                raise ToolError(f"{path}[{index}]", value, "a text, but the factor is numeric", "give numbers")
        low, high = factor.limits
        coded = (np.asarray(column, dtype=np.float64) - (low + high) / 2) / ((high - low) / 2)
        far = np.flatnonzero(~(np.abs(coded) <= FAR))
        if far.size:
            index = int(far[0])
            problem = f"far outside low {low:g} and high {high:g}"
            raise ToolError(f"{path}[{index}]", column[index], problem, "give data and limits in the same unit")
        # A run that is meant to lie on a level is put there exactly: sums of rounding errors are no effects.
        nearest = np.round(coded)
        return np.where(np.abs(coded - nearest) < 1e-9, nearest, coded)[:, None] + 0.0
    levels = [str(level) for level in factor.levels or []]
    known = {level: index for index, level in enumerate(levels)}
    rows = np.zeros((len(column), 1 if len(levels) == 2 else len(levels) - 1))
    for index, value in enumerate(column):
        text = value if isinstance(value, str) else f"{value:g}"
        if text not in known:
            raise ToolError(f"{path}[{index}]", value, "no level of the factor", f"its levels are {', '.join(levels[:10])}")
        if len(levels) == 2:
            rows[index] = 2 * known[text] - 1
        elif known[text] == len(levels) - 1:
            rows[index] = -1
        else:
            rows[index, known[text]] = 1
    return rows


def _level(factor: Factor, contrasts: Sequence[float]) -> str:
    levels = [str(level) for level in factor.levels or []]
    if len(levels) == 2:
        return levels[int(contrasts[0] > 0)]
    return levels[int(np.argmax(contrasts))] if max(contrasts) > 0 else levels[-1]
