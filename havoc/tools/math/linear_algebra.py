"""Systems of linear equations and properties of matrices, numerically."""

import math
from fractions import Fraction
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Matrix, Numbers

TOPIC = "Linear algebra"
MAX_ORDER = 200
EXACT_ORDER = 12
"""Order up to which determinants are computed in exact fractions."""
EXACT_EXPONENT = 40
"""Powers of ten of the entries up to which they are."""
ILL_CONDITIONED = 1e10
Array = np.ndarray[Any, np.dtype[np.float64]]


class LinearSystem(Arguments):
    """A x = b."""

    aliases: ClassVar = {"a": "coefficients", "A": "coefficients", "matrix": "coefficients", "b": "right_hand_side"}

    coefficients: Matrix
    """Rows of A: one equation each."""
    right_hand_side: Numbers
    """b, one number per equation."""
    least_squares: Annotated[bool, SETTING] = False
    """Accept the x of least squares (of least norm among several) where no x or many solve the equations."""


class LinearSystemResult(Result):
    """The solution of A x = b."""

    headline: ClassVar[tuple[str, ...]] = ("solution", "residual_norm", "condition_number")

    solution: list[float]
    residual_norm: float
    """Euclidean norm of b - A x."""
    condition_number: float | None
    """Largest over smallest singular value."""
    rank: int
    correct_digits: float | None
    """Decimal digits of the solution that the condition number lets be trusted, at most 16."""


class OneMatrix(Arguments):
    """One matrix."""

    aliases: ClassVar = {"A": "matrix", "a": "matrix", "rows": "matrix"}

    matrix: Matrix
    """Its rows."""


class MatrixResult(Result):
    """What is asked of a matrix."""

    headline: ClassVar[tuple[str, ...]] = ("determinant", "rank", "inverse", "condition_number")

    determinant: float | None
    determinant_exact: str | None = None
    """As a fraction of the decimals given, for small matrices."""
    inverse: list[list[float]] | None
    transpose: list[list[float]]
    rank: int
    """Singular values above max(rows, columns) * 2.2e-16 * the largest."""
    trace: float | None
    condition_number: float | None
    """Largest over smallest singular value."""
    norm_frobenius: float
    norm_1: float
    """Largest sum of magnitudes in a column."""
    norm_2: float
    """Largest singular value."""
    norm_infinity: float
    """Largest sum of magnitudes in a row."""


