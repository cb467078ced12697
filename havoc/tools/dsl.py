"""The tool `dsl_executor`."""

from typing import ClassVar

from havoc.tools.tool import Tool


class DSLExecutor(Tool):
    """Design of experiments, process control, measurement systems and sampling plans."""

    name: ClassVar[str] = "dsl_executor"
    packages: ClassVar[tuple[str, ...]] = ("havoc.tools.doe", "havoc.tools.spc")
