"""Run lengths of Shewhart charts with run rules: exact for rules of zones, simulated where a rule looks at trends."""

import warnings
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats
from scipy.sparse import linalg

from havoc.tools.errors import ToolError
from havoc.tools.spc.run_rules import Rule, completed

ZONES = np.array([-np.inf, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, np.inf])
"""Edges of the zones; a continuous point never lies on one."""
MAX_STATES = 20_000
RUNS = 2000
BLOCK = 128
"""Points by which simulated runs are continued."""
LONGEST_RUN = 20_000
LONGEST = 1e9
"""Beyond this length solving the equations loses all digits, and nobody waits for it."""
SEED = 1984


@dataclass(frozen=True)
class Simulated:
    """A mean of simulated run lengths."""

    mean: float
    standard_error: float


def has_zones_only(rules: Mapping[str, Rule]) -> bool:
    """Whether a finite memory of zones decides every rule; a trend depends on the values themselves."""
    return all(rule.kind not in ("trend", "alternating") for rule in rules.values())


def zone_rules_arl(rules: Mapping[str, Rule], shift: float) -> float | None:
    """Average run length by the Markov chain of Champ and Woodall (1987), Technometrics 29, 393-399.

    Args:
        rules: rules of zones only.
        shift: of the mean, in sigma of the plotted points.

    Returns:
        None above LONGEST.
    """
    probabilities = np.diff(stats.norm.cdf(ZONES - shift))
    watches = [watch for rule in rules.values() for watch in _watches(rule)]
    start: tuple[Hashable, ...] = tuple(watch.start for watch in watches)
    numbers = {start: 0}
    waiting = [start]
    rows, columns, values = [], [], []
    while waiting:
        state = waiting.pop()
        for zone, probability in enumerate(probabilities.tolist()):
            following = _step(watches, state, zone)
            if following is None:
                continue
            if following not in numbers:
                if len(numbers) == MAX_STATES:
                    raise ToolError("rules", list(rules), "too many rules at once for an exact run length", "take fewer")
                numbers[following] = len(numbers)
                waiting.append(following)
            rows.append(numbers[state])
            columns.append(numbers[following])
            values.append(probability)
    count = len(numbers)
    transitions = sparse.csc_matrix((values, (rows, columns)), shape=(count, count))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", linalg.MatrixRankWarning)  # a chart that never signals is answered below
        lengths = linalg.spsolve(sparse.identity(count, format="csc") - transitions, np.ones(count))
    sound = np.isfinite(lengths).all() and lengths.min() > 0 and lengths.max() < LONGEST
    return float(lengths[0]) if sound else None


def simulated_arl(rules: Mapping[str, Rule], shift: float) -> Simulated:
    """Average length of simulated runs, with its standard error; the same in every call."""
    rng = np.random.default_rng(SEED)
    memory = max(rule.window for rule in rules.values()) - 1
    running = np.arange(RUNS)
    lengths = np.zeros(RUNS)
    points = np.empty((RUNS, 0))
    passed = 0
    while running.size:
        if passed >= LONGEST_RUN:
            raise ToolError("rules", list(rules), f"runs go on beyond {LONGEST_RUN:,} points", "add a rule that signals")
        points = np.hstack([points, rng.normal(shift, 1.0, size=(running.size, BLOCK))])
        signals = _signals(points, rules)
        found = signals.any(axis=1)
        before = passed + BLOCK - points.shape[1]
        lengths[running[found]] = before + signals[found].argmax(axis=1) + 1
        passed += BLOCK
        running = running[~found]
        points = points[~found][:, points.shape[1] - min(memory, points.shape[1]) :]
    return Simulated(float(lengths.mean()), float(lengths.std(ddof=1) / np.sqrt(RUNS)))


def _signals(points: NDArray[np.float64], rules: Mapping[str, Rule]) -> NDArray[np.bool_]:
    """bool per run and point: whether the point completes a pattern."""
    signals = np.zeros(points.shape, dtype=bool)
    for rule in rules.values():
        windows = np.lib.stride_tricks.sliding_window_view(points, rule.window, axis=1)
        flat = windows.reshape(-1, rule.window)
        for complete in completed(flat, rule).values():
            signals[:, rule.window - 1 :] |= complete.reshape(windows.shape[:2])
    return signals


@dataclass(frozen=True)
class _Watch:
    """One rule on one side as an automaton: the last flags for `count` of `window`, or their number in a row."""

    zones: frozenset[int]
    """Zones, 0 to 7 from below, that count."""
    count: int
    window: int

    @property
    def start(self) -> Hashable:
        return 0 if self.count == self.window else (False,) * (self.window - 1)


def _watches(rule: Rule) -> list[_Watch]:
    zone = int(rule.zone)
    high, low = frozenset(range(4 + zone, 8)), frozenset(range(4 - zone))
    if rule.kind == "within":
        return [_Watch(frozenset(range(4 - zone, 4 + zone)), rule.count, rule.window)]
    if not rule.same_side:
        return [_Watch(high | low, rule.count, rule.window)]
    return [_Watch(high, rule.count, rule.window), _Watch(low, rule.count, rule.window)]


def _step(watches: list[_Watch], state: tuple[Hashable, ...], zone: int) -> tuple[Hashable, ...] | None:
    """The state after a point in `zone`; None where it completes a pattern."""
    following: list[Hashable] = []
    for watch, memory in zip(watches, state, strict=True):
        hit = zone in watch.zones
        if isinstance(memory, tuple):
            flags = (*memory, hit)
            if hit and sum(flags) >= watch.count:
                return None
            following.append(flags[1:])
        elif isinstance(memory, int):
            in_a_row = memory + 1 if hit else 0
            if in_a_row >= watch.count:
                return None
            following.append(in_a_row)
    return tuple(following)
