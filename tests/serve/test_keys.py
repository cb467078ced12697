"""Keys: from a file or the environment, on every route but health and the console's static page."""

import urllib.error
import urllib.request

import pytest

from havoc.errors import HavocError
from serve_app.auth import Keys

KEY, OTHER = "k" * 20, "o" * 20


def _status(url, key=None, method="GET"):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(url, b"{}" if method == "POST" else None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_every_route_but_health_and_the_console_asks_for_a_key(serving_config, run_server, tmp_path, monkeypatch):
    file = tmp_path / "keys.txt"
    file.write_text(f"# quality lab\n{KEY}\n", encoding="utf-8")
    monkeypatch.setenv("HAVOC_API_KEYS", OTHER)
    with run_server(serving_config.model_copy(update={"keys_file": str(file)})) as server:
        routes = [
            ("GET", "/v1/models"), ("GET", "/v1/tools"), ("GET", "/v1/files"), ("GET", "/openapi.json"),
            ("POST", "/v1/chat/completions"), ("POST", "/v1/completions"), ("POST", "/v1/prime"),
            ("POST", "/v1/tools/python_math"), ("POST", "/v1/files"), ("GET", "/v1/files/file-1/content"),
            ("DELETE", "/v1/files/file-1"),
        ]  # fmt: skip
        for method, route in routes:
            assert _status(server.address + route, None, method) == 401, route
            assert _status(server.address + route, KEY[:-1] + "x", method) == 401, route
            for key in (KEY, OTHER):
                assert _status(server.address + route, key, method) != 401, route
        for route in ("/healthz", "/", "/console/app.js"):
            assert _status(server.address + route) == 200, route


def test_keys_that_can_be_guessed_or_read_by_nobody_are_refused(tmp_path):
    with pytest.raises(HavocError, match="key 1 has 5 characters"):
        Keys(["short"])
    with pytest.raises(HavocError, match="cannot be read"):
        Keys.load(tmp_path / "none.txt")
    Keys([]).check(None)
