"""Bodies that are too long are refused before they are in memory."""

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.errors import ApiError

FORM_BYTES = 10_000
"""Of the form that carries a file."""


class BodyLimit:
    """Counts the bytes of a body as they come, whatever its header says."""

    def __init__(self, app: ASGIApp, most: int, uploads: str, most_upload: int) -> None:
        """Wrap an application.

        Args:
            app: what is wrapped.
            most: bytes of a body.
            uploads: path whose bodies may have `most_upload` bytes, and the frame of a form around them.
            most_upload: bytes of a file.
        """
        self._app, self._most, self._uploads, self._most_upload = app, most, uploads, most_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most_upload + FORM_BYTES if scope["path"] == self._uploads else self._most
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > most:
            await self._refuse(send, most)
            return
        seen, refused = 0, False

        async def counted() -> Message:
            nonlocal seen, refused
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most and not refused:
                refused = True
                await self._refuse(send, most)
            return {"type": "http.disconnect"} if refused else message

        async def unless_refused(message: Message) -> None:
            if not refused:
                await send(message)

        await self._app(scope, counted, unless_refused)

    async def _refuse(self, send: Send, most: int) -> None:
        problem = f"body: more than {most:,} bytes; send less, or upload a file"
        body = json.dumps(ApiError(413, problem, "body_too_large").as_json()).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})
