"""What this room raises, or gives back as the end of one request, for a mistake that its sender can repair."""

from typing import Literal

from havoc.errors import HavocError

Code = Literal[
    "empty_prompt",
    "too_long",
    "unknown_id",
    "bad_setting",
    "bad_grammar",
    "overloaded",
    "out_of_memory",
    "not_finite",
    "closed",
]


class EngineError(HavocError):
    """A request cannot be run, or cannot go on. Others in the same batch are not affected.

    `code` names the reason for programs: `overloaded` and `out_of_memory` may succeed later, the others will not.
    """

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
