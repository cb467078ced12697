"""Problems that compare groups: t tests, analysis of variance, tables of counts, two proportions."""

from collections.abc import Sequence

from numpy.random import Generator

from jobs.seed import statistics
from jobs.seed.problem import (
    QUANTITIES,
    USUAL_ALPHA,
    Operation,
    Problem,
    ToolCall,
    call,
    compared,
    degrees,
    draw_alpha,
    interval,
    is_close,
    listed,
    p_value,
    percent,
    pick,
    position,
    show,
)

MATH = "python_math"
PAIRS = (
    ("machine A", "machine B"),
    ("supplier North", "supplier South"),
    ("the old tool", "the new tool"),
    ("the day shift", "the night shift"),
    ("lot A", "lot B"),
)
SHIFTS = (0.0, 0.0, 1.0, 1.5, 2.5)


def independent_groups(
    prompt: str,
    names: tuple[str, str],
    unit: str,
    group1: Sequence[float],
    group2: Sequence[float],
    alpha: float,
    pooled: bool,
) -> Problem:
    """Two independent groups of readings, answered by a t test."""
    variances = {"variances": "equal"} if pooled else {}
    test = call(MATH, statistics.t_test, group1=group1, group2=group2, **variances, alpha=alpha)
    p, significant = test["p_value"], test["p_value"] < alpha
    difference = f"{show(test['mean_difference'])}{unit}"
    bounds = f"{interval(test['confidence_interval'])}{unit}"
    verdict = f"{names[0]} and {names[1]} are {'' if significant else 'not '}significantly different at alpha = {alpha}"
    return Problem(
        prompt=prompt,
        plan=(
            f"Compare the means of two independent groups, {names[0]} and {names[1]}.",
            "Extract the readings of both groups.",
            "Run the t test with pooled variances." if pooled else "Run Welch's t test: equal variances are not known.",
            f"Compare p with alpha = {alpha} and read the interval.",
        ),
        call=test,
        reading=f"{compared(p, alpha)}. The interval of the difference is {bounds}"
        f" and {'leaves zero out' if significant else 'contains zero'}.",
        answer=f"Result: t = {show(test['t_statistic'])}, df = {degrees(test['df'])}, p = {p_value(p)}, "
        f"mean difference {difference}, {percent(1 - alpha)} confidence interval {bounds}.\nConclusion: {verdict}.",
        advocate=f"A difference of {difference} with p = {p_value(p)} is hard to explain by chance."
        if significant
        else f"With p = {p_value(p)} the data give no reason to tell {names[0]} from {names[1]}.",
        attack=f"Only {test.output['n_used']} values, and d = {show(test['cohens_d'])}: "
        + (
            "the interval is wide, so the size of the effect is uncertain."
            if significant
            else "a real effect may be missed."
        )
        + (" p is close to alpha, a few more values could turn the verdict." if is_close(p, alpha) else ""),
        pragmatist="Act on the difference if the smallest value of the interval still matters in practice."
        if significant
        else "Claim neither a difference nor equality. Measure more if a difference inside the interval would matter.",
    )


def _draw_independent(rng: Generator) -> Problem:
    quantity, names = pick(rng, QUANTITIES), pick(rng, PAIRS)
    alpha, level = draw_alpha(rng)
    n = int(rng.integers(4, 7))
    group1, group2 = quantity.draw(rng, n), quantity.draw(rng, n, pick(rng, SHIFTS))
    pooled = bool(rng.random() < 0.25)
    first, second, name, unit = listed(group1), listed(group2), quantity.name, quantity.unit
    prompt = pick(
        rng,
        (
            f"Is the {name} different between {names[0]} and {names[1]}? In {unit}: [{first}] vs [{second}].",
            f"Compare two groups using a t-test ({name}, {unit}): {names[0]} [{first}] vs {names[1]} [{second}].",
            f"We measured the {name} in {unit}.\n{names[0]}: {first}\n{names[1]}: {second}\nDo the means differ?",
        ),
    )
    assumed = " Equal variances may be assumed." if pooled else ""
    return independent_groups(prompt + assumed + level, names, f" {unit}", group1, group2, alpha, pooled)