class Eigenpair(BaseModel):
    """An eigenvalue and its vector."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    value: float
    """Real part of the eigenvalue."""
    imaginary: float
    vector: list[float]
    """Real parts; of length 1, the largest entry positive."""
    vector_imaginary: list[float]


class EigenResult(Result):
    """Eigenvalues and vectors."""

    headline: ClassVar[tuple[str, ...]] = ("eigenvalues", "symmetric")

    eigenvalues: list[float] | None
    """Largest first; None where some are complex."""
    pairs: list[Eigenpair]
    """In the order of falling real parts."""
    symmetric: bool
    positive_definite: bool | None
    """Whether all eigenvalues of a symmetric matrix are above rounding; None for others."""


class TwoMatrices(Arguments):
    """Two factors."""

    aliases: ClassVar = {"a": "left", "A": "left", "b": "right", "B": "right"}

    left: Matrix
    right: Matrix


class ProductResult(Result):
    """A product of matrices."""

    headline: ClassVar[tuple[str, ...]] = ("product",)

    product: list[list[float]]


@operation(
    "linear_system",
    topic=TOPIC,
    source="Golub and Van Loan (2013), Matrix Computations, 4th ed., 3.4 and 5.5; LAPACK",
    examples=(
        {"coefficients": [[2, 1], [1, 3]], "right_hand_side": [3, 5]},
        {"coefficients": [[1, 1], [1, 2], [1, 3]], "right_hand_side": [1, 2, 2], "least_squares": True},
    ),
)
def linear_system(arguments: LinearSystem) -> LinearSystemResult:
    """Which x solves the linear equations A x = b?

    Gaussian elimination with the condition number, which tells the digits to trust. Without a unique solution it refuses,
    unless `least_squares` asks for the nearest. For equations written as text use solve_equation; to fit a model to
    data use a regression, which gives standard errors too.
    """
    matrix, right = _matrix(arguments.coefficients, "coefficients"), np.array(arguments.right_hand_side)
    rows, columns = matrix.shape
    if right.size != rows:
        problem = f"{right.size} numbers, coefficients has {rows} rows"
        raise ToolError("right_hand_side", arguments.right_hand_side, problem, "give one number per equation")
    rank, condition = _rank(matrix)
    unique = rank == rows == columns
    if not unique and not arguments.least_squares:
        solvable = _rank(np.column_stack([matrix, right]))[0] == rank
        problem = f"{rows} equations of rank {rank} in {columns} unknowns have " + (
            "no solution" if not solvable else "one solution" if rank == columns else "infinitely many solutions"
        )
        remedy = "leave out the equations that follow from others" if solvable and rank == columns else "check the equations"
        raise ToolError("coefficients", "", problem, f"{remedy}, or set least_squares to true")
    solution = np.linalg.solve(matrix, right) if unique else np.linalg.lstsq(matrix, right, rcond=None)[0]
    residual = right - matrix @ solution
    warnings = _conditioning(condition)
    if rank < columns:
        warnings.append(Notice(code="not_unique", message="Many x fit equally well; this one has the least norm."))
    digits = None if condition is None else max(0.0, min(16.0, 15.95 - math.log10(condition)))
    return LinearSystemResult(
        method="Gaussian elimination with partial pivoting" if unique else "Least squares by singular values",
        n_used=rows,
        solution=solution.tolist(),
        residual_norm=float(np.linalg.norm(residual)),
        condition_number=condition,
        rank=rank,
        correct_digits=digits,
        conventions={"rank": "singular values above max(rows, columns) * 2.2e-16 * the largest"},
        warnings=warnings,
        undefined={} if condition else dict.fromkeys(("condition_number", "correct_digits"), "the matrix is singular"),
        conclusion=f"x = {_shown(solution)}, with a residual of {np.linalg.norm(residual):.3g}.",
    )


@operation(
    "matrix",
    topic=TOPIC,
    source="Golub and Van Loan (2013), Matrix Computations, 4th ed.; Bareiss (1968) for exact determinants; LAPACK",
    examples=({"matrix": [[4, 7], [2, 6]]}, {"matrix": [[1, 2, 3], [4, 5, 6]]}),
)
def matrix(arguments: OneMatrix) -> MatrixResult:
    """What are determinant, inverse, rank, transpose, condition and norms of a matrix?

    Determinants of small matrices are exact for the decimals given, so that a singular matrix is seen as such. For
    eigenvalues use eigenvalues, to multiply matrix_product, to solve A x = b linear_system (more accurate than an inverse).
    """
    values = _matrix(arguments.matrix, "matrix")
    square = values.shape[0] == values.shape[1]
    rank, condition = _rank(values)
    undefined: dict[str, str] = {}
    exact = _exact_determinant(arguments.matrix) if square else None
    determinant = inverse = trace = None
    if square:
        trace = float(np.trace(values))
        determinant = float(np.linalg.det(values)) if exact is None else float(exact)
        if not math.isfinite(determinant):
            determinant, undefined["determinant"] = None, "it leaves double precision; rescale the matrix"
        if rank == len(values) and exact != 0:
            inverse = np.linalg.inv(values).tolist()
        else:
            undefined["inverse"] = "the matrix is singular, exactly or to double precision"
    else:
        undefined |= dict.fromkeys(("determinant", "inverse", "trace"), "the matrix is not square")
    if condition is None:
        undefined["condition_number"] = "the smallest singular value is 0 to double precision"
    return MatrixResult(
        method="Matrix properties",
        n_used=values.size,
        determinant=determinant,
        determinant_exact=None if exact is None else str(exact),
        inverse=inverse,
        transpose=values.T.tolist(),
        rank=rank,
        trace=trace,
        condition_number=condition,
        norm_frobenius=float(np.linalg.norm(values)),
        norm_1=float(np.linalg.norm(values, 1)),
        norm_2=float(np.linalg.norm(values, 2)),
        norm_infinity=float(np.linalg.norm(values, np.inf)),
        conventions={"determinant": "by LU factorisation" if exact is None else "exact for the decimals given"},
        warnings=_conditioning(condition),
        undefined=undefined,
        conclusion=f"The rank is {rank}" + ("." if determinant is None else f", the determinant {determinant:.10g}."),
    )


@operation(
    "eigenvalues",
    topic=TOPIC,
    source="Golub and Van Loan (2013), Matrix Computations, 4th ed., chapters 7 and 8; LAPACK",
    examples=({"matrix": [[2, 1], [1, 2]]}, {"matrix": [[0, -1], [1, 0]]}),
)
def eigenvalues(arguments: OneMatrix) -> EigenResult:
    """What are the eigenvalues and eigenvectors of a square matrix?

    Symmetric matrices are recognised and have real values and orthogonal vectors. For determinant and inverse use matrix.
    """
    values = _matrix(arguments.matrix, "matrix")
    if values.shape[0] != values.shape[1]:
        raise ToolError("matrix", "", f"{values.shape[0]} rows of {values.shape[1]}", "give a square matrix")
    symmetric = bool(np.array_equal(values, values.T))
    found, vectors = np.linalg.eigh(values) if symmetric else np.linalg.eig(values)
    order = np.lexsort((-found.imag, -found.real))
    pairs = [_pair(found[place], vectors[:, place]) for place in order]
    real = [pair.value for pair in pairs] if all(pair.imaginary == 0 for pair in pairs) else None
    rounding = len(values) * np.finfo(float).eps * float(np.abs(found).max())
    undefined = {} if real is not None else {"eigenvalues": "some are complex; see pairs"}
    if not symmetric:
        undefined["positive_definite"] = "the matrix is not symmetric"
    shown = ", ".join(f"{one.value:.6g}{f'{one.imaginary:+.6g}i' if one.imaginary else ''}" for one in pairs[:6])
    return EigenResult(
        method="Symmetric QR algorithm" if symmetric else "QR algorithm",
        n_used=len(values),
        eigenvalues=real,
        pairs=pairs,
        symmetric=symmetric,
        positive_definite=bool(found.real.min() > rounding) if symmetric else None,
        conventions={"vectors": "of length 1, with their largest entry positive"},
        undefined=undefined,
        conclusion=f"The eigenvalues are {shown}{', ...' if len(pairs) > 6 else ''}.",
    )


@operation(
    "matrix_product",
    topic=TOPIC,
    source="Golub and Van Loan (2013), Matrix Computations, 4th ed., 1.1",
    examples=({"left": [[1, 2], [3, 4]], "right": [[5, 6], [7, 8]]},),
)
def matrix_product(arguments: TwoMatrices) -> ProductResult:
    """What is the product of two matrices, or of a matrix and a column?

    A column is written [[1], [2], [3]]. For inverse and determinant use matrix.
    """
    left, right = _matrix(arguments.left, "left"), _matrix(arguments.right, "right")
    if left.shape[1] != right.shape[0]:
        problem = f"{right.shape[0]} rows, left has {left.shape[1]} columns"
        raise ToolError("right", "", problem, "give as many rows as left has columns, or transpose one")
    product = left @ right
    return ProductResult(
        method="Matrix product",
        n_used=left.size + right.size,
        product=product.tolist(),
        conclusion=f"The product has {product.shape[0]} rows and {product.shape[1]} columns.",
    )


def _matrix(rows: list[list[float]], path: str) -> Array:
    if len(rows) > MAX_ORDER or len(rows[0]) > MAX_ORDER:
        raise ToolError(path, "", f"{len(rows)} rows of {len(rows[0])}", f"give at most {MAX_ORDER} rows and columns")
    return np.array(rows)


def _rank(values: Array) -> tuple[int, float | None]:
    """Numerical rank, and the condition number where the smallest singular value is more than rounding."""
    singular = np.linalg.svd(values, compute_uv=False)
    if not np.isfinite(singular).all() or singular[0] > 1e290:
        raise ToolError("", "", "the entries leave double precision", "rescale the matrix")
    rank = int((singular > max(values.shape) * np.finfo(float).eps * singular[0]).sum())
    return rank, float(singular[0] / singular[-1]) if rank == min(values.shape) else None


def _conditioning(condition: float | None) -> list[Notice]:
    if condition is None or condition < ILL_CONDITIONED:
        return []
    message = f"The condition number {condition:.2g} costs about {math.log10(condition):.0f} of the 16 digits."
    return [Notice(code="ill_conditioned", message=message)]


def _exact_determinant(rows: list[list[float]]) -> Fraction | None:
    """Bareiss' elimination, free of rounding; None where it would be long."""
    sizes = [abs(math.log10(abs(value))) for row in rows for value in row if value]
    if len(rows) > EXACT_ORDER or max(sizes, default=0) > EXACT_EXPONENT:
        return None
    work = [[Fraction(repr(value)) for value in row] for row in rows]
    sign, previous = 1, Fraction(1)
    for step in range(len(work) - 1):
        pivot = next((row for row in range(step, len(work)) if work[row][step]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != step:
            work[step], work[pivot], sign = work[pivot], work[step], -sign
        for row in range(step + 1, len(work)):
            for column in range(step + 1, len(work)):
                cross = work[row][column] * work[step][step] - work[row][step] * work[step][column]
                work[row][column] = cross / previous
        previous = work[step][step]
    return sign * work[-1][-1]


def _pair(value: Any, vector: Any) -> Eigenpair:
    largest = vector[np.argmax(np.abs(vector))]
    turned = vector * (abs(largest) / largest)
    return Eigenpair(
        value=float(value.real),
        imaginary=float(value.imag),
        vector=turned.real.tolist(),
        vector_imaginary=turned.imag.tolist(),
    )


def _shown(solution: Array) -> str:
    numbers = ", ".join(f"{value:.6g}" for value in solution[:6])
    return f"[{numbers}{', ...' if len(solution) > 6 else ''}]"
