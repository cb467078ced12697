"""The largest value of a quadratic over a ball or a cube about the origin, exactly."""

from itertools import product

import numpy as np
from scipy.optimize import brentq

from havoc.tools.doe.analysis_terms import Vector

FLAT = 1e-12
"""Share of the whole slope below which there is none along an axis."""
MAX_CUBE = 7
"""Factors up to which all faces of a cube are looked at: 3^7 small systems."""


def largest_in_ball(linear: Vector, square: Vector, radius: float) -> Vector:
    """The x with |x| <= radius that maximises linear'x + x' square x.

    The trust-region problem (More and Sorensen 1983): x = (mu I - square)^-1 linear / 2 with mu above all eigenvalues.
    """
    values, vectors = np.linalg.eigh(square)
    slopes = vectors.T @ linear / 2
    if values[-1] < 0:
        inside = slopes / -values
        if np.linalg.norm(inside) <= radius:
            return np.asarray(vectors @ inside)
    # With t = mu - largest eigenvalue and the gaps below it, |slopes / (gaps + t)| = radius has one root in t.
    gaps = values[-1] - values
    flat = gaps <= 1e-12 * float(np.abs(values).max())
    most = float(np.linalg.norm(slopes)) / radius
    least = float(np.linalg.norm(slopes[flat])) / radius
    rest = np.where(flat, 0.0, slopes / np.where(flat, 1.0, gaps))
    if least <= FLAT * most and np.linalg.norm(rest) <= radius:
        # No slope along the steepest axis: go out along it as far as the ball allows.
        rest[-1] = np.sqrt(max(0.0, radius**2 - float(rest @ rest)))
        return np.asarray(vectors @ rest)

    def excess(t: float) -> float:
        return float(np.linalg.norm(slopes / np.maximum(gaps + t, 1e-300))) - radius

    low, high = 0.5 * least, 2 * most
    t = brentq(excess, low, high, xtol=1e-15 * most, maxiter=500) if excess(low) > 0 > excess(high) else high
    point = slopes / (gaps + t)
    return np.asarray(vectors @ (point * min(1.0, radius / float(np.linalg.norm(point)))))


def largest_in_cube(linear: Vector, square: Vector) -> Vector:
    """The x with every |x_i| <= 1 that maximises linear'x + x' square x, from the stationary points of all faces."""
    count = len(linear)
    best, highest = np.zeros(count), 0.0
    for face in product((-1.0, 1.0, 0.0), repeat=count):
        point = np.array(face)
        free = point == 0
        if free.any():
            slope = linear[free] + 2 * square[np.ix_(free, ~free)] @ point[~free]
            inner = square[np.ix_(free, free)]
            # Where the face has no single stationary point its largest value lies on a smaller face.
            if abs(np.linalg.det(inner)) <= 1e-14 * float(np.abs(inner).max()) ** int(free.sum()):
                continue
            point[free] = np.linalg.solve(inner, -slope / 2)
            if np.abs(point[free]).max() > 1:
                continue
        value = float(linear @ point + point @ square @ point)
        if value > highest:
            best, highest = point, value
    return best
