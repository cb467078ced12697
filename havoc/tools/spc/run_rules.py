"""Rules that find patterns of special causes in a control chart."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from havoc.tools.errors import BadValueError, ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import SETTING, FiniteNumbers, Number, Positive, short_list

TOPIC = "Control charts"
MAX_POINTS = 10_000
"""Points of one chart."""
EDGE = 1e-9
"""Sigmas within which a point counts as on a limit: (10.3 - 10)/0.1 is above 3 in binary arithmetic, and is no signal."""


class Rule(BaseModel):
    """One pattern."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["beyond", "run", "trend", "alternating", "within"]
    """beyond: `count` of `window` points more than `zone` sigma from the centre; run: on one side; within: inside `zone`."""
    count: int
    window: int
    zone: float = 0.0
    same_side: bool = True
    """Whether points of both sides count separately."""

    @property
    def description(self) -> str:
        """In words."""
        points = f"{self.count} of {self.window} points" if self.count < self.window else f"{self.count} points in a row"
        if self.count == self.window == 1:
            points = "1 point"
        side = "on one side" if self.same_side else "on either side"
        return {
            "beyond": f"{points} beyond {self.zone:g} sigma {'' if self.window == 1 else side}".strip(),
            "run": f"{points} on one side of the centre line",
            "trend": f"{points} steadily rising or falling",
            "alternating": f"{points} alternating up and down",
            "within": f"{points} within {self.zone:g} sigma of the centre line",
        }[self.kind]


def _run(count: int) -> Rule:
    return Rule(kind="run", count=count, window=count)


_BEYOND_3 = Rule(kind="beyond", count=1, window=1, zone=3)
_TWO_OF_THREE = Rule(kind="beyond", count=2, window=3, zone=2)
_FOUR_OF_FIVE = Rule(kind="beyond", count=4, window=5, zone=1)
NELSON: dict[str, Rule] = {
    "1": _BEYOND_3,
    "2": _run(9),
    "3": Rule(kind="trend", count=6, window=6),
    "4": Rule(kind="alternating", count=14, window=14),
    "5": _TWO_OF_THREE,
    "6": _FOUR_OF_FIVE,
    "7": Rule(kind="within", count=15, window=15, zone=1, same_side=False),
    "8": Rule(kind="beyond", count=8, window=8, zone=1, same_side=False),
}
"""Nelson, L. S. (1984), Journal of Quality Technology 16, 237-239."""
WESTERN_ELECTRIC: dict[str, Rule] = {"1": _BEYOND_3, "2": _TWO_OF_THREE, "3": _FOUR_OF_FIVE, "4": _run(8)}
"""Western Electric (1956), Statistical Quality Control Handbook."""
AIAG: dict[str, Rule] = NELSON | {"2": _run(7)}
"""AIAG, Statistical Process Control, 2nd edition (2005): Nelson's, with a run of seven."""
RULE_SETS: Mapping[str, Mapping[str, Rule]] = {
    "western_electric": WESTERN_ELECTRIC,
    "nelson": NELSON,
    "aiag": AIAG,
    "three_sigma": {"1": _BEYOND_3},
}


def _read_rules(value: object) -> object:
    if isinstance(value, str):
        if value not in RULE_SETS:
            raise BadValueError(
                "no such set of rules", f"give {', '.join(RULE_SETS)}, or numbers of Nelson's rules", value=value
            )
        return value
    value = short_list(value)
    if isinstance(value, (list, tuple)) and value:
        for index, number in enumerate(value):
            known = number in NELSON if isinstance(number, str) else number in range(1, len(NELSON) + 1)
            if not known or isinstance(number, bool):
                raise BadValueError("no rule of Nelson's", "give numbers from 1 to 8", f"[{index}]", number)
        return [int(number) for number in value]
    raise BadValueError("not rules", f"give {', '.join(RULE_SETS)}, or numbers of Nelson's rules", value=value)


Rules = Annotated[
    str | list[int],
    BeforeValidator(_read_rules),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "enum": list(RULE_SETS)},
                {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 8}, "minItems": 1},
            ]
        }
    ),
    SETTING,
]
"""A set of rules by name, or numbers of Nelson's rules."""


