"""Problems of process control: X-bar and R charts, individuals charts, capability."""

from collections.abc import Sequence

from numpy.random import Generator

from jobs.seed import control
from jobs.seed.problem import QUANTITIES, Operation, Problem, Quantity, call, interval, listed, percent, pick, position, show

DSL = "dsl_executor"
USUAL_CPK = 1.33


def _subgroups(rng: Generator, quantity: Quantity, count: int, size: int, jump: float = 0.0) -> list[list[float]]:
    """`count` subgroups; the last but one lies `jump` standard deviations off."""
    return [quantity.draw(rng, size, jump if index == count - 2 else 0.0) for index in range(count)]


def _pasted(subgroups: Sequence[Sequence[float]]) -> str:
    return "; ".join(listed(subgroup) for subgroup in subgroups)


def _points(numbers: Sequence[int]) -> str:
    return ("point " if len(numbers) == 1 else "points ") + " and ".join(str(number) for number in numbers)


def _draw_xbar_r(rng: Generator) -> Problem:
    quantity, count, size = pick(rng, QUANTITIES), 5, 3
    data = _subgroups(rng, quantity, count, size, pick(rng, (0.0, 0.0, 3.5)))
    name, unit = quantity.name, quantity.unit
    prompt = pick(
        rng,
        (
            f"Set up X-bar and R charts for the {name} ({unit}), {count} subgroups of {size}: {_pasted(data)}.",
            f"Control limits for {count} samples of {size} ({name}, {unit}), please: "
            f"{_pasted(data)}. Is the process stable?",
        ),
    )
    chart = call(DSL, control.xbar_r_chart, subgroups=data)
    off, wild = chart["xbar_out_of_limits"], chart["r_out_of_limits"]
    stable = not off and not wild
    signals = [f"X-bar {_points(off)}"] * bool(off) + [f"R {_points(wild)}"] * bool(wild)
    return Problem(
        prompt=prompt,
        plan=(
            "Judge stability from subgroups.",
            "Compute limits with sigma = R-bar/d2.",
            "Read the R chart first, then the X-bar chart.",
        ),
        call=chart,
        reading=f"The R chart {'has a signal' if wild else 'is quiet'}, "
        f"so sigma within = {show(chart['sigma_within'])} {unit} {'is in doubt' if wild else 'can be used'}. "
        f"The X-bar chart {'has a signal' if off else 'is quiet'}.",
        answer=f"Result: X-bar limits [{position(chart['xbar_lcl'])}, {position(chart['xbar_ucl'])}] "
        f"around {position(chart['xbar_center'])} {unit}; "
        f"R limits [{show(chart['r_lcl'])}, {show(chart['r_ucl'])}] around {show(chart['r_center'])} {unit}.\n"
        + (
            "Conclusion: no point lies outside its limits."
            if stable
            else f"Conclusion: out of control at {' and '.join(signals)}."
        ),
        advocate=f"The limits come from the spread inside the subgroups, {show(chart['sigma_within'])} {unit}, "
        "and not from wishes.",
        attack=f"{count} subgroups are few: the limits themselves are uncertain until more are in.",
        pragmatist="Run on with these limits and compute them again when more subgroups are in."
        if stable
        else "Find out what happened there before the limits are kept; leave the point out only with a cause.",
    )


