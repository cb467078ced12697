"""The registry and the command line: every way of calling, and of calling wrongly."""

import io
import json
import subprocess
import sys
from typing import ClassVar

import numpy as np
import pytest
from pydantic import ValidationError

from havoc.tools import Arguments, Operation, Result, Tool, ToolRegistry
from havoc.tools.__main__ import main
from havoc.tools.values import Numbers

REGISTRY = ToolRegistry()
T_TEST = {"operation": "t_test", "group1": [1, 2, 3, 4, 5], "group2": [2, 3, 4, 5, 6]}


def test_three_ways_of_calling_give_the_same():
    answer = REGISTRY.execute("python_math", T_TEST)
    assert answer["success"]
    assert answer["result"]["statistic"] == pytest.approx(-1)
    assert json.loads(REGISTRY.execute_json(json.dumps({"tool": "python_math", "args": T_TEST}))) == answer
    assert REGISTRY.execute_text("t_test group1=[1,2,3,4,5] group2=[2,3,4,5,6]") == answer


def test_the_request_is_echoed_and_can_be_repeated():
    answer = REGISTRY.execute("python_math", T_TEST | {"unit": "mm"})
    again = REGISTRY.execute("python_math", {"operation": answer["operation"], **answer["request"]})
    assert again == answer
    assert answer["unit"] == "mm"
    assert set(answer["versions"]) >= {"havoc", "numpy", "scipy"}


def test_operations_have_unique_names_and_schemas():
    names = [name for schemas in REGISTRY.schemas().values() for name in schemas]
    assert len(names) == len(set(names))
    assert REGISTRY.schemas()["python_math"]["t_test"]["required"] == ["group1", "group2"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"tool": "python_math"}', "not a tool call"),
        ('{"tool": "python_math", "args": {"operation": "describe", "values": [1], "values": [2]}}', "values: given twice"),
        ('{"tool": "python_math", "args": {}, "x": 1}', "not a tool call"),
        ('{"tool": "calculator", "args": {}}', "the tools are python_math, dsl_executor, rag_helper"),
        ('{"tool": ["x"], "args": {}}', "Unknown tool"),
        ('{"tool": "python_math", "args": [1]}', "not an object"),
        ('{"tool": "python_math", "args": {}}', "python_math has no default"),
        ('{"tool": "python_math", "args": {"operation": "ttest"}}', "did you mean t_test"),
        ('{"tool": "python_math", "args": {"operation": "t_test", "figures": 3}}', "not a truth value"),
        ('{"tool": "python_math", "args": {"operation": "t_test", "group1": [NaN], "group2": [1, 2]}}', "group1[0] (nan)"),
        ('{"tool": "python_math", "args": {"operation": "t_test", "group1": [1, 2], "group_2": [1, 2]}}', "mean group2?"),
    ],
)
def test_a_wrong_call_is_an_answer_that_names_the_remedy(text, part):
    answer = json.loads(REGISTRY.execute_json(text))
    assert not answer["success"]
    assert part in answer["error"]
    assert "\n" not in answer["error"]


def test_a_call_that_is_too_long_is_refused_unread():
    answer = json.loads(REGISTRY.execute_json(" " * (33 * 2**20)))
    assert "characters" in answer["error"]


def test_the_command_line_lists_documents_and_runs(capsys):
    assert main([]) == 0
    assert "t_test" in capsys.readouterr().out
    assert main(["t_test"]) == 0
    assert "group1" in capsys.readouterr().out
    assert main(["t_test group1=[1,2,3,4,5] group2=[2,3,4,5,6]"]) == 0
    assert json.loads(capsys.readouterr().out)["result"]["df"] == 8


