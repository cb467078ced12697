"""A small client of the W3C WebDriver protocol, for headless Chromium."""

import base64
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""Key of an element's id, by the protocol."""


def is_installed() -> bool:
    """Whether there is a browser with its driver."""
    return shutil.which("chromium") is not None and shutil.which("chromedriver") is not None


class Browser:
    """A browser of our own, with an empty profile; `close` ends it."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._folder = tempfile.mkdtemp(prefix="havoc-browser-")
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._base = f"http://127.0.0.1:{port}"
        arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-quic",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={self._folder}",
        ]  # fmt: skip
        options = {"args": arguments, "binary": shutil.which("chromium")}
        capabilities = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        for attempt in range(50):
            try:
                session = self._send("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
                break
            except urllib.error.URLError:
                if attempt == 49:
                    raise
                time.sleep(0.2)
        self._session = f"/session/{session['sessionId']}"

    def close(self) -> None:
        """End browser and driver."""
        self._send("DELETE", self._session)
        self._driver.terminate()
        self._driver.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, url: str) -> None:
        """Go to a page."""
        self._send("POST", f"{self._session}/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a function body; a promise is waited for."""
        return self._send("POST", f"{self._session}/execute/sync", {"script": script, "args": list(arguments)})

    def until(self, script: str, timeout_s: float = 20.0) -> Any:
        """The value of a function body, once it is true."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if value := self.run(script):
                return value
            time.sleep(0.05)
        raise AssertionError(f"within {timeout_s:g} s it was never true: {script}")

    def type(self, selector: str, text: str) -> None:
        """Type into an element; special keys by their WebDriver code points."""
        found = self._send("POST", f"{self._session}/element", {"using": "css selector", "value": selector})
        self._send("POST", f"{self._session}/element/{found[ELEMENT]}/value", {"text": text})

    def size(self, width: int, height: int) -> None:
        """Give the page this size, whatever the browser's own frame; narrower than a desktop window can be."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self._command("Emulation.setDeviceMetricsOverride", metrics)

    def scheme(self, name: str) -> None:
        """What the system prefers: `dark` or `light`."""
        self._command("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": name}]})

    def screenshot(self, file: Path) -> None:
        """Keep a picture of the whole page."""
        shot = self._command("Page.captureScreenshot", {"captureBeyondViewport": True})
        file.write_bytes(base64.b64decode(shot["data"]))

    def errors(self) -> list[str]:
        """What the console has of severity, since the last call."""
        entries = self._send("POST", f"{self._session}/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in ("SEVERE", "WARNING")]

    def _command(self, name: str, parameters: dict[str, Any]) -> Any:
        return self._send("POST", f"{self._session}/goog/cdp/execute", {"cmd": name, "params": parameters})

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.loads(response.read())["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {json.loads(error.read())['value'].get('message', '')[:600]}") from None
