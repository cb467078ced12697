"""Data: sources of text and conversations, rows of equal length, the mixture plan and the resumable stream."""

from havoc.data.errors import DataError
from havoc.data.mixture import MixturePlan
from havoc.data.ordering import keep_order
from havoc.data.preparation import prepare
from havoc.data.shards import RowStore
from havoc.data.sources import read_texts
from havoc.data.stream import batches, local_batches, ray_dataset, step_rows

__all__ = [
    "DataError",
    "MixturePlan",
    "RowStore",
    "batches",
    "keep_order",
    "local_batches",
    "prepare",
    "ray_dataset",
    "read_texts",
    "step_rows",
]
