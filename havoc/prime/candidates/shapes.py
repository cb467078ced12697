"""What the values themselves say against a call: samples that are not alike, tables that hold no counts, short charts."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Any

COUNT_TABLES = frozenset({"chi_square_independence", "fisher_exact", "mcnemar", "cohen_kappa", "fleiss_kappa", "cochran_q"})
"""Operations whose rows are counts."""
SQUARE_OF_TWO = frozenset({"fisher_exact", "mcnemar"})
CROSSED = frozenset({"gage_rr_anova", "gage_rr_range"})
SAME_SUM = frozenset({"fleiss_kappa"})
YES_NO = frozenset({"cochran_q"})
PAIRS = frozenset({"correlation", "linear_regression", "polynomial_regression", "partial_correlation"})
"""Operations whose lists may well be of different things."""
MANY = frozenset({"one_way_anova", "welch_anova", "tukey_hsd", "games_howell", "dunnett", "fisher_lsd", "kruskal_wallis"})
"""Operations that are for more than two samples."""
INDEPENDENT_SAMPLES = MANY | {"t_test", "mann_whitney", "permutation_test", "f_test_variances", "levene", "bartlett"}
"""Operations on samples that have nothing to do with each other."""
MULTIPLES = {"fractional_factorial": 2, "plackett_burman": 4}
"""Operation -> what its number of runs is a multiple of."""
FEW_POINTS = 6
"""Points below which nobody draws a chart."""
MOSTLY = 20
"""Mean below which whole numbers are likely counts."""
FEW_SUBGROUPS = 3
LARGEST_SUBGROUP = 25
UNLIKE = 5.0
"""Ratio of means from which samples are of different things."""
UNSUITED, DOUBTFUL, SLIGHT = 0.1, 0.45, 0.7


def suits(
    operation: str, arguments: Mapping[str, Any], paired: bool = False, siblings: bool = False, runs: float | None = None
) -> float:
    """From 0 to 1: whether the values could be meant for the operation, by their shape alone.

    Args:
        operation: its name.
        arguments: of the call.
        paired: whether the values stand in rows that belong to people or things of their own.
        siblings: whether lists are named as things of one kind, as `lamp red` and `lamp blue`.
        runs: number of runs that the question states.
    """
    checks = (_tables, _samples, _charts, _shares, _runs, _crossed)
    lowest = min(check(operation, arguments) for check in checks)
    if operation == "full_factorial" and runs is not None and _all_runs(arguments) not in (None, runs):
        return UNSUITED
    if siblings and operation in PAIRS:
        return min(lowest, DOUBTFUL)
    return min(lowest, DOUBTFUL) if paired and operation in INDEPENDENT_SAMPLES else lowest


def _tables(operation: str, arguments: Mapping[str, Any]) -> float:
    rows = arguments.get("table", arguments.get("counts", arguments.get("units")))
    if operation not in COUNT_TABLES or not _is_rows(rows):
        return 1.0
    entries = [value for row in rows for value in row]
    if any(value < 0 or value != int(value) for value in entries) or len({len(row) for row in rows}) > 1:
        return UNSUITED
    if operation in SQUARE_OF_TWO and not (len(rows) == len(rows[0]) == 2):
        return UNSUITED
    if operation in YES_NO:
        return 1.0 if set(entries) <= {0, 1} else UNSUITED
    if operation in SAME_SUM:
        return 1.0 if len({sum(row) for row in rows}) == 1 else UNSUITED
    if operation == "cohen_kappa":
        return 1.0 if len(rows) == len(rows[0]) else UNSUITED
    return 1.0 if sum(entries) > 2 * len(entries) else DOUBTFUL


def _crossed(operation: str, arguments: Mapping[str, Any]) -> float:
    """Where every part has one operator of its own, a study of crossed parts and operators has nothing to compare."""
    if operation not in CROSSED or not {"parts", "operators"} <= arguments.keys():
        return 1.0
    pairs = set(zip(arguments["parts"], arguments["operators"], strict=False))
    return UNSUITED if len(pairs) == len(set(arguments["parts"])) and len(set(arguments["operators"])) > 1 else 1.0


def _samples(operation: str, arguments: Mapping[str, Any]) -> float:
    groups = arguments.get("groups")
    samples: list[Sequence[float]] = []
    if isinstance(groups, Mapping):
        samples = list(groups.values())
        if operation in MANY and len(samples) == 2:
            return min(DOUBTFUL, _alike(samples))
    elif "group1" in arguments and "group2" in arguments:
        samples = [arguments["group1"], arguments["group2"]]
    elif "before" in arguments and "after" in arguments:
        samples = [arguments["before"], arguments["after"]]
    if any(len(sample) < 2 for sample in samples):
        return UNSUITED
    if samples:
        return _alike(samples)
    if operation in PAIRS and _is_numbers(arguments.get("x")) and len(arguments["x"]) < FEW_SUBGROUPS:
        return UNSUITED
    return 1.0


def _alike(samples: Iterable[Sequence[float]]) -> float:
    means = sorted(abs(fmean(sample)) for sample in samples)
    return DOUBTFUL if any(high > UNLIKE * low for low, high in pairwise(means)) and means[0] > 0 else 1.0


def _charts(operation: str, arguments: Mapping[str, Any]) -> float:
    rows = arguments.get("subgroups", [])
    if _is_rows(rows):
        sizes = [len(row) for row in rows]
        if min(sizes) < 2 or len(rows) < FEW_SUBGROUPS or max(sizes) > LARGEST_SUBGROUP:
            return DOUBTFUL
        return _alike(rows)
    if operation.endswith("_chart") or operation in ("run_test", "runs_test_randomness"):
        series = next((arguments[name] for name in _SERIES if _is_numbers(arguments.get(name))), None)
        if series is not None and len(series) < FEW_POINTS:
            return DOUBTFUL
        if operation == "i_mr_chart" and series is not None and _few_events(series):
            return SLIGHT
        if operation in ("p_chart", "np_chart", "laney_p_chart") and series is not None:
            return _within(series, arguments.get("sample_sizes"))
    return 1.0


def _few_events(series: Sequence[float]) -> bool:
    """Whether they look like counts of events rather than like measurements."""
    return all(value >= 0 and value == int(value) for value in series) and fmean(series) < MOSTLY


_SERIES = ("sample", "nonconforming", "defects", "cases", "times", "points")


def _within(events: Sequence[float], sizes: Any) -> float:
    """Nonconforming items are among those that were inspected."""
    if isinstance(sizes, (int, float)):
        return 1.0 if max(events) <= sizes else UNSUITED
    if _is_numbers(sizes):
        of = list(sizes) if len(sizes) == len(events) else [sizes[0]] * len(events)
        return 1.0 if all(event <= size for event, size in zip(events, of, strict=True)) else UNSUITED
    return 1.0


def _runs(operation: str, arguments: Mapping[str, Any]) -> float:
    """Fractions have powers of two as runs, screening designs multiples of four; two named factors are no experiment."""
    if operation == "analyze_factorial" and isinstance(arguments.get("data"), Mapping):
        columns = list(arguments["data"].values())
        return UNSUITED if len(columns) <= 2 and all(isinstance(one[0], str) for one in columns) else 1.0
    runs = arguments.get("runs")
    if not isinstance(runs, int) or operation not in MULTIPLES:
        return 1.0
    fits = runs & (runs - 1) == 0 if operation == "fractional_factorial" else runs % MULTIPLES[operation] == 0
    return 1.0 if fits else UNSUITED


def _all_runs(arguments: Mapping[str, Any]) -> float | None:
    """Runs of a full factorial, where their number is plain."""
    factors, levels = arguments.get("factors"), arguments.get("levels", 2)
    if isinstance(factors, list):
        levels = [len(factor.get("levels", "LH")) for factor in factors]
    elif isinstance(factors, int) and isinstance(levels, int):
        levels = [levels] * factors
    return float(math.prod(levels)) * arguments.get("replicates", 1) if isinstance(levels, list) else None


def _shares(operation: str, arguments: Mapping[str, Any]) -> float:
    if operation == "adjust_p_values" and _is_numbers(arguments.get("p_values")):
        return 1.0 if all(0 <= value <= 1 for value in arguments["p_values"]) else UNSUITED
    for events, trials in (("events", "n"), ("events1", "n1"), ("events2", "n2")):
        if {events, trials} <= arguments.keys() and arguments[events] > arguments[trials]:
            return UNSUITED
    if operation == "logistic_regression" and "response" in arguments and "trials" not in arguments:
        return 1.0 if len(set(arguments["response"])) == 2 else UNSUITED
    return 1.0


def _is_numbers(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], (int, float))


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], list) and bool(value[0])
