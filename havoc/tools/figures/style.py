"""One look for all figures: size, colours that the colour-blind tell apart, and a plot to begin with."""

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe, M. and Ito, K. (2008), Color Universal Design: told apart with every common form of colour blindness.
BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#56B4E9",
    "#CC79A7",
    "#F0E442",
)
GREY, INK = "#8C8C8C", "#222222"
CYCLE = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY)
"""Colours of series, in this order."""
WIDTH, DPI = 8.0, 100
"""Inches and points per inch: 800 px wide, so that a font of 10 points is read without zooming."""
SETTINGS = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "axes.axisbelow": True,
    "svg.fonttype": "none",  # letters stay text: they can be searched, and the file is small
    "svg.hashsalt": "havoc",  # the same figure is the same file
    "legend.frameon": False,
}


def new_figure(title: str, rows: int = 1, columns: int = 1, height: float = 4.0) -> tuple[Figure, list[Axes]]:
    """A titled figure 800 px wide with a grid of plots, row by row; `height` is in inches."""
    with rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False)
    figure.suptitle(title)
    return figure, list(axes.flat)


def with_unit(label: str, unit: str) -> str:
    """`label` with its unit in brackets, where there is one."""
    return f"{label} [{unit}]" if unit else label
