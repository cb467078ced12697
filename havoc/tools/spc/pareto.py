"""Pareto analysis: which categories make up most of the total."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Labels, Numbers, equal_lengths

TOPIC = "Problem analysis"
MAX_CATEGORIES = 1000
OTHER = "Other"


class Pareto(Arguments):
    """Observed categories, or categories with their counts (or costs)."""

    aliases: ClassVar[Mapping[str, str]] = {
        "defects": "categories",
        "labels": "categories",
        "frequencies": "counts",
        "costs": "counts",
        "values": "counts",
    }

    categories: Labels
    """Category of each observation; or, with `counts`, of each count."""
    counts: Numbers | None = None
    """Count, or cost, of each category; repeated categories are added up."""
    threshold: Annotated[float, Field(gt=0, lt=100), SETTING] = 80.0
    """Percent of the total that the vital few make up."""
    other_below: Annotated[float, Field(ge=0, lt=100), SETTING] = 0.0
    """Categories with less than this percent of the total are put together as `Other`, which stands last."""


class ParetoBar(BaseModel):
    """One category."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    category: str
    count: float
    percent: float
    cumulative_percent: float


class ParetoResult(Result):
    """Categories in falling order."""

    headline: ClassVar[tuple[str, ...]] = ("vital_few", "vital_few_percent", "total")

    bars: list[ParetoBar]
    """Largest first; `Other` last."""
    total: float
    vital_few: list[str]
    """Smallest number of the largest categories that reach the threshold."""
    vital_few_percent: float
    """Their percent of the total."""
    combined: list[str]
    """Categories in `Other`."""


@operation(
    "pareto_analysis",
    topic=TOPIC,
    source="Juran (1951), Quality Control Handbook; Montgomery, Introduction to Statistical Quality Control, chapter 5",
    examples=(
        {"categories": ["scratch", "dent", "scratch", "crack", "scratch", "dent", "scratch", "stain"]},
        {"categories": ["contact", "wire", "solder", "parts", "label"], "counts": [94, 80, 66, 33, 5], "other_below": 3},
    ),
)
def pareto_analysis(arguments: Pareto) -> ParetoResult:
    """Which few categories account for most of the defects, or of the cost?

    Counts in falling order with cumulative percentages. Costs may rank otherwise than counts: give them as `counts`. Look at
    a stable period (p_chart, c_chart); whether two rankings differ is a question for a chi-square test.
    """
    totals = _totals(arguments)
    total = sum(totals.values())
    if total <= 0:
        raise ToolError("counts", "", "the counts add up to zero", "give at least one observation")
    limit = arguments.other_below / 100 * total
    combined = sorted((name for name, count in totals.items() if count < limit), key=lambda name: (-totals[name], name))
    if len(combined) < 2:
        combined = []
    kept = sorted((name for name in totals if name not in set(combined)), key=lambda name: (-totals[name], name))
    lines = [(name, totals[name]) for name in kept]
    if combined:
        name = OTHER if OTHER not in kept else f"{OTHER} (combined)"
        lines.append((name, sum(totals[one] for one in combined)))
    bars, running = [], 0.0
    for name, count in lines:
        running += count
        percent = min(100.0, 100 * running / total)
        bars.append(ParetoBar(category=name, count=count, percent=100 * count / total, cumulative_percent=percent))
    # A tolerance keeps a category out that rounding alone would bring in.
    needed = next((i for i, bar in enumerate(bars) if bar.cumulative_percent >= arguments.threshold - 1e-9), len(bars) - 1)
    vital = [bar.category for bar in bars[: needed + 1]]
    share = bars[needed].cumulative_percent
    notices = []
    if len(vital) > max(1, len(totals) / 2):
        message = f"{len(vital)} of {len(totals)} categories are needed: there are no vital few, try another classification."
        notices.append(Notice(code="flat", message=message))
    return ParetoResult(
        method="Pareto analysis",
        n_used=len(arguments.categories),
        bars=bars,
        total=total,
        vital_few=vital,
        vital_few_percent=share,
        combined=combined,
        conventions={
            "vital few": f"fewest categories that reach {arguments.threshold:g}% of the total",
            "ties": "in alphabetical order",
        },
        warnings=notices,
        conclusion=f"{len(vital)} of {len(totals)} categories make up {share:.4g}% of the total: {', '.join(vital[:5])}"
        + (", ..." if len(vital) > 5 else "."),
    )


def _totals(arguments: Pareto) -> dict[str, float]:
    names, counts = arguments.categories, arguments.counts
    totals: dict[str, float] = {}
    if counts is None:
        totals = {name: float(count) for name, count in Counter(names).items()}
    else:
        equal_lengths(categories=names, counts=counts)
        for index, (name, count) in enumerate(zip(names, counts, strict=True)):
            if count < 0:
                raise ToolError(f"counts[{index}]", count, "negative", "give counts or costs from 0")
            totals[name] = totals.get(name, 0.0) + count
    if len(totals) > MAX_CATEGORIES:
        raise ToolError("categories", "", f"{len(totals):,} different categories", f"give at most {MAX_CATEGORIES:,}")
    return totals