class Violation(BaseModel):
    """A pattern that was found."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    rule: str
    """Its number in the chosen set."""
    description: str
    index: int
    """1-based point that completes the pattern."""
    window: list[int]
    """1-based points that make it up."""
    side: Literal["above", "below", "both"]

    def moved(self, count: int) -> "Violation":
        """The same pattern `count` points later."""
        if count == 0:
            return self
        return self.model_copy(update={"index": self.index + count, "window": [number + count for number in self.window]})


def chosen_rules(rules: str | list[int]) -> dict[str, Rule]:
    """The rules by number."""
    if isinstance(rules, str):
        return dict(RULE_SETS[rules])
    return {str(number): NELSON[str(number)] for number in rules}


def find_violations(
    z: NDArray[np.float64], rules: Mapping[str, Rule], *, points: NDArray[np.float64] | None = None
) -> list[Violation]:
    """Every completed pattern, in the order of points.

    The completing point must lie in the zone itself; a point on a limit is not beyond it; ties break a trend.

    Args:
        z: float64, points in sigmas from the centre line, in time order.
        rules: by number.
        points: what trends are judged by where sigma differs between points; z where it is left out.

    Raises:
        ToolError: there are more than MAX_POINTS points.
    """
    if len(z) > MAX_POINTS:
        raise ToolError("points", len(z), "too many points for a chart", f"give at most {MAX_POINTS:,}, or averages of them")
    steady = ("trend", "alternating")
    found = [
        violation
        for number, rule in rules.items()
        for violation in _find(points if points is not None and rule.kind in steady else z, number, rule)
    ]
    return sorted(found, key=lambda violation: (violation.index, violation.rule))


def _find(values: NDArray[np.float64], number: str, rule: Rule) -> list[Violation]:
    if len(values) < rule.window:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(values, rule.window)
    found = []
    for side, complete in completed(windows, rule).items():
        for start in np.flatnonzero(complete).tolist():
            points = list(range(start + 1, start + rule.window + 1))
            found.append(Violation(rule=number, description=rule.description, index=points[-1], window=points, side=side))
    return found


def completed(windows: NDArray[np.float64], rule: Rule) -> dict[Literal["above", "below", "both"], NDArray[np.bool_]]:
    """bool per window and side: whether its last point completes the pattern."""
    last = windows[:, -1]
    if rule.kind == "within":
        return {"both": np.all(np.abs(windows) < rule.zone - EDGE, axis=1)}
    if rule.kind in ("trend", "alternating"):
        steps = np.sign(np.diff(windows, axis=1))
        if rule.kind == "alternating":
            return {"both": np.all(steps[:, :-1] * steps[:, 1:] < 0, axis=1)}
        return {"above": np.all(steps > 0, axis=1), "below": np.all(steps < 0, axis=1)}
    edge = rule.zone + EDGE
    if not rule.same_side:
        return {"both": ((np.abs(windows) > edge).sum(axis=1) >= rule.count) & (np.abs(last) > edge)}
    return {
        "above": ((windows > edge).sum(axis=1) >= rule.count) & (last > edge),
        "below": ((windows < -edge).sum(axis=1) >= rule.count) & (last < -edge),
    }


class RunRulesArguments(Arguments):
    """A sequence with its centre line and sigma."""

    aliases: ClassVar[Mapping[str, str]] = {"sample": "points", "values": "points", "data": "points", "mean": "center"}

    points: FiniteNumbers
    """Plotted points, in time order."""
    center: Number
    """Centre line."""
    sigma: Positive
    """Standard deviation of the plotted points: of subgroup means sigma/sqrt(n), not that of individuals."""
    rules: Rules = "nelson"


class RunRulesResult(Result):
    """The patterns that were found."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "violations")

    in_control: bool
    violations: list[Violation]
    rules_used: dict[str, str]
    """Number of each rule -> its pattern."""


@operation(
    "run_rules",
    topic=TOPIC,
    source="Nelson, L. S. (1984), Journal of Quality Technology 16, 237-239; Western Electric (1956)",
    examples=({"points": [1, 2, -0.5, 3.4, 0.2, 2.2, 2.4, 0.1], "center": 0, "sigma": 1},),
)
def run_rules(arguments: RunRulesArguments) -> RunRulesResult:
    """Which rules of special causes does a sequence of points break?

    For points whose centre and sigma are known. The chart operations (xbar_r_chart, i_mr_chart, ...) estimate both and apply
    the same rules; for runs about the median without any sigma use run_test.
    """
    rules = chosen_rules(arguments.rules)
    z = (np.asarray(arguments.points) - arguments.center) / arguments.sigma
    if not np.isfinite(z).all():
        raise ToolError("sigma", arguments.sigma, "too small for these points", "give the points and sigma in one unit")
    violations = find_violations(z, rules, points=np.asarray(arguments.points))
    return RunRulesResult(
        method="Run rules",
        n_used=len(arguments.points),
        in_control=not violations,
        violations=violations,
        rules_used={number: rule.description for number, rule in rules.items()},
        conventions=rule_conventions(arguments.rules),
        conclusion=verdict(violations),
    )


def rule_conventions(rules: str | list[int]) -> dict[str, str]:
    """How the rules were counted."""
    name = rules if isinstance(rules, str) else "Nelson's rules " + ", ".join(map(str, rules))
    return {
        "rules": name,
        "counting": "a point on a limit is no signal; the completing point lies in the zone; ties break a trend",
    }


def verdict(violations: Sequence[Violation]) -> str:
    """One sentence on control."""
    if not violations:
        return "No rule is broken: the points show no special cause."
    first: Any = violations[0]
    return f"{len(violations)} signals; the first at point {first.index}: {first.description}."
