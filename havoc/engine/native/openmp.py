"""The OpenMP run time that torch computes with, so that native code uses the same threads and no second pool fights them."""

import ctypes
import logging
from functools import lru_cache
from pathlib import Path

import torch

from havoc.engine.native.interface import OpenMP

_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def find_openmp() -> OpenMP:
    """Its entry points; none, for one thread, where torch's is another than GNU's."""
    loaded = _loaded()
    # Other packages bring a libgomp of their own, with threads of its own.
    home = Path(torch.__file__).parent
    for path in sorted(loaded, key=lambda path: home not in path.parents):
        try:
            library = ctypes.CDLL(str(path))
            names = ("GOMP_parallel", "omp_get_thread_num", "omp_get_num_threads")
            return OpenMP(*(ctypes.cast(getattr(library, name), ctypes.c_void_p) for name in names))
        except (OSError, AttributeError):
            continue
    _log.warning("native decoding on one thread: torch has loaded no libgomp whose threads could be used")
    return OpenMP()


def _loaded() -> set[Path]:
    """Every libgomp in this process."""
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return set()
    return {Path(line.split(maxsplit=5)[5]) for line in lines if "/libgomp" in line}
