"""Words for algebra, calculus, roots, optima and matrices."""

from havoc.prime.candidates.words import Words

_CALCULUS = (
    "derivative; differentiate; integrate; integral; limit; taylor; series; solve; root; minimi*; maximi*; factor*; expand"
)

MATHEMATICS: dict[str, Words] = {
    "evaluate": Words(
        "evaluate; calculate; compute; arithmetic; what is the value of; work out; what do you get; "
        "what comes out; pocket calculator; exact value; check of my",
        "how much is; what is; result of; value of; plus; times; divided by; multiplied by; =; sum of; "
        "squared; square root; = ?; comes out; disagree; what is k; value; put in the numbers; "
        "with the numbers",
        f"{_CALCULUS}; matrix; mean; average; standard deviation; distribution; quantile; test; chart; capab*; "
        "design; interval; "
        "eigen*; dy; probability; sample; percent of the; confidence; equation; system; sum of .. from; product of .. from; "
        "differ*; cpk; cp; ppk; simplify; mtbf; power; reliability",
        0.4,
    ),
    "simplify": Words(
        "simplify; simplification; simpler form; reduce the expression; simplest form; "
        "reduce .. as far as possible; shorter way; collapses into; only one fraction line; "
        "one fraction line; write it shorter; cancel down",
        "shorter; shorter way; reduce; collapses; tiny; compact; monster; shorten",
        "simple; solve",
        0.1,
    ),
    "expand": Words(
        "expand; multiply out; expansion of; expanded form; open the brackets; without brackets; "
        "no brackets; term by term; multiply .. out; as a polynomial; plain polynomial; "
        "write out the square",
        "brackets; written out; collect; descending powers; polynomial in",
        "taylor; power series; series expansion",
        0.1,
    ),
    "factor": Words(
        "factor; factorise; factorize; factorisation; factorization; prime factor; prime factors; "
        "factored form; into factors; linear factors; as a product; fully decomposed; which primes; "
        "prime numbers; split .. into .. factors; put it into factored form; break down into factors; "
        "divides evenly",
        "primes; decomposed; product form",
        "factors; factorial; design; experiment; level; one factor; confounded; k factor; tolerance factor; "
        "hard to change; screening",
        0.0,
    ),
    "solve_equation": Words(
        "solve; solve .. equation; solve the equation; solve the system; roots of; system of equations; "
        "solutions of; solve for; quadratic equation; solutions to; zeros of; vanish; rearrange .. for; "
        "how many .. of each; rearrange; make .. the subject; for which .. does; zero crossings",
        "x =; equation; unknown; equations; all solutions; exact; solution; solutions; litres of each; "
        "stays a letter; real solutions; unknowns",
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
        "differentiate; derivative; first derivative; second derivative; third derivative; d/dx; "
        "differentiation; derive; gradient of; slope of the tangent; partial derivative; d/dt; d/dm; "
        "sensitivity coefficient; f'; f''; velocity .. formula; slope of; how fast is it going",
        "rate of change; with respect to; tangent; velocity; acceleration; slope; gradient; sensitivity; respect to",
        "differential equation; dy/dt; y(0); initial; antiderivative",
        0.1,
    ),
    "integrate": Words(
        "integrate; integral; antiderivative; area under; definite integral; indefinite integral; "
        "integration; primitive; area under; volume is; energy .. taken; between 0 and; integral of; "
        "total amount .. from 0",
        "from .. to; with respect to; dx; between; area; volume; energy; after the first",
        "differential equation; y(0); y'; integrated",
        0.1,
    ),
    "limit": Words(
        "limit of; lim; limit as; limit; go to as; goes to as; level off; levels off; getting huge; "
        "tends to what; value .. continuous; in the long run; lim x",
        "goes to; tends to; approaches; as x; infinity; approach; as n; ->; 0/0; forever; settle; huge; "
        "without bound; steady state; continuous",
        "control limit; specification limit; spec limit; upper limit; lower limit; limits; usl; lsl; "
        "confidence limit; chart; "
        "tolerance; capability; limit .. specified; limit of .. mm; limit of .. specified",
        0.0,
    ),
    "series": Words(
        "taylor series; power series; maclaurin; series expansion; taylor; laurent; taylor polynomial; "
        "taylor expansion; series of; as powers of; polynomial around; up to the square; as far as the; "
        "up to and including; drop everything from; develop .. into; about the origin; first omitted",
        "about; around; terms; expansion; up to order; maclaurin; powers of; omitted; close to; around; "
        "origin; approximate .. polynomial",
        "time series; series of measurements",
        0.05,
    ),
    "summation": Words(
        "sum of .. for; sum of .. from; summation; sum over; infinite series; sum from; sum of the series; "
        "sigma notation; sum the; added up; what do all .. give together; closed form of; sum over; "
        "sum of all; sum to infinity",
        "to infinity; from 1 to; n =; k =; for n; for k; sum; i =; total number; add up; in total; "
        "just the total; together; infinity; layers",
        "sum of squares; cusum; cumulative; product of",
        0.1,
    ),
    "product": Words(
        "product of .. for; product of .. from; infinite product; product over; product from; "
        "multiply .. for; all .. multiplied; product over; prod from; infinite one; multiplied together; "
        "one after the other",
        "from 1 to; for n; for k; product; multiplied; multiply; fraction; how many orders; share .. left",
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
