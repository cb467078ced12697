"""The jobs by name."""

from collections.abc import Callable
from typing import Any

from havoc.tools.math.symbolic_work import algebra, calculus, numbers, sums

JOBS: dict[str, Callable[..., dict[str, Any]]] = {
    "evaluate": numbers.evaluate,
    "rewrite": algebra.rewrite,
    "solve": algebra.solve,
    "differentiate": calculus.differentiate,
    "integrate": calculus.integrate,
    "limit": calculus.limit,
    "series": calculus.series,
    "summation": sums.summation,
    "product": sums.product,
}
