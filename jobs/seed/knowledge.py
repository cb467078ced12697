"""Questions that need no tool: what a term means, which method fits, and arithmetic."""

from numpy.random import Generator

from jobs.seed.problem import QUANTITIES, pick
from jobs.seed.transcript import block

TERMS = (
    (
        "the standard deviation",
        "the root of the variance, a typical distance of the values from their mean; it has the unit of the data",
    ),
    (
        "a p-value",
        "the probability of data at least as extreme as those seen if the null hypothesis were true; "
        "it is not the probability that the hypothesis is true",
    ),
    (
        "a confidence interval",
        "a range made by a procedure that catches the true value in the stated share of repeated studies",
    ),
    ("statistical power", "the probability that a test detects a difference of a stated size if it exists"),
    (
        "Cpk",
        "the distance from the mean to the nearer specification limit, "
        "divided by three standard deviations within subgroups",
    ),
    ("Ppk", "like Cpk, but with the overall standard deviation, so that drifts between subgroups count against the process"),
    (
        "a control limit",
        "a bound computed from the process itself; a point outside it is a signal, whatever the specification says",
    ),
    (
        "a Box-Behnken design",
        "a response-surface design whose runs lie on the edges of the cube and at its centre, never at a corner",
    ),
    (
        "a central composite design",
        "a two-level factorial with axial and centre points added, so that curvature can be fitted",
    ),
    (
        "confounding",
        "what happens when two effects change together in every run of a design, so that nobody can tell them apart",
    ),
    ("the resolution of a fractional design", "the length of the shortest word in its defining relation"),
    ("the moving range", "the absolute difference between consecutive readings; its mean estimates the short-term spread"),
    ("an interaction", "a dependence of the effect of one factor on the setting of another"),
    ("a type I error", "seeing a difference where there is none; its probability is the significance level"),
)

METHODS = (  # situation, method, because, unless
    (
        "readings of {name} from two machines",
        "Welch's t test",
        "there are two independent groups, and equal spreads are not known",
        "If the readings are far from normal and few, use the Mann-Whitney test",
    ),
    (
        "{name} of the same parts before and after a change",
        "the paired t test",
        "each part is its own control, so differences count",
        "If the differences have outliers, use the Wilcoxon signed-rank test",
    ),
    (
        "readings of {name} from three or more suppliers",
        "one-way analysis of variance",
        "several means are compared at once",
        "If the spreads differ, use Welch's version, and Tukey's comparisons to find the one that differs",
    ),
    (
        "the spread of {name} on two lines",
        "the Brown-Forsythe test",
        "spreads are compared, and it tolerates departures from normality",
        "If the data are normal beyond doubt, the F test is sharper",
    ),
    (
        "one reading of {name} per batch, in order",
        "an individuals and moving range chart",
        "there are no subgroups to take ranges from",
        "If subgroups can be formed, an X-bar and R chart sees shifts sooner",
    ),
    (
        "small subgroups of {name} every hour",
        "an X-bar and R chart",
        "subgroups are small, so the range is a good measure of spread",
        "For large subgroups take the S chart instead",
    ),
    (
        "the number of rejects per lot for {name}, lots of unequal size",
        "a p chart",
        "parts are judged good or bad, and lots differ in size",
        "If the points scatter more than the limits allow, try Laney's version",
    ),
    (
        "many factors that may act on {name}, and few runs",
        "a Plackett-Burman or fractional factorial design",
        "it is about screening",
        "A Box-Behnken design is not meant for screening",
    ),
    (
        "the optimum of {name} over three known factors",
        "a Box-Behnken or central composite design",
        "curvature has to be fitted",
        "If the corners cannot be run, Box-Behnken is the safer one",
    ),
    (
        "small lasting shifts of {name}",
        "an EWMA or CUSUM chart",
        "they add up evidence that a Shewhart chart forgets",
        "For large sudden shifts the plain chart is quicker",
    ),
    (
        "how well a gauge measures {name}",
        "a crossed gauge study",
        "part, operator and repeat have to be told apart",
        "If the test destroys the part, use a nested study",
    ),
    (
        "whether {name} meets its specification in the long run",
        "a capability study",
        "the spread is set against two limits",
        "First show that the process is stable, else the index means nothing",
    ),
)


def explain_term(rng: Generator) -> tuple[str, str]:
    """A question about a term, and the completion."""
    term, meaning = pick(rng, TERMS)
    prompt = pick(rng, (f"What is {term}?", f"Explain {term} in one sentence.", f"What do you mean by {term}?"))
    return prompt, block("reason", f"Task: explain {term}.\nNo data are given and no calculation is needed.") + (
        f"{term[0].upper()}{term[1:]} is {meaning}."
    )


def choose_method(rng: Generator) -> tuple[str, str]:
    """A question for the right method, and the completion."""
    situation, method, because, unless = pick(rng, METHODS)
    situation = situation.format(name=pick(rng, QUANTITIES).name)
    prompt = pick(
        rng,
        (
            f"Which method fits {situation}?",
            f"My task: {situation}. What should I use?",
            f"How should I study {situation}? I have no data yet.",
        ),
    )
    reason = f"Task: choose a method for {situation}.\nWhat decides: {because}.\nNo data are given, so nothing is computed."
    return prompt, block("reason", reason) + f"Use {method}: {because}. {unless}."


def add_up(rng: Generator) -> tuple[str, str]:
    """Trivial arithmetic, answered directly."""
    first, second = int(rng.integers(2, 100)), int(rng.integers(2, 100))
    sign, result = pick(rng, (("+", first + second), ("-", first - second), ("×", first * second)))
    return f"What is {first} {sign} {second}?", f"{first} {sign} {second} = {result}"
