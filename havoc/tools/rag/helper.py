"""The tool `rag_helper`."""

from typing import ClassVar

from havoc.tools.tool import Tool


class RAGHelper(Tool):
    """Search in the handbook and in indexed folders; a call without `operation` is a search."""

    name: ClassVar[str] = "rag_helper"
    packages: ClassVar[tuple[str, ...]] = ("havoc.tools.rag",)
    default_operation: ClassVar[str | None] = "search"
