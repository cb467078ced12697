"""Probabilities and quantiles of the usual distributions."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import SETTING, Count, Number, Positive, Probability

TOPIC = "Distributions"
SMALLEST_SHAPE = 0.01
LARGEST = 10**8
"""Of counts, shapes and degrees of freedom: beyond, sums take long and digits are lost."""
Name = Literal[
    "normal",
    "t",
    "chi_square",
    "f",
    "binomial",
    "poisson",
    "exponential",
    "weibull",
    "lognormal",
    "gamma",
    "beta",
    "uniform",
    "hypergeometric",
    "negative_binomial",
    "geometric",
]


@dataclass(frozen=True)
class Family:
    """A family of distributions: which parameters it takes, and how scipy writes it."""

    needs: tuple[str, ...]
    frozen: Callable[..., Any]
    defaults: dict[str, float] = field(default_factory=dict)
    discrete: bool = False
    definition: str = ""
    """What a reader might take otherwise."""


FAMILIES: dict[str, Family] = {
    "normal": Family(
        (), lambda mean, standard_deviation: stats.norm(mean, standard_deviation), {"mean": 0.0, "standard_deviation": 1.0}
    ),
    "t": Family(("df",), lambda df: stats.t(df)),
    "chi_square": Family(("df",), lambda df: stats.chi2(df)),
    "f": Family(("df1", "df2"), lambda df1, df2: stats.f(df1, df2)),
    "binomial": Family(
        ("n", "probability"),
        lambda n, probability: stats.binom(n, probability),
        {},
        True,
        "successes in n independent trials",
    ),
    "poisson": Family(("mean",), lambda mean: stats.poisson(mean), {}, True),
    "exponential": Family(
        ("scale",),
        lambda scale, threshold: stats.expon(threshold, scale),
        {"threshold": 0.0},
        definition="scale is the mean above the threshold, the reciprocal of the rate",
    ),
    "weibull": Family(
        ("shape", "scale"),
        lambda shape, scale, threshold: stats.weibull_min(shape, threshold, scale),
        {"threshold": 0.0},
        definition="R(x) = exp(-((x - threshold) / scale)^shape)",
    ),
    "lognormal": Family(
        ("log_mean", "log_standard_deviation"),
        lambda log_mean, log_standard_deviation, threshold: stats.lognorm(
            log_standard_deviation, threshold, math.exp(log_mean)
        ),
        {"threshold": 0.0},
        definition="log_mean and log_standard_deviation are those of the natural logarithm",
    ),
    "gamma": Family(
        ("shape", "scale"),
        lambda shape, scale, threshold: stats.gamma(shape, threshold, scale),
        {"threshold": 0.0},
        definition="mean is shape * scale; the rate is 1 / scale",
    ),
    "beta": Family(("shape1", "shape2"), lambda shape1, shape2: stats.beta(shape1, shape2)),
    "uniform": Family(
        (), lambda minimum, maximum: stats.uniform(minimum, maximum - minimum), {"minimum": 0.0, "maximum": 1.0}
    ),
    "hypergeometric": Family(
        ("population", "successes", "n"),
        lambda population, successes, n: stats.hypergeom(population, successes, n),
        {},
        True,
        "successes in a sample of n, drawn without replacement from `population` items of which `successes` are successes",
    ),
    "negative_binomial": Family(
        ("successes", "probability"),
        lambda successes, probability: stats.nbinom(successes, probability),
        {},
        True,
        "failures before the given number of successes (R, scipy); Minitab and Excel also count the trials, which adds it",
    ),
    "geometric": Family(
        ("probability",),
        lambda probability: stats.geom(probability),
        {},
        True,
        "trials up to and with the first success, from 1 (scipy, Minitab); R counts the failures before it, one less",
    ),
}


class Distribution(Arguments):
    """A distribution with its parameters; the ones that it does not have are refused."""

    aliases: ClassVar = {
        "sd": "standard_deviation",
        "sigma": "standard_deviation",
        "mu": "mean",
        "lambda": "mean",
        "dfn": "df1",
        "dfd": "df2",
        "location": "threshold",
        "alpha": "shape1",
        "beta": "shape2",
        "meanlog": "log_mean",
        "sdlog": "log_standard_deviation",
    }

    distribution: Annotated[Name, SETTING]
    mean: Number | None = None
    """Of the normal (default 0) and the Poisson distribution."""
    standard_deviation: Positive | None = None
    """Of the normal distribution (default 1)."""
    df: Positive | None = None
    """Degrees of freedom of t and chi_square."""
    df1: Positive | None = None
    """Degrees of freedom of the numerator of f."""
    df2: Positive | None = None
    """Degrees of freedom of the denominator of f."""
    n: Count | None = None
    """Trials of the binomial, sample size of the hypergeometric distribution."""
    probability: Probability | None = None
    """Of a success: binomial, negative_binomial, geometric."""
    shape: Positive | None = None
    """Of weibull and gamma."""
    scale: Positive | None = None
    """Of exponential (its mean), weibull (characteristic life) and gamma."""
    threshold: Number | None = None
    """Lower end of exponential, weibull, lognormal, gamma (default 0)."""
    log_mean: Number | None = None
    """Mean of the natural logarithm: lognormal."""
    log_standard_deviation: Positive | None = None
    """Standard deviation of the natural logarithm: lognormal."""
    shape1: Positive | None = None
    """First shape of beta."""
    shape2: Positive | None = None
    """Second shape of beta."""
    minimum: Number | None = None
    """Of uniform (default 0)."""
    maximum: Number | None = None
    """Of uniform (default 1)."""
    population: Count | None = None
    """Items in the population: hypergeometric."""
    successes: Count | None = None
    """Successes in the population (hypergeometric), or to wait for (negative_binomial)."""


PARAMETERS = tuple(name for name in Distribution.model_fields if name not in ("distribution", "unit"))


class DistributionProbability(Distribution):
    """A distribution and a value, or two."""

    x: Number
    """The value."""
    x2: Number | None = None
    """A second value, for the probability between the two."""


class ProbabilityResult(Result):
    """Probabilities about one value."""

    headline: ClassVar[tuple[str, ...]] = ("probability", "upper_probability", "density", "between")

    probability: float
    """P(X <= x), the cumulative distribution function."""
    upper_probability: float
    """P(X > x)."""
    density: float | None
    """Density at x; of a discrete distribution P(X = x)."""
    probability_below: float
    """P(X < x); of a continuous distribution the same as P(X <= x)."""
    probability_at_least: float
    """P(X >= x)."""
    between: float | None = None
    """P(x <= X <= x2); None without x2."""
    mean: float | None
    standard_deviation: float | None


class DistributionQuantile(Distribution):
    """A distribution and a probability."""

    p: Probability
    """Probability of the tail, 5% as 0.05."""
    tail: Annotated[Literal["lower", "upper", "both"], SETTING] = "lower"
    """`lower`: P(X <= x) = p; `upper`: P(X > x) = p; `both`: p / 2 in each tail."""


class QuantileResult(Result):
    """A quantile, or one in each tail."""

    headline: ClassVar[tuple[str, ...]] = ("quantile", "lower_quantile")

    quantile: float
    """The value; with tail `both` the upper one."""
    lower_quantile: float | None = None
    """The value in the lower tail; only with tail `both`."""
    cumulative_probability: float
    """P(X <= quantile): of a discrete distribution it differs from what was asked for."""


@operation(
    "distribution_probability",
    topic=TOPIC,
    source="Johnson, N. L., Kotz, S. and others, Distributions in Statistics; NIST/SEMATECH e-Handbook 1.3.6",
    examples=(
        {"distribution": "normal", "x": 1.96},
        {"distribution": "binomial", "n": 20, "probability": 0.05, "x": 2},
        {"distribution": "weibull", "shape": 1.5, "scale": 1000, "x": 200, "x2": 500, "unit": "h"},
    ),
)
def distribution_probability(arguments: DistributionProbability) -> ProbabilityResult:
    """What is the probability of a value or less, of more, or of a range, under a distribution?

    The upper tail is computed as such, so that tiny probabilities keep their digits. For the value that belongs to a
    probability use distribution_quantile; to find the distribution of data use fit_distribution.
    """
    family, frozen, parameters = distribution_of(arguments)
    x, x2 = arguments.x, arguments.x2
    low = math.ceil(x) - 1 if family.discrete and abs(x) < 2**53 else x
    at_least = float(frozen.sf(low)) if family.discrete else float(frozen.sf(x))
    density = float(frozen.pmf(x)) if family.discrete else float(frozen.pdf(x))
    between = None
    if x2 is not None:
        if x2 < x:
            raise ToolError("x2", x2, f"below x = {x:g}", "give the smaller value as x")
        # Differences of the smaller tail: far out, those of the other are all rounding.
        upper = frozen.sf(x) < 0.5
        between = float(frozen.sf(low) - frozen.sf(x2)) if upper else float(frozen.cdf(x2) - frozen.cdf(low))
    undefined = {}
    if not math.isfinite(density):
        undefined["density"] = "infinite at this value"
    mean, deviation, reasons = _mean_and_deviation(frozen)
    return ProbabilityResult(
        method=_named(arguments.distribution, parameters),
        n_used=0,
        probability=float(frozen.cdf(x)),
        upper_probability=float(frozen.sf(x)),
        density=density if math.isfinite(density) else None,
        probability_below=float(frozen.cdf(low)),
        probability_at_least=at_least,
        between=between,
        mean=mean,
        standard_deviation=deviation,
        conventions={"definition": family.definition} if family.definition else {},
        undefined=undefined | reasons,
        conclusion=f"P(X <= {x:g}) = {frozen.cdf(x):.6g} and P(X > {x:g}) = {frozen.sf(x):.6g}"
        + (f"; P({x:g} <= X <= {x2:g}) = {between:.6g}." if between is not None else "."),
    )


@operation(
    "distribution_quantile",
    topic=TOPIC,
    source="Johnson, N. L., Kotz, S. and others, Distributions in Statistics; NIST/SEMATECH e-Handbook 1.3.6",
    examples=(
        {"distribution": "normal", "p": 0.975},
        {"distribution": "t", "df": 10, "p": 0.05, "tail": "both"},
        {"distribution": "poisson", "mean": 4.2, "p": 0.01, "tail": "upper"},
    ),
)
def distribution_quantile(arguments: DistributionQuantile) -> QuantileResult:
    """Which value has a stated probability below it, above it, or in both tails?

    The critical values of tests and the percentiles of lives. Of a discrete distribution it is the smallest value that has
    at least the probability below it. For the probability of a value use distribution_probability.
    """
    family, frozen, parameters = distribution_of(arguments)
    p, tail = arguments.p, arguments.tail
    below = {"lower": p, "upper": 1 - p, "both": 1 - p / 2}[tail]
    quantile = float(frozen.ppf(p) if tail == "lower" else frozen.isf(p if tail == "upper" else p / 2))
    lower = float(frozen.ppf(p / 2)) if tail == "both" else None
    if not family.discrete and abs(frozen.cdf(quantile) - below) > 1e-6:
        raise ToolError("p", p, "its quantile leaves double precision", "give a less extreme probability or shape")
    conventions = {"definition": family.definition} if family.definition else {}
    if family.discrete:
        conventions["quantile"] = "smallest value whose cumulative probability is at least the one asked for"
    return QuantileResult(
        method=_named(arguments.distribution, parameters),
        n_used=0,
        quantile=quantile,
        lower_quantile=lower,
        cumulative_probability=float(frozen.cdf(quantile)),
        conventions=conventions,
        conclusion=f"{p:g} of the distribution lies outside {lower:.6g} to {quantile:.6g}."
        if lower is not None
        else f"The {tail} quantile of {p:g} is {quantile:.6g}.",
    )


def distribution_of(arguments: Distribution) -> tuple[Family, Any, dict[str, float]]:
    """The family, scipy's frozen distribution and the parameters with their defaults.

    Raises:
        ToolError: a parameter is missing, superfluous or impossible.
    """
    name = arguments.distribution
    family = FAMILIES[name]
    takes = (*family.needs, *family.defaults)
    given = {one: getattr(arguments, one) for one in PARAMETERS if getattr(arguments, one) is not None}
    for one in given:
        if one not in takes:
            raise ToolError(one, given[one], f"{name} has no such parameter", f"it has {', '.join(takes)}")
    for one in family.needs:
        if one not in given:
            raise ToolError(one, "", f"missing: {name} needs it", f"give {', '.join(family.needs)}")
    parameters = {one: given[one] if one in given else family.defaults[one] for one in takes}
    _check(name, parameters)
    return family, family.frozen(**parameters), parameters


def _check(name: str, parameters: dict[str, Any]) -> None:
    """What the types of the single parameters do not rule out."""
    if name == "poisson" and not 0 < parameters["mean"] <= 1e9:
        raise ToolError(
            "mean", parameters["mean"], "not the mean of a Poisson distribution", "give a mean above 0, up to 1e9"
        )
    if name == "uniform" and not parameters["minimum"] < parameters["maximum"]:
        raise ToolError("maximum", parameters["maximum"], "not above the minimum", "give minimum < maximum")
    if name == "lognormal" and abs(parameters["log_mean"]) > 700:
        raise ToolError(
            "log_mean", parameters["log_mean"], "its exponential is out of range", "give the mean of the logarithms"
        )
    for count in ("n", "population", "successes"):
        if parameters.get(count, 0) > LARGEST:
            raise ToolError(count, parameters[count], "too large", f"give at most {LARGEST:,}")
    for shape in ("df", "df1", "df2", "shape", "shape1", "shape2"):
        if shape in parameters and not SMALLEST_SHAPE <= parameters[shape] <= LARGEST:
            remedy = f"give {SMALLEST_SHAPE:g} to {LARGEST:,}"
            raise ToolError(shape, parameters[shape], "beyond what can be computed accurately", remedy)
    if name == "negative_binomial" and parameters["successes"] < 1:
        raise ToolError("successes", parameters["successes"], "nothing to wait for", "give at least 1")
    if name == "hypergeometric":
        for count in ("successes", "n"):
            if parameters[count] > parameters["population"]:
                raise ToolError(
                    count, parameters[count], "more than the population", f"give at most {parameters['population']}"
                )


def _mean_and_deviation(frozen: Any) -> tuple[float | None, float | None, dict[str, str]]:
    mean, deviation = float(frozen.mean()), float(frozen.std())
    reasons = {}
    if not math.isfinite(mean):
        reasons["mean"] = "this distribution has none"
    if not math.isfinite(deviation):
        reasons["standard_deviation"] = "this distribution has none"
    return mean if "mean" not in reasons else None, deviation if "standard_deviation" not in reasons else None, reasons


def _named(name: str, parameters: dict[str, float]) -> str:
    title = {"t": "Student's t", "f": "F", "chi_square": "Chi-square"}.get(name, name.replace("_", " ").capitalize())
    return f"{title} distribution ({', '.join(f'{one} = {value:g}' for one, value in parameters.items())})"
