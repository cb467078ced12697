"""Statistics, DOE and process control as operations with typed arguments and results, behind `ToolRegistry`."""

from havoc.tools.dsl import DSLExecutor
from havoc.tools.errors import ToolError
from havoc.tools.math import PythonMathEngine
from havoc.tools.operation import Arguments, Operation
from havoc.tools.rag import RAGHelper
from havoc.tools.registry import ToolRegistry
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.tool import Tool

__all__ = [
    "Arguments",
    "Assumption",
    "DSLExecutor",
    "Notice",
    "Operation",
    "PythonMathEngine",
    "RAGHelper",
    "Result",
    "Tool",
    "ToolError",
    "ToolRegistry",
]
