"""The error of this room."""

from havoc.errors import HavocError


class DataError(HavocError):
    """A source, a record, a store of rows or a stream is not what it should be."""
