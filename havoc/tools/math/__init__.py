"""The tool `python_math`: statistics, reliability and mathematics."""

from havoc.tools.math.engine import PythonMathEngine

__all__ = ["PythonMathEngine"]
