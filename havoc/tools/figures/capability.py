"""Histograms against specification limits."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, GREEN, INK, ORANGE, SKY, VERMILION, new_figure, with_unit
from havoc.tools.spc.capability import Capability
from havoc.tools.spc.capability_indices import CapabilityResult


@drawing("capability_histogram", "process_capability")
def capability_histogram(arguments: Capability, result: CapabilityResult) -> Figure:
    """The values with both fitted curves, the limits and the indices."""
    figure, (axes,) = new_figure("Process capability", height=4.6)
    values = _values(arguments)
    _bars(axes, values)
    low = min([values.min(), *[limit for limit in (arguments.lsl,) if limit is not None]])
    high = max([values.max(), *[limit for limit in (arguments.usl,) if limit is not None]])
    grid = np.linspace(low - 0.1 * (high - low), high + 0.1 * (high - low), 400)
    axes.plot(grid, stats.norm.pdf(grid, result.mean, result.sigma_overall), color=BLUE, label="overall")
    if result.sigma_within is not None:
        axes.plot(grid, stats.norm.pdf(grid, result.mean, result.sigma_within), color=ORANGE, linestyle="--", label="within")
    for limit, name, colour in (
        (arguments.lsl, "LSL", VERMILION),
        (arguments.usl, "USL", VERMILION),
        (arguments.target, "target", GREEN),
    ):
        if limit is not None:
            axes.axvline(limit, color=colour, linewidth=1.5)
            axes.annotate(name, (limit, 1), (3, -12), xycoords=("data", "axes fraction"), textcoords="offset points")
    axes.set(xlabel=with_unit("Value", arguments.unit), ylabel="Density")
    axes.set_title(_indices(result), fontsize=10)
    axes.legend(loc="center left")
    return figure


def _values(arguments: Capability) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if arguments.data is not None:
        return np.asarray(arguments.data)
    return np.concatenate([np.asarray(group) for group in arguments.subgroups or []])


def _bars(axes: Axes, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    bins = max(5, min(60, round(np.sqrt(values.size)) + 1))
    axes.hist(values, bins=bins, density=True, color=SKY, edgecolor=INK, linewidth=0.4, alpha=0.6)


def _indices(result: CapabilityResult) -> str:
    shown = []
    for name, value in (("Cp", result.cp), ("Cpk", result.cpk), ("Pp", result.pp), ("Ppk", result.ppk), ("Cpm", result.cpm)):
        if value is not None:
            shown.append(f"{name} {value:.2f}")
    return "   ".join(shown)
