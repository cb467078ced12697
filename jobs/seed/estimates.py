"""Problems that estimate: a mean, a spread, a proportion, a relation, the size of an experiment."""

from numpy.random import Generator

from jobs.seed import statistics
from jobs.seed.problem import (
    QUANTITIES,
    Operation,
    Problem,
    call,
    compared,
    draw_alpha,
    interval,
    listed,
    p_value,
    percent,
    pick,
    position,
    rounded,
    show,
)

MATH = "python_math"
RELATIONS = (  # cause, unit, low, high, effect, unit, effect at low, slope, noise
    ("oven temperature", "°C", 160, 220, "bond strength", "N", 240.0, 1.8, 14.0),
    ("clamping pressure", "bar", 4, 10, "leak rate", "ml/min", 5.0, -0.35, 0.3),
    ("spindle speed", "rpm", 800, 2000, "surface roughness", "µm", 2.4, -0.0009, 0.12),
    ("curing time", "min", 10, 60, "hardness", "HRC", 45.0, 0.22, 1.6),
)


def _draw_descriptive(rng: Generator) -> Problem:
    quantity = pick(rng, QUANTITIES)
    data = quantity.draw(rng, int(rng.integers(7, 12)))
    name, unit, values = quantity.name, quantity.unit, listed(data)
    prompt = pick(
        rng,
        (
            f"Summarise these readings of {name} in {unit}: {values}.",
            f"What is the standard deviation of the {name} ({unit})? {values}.",
            f"Give me mean, spread and quartiles: {name}, {unit}, [{values}].",
        ),
    )
    summary = call(MATH, statistics.descriptive_statistics, data=data)
    return Problem(
        prompt=prompt,
        plan=("Describe one sample.", "Compute mean, standard deviation of a sample, and quartiles."),
        call=summary,
        reading=f"Mean {position(summary['mean'])} and median {position(summary['median'])} {unit}, set side by side, "
        "show whether the sample leans to one side.",
        answer=f"Result: n = {summary['n']}, mean {position(summary['mean'])} {unit}, "
        f"standard deviation {show(summary['standard_deviation'])} {unit}, quartiles {position(summary['first_quartile'])}, "
        f"{position(summary['median'])} and {position(summary['third_quartile'])} {unit}, "
        f"range {position(summary['minimum'])} to {position(summary['maximum'])} {unit}.\n"
        "Conclusion: a description of this sample only; nothing is claimed about the process.",
        advocate=f"Mean and standard deviation sum up the {summary['n']} readings well where they are symmetric.",
        attack=f"With n = {summary['n']} neither the shape nor the quartiles are well known, "
        "and programs disagree on quartiles.",
        pragmatist="Plot the readings in the order of production before trusting any summary.",
    )


def _draw_mean_interval(rng: Generator) -> Problem:
    quantity, level = pick(rng, QUANTITIES), pick(rng, (0.9, 0.95, 0.95, 0.99))
    data = quantity.draw(rng, int(rng.integers(6, 11)))
    name, unit, values, wanted = quantity.name, quantity.unit, listed(data), percent(level)
    prompt = pick(
        rng,
        (
            f"Give a {wanted} confidence interval for the mean {name} ({unit}): {values}.",
            f"How well do we know the mean {name}? Readings in {unit}: [{values}]. Use {wanted} confidence.",
        ),
    )
    estimate = call(MATH, statistics.mean_interval, data=data, confidence_level=level)
    bounds = f"{interval(estimate['confidence_interval'], position)} {unit}"
    return Problem(
        prompt=prompt,
        plan=("Estimate a mean from one small sample.", "Sigma is not known, so use Student's t."),
        call=estimate,
        reading=f"With df = {estimate['df']} the interval is {bounds}.",
        answer=f"Result: mean {position(estimate['mean'])} {unit}, "
        f"standard deviation {show(estimate['standard_deviation'])} {unit}, {wanted} confidence interval {bounds}.\n"
        "Conclusion: means outside the interval do not fit these data at that confidence.",
        advocate=f"The interval uses the spread that was seen, {show(estimate['standard_deviation'])} {unit}, "
        "and claims no more.",
        attack=f"It assumes normal, independent readings, and {estimate.output['n_used']} "
        "of them cannot show that they are.",
        pragmatist=f"Use {bounds} for planning. For single parts a tolerance interval is needed, which is wider.",
    )


