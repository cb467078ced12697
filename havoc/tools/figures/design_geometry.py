"""Where the runs of a design lie in the space of its factors."""

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from numpy.typing import NDArray

from havoc.tools.doe.design import Design, DesignArguments
from havoc.tools.doe.factor import Factor
from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, DPI, GREEN, GREY, ORANGE, SETTINGS, SKY, VERMILION, WIDTH, new_figure, with_unit

COLOURS = {"center": ORANGE, "axial": VERMILION, "edge": GREEN, "factorial": BLUE}
MARKERS = {"center": "s", "axial": "^", "edge": "D", "factorial": "o"}
TICKS = [-1.0, 0.0, 1.0]
MOST_PANELS = 5
"""Factors of which every pair gets a panel; of more, the first ones are drawn."""


@drawing(
    "design_geometry",
    "full_factorial",
    "fractional_factorial",
    "box_behnken",
    "central_composite",
    "definitive_screening",
    "plackett_burman",
    "latin_hypercube",
    "sobol_design",
    "optimal_design",
)
def design_geometry(arguments: DesignArguments, result: Design) -> Figure:
    """Three factors as a cube, otherwise a panel for each pair; the number of runs at a place is written beside it."""
    factors, count = arguments.factors, len(arguments.factors)
    title = result.method if "runs" in result.method else f"{result.method}: {result.runs} runs"
    if count == 3:
        return _cube(arguments.factors, result, title)
    shown = min(count, MOST_PANELS)
    pairs = [(i, j) for i in range(shown) for j in range(i + 1, shown)] or [(0, 0)]
    columns = min(len(pairs), 4)
    rows = -(-len(pairs) // columns)
    figure, axes = new_figure(title, rows=rows, columns=columns, height=max(3.4, 2.4 * rows))
    table = np.array(result.coded)
    for panel, (i, j) in zip(axes, pairs, strict=False):
        for (x, y), kinds in _places(table[:, [i, j]], result.point_types).items():
            kind = kinds[0]
            panel.plot(x, y, MARKERS.get(kind, "o"), color=COLOURS.get(kind, SKY), markersize=6)
            if len(kinds) > 1:
                panel.annotate(str(len(kinds)), (x, y), (5, 5), textcoords="offset points", fontsize=8)
        panel.set(xlabel=_name(factors[i]), ylabel=_name(factors[j]))
        panel.set_xticks(TICKS, _values(factors[i]))
        panel.set_yticks(TICKS, _values(factors[j]))
    for panel in axes[len(pairs) :]:
        panel.set_visible(False)
    return figure


def _cube(factors: list[Factor], result: Design, title: str) -> Figure:
    with rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, 5.5), dpi=DPI, layout="constrained")
        axes = figure.add_subplot(projection="3d")
    figure.suptitle(title)
    corners = [-1.0, 1.0]
    for a in corners:
        for b in corners:
            for line in (([-1, 1], [a, a], [b, b]), ([a, a], [-1, 1], [b, b]), ([a, a], [b, b], [-1, 1])):
                axes.plot(*line, color=GREY, linewidth=0.8)
    drawn = set()
    for place, kinds in _places(np.array(result.coded), result.point_types).items():
        kind = kinds[0]
        label = kind if kind not in drawn else None
        drawn.add(kind)
        axes.scatter(
            *place, color=COLOURS.get(kind, SKY), marker=MARKERS.get(kind, "o"), s=45, depthshade=False, label=label
        )
        if len(kinds) > 1:
            axes.text(*place, f"  {len(kinds)}", fontsize=9)
    for axis, factor in zip((axes.xaxis, axes.yaxis, axes.zaxis), factors, strict=True):
        axis.set_ticks(TICKS, _values(factor))
        axis.set_label_text(_name(factor))
        axis.labelpad = 10
    axes.legend(loc="upper left")
    return figure


def _places(table: NDArray[np.float64], kinds: list[str]) -> dict[tuple[float, ...], list[str]]:
    """Place -> kinds of the runs there."""
    places: dict[tuple[float, ...], list[str]] = {}
    for row, kind in zip(np.round(table, 6).tolist(), kinds, strict=True):
        places.setdefault(tuple(row), []).append(kind)
    return places


def _name(factor: Factor) -> str:
    return with_unit(factor.name, factor.unit or ("coded" if factor.low is None and factor.levels is None else ""))


def _values(factor: Factor) -> list[str]:
    """Natural values at the ticks."""
    found = [factor.natural(tick) for tick in TICKS]
    return [value if isinstance(value, str) else f"{value:g}" for value in found]
