"""Calls in a process of their own: what happens to it must cost one call a clear error."""

import os
import signal
import threading
import time

import psutil
import pytest

from havoc.tools import ToolRegistry
from havoc.tools.isolated import IsolatedTools

CALL = {"operation": "t_test", "group1": [1, 2, 3, 4, 5], "group2": [2, 3, 4, 5, 6]}


@pytest.fixture
def tools():
    isolated = IsolatedTools(deadline=120)
    yield isolated
    isolated.close()


def _children():
    return [child for child in psutil.Process().children() if "havoc.tools.worker" in " ".join(child.cmdline())]


def test_answers_are_those_of_the_registry(tools):
    registry = ToolRegistry()
    for args in (CALL, CALL | {"alpha": 2}, CALL | {"group1": [1, float("nan")]}, {"operation": "no_such"}):
        assert tools.execute("python_math", args) == registry.execute("python_math", args)


def test_what_is_nested_too_deeply_is_an_error(tools):
    values: list = []
    for _ in range(100_000):
        values = [values]
    answer = tools.execute("python_math", {"operation": "describe", "values": values})
    assert not answer["success"]
    assert "nested too deeply" in answer["error"]
    assert tools.execute("python_math", CALL)["success"]


def test_a_process_that_is_killed_costs_one_call(tools):
    assert tools.execute("python_math", CALL)["success"]
    tools.close()
    answers = []
    calling = threading.Thread(target=lambda: answers.append(tools.execute("python_math", CALL)))
    calling.start()
    while not _children():
        time.sleep(0.01)
    os.kill(_children()[0].pid, signal.SIGKILL)
    calling.join()
    assert "died during the call (signal 9)" in answers[0]["error"]
    assert tools.execute("python_math", CALL)["success"]


def test_a_call_that_overruns_is_ended_and_named():
    tools = IsolatedTools(deadline=0.01)  # a new process alone takes longer to start
    answer = tools.execute("python_math", CALL)
    assert "took longer than 0.01 s" in answer["error"]
    assert not _children()


def test_a_process_without_memory_is_an_error():
    tools = IsolatedTools(deadline=120, memory_gib=0.01)
    answer = tools.execute("python_math", CALL)
    assert not answer["success"]
    assert "died during the call" in answer["error"]
    tools.close()