def test_the_command_line_shows_where_a_line_is_wrong(capsys):
    assert main(["t_test group1=[1,2"]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == ["t_test group1=[1,2", "              ^"]


def test_the_command_line_reads_calls_from_standard_input(capsys, monkeypatch):
    lines = json.dumps({"tool": "python_math", "args": T_TEST}, indent=1)
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    assert main(["-"]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("t_test group1=[1,2] group2=[3,4]\nno_such x=1\n"))
    assert main(["-"]) == 2
    first, second, third = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert [first["success"], second["success"], third["success"]] == [True, True, False]


def test_importing_the_tools_imports_no_torch_ray_or_slow_library():
    program = "import sys, havoc.tools; print([name for name in sys.argv[1:] if name in sys.modules])"
    heavy = ["torch", "ray", "scipy.stats", "statsmodels", "sympy", "matplotlib", "sklearn", "faiss", "pandas"]
    done = subprocess.run([sys.executable, "-c", program, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("args", "part"),
    [
        ({"group1": [1, 2], "sample1": [1, 3], "group2": [2, 3]}, "which is given too"),
        ({"self": 1}, "self: t_test has no such argument"),
        ({"x" * 100_000: 1}, "has no such argument"),
        ({f"a{number}": 1 for number in range(2000)}, "2,001 arguments"),
        ({"unit": "x" * 100_000}, "at most 200 characters"),
        ({"unit": "\ud800"}, "unicode"),
    ],
)
def test_odd_arguments_are_named_on_one_line(args, part):
    answer = REGISTRY.execute("python_math", {"operation": "t_test", "unit": "mm"} | args)
    assert part in answer["error"]
    assert len(answer["error"]) < 700
    assert "\n" not in answer["error"]
    json.dumps(answer).encode()


@pytest.mark.parametrize("name", ["x" * 1_000_000, [1.0] * 1_000_000, {"a": 1}, None])
def test_a_tool_that_is_none_is_not_repeated_at_length(name):
    answer = REGISTRY.execute(name, {"operation": "t_test"})
    assert "Unknown tool" in answer["error"]
    assert len(json.dumps(answer)) < 1000


def test_an_integer_of_many_digits_is_an_answer():
    call = '{"tool": "python_math", "args": {"operation": "describe", "sample": [' + "1" * 5000 + "]}}"
    assert "digits" in json.loads(REGISTRY.execute_json(call))["error"]


def test_a_name_that_no_utf8_holds_is_refused():
    call = {"tool": "dsl_executor", "args": {"operation": "pareto_analysis", "categories": ["\ud800", "B", "B"]}}
    answer = json.loads(REGISTRY.execute_json(json.dumps(call)))
    assert "categories[0]" in answer["error"]
    assert "surrogate" in answer["error"]


class _Sum(Result):
    headline: ClassVar[tuple[str, ...]] = ("total",)
    total: float


class _Numbers(Arguments):
    values: Numbers


def _tool_that_raises(error: Exception) -> ToolRegistry:
    def compute(arguments: _Numbers) -> _Sum:
        raise error

    class Failing(Tool):
        name = "failing"
        operations = {"compute": Operation("compute", "", "", (), _Numbers, _Sum, compute)}  # noqa: RUF012

    return ToolRegistry({"failing": Failing()})


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (ValueError("f(a) and f(b) must have different signs"), "extreme"),
        (OverflowError("math range error"), "rescale"),
        (ZeroDivisionError("float division by zero"), "rescale"),
        (FloatingPointError("underflow"), "rescale"),
        (np.linalg.LinAlgError("Singular matrix"), "repeat others"),
        (MemoryError(), "less data"),
        (RecursionError("maximum recursion depth exceeded"), "less nested"),
        (RuntimeError("Failed to converge after 100 iterations"), "extreme"),
    ],
)
def test_numerical_code_that_gives_up_is_an_answer_with_the_cause(error, remedy):
    answer = _tool_that_raises(error).execute("failing", {"operation": "compute", "values": [1]})
    assert not answer["success"]
    assert answer["error"].startswith("compute could not be computed for these values")
    assert answer["details"]["cause"].startswith(type(error).__name__)
    assert str(error) in answer["details"]["cause"]
    assert remedy in answer["details"]["remedy"]


@pytest.mark.parametrize(
    "error", [TypeError("x"), KeyError("x"), IndexError("x"), NotImplementedError("x"), AssertionError()]
)
def test_a_bug_is_no_answer(error):
    with pytest.raises(type(error)):
        _tool_that_raises(error).execute("failing", {"operation": "compute", "values": [1]})


def test_a_result_of_wrong_type_is_a_bug_and_no_answer():
    def compute(arguments: _Numbers) -> _Sum:
        return _Sum(method="sum", n_used=1, total="much")  # type: ignore[arg-type]

    with pytest.raises(ValidationError):
        Operation("compute", "", "", (), _Numbers, _Sum, compute)(values=[1])
