"""The root of every error that a user can cause. Each room derives its own class from it; jobs print it as one line."""


class HavocError(Exception):
    """A mistake in a user's setting, file or request. The message says what, where and the remedy, on one line."""
