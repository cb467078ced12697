"""The jobs by name."""

from havoc.tools.math.symbolic_work import algebra, calculus, numbers, sums

JOBS = {
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
