"""Tool calls in a process of their own: one that hangs, grows or dies costs its call a clear error, and nothing else."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from havoc.tools.errors import ToolError
from havoc.tools.tool import as_json

MEMORY_GIB = 8.0
"""Address space of the process. Most of it is libraries that are mapped, not memory in use."""


class IsolatedTools:
    """The built-in registry in a child process that is replaced when it dies or overruns. Calls wait for each other.

    Args:
        deadline: seconds that a call may take once it has started.
        memory_gib: address space of the child.
    """

    def __init__(self, deadline: float, memory_gib: float = MEMORY_GIB) -> None:
        self._deadline, self._memory = deadline, memory_gib
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None

    def execute(self, tool_name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Run one call as `ToolRegistry.execute` does; what the process does wrong is an error too."""
        try:
            line = as_json({"tool": tool_name, "args": dict(args)})
        except ValueError:
            line = json.dumps({"tool": tool_name, "args": dict(args)})  # NaN: the child says which argument it is
        except RecursionError:
            error = ToolError("args", "", "nested too deeply", "give lists and objects as the schema has them")
            return {"success": False, "tool": tool_name, "error": str(error), "details": error.as_json()}
        with self._lock:
            try:
                return self._answer(line)
            except ToolError as error:
                return {"success": False, "tool": tool_name, "error": str(error), "details": error.as_json()}

    def alive(self) -> bool:
        """Whether a child runs, or none was needed yet."""
        return self._child is None or self._child.poll() is None

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _answer(self, line: str) -> dict[str, Any]:
        child = self._started()
        answer: Future[str] = Future()
        exchange = threading.Thread(target=_exchange, args=(child, line, answer), daemon=True)
        exchange.start()
        try:
            text = answer.result(self._deadline)
        except FutureTimeoutError:
            self.close()
            raise ToolError(
                "", "", f"the call took longer than {self._deadline:g} s", "give less data, or a longer deadline"
            ) from None
        finally:
            exchange.join(timeout=5)
        if not text:
            code = child.wait()
            self._child = None
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise ToolError("", "", f"the tool's process died during the call ({how})", "try again, or give less data")
        values: dict[str, Any] = json.loads(text)
        return values

    def _started(self) -> "subprocess.Popen[str]":
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "havoc.tools.worker", "--memory-gib", str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        return self._child


def _exchange(child: "subprocess.Popen[str]", line: str, answer: "Future[str]") -> None:
    """Send the call and read the answer; an empty text where the child is gone."""
    try:
        child.stdin.write(line + "\n")  # type: ignore[union-attr]
        child.stdin.flush()  # type: ignore[union-attr]
        answer.set_result(child.stdout.readline())  # type: ignore[union-attr]
    except (OSError, ValueError):  # the pipe broke, or was closed with the child
        answer.set_result("")
