"""Text that is on every machine after installation: the documentation and the source code of the installed packages.

Nothing is imported: files are located by `importlib` and read with `ast`.
"""

import ast
import gc
import importlib.metadata
import importlib.util
import inspect
import platform
import re
import sysconfig
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from havoc.data.errors import DataError

Documentable: TypeAlias = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

SOURCES = ("math", "stats", "engineering", "general", "code")
"""The mixture sources of spec.md, phase 1."""

PACKAGES = {"numpy": "numpy", "scipy": "scipy", "statsmodels": "statsmodels", "sklearn": "scikit-learn", "sympy": "sympy"}
"""Top-level module: the distribution that it comes from. The standard library is read beside them."""
STANDARD_LIBRARY = "python"

SOURCE_OF_PREFIX = {
    "": "general",
    # Mathematics
    "numpy": "math",
    "scipy": "math",
    "sympy": "math",
    "cmath": "math",
    "decimal": "math",
    "fractions": "math",
    "math": "math",
    "numbers": "math",
    # Statistics
    "random": "stats",
    "scipy.cluster": "stats",
    "scipy.odr": "stats",
    "scipy.stats": "stats",
    "sklearn": "stats",
    "statistics": "stats",
    "statsmodels": "stats",
    "sympy.stats": "stats",
    # Engineering: signals, control, mechanics, optimisation, geometry, data pipelines
    "scipy.constants": "engineering",
    "scipy.fft": "engineering",
    "scipy.fftpack": "engineering",
    "scipy.io": "engineering",
    "scipy.ndimage": "engineering",
    "scipy.optimize": "engineering",
    "scipy.signal": "engineering",
    "scipy.sparse": "engineering",
    "scipy.spatial": "engineering",
    "sklearn.compose": "engineering",
    "sklearn.feature_extraction": "engineering",
    "sklearn.feature_selection": "engineering",
    "sklearn.impute": "engineering",
    "sklearn.inspection": "engineering",
    "sklearn.model_selection": "engineering",
    "sklearn.pipeline": "engineering",
    "sklearn.preprocessing": "engineering",
    "sympy.codegen": "engineering",
    "sympy.physics": "engineering",
}
"""Where the documentation of a module belongs; the longest prefix decides. Source code is `code`, whatever its module."""

LEFT_OUT = frozenset({"test", "tests", "idle_test", "idlelib", "turtledemo", "externals", "site-packages", "dist-packages"})
"""Folders of tests, of demonstrations, and of copies of other packages."""
LONG_CHARACTERS = 1500
"""From this length on a docstring is a document of its own; a module's shorter ones make up one document together."""

_TEMPLATE_LINE = re.compile(r"^[ \t]*(?:%\(\w+\)s|\{\w+\})[ \t]*\n?", re.MULTILINE)
"""A line that the package fills in when it is imported."""


@dataclass(frozen=True)
class Module:
    """One Python file of an installed package."""

    package: str
    """The distribution, or STANDARD_LIBRARY."""
    name: str
    """Dotted name, as it would be imported."""
    file: Path


@dataclass(frozen=True)
class Harvested:
    """One document."""

    source: str
    """One of SOURCES."""
    text: str


def installed_modules() -> list[Module]:
    """All modules that are read, in an order that depends on the installed packages alone.

    Raises:
        DataError: a package is not installed.
    """
    roots = [(STANDARD_LIBRARY, Path(sysconfig.get_path("stdlib")), "")]
    for name, distribution in PACKAGES.items():
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise DataError(f"package {distribution}: not installed; install it, or name text of your own in `inputs`")
        roots.append((distribution, Path(found.origin).parent, name))
    return [
        Module(package, ".".join(filter(None, [prefix, *_dotted(file.relative_to(root))])), file)
        for package, root, prefix in roots
        for file in sorted(root.rglob("*.py"))
        if not _is_left_out(file.relative_to(root))
    ]


def package_versions() -> dict[str, str]:
    """Versions of all that is read: distribution to version."""
    versions = {name: importlib.metadata.version(name) for name in PACKAGES.values()}
    return {STANDARD_LIBRARY: platform.python_version(), **versions}


def read_module(module: Module) -> Iterator[Harvested]:
    """The documents of one module: its documentation first, then its source code without the documentation in it.

    Raises:
        DataError: the file is not Python.
    """
    try:
        content = module.file.read_bytes()
        tree = _parsed(content)
        code = importlib.util.decode_source(content)
    except (SyntaxError, UnicodeDecodeError, ValueError, OSError) as error:
        raise DataError(f"{module.file}: cannot be read as Python ({error}); reinstall {module.package}") from error
    if module.name == "pydoc_data.topics":
        yield from (Harvested("general", text) for text in _topics(tree))
        return
    source = source_of(module.name)
    short: list[str] = []
    for name, docstring in _docstrings(tree, public_name(module.name)):
        text = f"{name}\n\n{docstring}"
        if len(text) >= LONG_CHARACTERS:
            yield Harvested(source, text)
        else:
            short.append(text)
    if short:
        yield Harvested(source, "\n\n\n".join(short))
    if not any(_added_docstring(node) for node in tree.body):
        yield Harvested("code", without_docstrings(code, tree))


