"""Figures of results as SVG, legible at 800 px, in colours that the colour-blind tell apart."""

from havoc.tools.figures.drawing import Drawing, draw, drawing

__all__ = ["Drawing", "draw", "drawing"]
