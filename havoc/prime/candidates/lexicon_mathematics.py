"""Words for algebra, calculus, roots, optima and matrices."""

from havoc.prime.candidates.words import Words

_CALCULUS = (
    "derivative; differentiate; integrate; integral; limit; taylor; series; solve; root; minimi*; maximi*; factor*; expand"
)

MATHEMATICS: dict[str, Words] = {
    "evaluate": Words(
        "evaluate; calculate; compute; arithmetic; what is the value of; work out",
        "how much is; what is; result of; value of; plus; times; divided by; multiplied by; =; sum of; squared; square root",
        f"{_CALCULUS}; matrix; mean; average; standard deviation; distribution; quantile; test; chart; capab*; "
        "design; interval; "
        "eigen*; dy; probability; sample; percent of the; confidence; equation; system; sum of .. from; product of .. from; "
        "differ*; cpk; cp; ppk; simplify; mtbf; power; reliability",
        0.4,
    ),
    "simplify": Words(
        "simplify; simplification; simpler form; reduce the expression; simplest form", "", "simple; solve", 0.1
    ),
    "expand": Words("expand; multiply out; expansion of; expanded form", "", "taylor; power series; series expansion", 0.1),
    "factor": Words(
        "factor; factorise; factorize; factorisation; factorization; prime factor; prime factors; factored form; "
        "into factors",
        "",
        "factors; factorial; design; experiment; level; one factor; confounded; k factor; tolerance factor; "
        "hard to change; screening",
        0.0,
    ),
    "solve_equation": Words(
        "solve; solve .. equation; solve the equation; solve the system; roots of; system of equations; "
        "solutions of; solve for; "
        "quadratic equation; solutions to; zeros of",
        "x =; equation; unknown; equations; all solutions; exact; solution",
        "numerically; near; between; starting; a x = b; ax = b; matrix; differential; dy/dt; linear program; "
        "subject to; y'; initial",
        0.3,
    ),
    "find_root": Words(
        "find the root; root of; numerical root; root finding; brent; bisection; newton; zero of; find a root; "
        "find a zero; numeric root",
        "between; near; bracket; numerically; interval; starting from; start; in the interval; crosses zero",
        "square root; system; roots of; exact; cube root",
        0.15,
    ),
    "find_root_of_system": Words(
        "system of nonlinear equations; nonlinear system; nonlinear equations; system .. numerically; newton .. system",
        "starting; guess; start at; near; initial guess; numerically; starting from",
        "matrix; linear system",
        0.05,
    ),
    "minimize": Words(
        "minimize; minimise; minimum of; maximize; maximise; maximum of; least value of; greatest value of; "
        "where is .. smallest; "
        "where is .. largest; minimal value; maximal value; find the minimum; find the maximum; optimise; optimize",
        "subject to; constraint; bounds; function; smallest; largest",
        "linear program*; lp; data; response; experiment; factors; stationary; yield; several responses; desirab*; "
        "ascent; likelihood; "
        "mean and; standard deviation; sample; sum of",
        0.2,
    ),
    "linear_program": Words(
        "linear program*; lp; simplex method; shadow price; integer program; product mix; linear optimi*",
        "subject to; maximize .. subject; constraint; profit; resource; such that; at most; minimize .. subject; "
        "maximise .. subject; "
        "minimise .. subject; capacity; constraints",
        "simplex lattice; simplex centroid; mixture; design",
        0.1,
    ),
    "differentiate": Words(
        "differentiate; derivative; first derivative; second derivative; third derivative; d/dx; differentiation; "
        "derive; gradient of; "
        "slope of the tangent; partial derivative",
        "rate of change; with respect to; tangent",
        "differential equation; dy/dt; y(0); initial; antiderivative",
        0.1,
    ),
    "integrate": Words(
        "integrate; integral; antiderivative; area under; definite integral; indefinite integral; integration; primitive",
        "from .. to; with respect to; dx; between",
        "differential equation; y(0); y'; integrated",
        0.1,
    ),
    "limit": Words(
        "limit of; lim; limit as; limit",
        "goes to; tends to; approaches; as x; infinity; approach; as n; ->",
        "control limit; specification limit; spec limit; upper limit; lower limit; limits; usl; lsl; "
        "confidence limit; chart; "
        "tolerance; capability; limit .. specified; limit of .. mm; limit of .. specified",
        0.0,
    ),
    "series": Words(
        "taylor series; power series; maclaurin; series expansion; taylor; laurent; taylor polynomial; "
        "taylor expansion; series of",
        "about; around; terms; expansion; up to order",
        "time series; series of measurements",
        0.05,
    ),
    "summation": Words(
        "sum of .. for; sum of .. from; summation; sum over; infinite series; sum from; sum of the series; "
        "sigma notation; sum the",
        "to infinity; from 1 to; n =; k =; for n; for k; sum; i =",
        "sum of squares; cusum; cumulative; product of",
        0.1,
    ),
    "product": Words(
        "product of .. for; product of .. from; infinite product; product over; product from",
        "from 1 to; for n; for k; product",
        "products; matrix; matrices; cross product; product mix; product line",
        0.0,
    ),
    "ode_initial_value": Words(
        "differential equation; ode; initial value problem; dy/dt; dx/dt; y'; dy/dx; initial condition; "
        "ordinary differential; ivp",
        "y(0); x(0); at t; initial; rate of change; decay",
        "derivative of",
        0.1,
    ),
    "matrix": Words(
        "determinant; inverse of; inverse matrix; rank of; transpose; condition number; invert; det; trace; matrix inverse; "
        "matrix norm; rank of the matrix; inverse",
        "matrix; norm",
        "eigen*; multiply; product; solve; a x = b; correlation matrix; inverse normal; inverse cdf; kappa; transition",
        0.2,
    ),
    "eigenvalues": Words(
        "eigenvalue; eigenvector; eigenvalues; eigen; characteristic polynomial; spectrum",
        "matrix",
        "response surface; stationary",
        0.1,
    ),
    "matrix_product": Words(
        "multiply .. matri*; matrix product; product of .. matri*; matrix multiplication; a*b; multiply a by b; "
        "a times b; dot product; "
        "matrix times",
        "matrices; matrix; multiply; product; times",
        "inverse; determinant; eigen*",
        0.1,
    ),
    "linear_system": Words(
        "linear system; a x = b; ax = b; system of linear equations; gaussian elimination; linear equations; "
        "coefficient matrix",
        "solve; right hand side; coefficients; unknowns; b =; vector",
        "nonlinear; differential; regression",
        0.15,
    ),
}
"""Operation -> words, for mathematics."""
