"""The tool `python_math`."""

from typing import ClassVar

from havoc.tools.tool import Tool


class PythonMathEngine(Tool):
    """Statistics, reliability and mathematics on the numbers of a call. Needs no state: any instance answers any call."""

    name: ClassVar[str] = "python_math"
    packages: ClassVar[tuple[str, ...]] = ("havoc.tools.math",)
