"""The floors of the house: a room imports only from the floors below it, and only the libraries that it is meant to know."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

# `havoc` itself is what all rooms stand on: havoc/__init__.py and havoc/errors.py.
FLOORS = {
    "havoc": -1,
    "havoc.config": 0,
    "havoc.tokens": 0,
    "havoc.tools": 0,
    "havoc.model": 1,
    "havoc.data": 1,
    "havoc.training": 2,
    "havoc.engine": 2,
    "havoc.prime": 3,
    "havoc.factory": 4,
    "tools_actors": 4,
    "havoc.evaluation": 5,
    "serve_app": 5,
    "jobs": 6,
}
ONLY = {  # beside the standard library
    "havoc": set(),
    "havoc.config": {"pydantic", "yaml", "numpy"},
    "havoc.tokens": {"sentencepiece", "tokenizers", "numpy"},
}
NEVER = {
    "havoc.tools": {"torch", "ray"},
    "havoc.engine": {"ray"},
    "havoc.prime": {"ray"},
}


def violations(repository: Path) -> list[str]:
    """Every import in `repository` that breaks the floors, as `file:line: what is wrong`."""
    found = []
    for module in _modules(repository):
        where = module.relative_to(repository)
        room = _room(".".join(where.with_suffix("").parts).removesuffix(".__init__"))
        if room not in FLOORS:
            found.append(f"{where}:1: {room} is no room of the table of floors")
            continue
        for line, name in _imports(module, where):
            wrong = _judge(room, name)
            if wrong:
                found.append(f"{where}:{line}: {wrong}")
    return found


def _modules(repository: Path) -> list[Path]:
    return sorted(
        path for top in ("havoc", "tools_actors", "serve_app", "jobs") for path in (repository / top).rglob("*.py")
    )


def _room(name: str) -> str:
    """The room that the dotted `name` lies in; havoc.errors and havoc's own names belong to `havoc`."""
    top, *rest = name.split(".")
    inside = top == "havoc" and rest and rest[0] != "errors" and not rest[0].startswith("__")
    return f"havoc.{rest[0]}" if inside else top


def _imports(module: Path, where: Path) -> Iterator[tuple[int, str]]:
    """(line, absolute dotted name) of every import statement, those inside functions and conditions included."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"), filename=str(where))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = where.parts[: len(where.parts) - node.level] if node.level else ()
            source = ".".join([*package, *([node.module] if node.module else [])])
            if source == "havoc":  # `from havoc import model` names a room, or something of havoc/__init__.py
                yield from ((node.lineno, f"havoc.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, source


def _judge(room: str, name: str) -> str | None:
    """What is wrong with an import of `name` in `room`."""
    other, library = _room(name), name.split(".")[0]
    if library in ("tests", "cluster"):
        return f"{room} may not import {name}: it is not part of the product"
    if other in FLOORS:
        if other != room and FLOORS[other] >= FLOORS[room]:
            return f"{room} (floor {FLOORS[room]}) may not import {name} (floor {FLOORS[other]}): only from floors below"
        return None
    if library == "havoc":
        return f"{room} imports {name}, which is no room of the table of floors"
    if library in NEVER.get(room, ()):
        return f"{room} may never import {library}"
    if room in ONLY and library not in ONLY[room] and library not in sys.stdlib_module_names:
        return f"{room} may not import {library}, only {', '.join(sorted(ONLY[room])) or 'the standard library'}"
    return None


def test_the_house_stands():
    assert violations(REPOSITORY) == []


def test_every_room_of_the_checkout_was_looked_at():
    looked_at = {path.relative_to(REPOSITORY).parts[:2] for path in _modules(REPOSITORY)}
    assert {("havoc", "config"), ("havoc", "errors.py"), ("jobs", "__init__.py")} <= looked_at


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    [
        (
            "havoc/model/block.py",
            "import os\nfrom havoc.training import loop\n",
            "havoc/model/block.py:2: havoc.model (floor 1)",
        ),
        ("havoc/model/block.py", "from havoc.data.rows import Row\n", "may not import havoc.data.rows (floor 1)"),
        ("havoc/model/block.py", "from havoc import data\n", "may not import havoc.data (floor 1)"),
        ("havoc/model/deep/block.py", "from ...data import rows\n", "may not import havoc.data (floor 1)"),
        ("havoc/model/block.py", "from .. import data\n", "may not import havoc.data (floor 1)"),
        ("havoc/data/rows.py", "def f():\n    import jobs.phase\n", "havoc/data/rows.py:2: havoc.data (floor 1)"),
        ("havoc/tokens/a.py", "import havoc.config\n", "may not import havoc.config (floor 0)"),
        ("havoc/errors.py", "import havoc.config\n", "havoc (floor -1) may not import havoc.config"),
        ("tools_actors/math.py", "from havoc.factory import x\n", "tools_actors (floor 4) may not import havoc.factory"),
        (
            "havoc/tokens/a.py",
            "if True:\n    import torch.nn as nn\n",
            "havoc/tokens/a.py:2: havoc.tokens may not import torch",
        ),
        ("havoc/tools/spc/xbar.py", "import torch\n", "havoc.tools may never import torch"),
        ("havoc/tools/spc/xbar.py", "from ray import serve\n", "havoc.tools may never import ray"),
        ("havoc/engine/runner.py", "import ray.util\n", "havoc.engine may never import ray"),
        ("havoc/prime/graph.py", "import ray\n", "havoc.prime may never import ray"),
        ("havoc/errors.py", "import numpy\n", "only the standard library"),
        ("havoc/attic/old.py", "x = 1\n", "havoc/attic/old.py:1: havoc.attic is no room"),
        ("jobs/run.py", "import havoc.attic\n", "jobs/run.py:1: jobs imports havoc.attic, which is no room"),
        ("jobs/run.py", "from tests.conftest import x\n", "not part of the product"),
    ],
)
def test_a_violation_is_found_and_named_with_file_and_line(tmp_path, file, source, expected):
    _write(tmp_path, {file: source})
    found = violations(tmp_path)
    assert len(found) == 1
    assert expected in found[0]


def test_what_is_allowed_passes(tmp_path):
    _write(
        tmp_path,
        {
            "havoc/__init__.py": "__version__ = '1'\n",
            "havoc/errors.py": "import sys\n",
            "havoc/config/base.py": "import pydantic\nimport yaml\nfrom havoc.errors import HavocError\n",
            "havoc/tokens/__init__.py": "import numpy\nfrom . import special\nfrom havoc.tokens.special import TABLE\n",
            "havoc/tools/spc.py": "import scipy.stats\nfrom havoc import __version__\n",
            "havoc/model/block.py": "import torch\nfrom ..config import HavocConfig\nfrom .norm import RMSNorm\n",
            "havoc/prime/reasoner.py": "from havoc.engine import Engine\nfrom havoc import errors\n",
            "jobs/run.py": "import ray\nfrom serve_app import build\nfrom jobs.command import run_job\n",
        },
    )
    assert violations(tmp_path) == []
