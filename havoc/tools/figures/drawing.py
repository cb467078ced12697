"""Which figure belongs to which operation, and how a figure becomes SVG."""

import importlib
import io
import pkgutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from havoc.tools.figures.style import SETTINGS
from havoc.tools.operation import Arguments
from havoc.tools.result import Result

Draw = Callable[[Any, Any], Figure]


@dataclass(frozen=True)
class Drawing:
    """One figure."""

    name: str
    title: str
    svg: str

    def as_json(self) -> dict[str, str]:
        """Its parts, for programs."""
        return asdict(self)


@dataclass(frozen=True)
class Drawer:
    """A function that draws, and the operations whose arguments and results it reads."""

    name: str
    operations: tuple[str, ...]
    function: Draw


def drawing(name: str, *operations: str) -> Callable[[Draw], Drawer]:
    """Declare that the decorated `function(arguments, result) -> Figure` draws `name` for these operations."""

    def declare(function: Draw) -> Drawer:
        return Drawer(name, operations, function)

    return declare


def draw(operation: str, arguments: Arguments, result: Result) -> list[Drawing]:
    """Every figure of this call, in the order of their names."""
    drawings = []
    for drawer in _drawers():
        if operation in drawer.operations:
            figure = drawer.function(arguments, result)
            drawings.append(Drawing(drawer.name, figure.get_suptitle(), _svg(figure)))
    return drawings


@cache
def _drawers() -> tuple[Drawer, ...]:
    package = importlib.import_module("havoc.tools.figures")
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [
        value
        for module in modules
        for value in vars(importlib.import_module(f"havoc.tools.figures.{module}")).values()
        if isinstance(value, Drawer)
    ]
    return tuple(sorted(found, key=lambda drawer: drawer.name))


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    with rc_context(SETTINGS):
        FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None, "Creator": "HAVOC"})
    return text.getvalue()
