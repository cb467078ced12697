"""Lookup of sampling plans by variables in ANSI/ASQ Z1.9 and MIL-STD-414."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.spc.sampling_curves import TOPIC
from havoc.tools.spc.variables_sampling import VariablesPoint, variables_sampling_plan
from havoc.tools.spc.z19_tables import STANDARDS, code_letter, percent_nonconforming, plan
from havoc.tools.values import SETTING, Count, Number

SMALLEST_USUAL = 0.1
"""AQLs below this are rare: a proportion may have been given instead of a percentage."""


class Z19(Arguments):
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
    """Acceptance quality limit in percent nonconforming: 1.0 is one percent."""
    level: Annotated[Literal["S3", "S4", "I", "II", "III", "IV", "V"], SETTING] | None = None
    """Inspection level: S3, S4, I, II, III of Z1.9 (II where left out), I to V of MIL-STD-414 (IV)."""
    inspection: Annotated[Literal["normal", "tightened", "reduced"], SETTING] = "normal"
    """Severity, which the switching rules decide; normal at the start."""
    standard: Annotated[Literal["Z1.9", "MIL-STD-414"], SETTING] = "Z1.9"
    """Whose code letters; lot sizes and levels differ."""


class Z19Result(Result):
    """The plan of the standard and what it does."""

    headline: ClassVar[tuple[str, ...]] = ("code_letter", "sample_size", "k", "maximum_percent")

    code_letter: str
    """From lot size and level (Table A-2)."""
    plan_letter: str
    """Letter of the plan that is used, after following the arrows of the master table."""
    sample_size: int
    """Items to measure, at most the lot."""
    k: float
    """Form 1, one limit: accept where (USL - mean) / s, or (mean - LSL) / s, is at least k."""
    maximum_percent: float
    """Form 2, M: accept where the estimated percent nonconforming is at most M; needed for two limits."""
    full_inspection: bool
    """Whether the sample takes in the whole lot."""
    probability_accept_aql: float
    """Share of lots at the AQL that the plan for one limit accepts."""
    proportion_95: float
    """Percent nonconforming that it accepts 95% of the time."""
    proportion_10: float
    """Percent nonconforming that it accepts 10% of the time (limiting quality)."""
    curve: list[VariablesPoint]
    """Operating characteristic for one limit, as proportions."""


@operation(
    "z19_plan",
    topic=TOPIC,
    source="ANSI/ASQC Z1.9 (1980), Tables A-2 and B-1; MIL-STD-414 (1957), Tables A-2, B-1 and B-3",
    examples=(
        {"lot_size": 40, "aql": 1.0},
        {"lot_size": 1000, "aql": 1.0, "inspection": "tightened"},
        {"lot_size": 40, "aql": 1.0, "level": "IV", "standard": "MIL-STD-414"},
    ),
)
def z19_plan(arguments: Z19) -> Z19Result:
    """How many items must be measured, and which k or M holds, in ANSI/ASQ Z1.9 for a lot size and an AQL?

    Standard deviation method with unknown variability, normal and tightened inspection. Judge the lot's measurements with
    variables_lot. The scheme protects by its switching rules over a series of lots: for a single lot, or to hold a stated
    LTPD, use variables_sampling_plan; for counts z14_plan.
    """
    standard = STANDARDS[arguments.standard]
    level = arguments.level or standard.usual_level
    if level not in standard.letters:
        raise ToolError(
            "level", level, f"{arguments.standard} has no such level", f"give one of {', '.join(standard.letters)}"
        )
    if arguments.lot_size < standard.smallest_lot:
        problem = f"the standard begins at lots of {standard.smallest_lot}"
        raise ToolError("lot_size", arguments.lot_size, problem, "inspect every item")
    if arguments.inspection == "reduced":
        raise ToolError(
            "inspection",
            "reduced",
            "the tables of reduced inspection are not held",
            "inspect normally, which is always allowed, or make a plan from two points with variables_sampling_plan",
        )
    letter = code_letter(standard, arguments.lot_size, level)
    found = plan(standard, letter, arguments.aql, arguments.inspection)
    size = min(found.n, arguments.lot_size)
    performance = variables_sampling_plan(sample_size=found.n, k=found.k, aql=arguments.aql / 100)
    notices = _notices(arguments, letter, found.letter, found.n)
    return Z19Result(
        method=f"{arguments.standard}, standard deviation method, {arguments.inspection} inspection, level {level}",
        n_used=size,
        code_letter=letter,
        plan_letter=found.letter,
        sample_size=size,
        k=found.k,
        maximum_percent=found.m,
        full_inspection=found.n >= arguments.lot_size,
        probability_accept_aql=1 - (performance.producer_risk or 0.0),
        proportion_95=100 * performance.proportion_95,
        proportion_10=100 * performance.proportion_10,
        curve=performance.curve,
        conventions={
            "aql": "percent nonconforming",
            "k": "as printed in Z1.9-1980 and MIL-STD-414, Table B-1",
            "maximum_percent": "as printed in MIL-STD-414, Table B-3, for the same n and k; the exact relation gives "
            f"{percent_nonconforming(found.k, found.n):.4g} from the rounded k",
            "curve": "exact: non-central t, one specification limit",
        },
        assumptions=[Assumption(name="normality", holds=None, detail="the plan depends on it; test the measurements")],
        warnings=notices,
        conclusion=f"Code letter {letter}: measure {size} items; with one limit accept from k = {found.k:g}, "
        f"with two where the estimated percent nonconforming is at most {found.m:g}.",
    )


def _notices(arguments: Z19, letter: str, plan_letter: str, n: int) -> list[Notice]:
    found = []
    if arguments.standard == "Z1.9":
        message = "Later editions of Z1.9, and ISO 3951-1, can differ in k and M; compare with the edition of the contract."
        found.append(Notice(code="edition", message=message))
    if arguments.aql < SMALLEST_USUAL:
        message = f"The AQL of {arguments.aql:g} was read as {arguments.aql:g} percent; one percent is 1.0."
        found.append(Notice(code="aql_in_percent", message=message))
    if plan_letter != letter:
        message = f"The arrows lead from letter {letter} to {plan_letter}: its sample size is used, too."
        found.append(Notice(code="arrow_followed", message=message))
    if n >= arguments.lot_size:
        message = f"The plan needs {n} items and the lot has {arguments.lot_size}: inspect all of them."
        found.append(Notice(code="full_inspection", message=message))
    return found
