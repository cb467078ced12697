"""A Ray head node of our own on this machine: on loopback, with a token, beside any other Ray, ended by process id."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import psutil

from havoc.errors import HavocError

START_TIMEOUT_S = 120.0


class HeadError(HavocError):
    """The head node did not start, or a job on it failed."""


class LocalHead:
    """Context manager around `ray start --head --block`; jobs go to it with the same `ray job submit` as to a cluster.

    Args:
        num_cpus: logical CPUs; more than the machine has, so that waiting actors do not keep tasks from running.
        dashboard_port: wanted port of the dashboard; another free one is taken where it is in use.
        object_store_mib: shared memory for Ray's objects.
    """

    def __init__(self, num_cpus: int = 6, dashboard_port: int = 8265, object_store_mib: int = 400) -> None:
        self._num_cpus = num_cpus
        self._dashboard_port = dashboard_port if _is_free(dashboard_port) else _free_port()
        self._object_store_mib = object_store_mib
        # Unix sockets live below this folder, and their paths may have 107 characters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="havoc-", dir="/tmp"))
        """For files of this head; it goes with it."""
        self.token = self.folder / "token"
        """File of the token that the dashboard and every client ask for."""
        self.token.touch(mode=0o600)
        self.token.write_text(secrets.token_hex(32), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None
        self.metrics_port = _free_port()
        """Port of the Prometheus endpoint of this node."""

    @property
    def dashboard_url(self) -> str:
        """Address of the dashboard and of the jobs API."""
        return f"http://127.0.0.1:{self._dashboard_port}"

    @property
    def pid(self) -> int:
        """Process id of the head; its descendants are all that runs on it.

        Raises:
            HeadError: it does not run.
        """
        if self._process is None:
            raise HeadError("the head node does not run; use it as a context manager")
        return self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        """Environment of a client of this head: `ray job submit` and `ray.init(address=...)`."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        return os.environ | {
            "PATH": path,
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(self.token),
            "RAY_API_SERVER_ADDRESS": self.dashboard_url,
            "PYTHONUNBUFFERED": "1",
            # Ray would run the model behind everything else on the machine, its own proxies' clients included.
            "RAY_worker_niceness": "0",
        }

    def __enter__(self) -> "LocalHead":
        command = [str(Path(sys.executable).parent / "ray"), "start", "--head", "--block", "--disable-usage-stats"]
        command += ["--node-ip-address=127.0.0.1", "--dashboard-host=127.0.0.1", f"--temp-dir={self.folder}/ray"]
        command += [f"--num-cpus={self._num_cpus}", f"--object-store-memory={self._object_store_mib * 2**20}"]
        command += [f"--port={_free_port()}", f"--dashboard-port={self._dashboard_port}"]
        command += [f"--metrics-export-port={self.metrics_port}", f"--ray-client-server-port={_free_port()}"]
        command += [f"--dashboard-agent-listen-port={_free_port()}", f"--dashboard-agent-grpc-port={_free_port()}"]
        log = (self.folder / "head.log").open("wb")
        self._process = subprocess.Popen(
            command, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            self._wait_until_up()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def submit(self, entrypoint: Sequence[str], working_dir: Path) -> None:
        """Run `entrypoint` as a Ray job with `working_dir`/runtime_env.yaml, its output shown here.

        Raises:
            HeadError: the job failed.
        """
        command = [str(Path(sys.executable).parent / "ray"), "job", "submit", "--log-style=record", "--log-color=false"]
        command += ["--working-dir", str(working_dir), "--runtime-env", str(working_dir / "runtime_env.yaml")]
        done = subprocess.run([*command, "--", *entrypoint], env=self.environment, check=False)
        if done.returncode:
            raise HeadError(f"job {' '.join(entrypoint)!r} failed with exit code {done.returncode}; its output is above")

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            if not _is_free(self._dashboard_port) and not _is_free(self.metrics_port):
                return
            time.sleep(0.2)
        lines = (self.folder / "head.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise HeadError(f"ray start: the head node did not come up ({' '.join(lines[-1:])})")

    def _end(self) -> None:
        if self._process is None:
            return
        family = _with_descendants(self._process.pid)
        self._process.terminate()
        _, alive = psutil.wait_procs(family, timeout=15)
        for process in alive:
            process.kill()
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _with_descendants(pid: int) -> list[psutil.Process]:
    """The process and all that it started, as they are now; empty where it has ended."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
