"""Pareto charts of causes."""

import numpy as np
from matplotlib.figure import Figure

from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, GREY, VERMILION, new_figure
from havoc.tools.spc.pareto import Pareto, ParetoResult


@drawing("pareto_chart", "pareto_analysis")
def pareto_chart(arguments: Pareto, result: ParetoResult) -> Figure:
    """Counts in falling order, and their cumulative share."""
    figure, (axes,) = new_figure("Pareto chart", height=4.5)
    places = np.arange(len(result.bars))
    colours = [BLUE if bar.category in result.vital_few else GREY for bar in result.bars]
    axes.bar(places, [bar.count for bar in result.bars], color=colours)
    axes.set_xticks(places, [bar.category for bar in result.bars], rotation=30, ha="right")
    axes.set(ylabel="Count")
    share = axes.twinx()
    share.plot(places, [bar.cumulative_percent for bar in result.bars], "o-", color=VERMILION, markersize=4)
    share.set(ylabel="Cumulative percent")
    share.set_ylim(0, 105)
    share.grid(visible=False)
    return figure
