"""The panel of a gauge study: components, readings by part and operator, and their averages."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, CYCLE, GREY, ORANGE, new_figure, with_unit
from havoc.tools.spc.gage_study import GageResult, GageStudy

Cells = Mapping[tuple[str, str], list[float]]


@drawing("gage_panel", "gage_rr_anova", "gage_rr_range", "gage_rr_nested")
def gage_panel(arguments: GageStudy, result: GageResult) -> Figure:
    """Components of variation, ranges within cells, readings by operator, and averages by part."""
    figure, (components, ranges, by_operator, by_part) = new_figure("Gage R&R study", rows=2, columns=2, height=6.5)
    cells: dict[tuple[str, str], list[float]] = {}
    for part, operator, value in zip(arguments.parts, arguments.operators, arguments.measurements, strict=True):
        cells.setdefault((operator, part), []).append(value)
    parts, operators = list(dict.fromkeys(arguments.parts)), list(dict.fromkeys(arguments.operators))
    _components(components, result)
    _ranges(ranges, cells, parts, operators, arguments.unit)
    _by_operator(by_operator, cells, operators, arguments.unit)
    _by_part(by_part, cells, parts, operators, arguments.unit)
    return figure


def _components(axes: Axes, result: GageResult) -> None:
    shown = [component for component in result.components if not component.source.lower().startswith("total variation")]
    places = np.arange(len(shown))
    axes.bar(places - 0.2, [one.percent_contribution for one in shown], 0.38, color=BLUE, label="% contribution")
    axes.bar(places + 0.2, [one.percent_study_variation for one in shown], 0.38, color=ORANGE, label="% study variation")
    axes.set_xticks(places, [one.source for one in shown], rotation=25, ha="right", fontsize=8)
    axes.set(ylabel="Percent", title="Components of variation")
    axes.legend(fontsize=8)


def _ranges(axes: Axes, cells: Cells, parts: list[str], operators: list[str], unit: str) -> None:
    position = 0
    for operator, colour in zip(operators, CYCLE * len(operators), strict=False):
        own = [cells[operator, part] for part in parts if (operator, part) in cells]
        places = np.arange(position, position + len(own))
        axes.plot(places, [max(cell) - min(cell) for cell in own], "o-", color=colour, markersize=4, label=operator)
        position += len(own)
        axes.axvline(position - 0.5, color=GREY, linewidth=0.6)
    axes.set(xlabel="Parts of each operator", ylabel=with_unit("Range of the trials", unit), title="Repeatability")
    axes.set_xticks([])
    axes.legend(fontsize=8)


def _by_operator(axes: Axes, cells: Cells, operators: list[str], unit: str) -> None:
    samples = [
        [value for (owner, _), cell in cells.items() if owner == operator for value in cell] for operator in operators
    ]
    axes.boxplot(samples, tick_labels=operators, medianprops={"color": BLUE})
    axes.set(xlabel="Operator", ylabel=with_unit("Measurement", unit), title="Readings by operator")


def _by_part(axes: Axes, cells: Cells, parts: list[str], operators: list[str], unit: str) -> None:
    for operator, colour in zip(operators, CYCLE * len(operators), strict=False):
        own = [
            (place, float(np.mean(cells[operator, part]))) for place, part in enumerate(parts) if (operator, part) in cells
        ]
        axes.plot(*zip(*own, strict=True), "o-", color=colour, markersize=4, label=operator)
    axes.set_xticks(range(len(parts)), parts, fontsize=8)
    axes.set(xlabel="Part", ylabel=with_unit("Average", unit), title="Parts by operator")
    axes.legend(fontsize=8)
