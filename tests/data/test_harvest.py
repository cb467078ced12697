import ast
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.data import DataError
from havoc.data.harvest import (
    LONG_CHARACTERS,
    PACKAGES,
    Module,
    installed_modules,
    package_versions,
    public_name,
    read_module,
    source_of,
    without_docstrings,
)

MODULES = {module.name: module for module in installed_modules()}


def read(name):
    return list(read_module(MODULES[name]))


def written(tmp_path, text, name="scipy.stats._made_up"):
    file = tmp_path / "module.py"
    file.write_text(text, encoding="utf-8")
    return Module("scipy", name, file)


def test_modules_are_found_in_a_fixed_order_without_tests():
    names = list(MODULES)
    assert names == [module.name for module in installed_modules()]
    assert {"statistics", "numpy.linalg._linalg", "scipy.stats._stats_py", "statsmodels.stats.power"} < set(names)
    assert {"sympy.stats.crv", "sklearn.linear_model._base", "numpy", "json.decoder"} < set(names)
    assert not [name for name in names if {"tests", "test", "externals"} & set(name.split("."))]
    assert set(package_versions()) == {"python", *PACKAGES.values()} == {module.package for module in MODULES.values()}


def test_reading_imports_nothing():
    before = set(sys.modules)
    read("statsmodels.stats.power")
    read("sympy.stats.crv")
    assert not {name for name in set(sys.modules) - before if name.split(".")[0] in PACKAGES}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("scipy.stats._stats_py", "stats"),
        ("scipy.statsish", "math"),
        ("scipy.linalg._basic", "math"),
        ("scipy.signal", "engineering"),
        ("sklearn.preprocessing._data", "engineering"),
        ("sklearn.linear_model._base", "stats"),
        ("sympy.stats.crv", "stats"),
        ("sympy.physics.control.lti", "engineering"),
        ("sympy", "math"),
        ("statistics", "stats"),
        ("fractions", "math"),
        ("json.decoder", "general"),
    ],
)
def test_the_longest_prefix_decides_the_source(module, source):
    assert source_of(module) == source


def test_private_parts_of_a_name_are_not_shown():
    assert public_name("scipy.stats._stats_py.ttest_ind") == "scipy.stats.ttest_ind"
    assert public_name("__future__") == "__future__"


def test_documents_of_real_modules():
    (ttest,) = [
        document for document in read("scipy.stats._stats_py") if document.text.startswith("scipy.stats.ttest_ind\n")
    ]
    assert ttest.source == "stats"
    assert "\n\nCalculate the T-test for the means of *two independent* samples of scores.\n" in ttest.text
    assert "\nParameters\n----------\n" in ttest.text
    normal = next(
        document for document in read("scipy.stats._continuous_distns") if "scipy.stats.norm_gen\n" in document.text
    )
    assert "A normal continuous random variable." in normal.text
    assert "%(before_notes)s" not in normal.text
    # C functions that are documented beside their code
    assert any(document.text.startswith("numpy.ndarray\n\n") for document in read("numpy._core._add_newdocs"))
    assert any("scipy.special.agm\n\n" in document.text for document in read("scipy.special._add_newdocs"))
    assert any(document.text.startswith('The "assert" statement') for document in read("pydoc_data.topics"))
    assert {document.source for document in read("pydoc_data.topics")} == {"general"}


def test_short_docstrings_join_and_long_ones_stand_alone(tmp_path):
    long = "Much to say.\n\n    " + "word " * (LONG_CHARACTERS // 5)
    text = f'''"""The module."""
X = 1
def first():
    """First.

        Indented.
    Done.
    """
    def inner():
        """Not public."""
    return inner
class Thing:
    r"""A thing.

    %(after_notes)s
    {{params}}
    """
    def long(self):
        """{long}"""
    async def short(self):
        "Short."
        return 1
    def _private(self):
        """Private."""
'''
    alone, joined, code = read_module(written(tmp_path, text))
    assert alone.text.startswith("scipy.stats.Thing.long\n\nMuch to say.\n\nword word")
    assert joined.text == (
        "scipy.stats\n\nThe module.\n\n\nscipy.stats.first\n\nFirst.\n\n    Indented.\nDone.\n\n\n"
        "scipy.stats.Thing\n\nA thing.\n\n\nscipy.stats.Thing.short\n\nShort."
    )
    assert (alone.source, joined.source, code.source) == ("stats", "stats", "code")
    assert "Much to say" not in code.text
    assert "Not public" not in code.text


def stripped(tree):
    """`tree` without docstrings."""
    for node in ast.walk(tree):
        kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(node, kinds) and ast.get_docstring(node) is not None:
            node.body.pop(0)
            if not node.body and not isinstance(node, ast.Module):
                node.body.append(ast.Pass())
    return ast.dump(tree)


@pytest.mark.parametrize("name", ["scipy.stats._stats_py", "sympy.core.basic", "dataclasses", "argparse", "sklearn.base"])
def test_code_without_docstrings_is_the_same_code(name):
    code = MODULES[name].file.read_text(encoding="utf-8")
    assert ast.dump(ast.parse(without_docstrings(code, ast.parse(code)))) == stripped(ast.parse(code))


SMALL = ['"""Doc."""', "'''Two\nlines.'''", "x = 1", "x = 'text'", "", "# comment", "pass"]


@given(
    st.lists(st.sampled_from(SMALL), min_size=1, max_size=3), st.lists(st.sampled_from(SMALL[:4]), min_size=1, max_size=3)
)
def test_any_order_of_docstrings_leaves_valid_code(outside, inside):
    body = "\n".join("    " + statement.replace("\n", "\n    ") for statement in inside)
    code = "\n".join([*outside, "if x:", f"    def f():\n    {body.replace(chr(10), chr(10) + '    ')}", "class C:", body])
    assert ast.dump(ast.parse(without_docstrings(code, ast.parse(code)))) == stripped(ast.parse(code))


def test_docstrings_that_share_a_line_with_code_stay():
    code = 'class A: "doc"\nclass B:\n    "doc"; x = 1\n'
    assert without_docstrings(code, ast.parse(code)) == code


@pytest.mark.parametrize("content", [b"def (:\n", b"# coding: ascii\nx = '\xff'\n", b"x = '\x00'\n"])
def test_a_file_that_is_not_python_is_named(tmp_path, content):
    module = written(tmp_path, "")
    module.file.write_bytes(content)
    with pytest.raises(DataError, match=r"module\.py: cannot be read as Python \(.*\); reinstall scipy") as caught:
        list(read_module(module))
    assert "\n" not in str(caught.value)


def test_documents_can_be_written_as_json():
    for document in read("numpy._core._add_newdocs"):
        assert json.loads(json.dumps(document.text)) == document.text
