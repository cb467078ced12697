"""A small client of the W3C WebDriver protocol, for headless Chromium."""

import base64
import http.client
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which the protocol sends elements."""
KEYS = {"ctrl": "\ue009", "enter": "\ue007", "escape": "\ue00c", "tab": "\ue004"}
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")


def missing_programs() -> str:
    """What is not installed; empty where a browser can be started."""
    lost = [] if any(map(shutil.which, _CHROMIUM)) else ["chromium"]
    return ", ".join(lost if shutil.which("chromedriver") else [*lost, "chromedriver"])


class BrowserError(Exception):
    """The driver refused a command."""


class Browser:
    """One headless window, and the driver behind it. To be closed."""

    def __init__(self, profile: Path, downloads: Path) -> None:
        log = (profile.parent / "chromedriver.log").open("wb")
        self._driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=log)
        log.close()
        assert self._driver.stdout is not None
        try:
            port = next(
                int(line.split()[-1].rstrip(b".")) for line in self._driver.stdout if b"started successfully" in line
            )
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            # Containers often forbid the sandbox and have a small /dev/shm; the pages are ours.
            arguments = [
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                f"--user-data-dir={profile}",
            ]
            options = {
                "args": [*arguments, "--window-size=1280,900", "--force-prefers-reduced-motion", "--no-first-run"],
                "binary": next(path for name in _CHROMIUM if (path := shutil.which(name))),
                "prefs": {"download.default_directory": str(downloads), "download.prompt_for_download": False},
            }
            wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            self._session = ""
            self._session = self._call("POST", "session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        except BaseException:
            self._driver.kill()
            raise

    def close(self) -> None:
        """End window and driver."""
        try:
            self._call("DELETE", "")
        finally:
            self._driver.terminate()
            self._driver.wait(20)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        prefix = f"/session/{self._session}/" if self._session else "/"
        content = None if method != "POST" else json.dumps(body or {})
        self._connection.request(method, (prefix + path).rstrip("/"), content, {"Content-Type": "application/json"})
        value = json.loads(self._connection.getresponse().read())["value"]
        if isinstance(value, dict) and "error" in value:
            raise BrowserError(f"{path}: {value['error']}: {value['message'].splitlines()[0]}")
        return value

    def open(self, address: str) -> None:
        """Load a page, and wait until it is loaded."""
        self._call("POST", "url", {"url": address})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns; a promise is awaited."""
        return self._call("POST", "execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol."""
        return self._call("POST", "goog/cdp/execute", {"cmd": command, "params": parameters})

    def find(self, selector: str) -> str:
        """The first element of a CSS selector."""
        return self._call("POST", "element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector: str) -> None:
        """Click on it as a person does: it has to be visible and not covered."""
        self._call("POST", f"element/{self.find(selector)}/click")

    def upload(self, selector: str, path: Path) -> None:
        """Choose a file in a field for files."""
        self._call("POST", f"element/{self.find(selector)}/value", {"text": str(path)})

    def press(self, *keys: str) -> None:
        """Hold keys down in turn, then let go; names as in KEYS, or text."""
        signs = [sign for key in keys for sign in ([KEYS[key]] if key in KEYS else key)]
        down = [{"type": "keyDown", "value": sign} for sign in signs]
        up = [{"type": "keyUp", "value": sign} for sign in reversed(signs)]
        self._call("POST", "actions", {"actions": [{"type": "key", "id": "keyboard", "actions": down + up}]})

    def type(self, text: str) -> None:
        """Write where the focus is, sign by sign as keys do, or at once as a paste does."""
        self.devtools("Input.insertText", text=text)

    def wait(self, condition: str, seconds: float = 20.0) -> Any:
        """Until a script's value is true.

        Raises:
            AssertionError: it does not become so.
        """
        return wait_for(lambda: self.run(f"return {condition}"), condition, seconds)

    def screenshot(self, path: Path, width: int, dark: bool) -> None:
        """The whole page at a width, in a colour scheme."""
        self.shape(width, dark)
        self.run("scrollTo(0, 0)")
        drawn = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done("
        height = self.run(f"{drawn}document.documentElement.scrollHeight))))")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self.devtools("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def shape(self, width: int, dark: bool = False) -> None:
        """Width of the page, and the colour scheme of the system."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.devtools("Emulation.setEmulatedMedia", features=scheme)

    def faults(self) -> list[str]:
        """Warnings and errors of the page since the last call."""
        entries = self._call("POST", "se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in ("WARNING", "SEVERE")]


def wait_for(condition: Callable[[], Any], name: str, seconds: float = 20.0) -> Any:
    """The first true value of a condition."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {name}"
        time.sleep(0.05)
    return value
