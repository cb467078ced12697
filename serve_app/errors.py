"""Errors as clients of OpenAI's interface expect them."""

from collections.abc import Mapping
from typing import Any

from havoc.engine import EngineError
from havoc.errors import HavocError

RETRY_AFTER_S = 2
"""When a request that found no room may come again."""
_STATUS = {"overloaded": 429, "out_of_memory": 503, "closed": 503, "not_finite": 500}
"""Of the engine's errors; the others are the request's: 400."""


class ApiError(HavocError):
    """A request that gets no answer, and why.

    Args:
        status: HTTP status.
        message: one line: what, where, the remedy.
        code: stable name.
        param: field of the request; empty for the request as a whole.
        retry_after_s: when to try again, where that helps.
    """

    def __init__(self, status: int, message: str, code: str, param: str = "", retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param, self.retry_after_s = status, message, code, param, retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        """Headers that go with it."""
        headers = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        return headers | ({"WWW-Authenticate": "Bearer"} if self.status == 401 else {})

    def as_event(self) -> dict[str, Any]:
        """As an event, which crosses processes as it is."""
        fields = {"status": self.status, "message": self.message, "code": self.code, "param": self.param}
        return {"type": "error", "data": fields | {"retry_after_s": self.retry_after_s}}

    @staticmethod
    def from_event(event: Mapping[str, Any]) -> "ApiError":
        """The error of an `error` event."""
        return ApiError(**event["data"])

    def as_json(self) -> dict[str, Any]:
        """OpenAI's error object."""
        kind = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}.get(
            self.status, "invalid_request_error" if self.status < 500 else "server_error"
        )
        return {"error": {"message": self.message, "type": kind, "param": self.param or None, "code": self.code}}


INTERNAL = ApiError(500, "internal error; the server's log has it under this request's id", "internal_error")


def as_api_error(error: HavocError) -> ApiError:
    """What a client is told of an error of a request."""
    if isinstance(error, ApiError):
        return error
    code = error.code if isinstance(error, EngineError) else "invalid_request"
    status = _STATUS.get(code, 400)
    return ApiError(status, str(error), code, retry_after_s=RETRY_AFTER_S if status in (429, 503) else None)
