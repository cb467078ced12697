"""Symbolic work in a process of its own: what runs away there costs its call an error, and nothing else.

The process starts with the first job (half a second), then serves the jobs of all threads one after the other, and is
replaced when it dies. It ends with the program: its input closes, and a job that still runs has a limit that the kernel
keeps.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from typing import Any

from havoc.tools.errors import ToolError
from havoc.tools.math.symbolic_work.worker import OUT_OF_MEMORY

SECONDS = 1.0
"""Processor time of one job."""
MEMORY_GIB = 2.0
"""Address space of the process; most of it is libraries that are mapped."""
REMEDY = "simplify the expression, or use a numerical operation such as find_root"


class SymbolicFailure(ToolError):  # noqa: N818 - a finding about the mathematics, not about the call
    """The library found no answer, or not within its limits: a numerical method may still have one."""


class Sandbox:
    """One symbolic worker, started when first needed.

    Args:
        seconds: processor time that a job may take.
        memory_gib: address space of the process.
    """

    def __init__(self, seconds: float = SECONDS, memory_gib: float = MEMORY_GIB) -> None:
        self._seconds, self._memory = seconds, memory_gib
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None

    def run(self, job: str, path: str, **arguments: Any) -> dict[str, Any]:
        """What the job of that name of `symbolic_work.jobs` gives for JSON `arguments`.

        Args:
            path: the argument that errors name.

        Raises:
            SymbolicFailure: the job took too long, too much memory, or had no answer.
            ToolError: the job refused its arguments.
        """
        line = json.dumps({"job": job, "seconds": self._seconds, "arguments": arguments}) + "\n"
        with self._lock:
            answer = self._exchange(line, path)
        if "refused" in answer:
            own_path, value, problem, remedy = answer["refused"]
            raise ToolError(own_path or path, value, problem, remedy)
        if "failed" in answer:
            raise SymbolicFailure(path, "", f"no symbolic answer ({answer['failed']})", REMEDY)
        result: dict[str, Any] = answer["result"]
        return result

    def close(self) -> None:
        """End the process; the next job starts another."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """In a forked process: leave the child to the parent, whose answers would get mixed up with ours."""
        self._lock, self._child = threading.Lock(), None

    def _exchange(self, line: str, path: str) -> dict[str, Any]:
        child = self._started()
        try:
            child.stdin.write(line)  # type: ignore[union-attr]
            child.stdin.flush()  # type: ignore[union-attr]
            text = child.stdout.readline()  # type: ignore[union-attr]
        except BrokenPipeError:
            text = ""
        except BaseException:  # an interrupt between question and answer: the answer must not reach the next question
            self._end()
            raise
        if not text:
            code = child.wait()
            self._end()
            self._started()  # while the caller reads the error, so that the next job does not wait
            raise SymbolicFailure(path, "", self._cause(code), REMEDY)
        answer: dict[str, Any] = json.loads(text)
        return answer

    def _cause(self, code: int) -> str:
        if code == -signal.SIGPROF:
            return f"the symbolic calculation takes longer than {self._seconds:g} s"
        if code == OUT_OF_MEMORY:
            return f"the symbolic calculation needs more than {self._memory:g} GiB"
        return f"the symbolic calculation died ({f'signal {-code}' if code < 0 else f'exit code {code}'})"

    def _started(self) -> "subprocess.Popen[str]":
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "havoc.tools.math.symbolic_work.worker", str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                # The order of sympy's sets, and with it the form of some results, follows the hash seed.
                env=os.environ | {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


SANDBOX = Sandbox()
"""The one that the operations share."""
atexit.register(SANDBOX.close)
os.register_at_fork(after_in_child=SANDBOX.forget)
