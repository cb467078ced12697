"""D-, A- and I-optimal designs for any model, number of runs and linear constraints."""

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.doe.design import AS_CONSTRUCTED, Design, DesignArguments, Texts, order_conventions, run_table
from havoc.tools.doe.efficiency import efficiency, region
from havoc.tools.doe.exchange import Criterion, Search
from havoc.tools.doe.factor import Factor
from havoc.tools.doe.linear_constraint import read_constraints
from havoc.tools.doe.model_matrix import Model, model_terms, term_names
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import DATA, SETTING, Matrix

BUDGET = 1_200_000.0
"""Work of one call, in units of somewhat less than a microsecond (see `Search.improve`)."""
MAX_RUNS = 300
MAX_SEARCHED = 80
"""Terms of a model."""
TRIES = 20_000
"""Random points among which allowed ones are looked for, where constraints meet listed levels."""


class OptimalDesign(Design):
    """Runs that a search found best for the model."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "d_efficiency", "average_prediction_variance", "terms")

    terms: list[str]
    """Of the model, the constant `1` first."""
    criterion: str
    d_efficiency: float
    """100 |X'X|^(1/p) / n in coded units, %; in a cut or quadratic region 100 cannot be reached."""
    a_efficiency: float
    """100 p / (n trace (X'X)^-1), %."""
    g_efficiency: float
    """100 p / (n largest prediction variance), over the runs and the allowed points of the grid, %."""
    average_prediction_variance: float
    """Mean over the cube, relative to the error variance: what I-optimality minimises."""
    degrees_of_freedom_for_error: int
    """Runs minus terms, with replicates."""
    distinct_runs: int
    starts_done: int
    """Random starts that were finished."""


class OptimalDesignArguments(DesignArguments):
    """Factors, model, number of runs, and what must hold."""

    aliases: ClassVar = {"n_runs": "runs", "n": "runs", "n_starts": "starts", "augment": "existing"}

    runs: Annotated[int, Field(ge=2, le=MAX_RUNS), DATA]
    """Number of runs, existing ones included."""
    model: Model = "quadratic"
    criterion: Annotated[Criterion, SETTING] = "D"
    """`D` for precise coefficients (screening), `I` for precise predictions (response surfaces), `A` for their mean
    variance."""
    constraints: Annotated[Texts, Field(max_length=50), DATA] = []  # noqa: RUF012  (pydantic copies defaults)
    """Linear inequalities in natural units, as `2*Temperature + Pressure <= 300`."""
    existing: Matrix | None = None
    """Coded runs already made, which stay in the design."""
    starts: Annotated[int, Field(ge=1, le=100), SETTING] = 40
    """Random starts; the best result is kept."""


@operation(
    "optimal_design",
    topic="Optimal designs",
    source="Meyer, R. K. and Nachtsheim, C. J. (1995), Technometrics 37, 60-69 (coordinate exchange)",
    examples=(
        {"factors": 2, "runs": 8, "model": "quadratic", "starts": 3},
        {"factors": 3, "runs": 12, "model": "interaction", "criterion": "I"},
        {
            "factors": [{"name": "Temperature", "low": 100, "high": 200}, {"name": "Time", "low": 10, "high": 50}],
            "runs": 10,
            "constraints": ["Temperature + 2*Time <= 260"],
        },
    ),
)
def optimal_design(arguments: OptimalDesignArguments) -> OptimalDesign:
    """Which runs are best for a given model where no textbook design fits?

    For odd numbers of runs, limits on combinations of factors, or runs to add to existing ones. The search trusts the model:
    add runs for lack of fit. Where they fit, take the textbook designs: fractional_factorial, box_behnken,
    central_composite, definitive_screening. For shares that add up to one use mixture_design.
    """
    factors = arguments.factors
    names = [factor.name for factor in factors]
    terms = model_terms(names, arguments.model)
    _check(arguments, len(terms), factors)
    polytope = read_constraints(arguments.constraints, factors)
    fixed = _existing(arguments, len(factors))
    search = Search(
        terms=terms,
        levels=[_levels(factor, max(term[i] for term in terms)) for i, factor in enumerate(factors)],
        continuous=[factor.levels is None for factor in factors],
        fixed=fixed,
        polytope=polytope,
        criterion=arguments.criterion,
    )
    runs, done = _search(search, arguments)
    types = ["existing"] * len(fixed) + ["center" if not row.any() else "optimal" for row in runs[len(fixed) :]]
    allowed = region(runs)
    quality = efficiency(runs, terms, allowed[polytope.contains(allowed)] if len(polytope.bound) else allowed)
    table = run_table(factors, runs, types, arguments, [1] * len(fixed) + [1 + bool(len(fixed))] * (len(runs) - len(fixed)))
    return OptimalDesign(
        **table,
        terms=term_names(terms, names),
        criterion=arguments.criterion,
        d_efficiency=quality.d,
        a_efficiency=quality.a,
        g_efficiency=quality.g,
        average_prediction_variance=quality.average_variance,
        degrees_of_freedom_for_error=table["runs"] - len(terms),
        distinct_runs=len(np.unique(runs.round(9), axis=0)),
        starts_done=done,
        method=f"{arguments.criterion}-optimal design by coordinate exchange",
        conventions=order_conventions(arguments, AS_CONSTRUCTED)
        | {
            "d_efficiency": "100 |X'X|^(1/p) / n in coded units",
            "levels": "-1 and +1, also 0 where a factor is squared, and the limits that constraints set",
            "search": f"best of {done} random starts with seed {arguments.seed}; points may be repeated",
        },
        warnings=_notices(arguments, table["runs"] - len(terms), done),
        conclusion=f"The design of {table['runs']} runs has a D-efficiency of {quality.d:.4g}%.",
    )


