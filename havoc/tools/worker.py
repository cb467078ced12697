"""`python -m havoc.tools.worker`: a process that answers one JSON call per line until its input ends.

Its memory is bounded, so that a call that needs too much ends this process and nothing else.
"""

import argparse
import json
import os
import resource
import sys

from havoc.tools.registry import ToolRegistry
from havoc.tools.tool import as_json


def main() -> None:
    """Read calls `{"tool": ..., "args": ...}`, write answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory-gib", type=float, required=True, help="address space that the process may take")
    limit = int(parser.parse_args().memory_gib * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    # Libraries that print must not break the protocol: the answers keep their own descriptor.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    registry = ToolRegistry()
    for line in sys.stdin:
        call = json.loads(line)
        answers.write(as_json(registry.execute(call["tool"], call["args"])) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
