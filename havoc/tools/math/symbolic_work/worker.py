"""`python -m havoc.tools.math.symbolic_work.worker GIB`: a process that answers one job per line until its input ends.

Each job has a limit of processor time, the process one of memory; the kernel ends the process that goes beyond, even where
nobody waits for it any more. Processor time, unlike the clock, does not depend on what else the machine does.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

from havoc.tools.errors import ToolError

OUT_OF_MEMORY = 3
"""Exit code."""

Job = Callable[..., dict[str, Any]]


def main() -> None:
    """Read jobs `{"job": ..., "seconds": ..., "arguments": {...}}`, write answers."""
    wanted, hard = int(float(sys.argv[1]) * 2**30), resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    # Libraries that print must not break the protocol: the answers keep their own descriptor.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    from havoc.tools.math.symbolic_work.jobs import JOBS

    for line in sys.stdin:
        call = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, call["seconds"])
        try:
            answer = _answered(JOBS[call["job"]], call["arguments"])
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _answered(job: Job, arguments: dict[str, Any]) -> dict[str, Any]:
    from sympy.polys.polyerrors import BasePolynomialError

    try:
        return {"result": job(**arguments)}
    except ToolError as error:
        return {"refused": [error.path, error.value, error.problem, error.remedy]}
    # What sympy raises on expressions that it cannot handle is not documented; a bug of ours here is an answer, too.
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, BasePolynomialError) as error:
        return {"failed": f"{type(error).__name__}: {error}"[:200]}


if __name__ == "__main__":
    main()
