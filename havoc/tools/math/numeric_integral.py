"""A definite integral by quadrature, as a check on the symbolic one and where there is none."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from scipy import integrate as quadrature

from havoc.tools.math.numeric_function import Values

TRUSTED = 1e-6
"""Estimated relative error up to which a quadrature counts as converged."""
DAMPING = (0.08, 0.04, 0.02, 0.01)


@dataclass(frozen=True)
class Quadrature:
    """What adaptive quadrature found."""

    value: float
    error: float
    """Estimated absolute error."""
    converged: bool
    confirms_only: bool = False
    """Whether it may only be compared with a value that was found in another way."""


def integral(function: Callable[[float], Values], lower: float, upper: float) -> Quadrature:
    """Adaptive Gauss-Kronrod quadrature (QUADPACK), with both ends allowed to be infinite.

    A pole in the middle of a symmetric partition cancels and would seem to converge, so another one confirms the value.
    """
    whole = _quad(function, lower, upper)
    if not whole.converged or lower == upper:
        return whole
    middle = _inside(lower, upper)
    halves = [_quad(function, *ends) for ends in ((lower, middle), (middle, upper))]
    gap = abs(whole.value - halves[0].value - halves[1].value)
    confirmed = all(half.converged for half in halves) and gap <= TRUSTED * (1e-4 + abs(whole.value))
    return Quadrature(whole.value, max(whole.error, gap), confirmed)


def oscillating_integral(function: Callable[[float], Values], lower: float, upper: float) -> Quadrature:
    """Abel's limit of the integral of exp(-e |x|) f(x) for e to 0, by Richardson's extrapolation.

    For integrals to infinity that converge only because f changes its sign, as that of sin(x)/x. It also gives values to
    some integrals that diverge, so it may confirm a value and never find one.
    """
    if math.isinf(lower) and math.isinf(upper):
        halves = [_damped(function), _damped(lambda x: function(-x))]
    elif math.isinf(upper):
        halves = [_damped(lambda x: function(lower + x))]
    else:
        halves = [_damped(lambda x: function(upper - x))]
    value, error = sum(half.value for half in halves), sum(half.error for half in halves)
    return Quadrature(value, error, math.isfinite(value) and error <= 1e-3 * (1 + abs(value)), True)


def _quad(function: Callable[[float], Values], lower: float, upper: float) -> Quadrature:
    value, error, _, *trouble = quadrature.quad(function, lower, upper, limit=500, epsabs=1e-13, epsrel=1e-10, full_output=1)
    allowed = 1e-8 * (1 + abs(value)) if trouble else TRUSTED * abs(value) + 1e-10
    return Quadrature(float(value), float(error), math.isfinite(value) and error <= allowed)


def _inside(lower: float, upper: float) -> float:
    """A point between, at no simple fraction of the way."""
    if math.isinf(lower):
        return 0.6180339 if math.isinf(upper) else upper - 0.6180339 * (1 + abs(upper))
    return lower + 0.6180339 * (1 + abs(lower)) if math.isinf(upper) else lower + 0.3819661 * (upper - lower)


def _damped(function: Callable[[float], Values]) -> Quadrature:
    """The integral from 0 to infinity."""
    column = [_damped_at(function, rate) for rate in DAMPING]
    # The damped integral is a power series in the rate, and each rate is half the one before.
    step, last = 2.0, column
    while len(last) > 1:
        previous = last
        last = [(step * finer - coarser) / (step - 1) for coarser, finer in pairwise(last)]
        step *= 2
    return Quadrature(last[0], abs(last[0] - previous[-1]), True)


def _damped_at(function: Callable[[float], Values], rate: float) -> float:
    def damped(x: float) -> Values:
        return math.exp(-rate * x) * function(x)

    edges = [40 / rate * part / 8 for part in range(9)]
    return sum(float(quadrature.quad(damped, *ends, limit=400, full_output=1)[0]) for ends in pairwise(edges))
