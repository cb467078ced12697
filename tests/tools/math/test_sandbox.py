"""Symbolic work in its own process: limits, replacement, threads, and nothing left behind."""

import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from havoc.tools import PythonMathEngine, ToolError
from havoc.tools.math.sandbox import Sandbox, SymbolicFailure

BOMB = {"text": "((x^100 + 1)^100 + 1)^100", "how": "simplify", "positive": []}


def expand(sandbox, text):
    return sandbox.run("rewrite", "expression", text=text, how="expand", positive=[])["expression"]


@pytest.fixture(scope="module")
def sandbox():
    box = Sandbox()
    yield box
    box.close()


def workers(process=None):
    children = (process or psutil.Process()).children(recursive=True)
    return [child for child in children if "symbolic_work.worker" in " ".join(child.cmdline())]


def test_a_runaway_ends_and_the_next_call_works(sandbox):
    before = expand(sandbox, "(x + 1)^2")
    with pytest.raises(SymbolicFailure, match="longer than 1 s"):
        sandbox.run("rewrite", "expression", **BOMB)
    assert expand(sandbox, "(x + 1)^2") == before == "x^2 + 2*x + 1"


def test_a_process_without_memory_is_an_error():
    box = Sandbox(memory_gib=0.02)
    with pytest.raises(SymbolicFailure, match=r"died|GiB"):
        expand(box, "x + x")
    box.close()


def test_it_starts_when_first_needed_and_ends_when_closed():
    before = len(workers())
    box = Sandbox()
    assert len(workers()) == before
    expand(box, "x*(x + 1)")
    assert len(workers()) == before + 1
    box.close()
    assert len(workers()) == before
    assert expand(box, "x*(x + 1)") == "x^2 + x", "a closed sandbox starts again"
    box.close()


def test_a_worker_that_is_killed_costs_no_more_than_one_call(sandbox):
    expand(sandbox, "x + x")
    os.kill(sandbox._child.pid, signal.SIGKILL)
    sandbox._child.wait()
    assert expand(sandbox, "x + x") == "2*x"


def test_threads_get_their_own_answers(sandbox):
    answers = {}

    def ask(number):
        answers[number] = expand(sandbox, f"(x + {number})^2")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: f"x^2 + {2 * n}*x + {n * n}" for n in range(1, 13)}


def test_a_refusal_names_the_argument_and_leaves_the_process(sandbox):
    pid = sandbox._started().pid
    with pytest.raises(ToolError) as caught:
        sandbox.run("rewrite", "expression", text="(x + y + z + w)^100", how="expand", positive=[])
    assert caught.value.path == "expression"
    assert "176,851 terms" in caught.value.problem
    assert sandbox._child.pid == pid


PROGRAM = """
import sys, threading
from havoc.tools.math.sandbox import SANDBOX
SANDBOX.run("evaluate", "e", text="1 + 1", values={}, units=[])
print(SANDBOX._child.pid, flush=True)
if sys.argv[1] == "busy":
    job = dict(text="((x^100 + 1)^100 + 1)^100", how="simplify", positive=[])
    threading.Thread(target=lambda: SANDBOX.run("rewrite", "e", **job), daemon=True).start()
sys.stdin.readline()
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
@pytest.mark.parametrize("end", ["exit", "kill"])
def test_no_process_is_left_behind(state, end):
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    worker = psutil.Process(int(program.stdout.readline()))
    if end == "kill":
        program.kill()
    program.communicate("\n")
    psutil.wait_procs([worker], timeout=30)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


def test_a_forked_process_does_not_share_the_worker(sandbox):
    expand(sandbox, "x + x")
    program = (
        "import os\n"
        "from havoc.tools.math.sandbox import SANDBOX\n"
        "ask = lambda: SANDBOX.run('evaluate', 'e', text='1 + 1', values={}, units=[])['exact']\n"
        "ask()\n"
        "mine = SANDBOX._child.pid\n"
        "pid = os.fork()\n"
        "answer = ask()\n"
        "if pid == 0:\n"
        "    os._exit(0 if answer == '2' and SANDBOX._child.pid != mine else 1)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=False, timeout=120).returncode == 0


def test_the_parent_does_not_load_sympy():
    program = (
        "import sys\n"
        "from havoc.tools import PythonMathEngine\n"
        "PythonMathEngine().execute('evaluate', expression='1 + 1')\n"
        "raise SystemExit('sympy' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=120).returncode == 0


HOSTILE = [
    "__import__('os').system('ls')",
    "x.__class__",
    "lambda: 0",
    "x\x00",
    "ｘ + 1",
    "9^9^9^9",
    "(" * 3000,
    "x+" * 50_000 + "x",
]
CALLS = [
    ("evaluate", "expression", {}),
    ("simplify", "expression", {}),
    ("expand", "expression", {}),
    ("factor", "expression", {}),
    ("solve_equation", "equations", {}),
    ("differentiate", "expression", {}),
    ("integrate", "expression", {"lower": 0, "upper": 1}),
    ("integrate", "upper", {"expression": "x", "lower": 0}),
    ("limit", "expression", {"point": 0}),
    ("limit", "point", {"expression": "x"}),
    ("series", "expression", {}),
    ("summation", "expression", {"upper": 3}),
    ("summation", "upper", {"expression": "n"}),
    ("product", "expression", {"upper": 3}),
    ("find_root", "equation", {"start": 1}),
    ("minimize", "objective", {}),
    ("linear_program", "objective", {"constraints": ["x <= 1"]}),
    ("linear_program", "constraints", {"objective": "x"}),
    ("differentiate", "variable", {"expression": "x"}),
    ("solve_equation", "unknowns", {"equations": "x = 1"}),
]


@pytest.mark.parametrize(("operation", "argument", "others"), CALLS, ids=[f"{call[0]}-{call[1]}" for call in CALLS])
def test_every_operation_refuses_hostile_text_at_once(operation, argument, others):
    engine = PythonMathEngine()
    for text in HOSTILE:
        with pytest.raises(ToolError) as caught:
            engine.execute(operation, **{argument: text}, **others)
        assert argument in caught.value.path
        assert len(str(caught.value)) < 300


def test_bombs_end_soon(sandbox):
    expand(sandbox, "x + x")
    for text in ("(x + 1)^(10^6)", "(x + y + z + w)^100"):
        with pytest.raises(ToolError):
            expand(sandbox, text)
