"""Lookup of sampling plans by attributes in ANSI/ASQ Z1.4 (ISO 2859-1, MIL-STD-105E)."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.sampling_curves import TOPIC, CurvePoint, SinglePlan
from havoc.tools.spc.z14_tables import code_letter, double_plan, single_plan
from havoc.tools.values import SETTING, Count, Number

SMALLEST_USUAL = 0.1
"""AQLs below this are rare: a proportion may have been given instead of a percentage."""

RULES = {
    "normal to tightened": "2 of 5 or fewer consecutive lots not accepted on original inspection",
    "tightened to normal": "5 consecutive lots accepted on original inspection",
    "normal to reduced": "the last 10 lots accepted, production steady, and the responsible authority wants it; "
    "MIL-STD-105E also asks that their nonconforming total keeps the limit number of Table VIII",
    "reduced to normal": "a lot not accepted, a count between Ac and Re, irregular production, or other good reason",
    "discontinuation": "5 lots not accepted while on tightened inspection (MIL-STD-105E: 10 consecutive lots on tightened)",
}
"""Of the standard, in our words."""


class Z14(Arguments):
    """A lot and its acceptance quality limit."""

    aliases: ClassVar[Mapping[str, str]] = {
        "N": "lot_size",
        "lot": "lot_size",
        "AQL": "aql",
        "inspection_level": "level",
        "type": "inspection",
        "severity": "inspection",
    }

    lot_size: Count
    """Items in the lot."""
    aql: Number
    """Acceptance quality limit in percent nonconforming, or in nonconformities per hundred units: 1.0 is one percent."""
    level: Annotated[Literal["I", "II", "III", "S-1", "S-2", "S-3", "S-4"], SETTING] = "II"
    """Inspection level; II unless agreed otherwise."""
    inspection: Annotated[Literal["normal", "tightened", "reduced"], SETTING] = "normal"
    """Severity, which the switching rules decide; normal at the start."""
    sampling: Annotated[Literal["single", "double"], SETTING] = "single"
    """Single or double sampling."""


class Z14Result(Result):
    """The plan of the standard and what it does."""

    headline: ClassVar[tuple[str, ...]] = (
        "code_letter",
        "sample_size",
        "acceptance_number",
        "rejection_number",
    )

    code_letter: str
    """From lot size and level (Table I)."""
    plan_letter: str
    """Letter of the plan that is used, after following the arrows of the master table."""
    sample_size: int
    """Items in the (first) sample, at most the lot."""
    acceptance_number: int
    """Ac of the (first) sample: accept with at most this many."""
    rejection_number: int
    """Re of the (first) sample: do not accept from this many."""
    second_sample_size: int | None = None
    """Double sampling: items in the second sample."""
    second_acceptance_number: int | None = None
    """Double sampling: accept with at most this many in both samples together."""
    second_rejection_number: int | None = None
    """Double sampling: do not accept from this many in both samples together."""
    full_inspection: bool
    """Whether the sample takes in the whole lot."""
    probability_accept_aql: float
    """Share of lots at the AQL that the single plan accepts."""
    proportion_95: float
    """Percent nonconforming (or per hundred units) that the single plan accepts 95% of the time."""
    proportion_10: float
    """Percent nonconforming (or per hundred units) that the single plan accepts 10% of the time (limiting quality)."""
    curve: list[CurvePoint]
    """Of the single plan, as proportions."""
    switching_rules: dict[str, str]
    """When to change the severity, and when to stop."""


@operation(
    "z14_plan",
    topic=TOPIC,
    source="ANSI/ASQ Z1.4 (tables as in MIL-STD-105E, 1989: I, II-A, II-B, II-C, III-A, III-B)",
    examples=(
        {"lot_size": 1000, "aql": 1.0},
        {"lot_size": 2000, "aql": 0.65, "level": "II", "inspection": "tightened"},
        {"lot_size": 1000, "aql": 1.0, "sampling": "double"},
    ),
)
def z14_plan(arguments: Z14) -> Z14Result:
    """Which sample size, acceptance and rejection number does ANSI/ASQ Z1.4 give for a lot size and an AQL?

    Code letter, master table with its arrows followed, switching rules, and the operating characteristic of the plan. The
    scheme protects by its switching rules over a series of lots: for a single lot, or to hold a stated LTPD, use
    acceptance_sampling_single; for measured values variables_sampling_plan.
    """
    if arguments.lot_size < 2:
        raise ToolError("lot_size", arguments.lot_size, "the standard begins at lots of 2", "inspect the item")
    letter = code_letter(arguments.lot_size, arguments.level)
    plan_letter, size, accept, reject = single_plan(letter, arguments.aql, arguments.inspection)
    distribution = "binomial" if arguments.aql <= 10 else "poisson"
    # Reduced inspection accepts counts between Ac and Re too, and only returns to normal inspection after them.
    plan = SinglePlan(size, min(reject - 1, size - 1) if distribution == "binomial" else reject - 1, distribution)
    notices = []
    if arguments.aql < SMALLEST_USUAL:
        message = f"The AQL of {arguments.aql:g} was read as {arguments.aql:g} percent; one percent is 1.0."
        notices.append(Notice(code="aql_in_percent", message=message))
    if plan_letter != letter:
        message = f"The arrows lead from letter {letter} to {plan_letter}: its sample size is used, too."
        notices.append(Notice(code="arrow_followed", message=message))
    numbers: dict[str, int] = {"sample_size": size, "acceptance_number": accept, "rejection_number": reject}
    needed = size
    if arguments.sampling == "double":
        double = _double(letter, arguments)
        if double is None:
            message = "The standard has no double plan here and says to use the single plan."
            notices.append(Notice(code="single_used", message=message))
        else:
            numbers, needed = double, 2 * double["sample_size"]
    full = needed >= arguments.lot_size
    if full:
        message = f"The plan needs {needed} items and the lot has {arguments.lot_size}: inspect all of them."
        notices.append(Notice(code="full_inspection", message=message))
        numbers = numbers | {"sample_size": min(numbers["sample_size"], arguments.lot_size)}
    sentence = f"Code letter {letter}: inspect {numbers['sample_size']} items"
    return Z14Result(
        method=f"ANSI/ASQ Z1.4, {arguments.sampling} sampling, {arguments.inspection} inspection, level {arguments.level}",
        n_used=numbers["sample_size"],
        code_letter=letter,
        plan_letter=plan_letter,
        **numbers,
        full_inspection=full,
        probability_accept_aql=float(plan.probability_accept(np.asarray(arguments.aql / 100))),
        proportion_95=100 * plan.proportion_at(0.95),
        proportion_10=100 * plan.proportion_at(0.1),
        curve=plan.curve(np.linspace(0, plan.proportion_at(0.01), 21)),
        switching_rules=RULES,
        conventions={
            "aql": "percent nonconforming, or nonconformities per hundred units",
            "curve": f"{distribution} (the standard: binomial to AQL 10, Poisson above)"
            + ("; counts between Ac and Re are accepted" if reject > accept + 1 else ""),
            "reduced inspection": "Z1.4 and MIL-STD-105E have a gap between Ac and Re; ISO 2859-1:1999 has none",
        },
        warnings=notices,
        conclusion=f"{sentence}; accept with at most {numbers['acceptance_number']}, "
        f"do not accept with {numbers['rejection_number']} or more nonconforming.",
    )


def _double(letter: str, arguments: Z14) -> dict[str, int] | None:
    if arguments.inspection == "reduced":
        raise ToolError("sampling", "double", "double plans are held for normal and tightened inspection", "use single")
    found = double_plan(letter, arguments.aql, arguments.inspection)
    if found is None:
        return None
    _, size, (accept, reject, second_accept, second_reject) = found
    return {
        "sample_size": size,
        "acceptance_number": accept,
        "rejection_number": reject,
        "second_sample_size": size,
        "second_acceptance_number": second_accept,
        "second_rejection_number": second_reject,
    }
