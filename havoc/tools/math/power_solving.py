"""What all power operations share: which quantity was left out, and the search for it."""

import math
from collections.abc import Callable
from typing import Any, ClassVar, Literal

from scipy import optimize

from havoc.tools.errors import ToolError
from havoc.tools.result import Notice, Result

TOPIC = "Power and sample size"
MAX_N = 10**9
"""Largest sample size that is searched or accepted."""
LARGEST_EFFECT = 1e6
"""Standardised effects beyond are detected by any sample, and their squares lose the rest."""


class PowerResult(Result):
    """A sample size with the power that it gives."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "power", "total_n")

    n: int
    """Sample size, rounded up; of each group (with `ratio`: of the first) where there are several."""
    n_unrounded: float
    """The solution before rounding up; n itself where n was given."""
    total_n: int
    """Values over all groups; pairs count once."""
    power: float
    """Probability of detecting the effect with n: at least the one asked for."""
    target_power: float | None = None
    """The power asked for; None where power was the unknown."""
    solved_for: Literal["n", "power", "effect"]
    """What was left out, and therefore computed."""


def unknown(**given: object) -> str:
    """The name of the one argument that is None.

    Raises:
        ToolError: none or several are.
    """
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == 1:
        return missing[0]
    names = ", ".join(given)
    problem = f"{' and '.join(missing)} are missing" if missing else f"all of {names} are given"
    raise ToolError(
        missing[0] if missing else names.split(", ", maxsplit=1)[0], "", problem, f"leave out exactly one of {names}"
    )


def checked_n(n: int, smallest: int) -> int:
    """`n`, if a test can be made with it."""
    if not smallest <= n <= MAX_N:
        raise ToolError("n", n, "not a usable sample size", f"give n from {smallest} to {MAX_N:,}")
    return n


def checked_power(power: float, alpha: float) -> float:
    """`power`, if it is above alpha, which even a test without data has."""
    if power <= alpha:
        raise ToolError("power", power, f"not above alpha = {alpha:g}", "give a power such as 0.8 or 0.9")
    return power


def checked_effect(path: str, value: object, effect: float, side: str) -> None:
    """Refuse an effect of 0, and one on the side that the alternative does not look at.

    Raises:
        ToolError: on the argument `path`.
    """
    if effect == 0:
        raise ToolError(
            path, value, "equal to the hypothesis, so there is nothing to detect", "give the smallest that matters"
        )
    if (side == "greater" and effect < 0) or (side == "less" and effect > 0):
        raise ToolError(path, value, f"on the wrong side of the hypothesis for {side}", "change it, or the alternative")


def checked_size(path: str, effect: float) -> None:
    """Refuse a standardised effect that is beyond all measure, or so small that its square vanishes.

    Raises:
        ToolError: on the argument `path`.
    """
    if abs(effect) > LARGEST_EFFECT or 0 < abs(effect) < 1 / LARGEST_EFFECT**2:
        raise ToolError(path, effect, "not an effect that a test is planned for", "check the units of effect and deviation")


def solve_n(
    reached: Callable[[float], float], target: float, smallest: int, *, largest: int = MAX_N, path: str = "power"
) -> float:
    """The n, not rounded, at which the increasing `reached` comes to `target`; `smallest` where that is enough.

    Raises:
        ToolError: on the argument `path`, where it takes more than `largest`.
    """
    low, high = float(smallest), float(smallest)
    while reached(high) < target:
        if high >= largest:
            raise ToolError(path, "", f"not reached with {largest:,} values", "look for a larger effect, or ask for less")
        low, high = high, min(2 * high, float(largest))
    if high == smallest:
        return high
    return float(optimize.brentq(lambda n: reached(n) - target, low, high, xtol=1e-9, rtol=1e-13))


def solve_effect(power_at: Callable[[float], float], target: float, none: float, most: float) -> float:
    """The effect between `none` (no effect) and `most` at which `power_at` reaches `target`; `most` may be +-inf.

    Raises:
        ToolError: not even `most` reaches it.
    """
    end = most
    if math.isinf(most):
        end = none + math.copysign(1.0, most)
        while power_at(end) < target and abs(end) < 1e12:
            end = none + 2 * (end - none)
    if power_at(end) < target:
        raise ToolError("power", target, "not reached by any effect with this n", "give a larger n, or accept less power")
    return float(optimize.brentq(lambda effect: power_at(effect) - target, none, end, xtol=1e-14, rtol=1e-13))


def rounded_up(n: float) -> int:
    """The next whole number; what the search leaves above a whole number is no reason for one more."""
    return math.ceil(n * (1 - 1e-9))


def finite_correction(n: float, population: int | None) -> float:
    """What sampling n of a finite population without replacement does to a standard error (Cochran 1977, section 2.6)."""
    if population is None:
        return 1.0
    if not 2 <= population <= MAX_N:
        raise ToolError("population", population, "not a size to sample from", f"give 2 to {MAX_N:,}, or leave it out")
    return math.sqrt((population - n) / (population - 1))


def tails(alternative: str) -> int:
    """How many tails the critical value splits alpha over."""
    return 2 if alternative == "two-sided" else 1


def smallest_notice(n: float, smallest: int, unknown_name: str) -> list[Notice]:
    """A notice where the search ended at the smallest n with which the test exists."""
    if unknown_name != "n" or n > smallest:
        return []
    message = f"n = {smallest} is the smallest for which the test exists; it gives more power than was asked for."
    return [Notice(code="smallest_n", message=message)]


def summary(solved: str, n: float, power: float, target: float | None, total: int) -> dict[str, Any]:
    """The fields of PowerResult."""
    return {
        "n": rounded_up(n),
        "n_unrounded": float(n),
        "total_n": total,
        "n_used": total,
        "power": float(min(power, 1.0)),
        "target_power": target,
        "solved_for": solved if solved in ("n", "power") else "effect",
    }