def _draw_paired(rng: Generator) -> Problem:
    quantity, n = pick(rng, QUANTITIES), int(rng.integers(5, 7))
    alpha, level = draw_alpha(rng)
    before = quantity.draw(rng, n)
    change = pick(rng, (0.0, 0.6, 1.2)) * quantity.sigma
    after = [round(value + float(rng.normal(change, 0.6 * quantity.sigma)), quantity.decimals or None) for value in before]
    first, second, name, unit = listed(before), listed(after), quantity.name, quantity.unit
    prompt = pick(
        rng,
        (
            f"The same parts were measured before and after cleaning ({name}, {unit}). "
            f"Before: {first}. After: {second}. Did the mean change?",
            f"Paired readings of {name} in {unit}, before [{first}] and after [{second}] the adjustment. Is there a change?",
        ),
    )
    test = call(MATH, statistics.paired_t_test, before=before, after=after, alpha=alpha)
    p, significant = test["p_value"], test["p_value"] < alpha
    bounds = f"{interval(test['confidence_interval'])} {unit}"
    return Problem(
        prompt=prompt + level,
        plan=(
            "Judge a change on the same parts, so the readings are paired.",
            "Take the differences after minus before.",
            "Run the paired t test on them.",
            f"Compare p with alpha = {alpha}.",
        ),
        call=test,
        reading=f"{compared(p, alpha)}: the mean change is {'real' if significant else 'not established'}.",
        answer=f"Result: mean change {show(test['mean_difference'])} {unit}, t = {show(test['t_statistic'])}, "
        f"df = {test['df']}, p = {p_value(p)}, {percent(1 - alpha)} confidence interval {bounds}.\n"
        f"Conclusion: the {name} did {'change' if significant else 'not change'} significantly at alpha = {alpha}.",
        advocate=f"Pairing takes the spread between parts out: only the differences, with a standard deviation of "
        f"{show(test['sd_difference'])} {unit}, count.",
        attack=f"{test.output['n_used']} pairs are few, the test leans on normal differences, and without a control group "
        "anything that drifted meanwhile is in the change too.",
        pragmatist="Keep the change and watch it on a control chart."
        if significant
        else f"Leave the process as it is; changes within {bounds} remain possible.",
    )


def _draw_anova(rng: Generator) -> Problem:
    quantity, n = pick(rng, QUANTITIES), 4
    alpha, level = draw_alpha(rng)
    where = pick(rng, ("cavity", "machine", "supplier", "furnace"))
    groups = {name: quantity.draw(rng, n, pick(rng, SHIFTS[1:])) for name in ("A", "B", "C")}
    table = "; ".join(f"{name}: {listed(values)}" for name, values in groups.items())
    name, unit = quantity.name, quantity.unit
    prompt = pick(
        rng,
        (
            f"Does the mean {name} ({unit}) differ between {where} A, B and C? {table}.",
            f"One-way ANOVA, please: {name} in {unit} by {where}. {table}.",
        ),
    )
    test = call(MATH, statistics.one_way_anova, groups=groups, alpha=alpha)
    p, significant = test["p_value"], test["p_value"] < alpha
    means = ", ".join(f"{group} {position(mean)}" for group, mean in test["means"].items())
    equal = test["brown_forsythe_p_value"] >= alpha
    return Problem(
        prompt=prompt + level,
        plan=(
            f"Compare three means at once, by {where}.",
            "Run a one-way analysis of variance.",
            "Look at the test of equal variances.",
            f"Compare p with alpha = {alpha}.",
        ),
        call=test,
        reading=f"{compared(p, alpha)}. Brown-Forsythe gives p = {p_value(test['brown_forsythe_p_value'])}, "
        f"so equal variances are {'not contradicted' if equal else 'in doubt'}.",
        answer=f"Result: F({test['df_between']}, {test['df_within']}) = {show(test['f_statistic'])}, p = {p_value(p)}, "
        f"eta squared = {show(test['eta_squared'])}; means in {unit}: {means}.\n"
        f"Conclusion: {'at least one mean differs' if significant else 'no difference is shown'} at alpha = {alpha}.",
        advocate=f"One F test holds the error rate at alpha = {alpha}, where a row of t tests would not.",
        attack=f"The F test does not say which {where} differs"
        + (", and the equal variances it assumes are in doubt." if not equal else ".")
        + f" It rests on {test.output['n_used']} values.",
        pragmatist=f"Follow with Tukey's comparisons before a {where} is blamed."
        if significant and equal
        else f"Repeat it with Welch's version before a {where} is blamed or cleared."
        if not equal
        else "Pool the groups only if theory agrees; more values would show smaller differences.",
    )


