"""DeepSpeed, imported so that its C++ extensions cannot stall a run."""

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch


def import_deepspeed(on_cpu: bool) -> Any:
    """The module `deepspeed`, for CPU or for the GPU at hand; the first call of a process decides.

    Training on a CPU needs no compiler: its workers reduce through gloo, not through DeepSpeed's shared-memory extension,
    which would be compiled at every first start.
    """
    if on_cpu:
        os.environ["DS_ACCELERATOR"] = "cpu"  # read when deepspeed is imported
    import deepspeed

    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
    deepspeed.utils.logging.logger.setLevel("WARNING")
    return deepspeed


@contextmanager
def compiling() -> Iterator[Path]:
    """One process at a time compiles an extension, in a folder of this Python environment; the others wait, then load it.

    torch marks a build in progress by a file, and waits for ever where the process that made it was killed. This lock the
    kernel releases when its holder dies, so whatever mark is found while holding it is such a leftover.

    Yields:
        The folder with a subfolder for each extension. TORCH_EXTENSIONS_DIR, where it is set, is its parent.
    """
    parent = os.environ.get("TORCH_EXTENSIONS_DIR") or Path.home() / ".cache" / "havoc" / "extensions"
    environment = hashlib.sha256(f"{sys.prefix} {torch.__version__}".encode()).hexdigest()[:12]
    folder = Path(parent) / environment
    folder.mkdir(parents=True, exist_ok=True)
    before = os.environ.get("TORCH_EXTENSIONS_DIR")
    with (folder / "in_use").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for mark in folder.glob("*/lock"):
            shutil.rmtree(mark.parent)
        os.environ["TORCH_EXTENSIONS_DIR"] = str(folder)
        try:
            yield folder
        finally:
            os.environ.pop("TORCH_EXTENSIONS_DIR")
            if before is not None:
                os.environ["TORCH_EXTENSIONS_DIR"] = before
