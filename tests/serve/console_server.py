"""A server that serves the console under the real one's policy, and plays recorded runs."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CONSOLE = Path(__file__).parents[2] / "serve_app" / "console"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
KEY = "a-key-of-the-tests"
UPLOAD = {
    "id": "file-0123456789abcdef01234567", "object": "file", "bytes": 40, "created_at": 1, "filename": "fill.csv",
    "purpose": "user_data", "rows": 3,
    "columns": [{"name": "weight", "count": 3, "kind": "number"}, {"name": "<b>line</b>", "count": 3, "kind": "text"}],
}  # fmt: skip


class ConsoleServer(ThreadingHTTPServer):
    """Answers every question with `runs[script]`, an event at a time."""

    daemon_threads = True

    def __init__(self, runs: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.runs = runs
        self.script = "compare"
        self.pause_s = 0.0
        """Between events."""
        self.needs_key = False
        self.asked: list[dict[str, Any]] = []
        self.broken_off = threading.Event()
        """A client left in the middle of a stream."""
        self.address = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is no error of the server's."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """The routes of a real server that the console uses."""

    server: ConsoleServer

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/healthz":
            return self._json(200, {"ready": True})
        if path == "/v1/models":
            return self._json(200, {"object": "list", "data": [{"id": "havoc"}]}) if self._has_key() else None
        name = "index.html" if path == "/" else path.removeprefix("/console/")
        file = CONSOLE / name
        if "/" in name or not file.is_file():
            return self._json(404, {"error": {"message": f"no {path}"}})
        return self._send(200, file.read_bytes(), TYPES[file.suffix])

    def do_DELETE(self) -> None:
        self._json(200, {"id": self.path.rsplit("/", 1)[-1], "object": "file", "deleted": True})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._has_key():
            return None
        if self.path == "/v1/files":
            if b"\x00" in content:
                return self._json(
                    400, {"error": {"message": "file: bad.csv is no text; save it as UTF-8", "code": "bad_file"}}
                )
            return self._json(200, UPLOAD)
        self.server.asked.append(json.loads(content))
        if self.server.script == "full":
            error = {"message": "too many requests wait", "type": "rate_limit_error", "param": None, "code": "overloaded"}
            return self._json(429, {"error": error}, {"Retry-After": "2"})
        return self._play(self.server.runs[self.server.script])

    def _play(self, events: list[dict[str, Any]]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for event in events:
                self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                if self.server.pause_s:
                    threading.Event().wait(self.server.pause_s)
            self.wfile.write(b"data: [DONE]\n\n")
        except ConnectionError:
            self.server.broken_off.set()

    def _has_key(self) -> bool:
        if not self.server.needs_key or self.headers.get("Authorization") == f"Bearer {KEY}":
            return True
        self._json(401, {"error": {"message": "key: not one of this server's; ask its keeper", "code": "invalid_api_key"}})
        return False

    def _json(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(value).encode(), "application/json", headers)

    def _send(self, status: int, content: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Security-Policy": POLICY,
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
