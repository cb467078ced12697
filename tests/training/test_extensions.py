import signal
import subprocess
import sys
import time

from havoc.training.extensions import compiling

BUILD = """
import sys, time
from havoc.training.extensions import compiling

print("STARTING", flush=True)
with compiling() as folder:
    (folder / "some_extension").mkdir()
    (folder / "some_extension" / "lock").touch()  # torch's mark of a build in progress
    print("BUILDING", flush=True)
    time.sleep(600)
"""


def test_a_build_that_was_killed_does_not_stall_the_next(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_EXTENSIONS_DIR", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", BUILD], stdout=subprocess.PIPE, text=True) as building:
        assert [building.stdout.readline() for _ in range(2)] == ["STARTING\n", "BUILDING\n"]
        building.send_signal(signal.SIGKILL)
    with compiling() as folder:
        assert folder.parent == tmp_path
        assert not (folder / "some_extension").exists()


def test_a_second_build_waits_for_the_first(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_EXTENSIONS_DIR", str(tmp_path))
    with compiling() as folder:
        waiting = subprocess.Popen([sys.executable, "-c", BUILD], stdout=subprocess.PIPE, text=True)
        assert waiting.stdout.readline() == "STARTING\n"
        time.sleep(1)
        assert not (folder / "some_extension").exists()
        (folder / "built").touch()
    with waiting:
        assert waiting.stdout.readline() == "BUILDING\n"
        assert (folder / "built").exists()
        waiting.kill()
