"""Latin and Graeco-Latin squares: treatments compared while two or three nuisance directions are blocked."""

from math import prod
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, WithJsonSchema

from havoc.tools.doe.design import AS_CONSTRUCTED, Design, RunArguments, order_conventions, run_table
from havoc.tools.doe.factor import Factor
from havoc.tools.doe.galois import IRREDUCIBLE, tables
from havoc.tools.errors import BadValueError, ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import DATA, SETTING, read_labels

MAX_SIZE = 26


def _labels(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float, list, tuple)):
        raise BadValueError("not treatments", 'give a count such as 4, or names such as ["P", "Q", "R"]', value=value)
    if isinstance(value, (int, float)):
        if not 2 <= value <= MAX_SIZE or value != int(value):
            raise BadValueError("not a number of treatments", f"give 2 to {MAX_SIZE}", value=value)
        return [chr(ord("A") + i) for i in range(int(value))]
    if not 2 <= len(value) <= MAX_SIZE:
        raise BadValueError(f"{len(value)} treatments", f"give 2 to {MAX_SIZE}")
    names = read_labels(value)
    if len(set(names)) < len(names):
        raise BadValueError("a name stands twice", "give each treatment its own name", value=value)
    return names


Treatments = Annotated[
    list[str],
    BeforeValidator(_labels),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 2}, {"type": "array", "items": {"type": "string"}}]}),
    DATA,
]
"""A count (A, B, C, ...), or names."""


