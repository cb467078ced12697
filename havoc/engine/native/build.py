"""The C++ library, compiled for this machine when it is first needed and kept in the user's cache."""

import ctypes
import hashlib
import logging
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

_log = logging.getLogger(__name__)

SOURCE = Path(__file__).parent / "decoder.cpp"
FLAGS = ("-std=c++17", "-O3", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC", "-Wno-psabi")
WITHOUT_TILES = ("-mno-amx-bf16", "-mno-amx-tile")
COMPILERS = ("c++", "g++", "clang++")
TIMEOUT = 120
"""Seconds until a compiler counts as stuck."""


@lru_cache(maxsize=8)
def load(flags: tuple[str, ...] = ()) -> ctypes.CDLL | None:
    """The library, compiled where it is not in the cache; None, and a warning that says why, where that fails.

    Args:
        flags: more flags for the compiler.
    """
    try:
        library = _open(flags)
        if library.havoc_native_products() is None:
            # The processor has tiles, and the system does not let this process use them.
            library = _open((*flags, *WITHOUT_TILES))
    except (OSError, subprocess.SubprocessError, _NoCompilerError) as error:
        # Compilers say at the end what was wrong.
        said = getattr(error, "stderr", None) or str(error)
        _log.warning("no native decoding, torch computes instead: %s", said.strip()[-1000:])
        return None
    return library


class _NoCompilerError(Exception):
    """There is none on this machine."""


def _open(flags: tuple[str, ...]) -> ctypes.CDLL:
    command = [*_compiler(), *FLAGS, *flags, str(SOURCE)]
    path = _folder() / f"native-{_fingerprint(command)}.so"
    if not path.exists():
        _compile(command, path)
    library = ctypes.CDLL(str(path))
    library.havoc_native_products.restype = ctypes.c_char_p
    library.havoc_native_open.restype = ctypes.c_void_p
    library.havoc_native_open.argtypes = [ctypes.c_void_p]
    library.havoc_native_close.restype = None
    library.havoc_native_close.argtypes = [ctypes.c_void_p]
    library.havoc_native_run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint]
    return library


def _compiler() -> list[str]:
    chosen = shlex.split(os.environ.get("CXX", ""))
    if chosen:
        return chosen
    for name in COMPILERS:
        if shutil.which(name):
            return [name]
    raise _NoCompilerError(f"there is no C++ compiler ({', '.join(COMPILERS)}); install one, or name it in CXX")


def _folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "havoc"


def _fingerprint(command: list[str]) -> str:
    """Of all that the library depends on: the sources, the compiler, its flags, and what `native` means here."""
    digest = hashlib.sha256()
    for part in (SOURCE, *sorted(SOURCE.parent.glob("*.h"))):
        digest.update(part.read_bytes())
    digest.update("\n".join([*command[:-1], _identity(command[0]), _processor()]).encode())
    return digest.hexdigest()[:16]


def _identity(compiler: str) -> str:
    """Changes with its version. It is not asked for that: every start would wait for a process."""
    found = shutil.which(compiler)
    if found is None:
        raise _NoCompilerError(f"{compiler}: there is no such compiler; correct CXX")
    file = Path(found).resolve()
    return f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}"


def _processor() -> str:
    """Its instruction sets."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine() + platform.processor()
    return next((line for line in lines if line.lower().startswith(("flags", "features"))), platform.machine())


def _compile(command: list[str], path: Path) -> None:
    # Under a name of its own, then renamed: processes that build at once never see half a file, and wait for nobody.
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    os.close(handle)
    temporary = Path(name)
    try:
        subprocess.run([*command, "-o", name], capture_output=True, text=True, check=True, timeout=TIMEOUT)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