def _draw_proportion_interval(rng: Generator) -> Problem:
    inspected, level = int(rng.integers(8, 40)) * 10, pick(rng, (0.9, 0.95, 0.95))
    defects, wanted = int(rng.integers(1, 12)), percent(level)
    prompt = pick(
        rng,
        (
            f"We found {defects} defective parts in {inspected}. What is the defect rate, with {wanted} confidence?",
            f"Confidence interval ({wanted}) for a proportion: {defects} out of {inspected}.",
        ),
    )
    estimate = call(MATH, statistics.proportion_interval, defects=defects, inspected=inspected, confidence_level=level)
    bounds = interval(estimate["confidence_interval"])
    return Problem(
        prompt=prompt,
        plan=("Estimate one proportion.", "Use Wilson's interval: the simple one fails for rare defects."),
        call=estimate,
        reading=f"{defects} of {inspected} is {show(estimate['proportion'])}; the interval is not symmetric around it.",
        answer=f"Result: proportion {show(estimate['proportion'])}, {wanted} Wilson interval {bounds}.\n"
        "Conclusion: any rate inside the interval fits what was counted.",
        advocate=f"Wilson's interval {bounds} keeps its confidence where defects are rare, "
        "and never leaves the possible range.",
        attack=f"Only {defects} defects were seen, and the parts may not be a random sample of the production.",
        pragmatist="Plan with the upper end of the interval, and go on counting.",
    )


def _relation(rng: Generator) -> tuple[tuple[str, str, str, str], list[float], list[float]]:
    """Names and units of cause and effect, and a few readings of both."""
    cause, cause_unit, low, high, effect, effect_unit, base, slope, noise = pick(rng, RELATIONS)
    n, strength = int(rng.integers(6, 10)), pick(rng, (0.0, 0.5, 1.0))
    x = sorted(rounded(rng.uniform(low, high, n), 0 if high > 50 else 1))
    y = rounded([base + strength * slope * (value - low) + rng.normal(0, noise) for value in x], 2)
    return (cause, cause_unit, effect, effect_unit), x, y


def _draw_correlation(rng: Generator) -> Problem:
    (cause, cause_unit, effect, effect_unit), x, y = _relation(rng)
    alpha, level = draw_alpha(rng)
    prompt = pick(
        rng,
        (
            f"Are {cause} and {effect} correlated? x ({cause_unit}): {listed(x)}. y ({effect_unit}): {listed(y)}.",
            f"Pearson correlation of {cause} [{listed(x)}] {cause_unit} with {effect} [{listed(y)}] {effect_unit}, please.",
        ),
    )
    test = call(MATH, statistics.correlation, x=x, y=y, alpha=alpha)
    p, significant, bounds = test["p_value"], test["p_value"] < alpha, interval(test["confidence_interval"])
    return Problem(
        prompt=prompt + level,
        plan=(f"Measure how {cause} and {effect} go together.", "Compute Pearson's r with Fisher's interval."),
        call=test,
        reading=f"{compared(p, alpha)}, and the interval of r is {bounds}.",
        answer=f"Result: r = {show(test['r'])}, df = {test['df']}, p = {p_value(p)}, "
        f"{percent(1 - alpha)} interval {bounds}.\n"
        f"Conclusion: the correlation is {'' if significant else 'not '}significant at alpha = {alpha}.",
        advocate=f"r = {show(test['r'])} sums up the joint movement in one number.",
        attack=f"{test.output['n_used']} points give an interval as wide as {bounds}, and r sees only straight lines.",
        pragmatist=f"Plot the points. If {cause} can be set, run an experiment: correlation does not show a cause.",
    )


def _draw_regression(rng: Generator) -> Problem:
    (cause, cause_unit, effect, effect_unit), x, y = _relation(rng)
    alpha, level = draw_alpha(rng)
    prompt = pick(
        rng,
        (
            f"Fit a line of {effect} ({effect_unit}) on {cause} ({cause_unit}). x: {listed(x)}; y: {listed(y)}.",
            f"How much does {effect} change per {cause_unit} of {cause}? x = [{listed(x)}], "
            f"y = [{listed(y)}] in {effect_unit}.",
        ),
    )
    fit = call(MATH, statistics.linear_regression, x=x, y=y, alpha=alpha)
    p, significant, bounds = fit["p_value"], fit["p_value"] < alpha, interval(fit["slope_confidence_interval"])
    per = f"{effect_unit} per {cause_unit}"
    return Problem(
        prompt=prompt + level,
        plan=(f"Describe {effect} as a line in {cause}.", "Fit least squares.", f"Test the slope at alpha = {alpha}."),
        call=fit,
        reading=f"{compared(p, alpha)}: the slope is {'not zero' if significant else 'not told from zero'}.",
        answer=f"Result: slope {show(fit['slope'])} {per}, {percent(1 - alpha)} interval {bounds}, intercept "
        f"{show(fit['intercept'])} {effect_unit}, R squared = {show(fit['r_squared'])}, p = {p_value(p)}.\n"
        f"Conclusion: the slope is {'' if significant else 'not '}significantly different from zero at alpha = {alpha}.",
        advocate=f"The line explains a share of {show(fit['r_squared'])} of the variance with one cause.",
        attack=f"With df = {fit['df']} a bend in the relation would go unseen, and the line says nothing outside "
        f"{show(x[0])} to {show(x[-1])} {cause_unit}.",
        pragmatist="Look at the residuals first, then use the line inside its range only."
        if significant
        else f"Do not steer {effect} by {cause} on this evidence.",
    )


