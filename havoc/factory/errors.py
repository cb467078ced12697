"""Errors of the factory."""

from havoc.errors import HavocError


class FactoryError(HavocError):
    """An example that cannot be made, or settings that cannot be followed."""