def _check(arguments: OptimalDesignArguments, terms: int, factors: list[Factor]) -> None:
    if arguments.runs < terms:
        raise ToolError(
            "runs", arguments.runs, f"the model has {terms} terms", f"give at least {terms} runs, or a smaller model"
        )
    if terms > MAX_SEARCHED or len(factors) > 20:
        raise ToolError(
            "factors",
            len(factors),
            f"{terms} terms are too many to search",
            f"give up to 20 factors and {MAX_SEARCHED} terms",
        )
    for index, factor in enumerate(factors):
        if factor.categorical and len(factor.level_codes()) > 2:
            raise ToolError(
                f"factors[{index}].levels", factor.levels, "more than two categories", "give two, or use full_factorial"
            )


def _existing(arguments: OptimalDesignArguments, k: int) -> NDArray[np.float64]:
    if arguments.existing is None:
        return np.empty((0, k))
    fixed = np.array(arguments.existing)
    if fixed.shape[1] != k:
        raise ToolError("existing", "", f"{fixed.shape[1]} columns for {k} factors", "give a column for each factor")
    if len(fixed) >= arguments.runs:
        raise ToolError("existing", "", f"{len(fixed)} runs, and {arguments.runs} in all", "give more runs")
    if np.abs(fixed).max() > 10:
        raise ToolError("existing", "", "values beyond 10 are not coded", "give coded runs: low -1, high +1")
    return fixed


def _levels(factor: Factor, power: int) -> list[float]:
    """Coded levels that the search tries: enough for the highest power of the factor."""
    if factor.levels is not None:
        return factor.level_codes()
    return np.linspace(-1, 1, max(power, 1) + 1).tolist()


def _search(search: Search, arguments: OptimalDesignArguments) -> tuple[NDArray[np.float64], int]:
    rng = np.random.default_rng(arguments.seed)
    vertices = search.polytope.vertices(rng) if len(search.polytope.bound) else None
    best: NDArray[np.float64] | None = None
    lowest, spent, done = np.inf, 0.0, 0
    while done < arguments.starts and spent < BUDGET:
        start = np.vstack([search.fixed, _start(search, vertices, arguments.runs - len(search.fixed), rng)])
        runs, work = search.improve(start, BUDGET - spent)
        spent += work
        done += 1
        cost = search.cost(runs)
        if cost < lowest - 1e-12:
            best, lowest = runs, cost
    if best is None:
        raise ToolError("model", arguments.model, "no set of runs was found that determines it", "add runs or levels")
    return best, done


def _start(
    search: Search, vertices: NDArray[np.float64] | None, count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Random allowed runs: levels drawn at random, or with constraints mixtures of few vertices."""
    if vertices is None:
        return np.column_stack([rng.choice(levels, size=count) for levels in search.levels])
    if all(search.continuous):
        return np.asarray(rng.dirichlet(np.full(len(vertices), 0.15), size=count) @ vertices)
    drawn = np.column_stack(
        [
            rng.uniform(-1, 1, TRIES) if continuous else rng.choice(levels, size=TRIES)
            for continuous, levels in zip(search.continuous, search.levels, strict=True)
        ]
    )
    allowed = drawn[search.polytope.contains(drawn)]
    if not len(allowed):
        raise ToolError("constraints", "", "too few of the listed levels satisfy them", "relax them, or give low and high")
    return np.asarray(rng.choice(allowed, size=count))


def _notices(arguments: OptimalDesignArguments, df: int, done: int) -> list[Notice]:
    notices = []
    if df == 0:
        notices.append(Notice(code="saturated", message="As many terms as runs: nothing is left to estimate the error."))
    if done < arguments.starts:
        notices.append(
            Notice(code="search_cut_short", message="The problem is large: fewer random starts were made than asked for.")
        )
    return notices