def _planned_difference(rng: Generator) -> tuple[str, str, float, float]:
    """Name and unit of a quantity, a difference that matters and a standard deviation."""
    quantity = pick(rng, QUANTITIES)
    decimals = quantity.decimals + 1
    difference = round(float(rng.uniform(0.7, 1.6)) * quantity.sigma, decimals)
    return quantity.name, quantity.unit, difference, round(quantity.sigma * float(rng.uniform(0.8, 1.2)), decimals)


def _draw_sample_size(rng: Generator) -> Problem:
    (name, unit, difference, sigma), power = _planned_difference(rng), pick(rng, (0.8, 0.9, 0.95))
    alpha, level = draw_alpha(rng)
    prompt = pick(
        rng,
        (
            f"How many parts per group do I need to detect a difference of {difference} {unit} in {name}, "
            f"if the standard deviation is {sigma} {unit} and the power shall be {power}?",
            f"Sample size for a two-sample t-test: difference {difference} {unit}, "
            f"sigma {sigma} {unit}, power {power} ({name}).",
        ),
    )
    size = call(
        MATH, statistics.sample_size_t_test, difference=difference, standard_deviation=sigma, power=power, alpha=alpha
    )
    return Problem(
        prompt=prompt + level,
        plan=("Plan a comparison of two means.", "Solve the power of the t test for n, and round up."),
        call=size,
        reading=f"The difference is d = {show(size['effect_size_d'])} standard deviations; "
        f"n = {show(size['n_unrounded'])} is rounded up.",
        answer=f"Result: {size['n_per_group']} parts per group, {size['n_total']} in all; the power is then "
        f"{show(size['actual_power'])} at alpha = {alpha}.\n"
        f"Conclusion: fewer parts would leave a real difference of {difference} {unit} undetected too often.",
        advocate=f"With {size['n_per_group']} per group the experiment can answer the question it is made for.",
        attack=f"The plan stands on sigma = {sigma} {unit}; if the true one is larger, the power falls below {power}.",
        pragmatist=f"Measure {size['n_per_group']} per group in random order, and check sigma after the first ones.",
    )


def _draw_power(rng: Generator) -> Problem:
    (name, unit, difference, sigma), n = _planned_difference(rng), int(rng.integers(5, 20))
    alpha, level = draw_alpha(rng)
    prompt = pick(
        rng,
        (
            f"I can measure {n} parts per group. What is the power to detect {difference} {unit} in {name}, "
            f"with a standard deviation of {sigma} {unit}?",
            f"Power of a two-sample t-test: n = {n} per group, difference {difference} {unit}, "
            f"sigma {sigma} {unit} ({name}).",
        ),
    )
    test = call(MATH, statistics.power_t_test, difference=difference, standard_deviation=sigma, n_per_group=n, alpha=alpha)
    enough = test["power"] >= 0.8
    return Problem(
        prompt=prompt + level,
        plan=("Judge a planned comparison of two means.", f"Compute the power for {n} parts per group."),
        call=test,
        reading=f"The power is {show(test['power'])}, so a real difference is missed with "
        f"probability {show(test['type_2_error'])}.",
        answer=f"Result: power {show(test['power'])} at alpha = {alpha}, effect size d = {show(test['effect_size_d'])}.\n"
        f"Conclusion: {'the plan is usable' if enough else 'the plan is too small'}; 0.8 is the usual least power.",
        advocate=f"{n} parts per group are affordable, and the power {show(test['power'])} is "
        "known before the money is spent.",
        attack=f"A difference smaller than {difference} {unit} would be missed more often than "
        f"{show(test['type_2_error'])} says.",
        pragmatist="Go ahead as planned."
        if enough
        else "Measure more parts, or reduce the spread first, for example by pairing.",
    )


ESTIMATES = (
    Operation(_draw_descriptive, "How much do my readings scatter?", "the readings, with their unit"),
    Operation(
        _draw_mean_interval, "How well do we know the mean of our process?", "the readings and the confidence you want"
    ),
    Operation(_draw_proportion_interval, "How bad is our defect rate?", "the number of defects and of parts inspected"),
    Operation(_draw_correlation, "Do two quantities of my process go together?", "pairs of readings of both"),
    Operation(
        _draw_regression,
        "How much does a setting change my response?",
        "the settings and the responses that were measured",
    ),
    Operation(
        _draw_sample_size,
        "How many parts do I have to measure?",
        "the difference that matters, the standard deviation and the power",
        measured=False,
    ),
    Operation(
        _draw_power,
        "Is my experiment big enough?",
        "the number of parts, the difference that matters and the standard deviation",
        measured=False,
    ),
)
