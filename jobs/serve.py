"""Serve HAVOC on this machine: `python -m jobs.serve [--config serve_app/configs/laptop.yaml] [field=value ...]`.

Starts a Ray head on the loopback interface, with a token, deploys the application, says where it answers, and ends both
on Ctrl-C. On a cluster that runs already, `serve deploy FILE` does the same for its part.
"""

import argparse
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from havoc.config import dump_config
from havoc.errors import HavocError
from jobs.command import errors_as_one_line
from jobs.local_head import LocalHead
from serve_app.deployment_file import DeploymentFile

REPOSITORY = Path(__file__).resolve().parent.parent
LAPTOP = REPOSITORY / "serve_app" / "configs" / "laptop.yaml"
START_TIMEOUT_S = 300.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.serve", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, default=LAPTOP, help="what `serve deploy` takes (%(default)s)")
    parser.add_argument("--dashboard-port", type=int, default=8265, help="another free port is taken where it is in use")
    parser.add_argument("overrides", nargs="*", metavar="field=value", help="settings of the application's arguments")
    options = parser.parse_args(arguments)
    ended = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda number, frame: ended.set())
    with errors_as_one_line():
        file = DeploymentFile.load(options.config, options.overrides)
        with LocalHead(dashboard_port=options.dashboard_port) as head, served(head, file):
            print(f"Ask:           {file.address}/  (console), {file.address}/v1  (OpenAI's interface)")
            print(f"Ray dashboard: {head.dashboard_url}  (token: {head.token})", flush=True)
            ended.wait()
            print("ending", flush=True)


@contextmanager
def served(head: LocalHead, file: DeploymentFile) -> Iterator[str]:
    """Deploy an application on a head of ours; the address where it answers.

    Raises:
        HavocError: there is no checkpoint, or the application does not come up.
    """
    checkpoint = Path(file.args.checkpoint)
    if not (checkpoint / "model.safetensors").exists() and not list(checkpoint.glob("*.safetensors")):
        raise HavocError(f"{checkpoint}: no checkpoint; run `make base` or `make run`, or give checkpoint=DIR")
    resolved = head.folder / "serve.yaml"
    resolved.write_text(dump_config(file), encoding="utf-8")
    _serve(head, "deploy", str(resolved))
    _wait_until_ready(head, file.address)
    yield file.address


def _wait_until_ready(head: LocalHead, address: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            status = _serve(head, "status")
            if "DEPLOY_FAILED" in status:
                raise HavocError(f"the application does not come up: {_problem(status)}") from None
            time.sleep(0.5)
    raise HavocError(f"the application did not come up within {START_TIMEOUT_S:g} s: {_problem(_serve(head, 'status'))}")


def _serve(head: LocalHead, *arguments: str) -> str:
    command = [str(Path(sys.executable).parent / "serve"), *arguments, "--address", head.dashboard_url]
    done = subprocess.run(command, env=head.environment, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    if done.returncode:
        raise HavocError(f"serve {arguments[0]}: {' '.join((done.stderr or done.stdout).split())[-600:]}")
    return done.stdout


def _problem(status: str) -> str:
    """The last line of a status that tells something."""
    return " ".join(status.split())[-600:]


if __name__ == "__main__":
    main()