def source_of(module_name: str) -> str:
    """The source that a module's documentation belongs to."""
    prefix = module_name
    while prefix not in SOURCE_OF_PREFIX:
        prefix = prefix.rpartition(".")[0]
    return SOURCE_OF_PREFIX[prefix]


def public_name(dotted: str) -> str:
    """`scipy.stats._stats_py.ttest_ind` as users write it: `scipy.stats.ttest_ind`."""
    return ".".join(part for part in dotted.split(".") if not part.startswith("_")) or dotted


def without_docstrings(code: str, tree: ast.Module) -> str:
    """`code` without its docstrings: they are documents of other sources, where they may be held out.

    Args:
        code: the text of a module.
        tree: what `ast.parse` makes of it.
    """
    lines: list[str | None] = list(code.split("\n"))
    for owner in _documented(tree):
        docstring, *rest = owner.body
        first, last = docstring.lineno - 1, docstring.end_lineno or docstring.lineno
        before = (lines[first] or "")[: docstring.col_offset]
        if before.strip() or (rest and rest[0].lineno == last):
            continue  # on one line with other code
        lines[first:last] = [None] * (last - first)  # the numbers of the lines stay as they are
        if not rest and not isinstance(owner, ast.Module):
            lines[first] = before + "pass"
    return "\n".join(line for line in lines if line is not None)


def _parsed(content: bytes) -> ast.Module:
    gc.disable()  # a tree is not garbage while it grows, and looking for some takes half of the time
    try:
        with warnings.catch_warnings(action="ignore"):  # other people's invalid escape sequences
            return ast.parse(content)
    finally:
        gc.enable()


def _dotted(path: Path) -> tuple[str, ...]:
    parts = path.with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def _is_left_out(path: Path) -> bool:
    return bool(LEFT_OUT & set(path.parts[:-1])) or path.name.startswith("test_") or path.name == "conftest.py"


def _docstrings(tree: ast.Module, name: str) -> Iterator[tuple[str, str]]:
    """(public name, docstring) of the module, its public classes, methods and functions, in the order of the file."""
    yield from _own_docstring(tree, name)
    for node in tree.body:
        yield from _definition(node, name)
        added = _added_docstring(node)
        if added:
            place, *inner, docstring = added
            qualified = ".".join([place.partition("._")[0], *inner])  # numpy._core.multiarray shows its names as numpy's
            inside = qualified.split(".")[0] == name.split(".")[0]
            yield public_name(qualified if inside else f"{name}.{qualified}"), _tidy(docstring)


def _definition(node: ast.stmt, owner: str) -> Iterator[tuple[str, str]]:
    if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
        return
    name = f"{owner}.{node.name}"
    yield from _own_docstring(node, name)
    if isinstance(node, ast.ClassDef):
        for inner in node.body:
            yield from _definition(inner, name)


def _documented(node: ast.AST) -> Iterator[Documentable]:
    """`node` and all that is defined in it, at any depth, where it has a docstring."""
    if isinstance(node, Documentable) and ast.get_docstring(node, clean=False) is not None:
        yield node
    for field in ("body", "orelse", "handlers", "finalbody"):
        for inner in getattr(node, field, []):
            if isinstance(inner, ast.stmt | ast.excepthandler):
                yield from _documented(inner)


def _own_docstring(node: Documentable, name: str) -> Iterator[tuple[str, str]]:
    docstring = _tidy(ast.get_docstring(node, clean=False) or "")
    if docstring:
        yield name, docstring


def _added_docstring(node: ast.stmt) -> list[str]:
    """Strings of `add_newdoc(place, ..., docstring)`, by which numpy and scipy document what is written in C."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return []
    call = node.value
    if not (isinstance(call.func, ast.Name) and call.func.id == "add_newdoc"):
        return []
    constants = (inner for argument in call.args for inner in ast.walk(argument) if isinstance(inner, ast.Constant))
    strings = [constant.value for constant in constants if isinstance(constant.value, str)]
    return strings if len(strings) > 1 else []


def _tidy(docstring: str) -> str:
    return inspect.cleandoc(_TEMPLATE_LINE.sub("", docstring)).strip()


def _topics(tree: ast.Module) -> Iterator[str]:
    """The chapters of the language reference that `help()` shows."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            yield from ast.literal_eval(node.value).values()
