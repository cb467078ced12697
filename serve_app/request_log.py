"""A line of log and a count for every request, and the headers that every answer has."""

import logging
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("ray.serve")
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

Tell = Callable[[str, int, float], None]
"""Gets route, status and seconds of a request that has ended."""


class RequestLog:
    """Wraps the application. Neither prompts nor keys are logged. Serve adds the request's id to lines and answers."""

    def __init__(self, app: ASGIApp, tell: Tell) -> None:
        self._app, self._tell = app, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                extra = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", ()), *extra]}
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        finally:
            seconds = time.monotonic() - began
            route = getattr(scope.get("route"), "path", "other")
            self._tell(route, status, seconds)
            # A status of 0 is a client that left before there was an answer.
            fields = {"route": route, "status": status, "seconds": round(seconds, 4)}
            level = logging.ERROR if status >= 500 else logging.INFO
            _log.log(level, "%s %d in %.3f s", route, status, seconds, extra=fields)
