"""Parameters of probability distributions, each under the name that the distribution has for it."""

from dataclasses import replace

from havoc.prime.candidates.taken import Options, option

PARAMETERS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "standard_deviation"),
    "t": ("df",),
    "chi_square": ("df",),
    "f": ("df1", "df2"),
    "binomial": ("n", "probability"),
    "poisson": ("mean",),
    "exponential": ("scale", "threshold"),
    "weibull": ("shape", "scale", "threshold"),
    "lognormal": ("log_mean", "log_standard_deviation", "threshold"),
    "gamma": ("shape", "scale", "threshold"),
    "beta": ("shape1", "shape2"),
    "uniform": ("minimum", "maximum"),
    "hypergeometric": ("population", "successes", "n"),
    "negative_binomial": ("successes", "probability"),
    "geometric": ("probability",),
}
"""Distribution -> its parameters, as the operations name them."""
RENAMED: dict[str, dict[str, str]] = {
    "exponential": {"mean": "scale"},
    "lognormal": {"mean": "log_mean", "standard_deviation": "log_standard_deviation"},
}
"""Distribution -> usual name of a parameter -> its name here."""
COUNTED = frozenset({"n", "probability", "df", "df1", "df2"})
"""Parameters without which their distribution is none: they take a number without any sign, too."""
OTHERS = frozenset(parameter for parameters in PARAMETERS.values() for parameter in parameters)


def parameters_of(distribution: str | None, roles: set[str]) -> frozenset[str]:
    """Arguments that parameters of a distribution may come in, under usual names too; by the roles of numbers where none
    is named."""
    if distribution is None:
        distribution = "normal" if "standard_deviation" in roles else "f" if "df" in roles else "binomial"
    return frozenset({*PARAMETERS.get(distribution, ()), *RENAMED.get(distribution, {})})


def settle(options: dict[str, Options]) -> dict[str, Options]:
    """The options with the parameters of the distribution that is meant, and with no other's.

    Without a named distribution it is the one to which the parameters belong: a mean and a standard deviation are a
    normal one's, a number of trials and a probability a binomial one's.
    """
    if "distribution" not in options:
        found = _inferred(options)
        if found is None:
            return options
        options = options | {"distribution": (option(found, (), 0.7, "by its parameters"),)}
    name = str(options["distribution"][0].value)
    own = PARAMETERS.get(name, ())
    settled: dict[str, Options] = {}
    for argument, found_options in options.items():
        target = RENAMED.get(name, {}).get(argument, argument)
        if target in own or target not in OTHERS:
            settled.setdefault(target, found_options)
    return settled | _in_both_tails(settled)


def _in_both_tails(options: dict[str, Options]) -> dict[str, Options]:
    """What lies in both tails, where the question says how much lies between them: 99% two-sided leave 1%."""
    if "p" not in options or "tail" not in options or options["tail"][0].value != "both":
        return {}
    return {"p": tuple(replace(one, value=round(1 - one.value, 12)) if one.value > 0.5 else one for one in options["p"])}


def _inferred(options: dict[str, Options]) -> str | None:
    if {"n", "probability"} <= options.keys():
        return "binomial"
    if {"mean", "standard_deviation"} <= options.keys():
        return "normal"
    if {"df1", "df2"} <= options.keys():
        return "f"
    return None
