"""Figures: which operations have one, and that what they show can be read."""

import itertools
import re
import xml.etree.ElementTree as ElementTree

import pytest

from havoc.tools import ToolRegistry
from havoc.tools.figures.drawing import _drawers
from havoc.tools.figures.style import CYCLE, ORANGE, VERMILION, YELLOW

REGISTRY = ToolRegistry()
DRAWN = sorted({(operation, drawer.name) for drawer in _drawers() for operation in drawer.operations})
SVG = "{http://www.w3.org/2000/svg}"


def _figures(operation):
    tool = REGISTRY.tool_of(operation)
    example = REGISTRY.tools[tool].operation(operation).examples[0]
    answer = REGISTRY.execute(tool, {"operation": operation, "figures": True, **example})
    assert answer["success"], answer
    return {figure["name"]: figure for figure in answer["figures"]}


@pytest.mark.parametrize(("operation", "name"), DRAWN)
def test_it_is_legible_titled_and_labelled(operation, name):
    figure = _figures(operation)[name]
    root = ElementTree.fromstring(figure["svg"])
    width = float(root.get("width").removesuffix("pt")) * 100 / 72
    assert width == pytest.approx(800, abs=1)
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert figure["title"] in texts
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", figure["svg"])]
    assert sizes
    assert min(sizes) >= 8
    assert len(texts) > 6, "axes carry labels and ticks"
    assert len(figure["svg"]) < 2_000_000


@pytest.mark.parametrize("operation", sorted({operation for operation, _ in DRAWN}))
def test_the_same_call_draws_the_same_figure(operation):
    assert _figures(operation) == _figures(operation)


def test_operations_without_figures_say_so():
    call = {"operation": "t_test", "group1": [1, 2, 3], "group2": [2, 3, 5], "figures": True}
    answer = REGISTRY.execute("python_math", call)
    assert isinstance(answer["figures"], list)


def _linear(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _deuteranope(colour):
    """Linear RGB of a colour as somebody without green cones sees it (Viénot, Brettel and Mollon 1999)."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    merged = 0.29275 * red + 0.70725 * green
    return merged, merged, -0.02234 * red + 0.02234 * green + blue


def test_neighbouring_colours_differ_for_the_colour_blind():
    pairs = [*itertools.pairwise(CYCLE), (ORANGE, VERMILION), (YELLOW, ORANGE)]
    for one, other in pairs:
        distance = sum((a - b) ** 2 for a, b in zip(_deuteranope(one), _deuteranope(other), strict=True)) ** 0.5
        assert distance > 0.12, (one, other)
