"""The error of this room."""

from havoc.errors import HavocError


class ModelError(HavocError):
    """A shape, a back end or a checkpoint does not fit: the message says which, and what to do."""
