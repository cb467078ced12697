"""The command line that every job has: one recipe, overrides, and one line for a mistake that the user can repair."""

import argparse
import errno
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from havoc.config import Settings, load_config
from havoc.errors import HavocError

SettingsT = TypeVar("SettingsT", bound=Settings)


def run_job(
    main: Callable[[SettingsT], None],
    config_class: type[SettingsT],
    description: str,
    arguments: Sequence[str] | None = None,
) -> None:
    """Run `main` with the recipe that the command line names: `--config FILE [section.field=value ...]`.

    Args:
        main: the job.
        config_class: what its recipe is read as.
        description: the help text, usually the module's docstring.
        arguments: instead of the process's own.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="recipe in YAML")
    parser.add_argument("overrides", nargs="*", metavar="section.field=value", help="settings that replace the recipe's")
    options = parser.parse_args(arguments)
    with errors_as_one_line():
        main(load_config(config_class, options.config, options.overrides))


@contextmanager
def errors_as_one_line() -> Iterator[None]:
    """Print a HavocError, or that a disk is full, as `error: ...` on the standard error, and exit with 2."""
    try:
        yield
    except HavocError as error:
        # Ray raises a worker's error again as a subclass whose text is the worker's traceback; `cause` is the error itself.
        print(f"error: {getattr(error, 'cause', error)}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"error: {error.filename or 'a file system'}: no space left; make room and start again", file=sys.stderr)
        sys.exit(2)