class SquareDesign(Design):
    """A square, also as a table of runs whose factors are row, column and treatment."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "size", "square", "degrees_of_freedom_for_error")

    size: int
    """Number of treatments, rows and columns."""
    square: list[list[str]]
    """The first replicate, rows x columns; of a Graeco-Latin square both treatments, as `A alpha`."""
    degrees_of_freedom_for_error: int
    """Of the additive model, with rows and columns of their own in each replicate."""


class LatinSquare(RunArguments):
    """Treatments and the names of the two blocked directions."""

    aliases: ClassVar = {"factors": "treatments", "size": "treatments", "n": "treatments", "k": "treatments"}

    treatments: Treatments
    """Number or names of treatments; there are as many rows and columns."""
    row_name: Annotated[str, Field(min_length=1, max_length=60), SETTING] = "Row"
    """What rows are, as `Operator`."""
    column_name: Annotated[str, Field(min_length=1, max_length=60), SETTING] = "Column"
    """What columns are, as `Day`."""
    treatment_name: Annotated[str, Field(min_length=1, max_length=60), SETTING] = "Treatment"


class GraecoLatinSquare(LatinSquare):
    """Treatments and the names of the three blocked directions."""

    second_treatments: Treatments | None = None
    """Names of the levels of the Greek letters; alpha, beta, ... without."""
    second_name: Annotated[str, Field(min_length=1, max_length=60), SETTING] = "Greek"
    """What the second treatment is, as `Batch`."""


GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "digamma", "koppa"),
)


@operation(
    "latin_square",
    topic="Block designs",
    source="Fisher and Yates (1938), Statistical Tables; Montgomery, Design and Analysis of Experiments, 4.2",
    examples=(
        {"treatments": 4},
        {"treatments": ["P", "Q", "R"], "row_name": "Operator", "column_name": "Day", "randomize": False},
    ),
)
def latin_square(arguments: LatinSquare) -> SquareDesign:
    """Which treatment goes into which row and column, so that each stands once in every row and column?

    Compares treatments while two nuisance directions (operators, days) are blocked; it assumes that they do not interact.
    With one direction take randomized_block_design, with three graeco_latin_square; for several factors a factorial.
    """
    n = len(arguments.treatments)
    letters = (np.arange(n)[:, None] + np.arange(n)) % n
    return _design(arguments, [letters], [arguments.treatments], [arguments.treatment_name], "Latin square")


@operation(
    "graeco_latin_square",
    topic="Block designs",
    source="Bose (1938), Sankhya 3; MacNeish (1922), Ann. Math. 23; Montgomery, Design and Analysis of Experiments, 4.3",
    examples=({"treatments": 5}, {"treatments": 4, "second_name": "Batch", "randomize": False}),
)
def graeco_latin_square(arguments: GraecoLatinSquare) -> SquareDesign:
    """Which two treatments go into each row and column, so that each pair meets exactly once?

    Blocks three nuisance directions, or compares two sets of treatments. Sizes 2 and 6 do not exist; 10, 14, 18, 22 and 26
    are not made here. With two directions take latin_square.
    """
    n = len(arguments.treatments)
    second = arguments.second_treatments if arguments.second_treatments is not None else list(GREEK[:n])
    if len(second) != n:
        raise ToolError("second_treatments", second, f"{len(second)} for {n} treatments", f"give {n}")
    return _design(
        arguments,
        _orthogonal_pair(n),
        [arguments.treatments, second],
        [arguments.treatment_name, arguments.second_name],
        "Graeco-Latin square",
    )


def _design(
    arguments: LatinSquare, squares: list[NDArray[np.int_]], labels: list[list[str]], names: list[str], kind: str
) -> SquareDesign:
    n = len(arguments.treatments)
    all_names = [arguments.row_name, arguments.column_name, *names]
    if len(set(all_names)) < len(all_names):
        raise ToolError(
            "row_name", arguments.row_name, "two of the names are equal", "name rows, columns and treatments apart"
        )
    squares = _shuffled(squares, np.random.default_rng(arguments.seed)) if arguments.randomize else squares
    numbers = [str(i + 1) for i in range(n)]
    factors = [Factor(name=name, levels=list(one)) for name, one in zip(all_names, [numbers, numbers, *labels], strict=True)]
    rows, columns = np.divmod(np.arange(n * n), n)
    coded = -1 + 2 * np.column_stack([rows, columns, *[square.ravel() for square in squares]]) / (n - 1)
    table = run_table(factors, coded, ["cell"] * n * n, arguments)
    cells = [[" ".join(labels[s][square[i, j]] for s, square in enumerate(squares)) for j in range(n)] for i in range(n)]
    df = arguments.replicates * n * n - 1 - len(squares) * (n - 1) - arguments.replicates * 2 * (n - 1)
    df -= arguments.replicates - 1
    return SquareDesign(
        **table,
        size=n,
        square=cells,
        degrees_of_freedom_for_error=df,
        method=f"{n} x {n} {kind}",
        conventions=order_conventions(arguments, AS_CONSTRUCTED)
        | {"randomization": "rows, columns and labels of a standard square are permuted" if arguments.randomize else "none"},
        warnings=_notices(df),
        conclusion=f"The {n} x {n} {kind} has {table['runs']} runs and {df} degrees of freedom for error.",
    )


def _orthogonal_pair(n: int) -> list[NDArray[np.int_]]:
    """Two orthogonal squares: over the field of a prime power, products of those for other sizes (MacNeish)."""
    parts = _prime_powers(n)
    if any(part == 2 or (part not in IRREDUCIBLE and not _prime(part)) for part in parts):
        why = "there is none of that size (Tarry 1900)" if n in (2, 6) else "this size is not made here"
        raise ToolError("treatments", n, why, "take a number of treatments that leaves no remainder 2 when divided by 4")
    pair = [np.zeros((1, 1), dtype=np.int_)] * 2
    for part in parts:
        add, multiply = tables(part)
        for index, multiplier in enumerate((1, 2)):
            small = add[multiply[multiplier]][:, np.arange(part)]
            pair[index] = (pair[index][:, None, :, None] * part + small[None, :, None, :]).reshape(
                len(pair[index]) * part, -1
            )
    return pair


def _shuffled(squares: list[NDArray[np.int_]], rng: np.random.Generator) -> list[NDArray[np.int_]]:
    n = len(squares[0])
    rows, columns = rng.permutation(n), rng.permutation(n)
    return [rng.permutation(n)[square[rows][:, columns]] for square in squares]


def _prime_powers(n: int) -> list[int]:
    found, left, prime = [], n, 2
    while left > 1:
        count = 0
        while left % prime == 0:
            left, count = left // prime, count + 1
        if count:
            found.append(prime**count)
        prime += 1
    return found


def _prime(number: int) -> bool:
    return prod(number % divisor for divisor in range(2, number)) != 0


def _notices(df: int) -> list[Notice]:
    if df >= 6:
        return []
    message = f"Only {df} degrees of freedom for error: replicate the square."
    return [Notice(code="few_degrees_of_freedom", message=message)]