def _counts_problem(prompt: str, test: ToolCall, alpha: float, result: str, what: str, plan: tuple[str, ...]) -> Problem:
    """A comparison of counts; `what` is the subject of the conclusion, such as "the defect rate"."""
    p, significant = test["p_value"], test["p_value"] < alpha
    few = bool(test.output["warnings"])
    return Problem(
        prompt=prompt,
        plan=(*plan, f"Compare p with alpha = {alpha}."),
        call=test,
        reading=f"{compared(p, alpha)}." + (" The counts are small, so the p-value is rough." if few else ""),
        answer=f"Result: {result}.\n"
        f"Conclusion: {what} {'depends' if significant else 'does not depend'} significantly on the group "
        f"at alpha = {alpha}." + (" The counts are small: confirm it with Fisher's exact test." if few else ""),
        advocate=f"{test.output['n_used']} parts were judged, and {compared(p, alpha)}.",
        attack="Some counts are too small for a large-sample test."
        if few
        else "Counts say nothing about why, and they lose the information that a measurement would give.",
        pragmatist="Look for the cause in the group with more defects."
        if significant
        else "Treat the groups alike for now, and go on counting.",
    )


def _draw_chi_square(rng: Generator) -> Problem:
    alpha, level = draw_alpha(rng)
    names = pick(rng, PAIRS)
    sizes = [int(rng.integers(80, 200)) for _ in names]
    defects = [int(rng.binomial(size, rate)) for size, rate in zip(sizes, (0.08, pick(rng, (0.08, 0.12, 0.2))), strict=True)]
    table = [[bad, size - bad] for bad, size in zip(defects, sizes, strict=True)]
    rows = [f"{name} {bad} bad and {good} good" for name, (bad, good) in zip(names, table, strict=True)]
    prompt = pick(
        rng,
        (
            f"Are defects independent of the source? {rows[0]}; {rows[1]}.",
            f"Chi-square test of this table of parts: {rows[0]}; {rows[1]}. Is there an association?",
        ),
    )
    test = call(MATH, statistics.chi_square, table=table, alpha=alpha)
    result = (
        f"chi-square = {show(test['chi2_statistic'])}, df = {test['df']}, p = {p_value(test['p_value'])} "
        f"(no Yates correction; with it p = {p_value(test['p_value_yates'])})"
    )
    plan = ("Test independence in a table of counts.", "Run Pearson's chi-square test and look at the expected counts.")
    return _counts_problem(prompt + level, test, alpha, result, "the defect rate", plan)


def _draw_two_proportions(rng: Generator) -> Problem:
    alpha, level = draw_alpha(rng)
    names = pick(rng, PAIRS)
    inspected = [int(rng.integers(15, 40)) * 10 for _ in names]
    rates = (0.04, pick(rng, (0.04, 0.08, 0.12)))
    defects = [max(1, int(rng.binomial(size, rate))) for size, rate in zip(inspected, rates, strict=True)]
    prompt = pick(
        rng,
        (
            f"{defects[0]} of {inspected[0]} parts from {names[0]} and {defects[1]} of {inspected[1]} "
            f"from {names[1]} failed. Do the failure rates differ?",
            f"Compare two proportions: {names[0]} {defects[0]}/{inspected[0]} and {names[1]} {defects[1]}/{inspected[1]}.",
        ),
    )
    test = call(MATH, statistics.two_proportions, defects=defects, inspected=inspected, alpha=alpha)
    first, second = test["proportions"]
    result = (
        f"proportions {show(first)} and {show(second)}, z = {show(test['z_statistic'])}, p = {p_value(test['p_value'])}, "
        f"{percent(1 - alpha)} Newcombe interval of the difference {interval(test['confidence_interval'])}"
    )
    plan = ("Compare two failure rates.", "Run the z test, with Newcombe's interval of the difference.")
    return _counts_problem(prompt + level, test, alpha, result, "the failure rate", plan)


def specified_comparison() -> Problem:
    """The example of the specification, with its true values: t = -1.0, df = 8, p = 0.3466."""
    prompt = "Compare two groups using t-test: [1,2,3,4,5] vs [2,3,4,5,6]"
    return independent_groups(
        prompt, ("group 1", "group 2"), "", [1, 2, 3, 4, 5], [2, 3, 4, 5, 6], USUAL_ALPHA, pooled=False
    )


COMPARISONS = (
    Operation(_draw_independent, "Do the means of my two groups differ?", "the readings of both groups, with their unit"),
    Operation(
        _draw_paired, "Did a change of the process do anything?", "the readings of the same parts before and after it"
    ),
    Operation(_draw_anova, "Are my three groups of parts the same?", "a few readings from each group, with their unit"),
    Operation(
        _draw_chi_square,
        "Do defects depend on where the parts come from?",
        "the counts of good and bad parts for each source",
    ),
    Operation(
        _draw_two_proportions,
        "Do two failure rates differ?",
        "the number of failures and of parts inspected, for both groups",
    ),
)
