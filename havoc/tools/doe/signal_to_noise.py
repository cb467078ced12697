"""Taguchi's signal-to-noise ratios of an experiment, and the response tables of means and ratios."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from havoc.tools.doe.factor import Factors
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import DATA, Columns, Rows

MAX_RUNS = 20_000
MAX_LEVELS = 100
LARGEST = 1e100
KINDS = {"nominal": "Nominal is best", "larger": "Larger is better", "smaller": "Smaller is better"}
FORMULAS = {
    "nominal": "10 log10(mean^2 / s^2), s with n - 1; Minitab offers this and -10 log10(s^2)",
    "larger": "-10 log10(mean of 1 / y^2)",
    "smaller": "-10 log10(mean of y^2)",
}


class LevelMeans(BaseModel):
    """Averages over the runs at one level."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    level: str
    runs: int
    signal_to_noise: float
    """Mean of the runs' ratios, in dB."""
    mean: float
    """Mean of the runs' means."""


class FactorEffect(BaseModel):
    """One factor of the response table."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    factor: str
    levels: list[LevelMeans]
    delta_signal_to_noise: float
    """Largest minus smallest level mean, in dB."""
    rank_signal_to_noise: int
    """1 for the largest delta."""
    delta_mean: float
    rank_mean: int
    best_level: str
    """With the largest mean ratio."""


class SignalToNoiseResult(Result):
    """Ratios by run and by level."""

    headline: ClassVar[tuple[str, ...]] = ("table", "best_levels", "predicted_signal_to_noise")

    signal_to_noise: list[float]
    """Of each run, in dB."""
    means: list[float]
    """Of each run."""
    standard_deviations: list[float | None]
    """Of each run, with n - 1; None for a single measurement."""
    table: list[FactorEffect]
    """In the order of the factors."""
    best_levels: dict[str, str]
    """The level of each factor with the largest mean ratio."""
    overall_signal_to_noise: float
    """Mean over all runs, in dB."""
    predicted_signal_to_noise: float
    """At the best levels, if the factors' effects add up."""


class SignalToNoise(Arguments):
    """An experiment with repeated measurements of each run."""

    aliases: ClassVar[Mapping[str, str]] = {
        "responses": "response",
        "measurements": "response",
        "goal": "kind",
        "design": "data",
    }

    factors: Factors
    data: Columns
    """A column for each factor, the level of each run."""
    response: Rows
    """For each run the list of its measurements, as over noise conditions."""
    kind: Annotated[Literal["nominal", "larger", "smaller"], DATA]
    """`nominal` a target is best and the scatter should be small against the mean; `larger` or `smaller` is better."""


@operation(
    "signal_to_noise",
    topic="Analysis of experiments",
    source="Taguchi (1986), Introduction to Quality Engineering; Phadke (1989), Quality Engineering Using Robust Design",
    examples=(
        {
            "factors": ["A", "B", "C"],
            "data": {"A": [1, 1, 2, 2], "B": [1, 2, 1, 2], "C": [1, 2, 2, 1]},
            "response": [[19, 22, 20], [25, 29, 24], [18, 17, 19], [30, 27, 31]],
            "kind": "larger",
        },
    ),
)
def signal_to_noise(arguments: SignalToNoise) -> SignalToNoiseResult:
    """Which levels make a product robust: the signal-to-noise ratio of each run, and its mean for each level.

    For parameter designs with repeated measurements (an orthogonal array with noise conditions). The ratios mix mean and
    scatter: look at both tables. To test effects, give the ratios or the means as response to analyze_factorial.
    """
    runs = len(arguments.response)
    if runs > MAX_RUNS:
        raise ToolError("response", "", f"{runs:,} runs", f"give at most {MAX_RUNS:,}")
    ratios = np.array([_ratio(index, row, arguments.kind) for index, row in enumerate(arguments.response)])
    means = np.array([np.mean(row) for row in arguments.response])
    deviations = [float(np.std(row, ddof=1)) if len(row) > 1 else None for row in arguments.response]
    tables = []
    for factor in arguments.factors:
        if factor.name not in arguments.data:
            raise ToolError("data", "", f"the column {factor.name} is missing", "give a column for each factor")
        column = arguments.data[factor.name]
        if len(column) != runs:
            path = f"data.{factor.name}"
            raise ToolError(path, column, f"{len(column)} levels for {runs} runs", "give one for each run")
        tables.append(_levels(factor.name, column, ratios, means))
    deltas = {name: [_delta(levels, name) for levels in tables] for name in ("signal_to_noise", "mean")}
    ranks = {name: _ranks(values) for name, values in deltas.items()}
    table = [
        FactorEffect(
            factor=factor.name,
            levels=levels,
            delta_signal_to_noise=deltas["signal_to_noise"][index],
            rank_signal_to_noise=ranks["signal_to_noise"][index],
            delta_mean=deltas["mean"][index],
            rank_mean=ranks["mean"][index],
            best_level=max(levels, key=lambda one: one.signal_to_noise).level,
        )
        for index, (factor, levels) in enumerate(zip(arguments.factors, tables, strict=True))
    ]
    overall = float(ratios.mean())
    best = {row.factor: row.best_level for row in table}
    gains = [max(one.signal_to_noise for one in row.levels) - overall for row in table]
    first = min(table, key=lambda row: row.rank_signal_to_noise)
    return SignalToNoiseResult(
        method=f"Signal-to-noise ratios, {KINDS[arguments.kind].lower()}",
        n_used=runs,
        signal_to_noise=ratios.tolist(),
        means=means.tolist(),
        standard_deviations=deviations,
        table=table,
        best_levels=best,
        overall_signal_to_noise=overall,
        predicted_signal_to_noise=overall + sum(gains),
        conventions={"signal_to_noise": FORMULAS[arguments.kind], "rank": "1 for the largest delta; ties share the better"},
        warnings=_notices(arguments, best),
        conclusion=f"{first.factor} changes the signal-to-noise ratio most, by {first.delta_signal_to_noise:.4g} dB; best "
        f"levels: {', '.join(f'{name} {level}' for name, level in list(best.items())[:10])}.",
    )