def _draw_individuals(rng: Generator) -> Problem:
    quantity, n = pick(rng, QUANTITIES), int(rng.integers(9, 13))
    data, jump = quantity.draw(rng, n), pick(rng, (0.0, 0.0, 6.0))
    data[n - 3] = quantity.draw(rng, 1, jump)[0]
    name, unit, values = quantity.name, quantity.unit, listed(data)
    prompt = pick(
        rng,
        (
            f"One {name} reading ({unit}) per batch, in order: {values}. Is the process in control?",
            f"Make an individuals and moving range chart: {name}, {unit}, [{values}].",
        ),
    )
    chart = call(DSL, control.individuals_chart, data=data)
    off, wild = chart["out_of_limits"], chart["mr_out_of_limits"]
    stable = not off and not wild
    signals = [f"individuals {_points(off)}"] * bool(off) + [f"moving range {_points(wild)}"] * bool(wild)
    return Problem(
        prompt=prompt,
        plan=(
            "Judge stability from single readings.",
            "Compute limits with sigma = MR-bar/d2.",
            "Look for points beyond them.",
        ),
        call=chart,
        reading=f"Sigma within is {show(chart['sigma_within'])} {unit}. "
        + ("No reading or moving range lies beyond its limits." if stable else f"Signals: {' and '.join(signals)}."),
        answer=f"Result: limits [{position(chart['lcl'])}, {position(chart['ucl'])}] "
        f"around {position(chart['center'])} {unit}; upper limit of the moving range {show(chart['mr_ucl'])} {unit}.\n"
        f"Conclusion: {'no signal, the process looks stable' if stable else 'out of control at ' + ' and '.join(signals)}.",
        advocate=f"The moving range, {show(chart['mr_center'])} {unit} on average, "
        "sees the short-term spread only, so shifts stand out.",
        attack=f"{n} readings are few, and readings that follow each other closely in time make the limits too narrow.",
        pragmatist="Leave the process alone and keep plotting."
        if stable
        else "Look for the cause of the signal while it is fresh.",
    )


def _draw_capability(rng: Generator) -> Problem:
    quantity, count = pick(rng, QUANTITIES), 4
    data = _subgroups(rng, quantity, count, 3)
    reach = pick(rng, (3.0, 4.2, 6.0)) * quantity.sigma
    places = quantity.decimals or None
    lsl, usl = round(quantity.center - reach, places), round(quantity.center + reach, places)
    name, unit = quantity.name, quantity.unit
    prompt = pick(
        rng,
        (
            f"Is the process capable? {name} in {unit}, limits {lsl} to {usl}, {count} subgroups: {_pasted(data)}.",
            f"Cp and Cpk for the {name} ({unit}), LSL = {lsl}, USL = {usl}. Subgroups: {_pasted(data)}.",
        ),
    )
    study = call(DSL, control.capability, subgroups=data, lsl=lsl, usl=usl)
    bounds = interval(study["cpk_confidence_interval"])
    low, high = study["cpk_confidence_interval"]
    if low >= USUAL_CPK:
        verdict = f"capable: the whole interval of Cpk lies at or above the usual {USUAL_CPK}"
    elif high < USUAL_CPK:
        verdict = f"not capable: the whole interval of Cpk lies below the usual {USUAL_CPK}"
    else:
        verdict = f"undecided: the interval of Cpk contains the usual {USUAL_CPK}"
    return Problem(
        prompt=prompt,
        plan=(
            "Judge capability against two limits.",
            "Use the spread within subgroups for Cp and Cpk, the overall one for Pp and Ppk.",
        ),
        call=study,
        reading=f"Cpk = {show(study['cpk'])} with interval {bounds}; "
        f"Ppk = {show(study['ppk'])} belongs to the overall spread.",
        answer=f"Result: Cp = {show(study['cp'])}, Cpk = {show(study['cpk'])} "
        f"({percent(study.output['conventions']['confidence_level'])} interval {bounds}), Pp = {show(study['pp'])}, "
        f"Ppk = {show(study['ppk'])}, mean {position(study['mean'])} {unit}.\nConclusion: {verdict}.",
        advocate=f"Cp = {show(study['cp'])} shows what the spread allows, "
        f"Cpk = {show(study['cpk'])} what the position leaves of it.",
        attack=f"{study.output['n_used']} parts leave Cpk between {show(low)} and {show(high)}; "
        "stability and normality were not checked.",
        pragmatist="Keep a control chart running, and repeat the study with more subgroups before a customer is told.",
    )


CHARTS = (
    Operation(_draw_xbar_r, "Is my process stable?", "subgroups of readings in the order of production"),
    Operation(
        _draw_individuals,
        "Did something happen to my process last night?",
        "the readings in the order of time, with their unit",
    ),
    Operation(_draw_capability, "What is our Cpk?", "the readings in subgroups and both specification limits"),
)
