"""The tool `rag_helper`: a handbook of statistics, DOE and process control that can be searched and cited."""

from havoc.tools.rag.helper import RAGHelper

__all__ = ["RAGHelper"]