def _ratio(index: int, row: Sequence[float], kind: Literal["nominal", "larger", "smaller"]) -> float:
    """Signal-to-noise ratio of one run in dB."""
    path, values = f"response[{index}]", np.asarray(row, dtype=np.float64)
    if np.abs(values).max() > LARGEST:
        raise ToolError(path, "", "values too large to be squared", "give them in a larger unit")
    if kind == "nominal":
        if len(row) < 2 or np.ptp(values) == 0:
            raise ToolError(path, row, "no scatter within the run", "give two or more different measurements of each run")
        mean, variance = float(values.mean()), float(values.var(ddof=1))
        if mean == 0:
            raise ToolError(path, row, "the mean is 0, so no ratio to it exists", "add what was subtracted")
        return float(20 * np.log10(abs(mean)) - 10 * np.log10(variance))
    if kind == "larger" and values.min() <= 0:
        raise ToolError(path, row, "a value of 0 or below", "larger is better needs positive values")
    if kind == "smaller" and (values.min() < 0 or values.max() == 0):
        raise ToolError(path, row, "a negative value, or all 0", "smaller is better needs values from 0")
    return float(-10 * np.log10(np.mean(values**-2.0 if kind == "larger" else values**2)))


def _levels(name: str, column: Sequence[Any], ratios: np.ndarray[Any, Any], means: np.ndarray[Any, Any]) -> list[LevelMeans]:
    found = sorted(set(column))
    if not 2 <= len(found) <= MAX_LEVELS:
        raise ToolError(f"data.{name}", "", f"{len(found)} levels", f"give 2 to {MAX_LEVELS} different levels")
    rows = []
    for level in found:
        own = np.array([value == level for value in column])
        rows.append(
            LevelMeans(
                level=level if isinstance(level, str) else f"{level:g}",
                runs=int(own.sum()),
                signal_to_noise=float(ratios[own].mean()),
                mean=float(means[own].mean()),
            )
        )
    return rows


def _delta(levels: Sequence[LevelMeans], name: str) -> float:
    values = [getattr(one, name) for one in levels]
    return float(max(values) - min(values))


def _ranks(deltas: Sequence[float]) -> list[int]:
    return [1 + sum(other > one * (1 + 1e-12) for other in deltas) for one in deltas]


def _notices(arguments: SignalToNoise, best: Mapping[str, str]) -> list[Notice]:
    notices = []
    if min(len(row) for row in arguments.response) < 2:
        text = "Some runs have one measurement: their ratio says nothing about scatter."
        notices.append(Notice(code="single_measurements", message=text))
    names = list(best)
    runs = zip(*[arguments.data[name] for name in names], strict=True)
    seen = {tuple(value if isinstance(value, str) else f"{value:g}" for value in run) for run in runs}
    if tuple(best.values()) not in seen:
        text = "The best levels together were not run: make a confirmation run before trusting the sum of effects."
        notices.append(Notice(code="confirm", message=text))
    return notices
