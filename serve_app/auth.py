"""Who may ask: keys from a file or the environment, compared in constant time."""

import hmac
import os
from collections.abc import Sequence
from pathlib import Path

from havoc.errors import HavocError
from serve_app.errors import ApiError

VARIABLE = "HAVOC_API_KEYS"
MIN_LENGTH = 16
"""Characters of a key; shorter ones can be guessed."""


class Keys:
    """The keys that are valid. Without any, everybody who reaches the port may ask."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take keys.

        Raises:
            HavocError: one is too short.
        """
        for number, key in enumerate(keys, start=1):
            if len(key) < MIN_LENGTH:
                raise HavocError(f"API keys: key {number} has {len(key)} characters; give at least {MIN_LENGTH}")
        self._keys = [key.encode() for key in keys]

    @classmethod
    def load(cls, file: Path | None) -> "Keys":
        """Keys of a file, one a line, `#` for remarks, and those of the variable HAVOC_API_KEYS, separated by commas.

        Raises:
            HavocError: the file cannot be read, or a key is too short.
        """
        lines = os.environ.get(VARIABLE, "").split(",")
        if file is not None:
            try:
                lines += file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise HavocError(
                    f"serving.keys_file: {file} cannot be read ({error}); give a text file with a key a line"
                ) from None
        return cls([line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")])

    @property
    def required(self) -> bool:
        """Whether there are keys."""
        return bool(self._keys)

    def check(self, authorization: str | None) -> None:
        """Let a request pass.

        Raises:
            ApiError: 401, where its header has no valid key.
        """
        if not self._keys:
            return
        scheme, _, given = (authorization or "").partition(" ")
        # Every key is compared, so that the time says nothing about which one was nearly right.
        matches = [hmac.compare_digest(key, given.strip().encode()) for key in self._keys]
        if scheme.lower() != "bearer" or not any(matches):
            raise ApiError(401, "authorization: no valid key; send `Authorization: Bearer KEY`", "invalid_api_key")
