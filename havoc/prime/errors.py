"""What can be wrong with a request."""

from havoc.errors import HavocError


class PrimeError(HavocError):
    """A request that cannot be answered as it was made."""
