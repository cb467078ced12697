"""`python -m havoc.tools`: list operations, document one, run one call.

python -m havoc.tools                                        every operation, by topic
python -m havoc.tools t_test                                 its documentation
python -m havoc.tools 't_test group1=[1,2,3] group2=[2,4,5]' runs a call in the text form, prints JSON
python -m havoc.tools '{"tool": ..., "args": {...}}'         runs a call given as JSON
... | python -m havoc.tools -                                runs one call per line of the standard input
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence

from havoc.tools.describe import manual, overview
from havoc.tools.errors import ToolError
from havoc.tools.registry import ToolRegistry


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 where every call succeeded, 2 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m havoc.tools", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("call", nargs="?", help="an operation, a call, or - for calls on the standard input")
    call = parser.parse_args(arguments).call
    registry = ToolRegistry()
    if call is None:
        print(overview(registry))
        return 0
    if call == "-":
        return max([_run(registry, line) for line in _calls(sys.stdin.read())], default=0)
    if call.isidentifier() and _known(registry, call):
        print(manual(registry.tools[registry.tool_of(call)].operation(call)))
        return 0
    return _run(registry, call)


def _calls(text: str) -> list[str]:
    """The calls in `text`: one JSON object over several lines, or one call per line."""
    try:
        json.loads(text)
    except ValueError:
        return [line for line in text.splitlines() if line.strip()]
    return [text]


def _known(registry: ToolRegistry, operation: str) -> bool:
    try:
        registry.tool_of(operation)
    except ToolError:
        return False
    return True


def _run(registry: ToolRegistry, call: str) -> int:
    answer = registry.execute_text(call)
    print(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    if answer["success"]:
        return 0
    print(f"error: {answer['error']}", file=sys.stderr)
    if "caret" in answer["details"]:
        print(answer["details"]["caret"], file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # whoever read has enough, as in `... | head`; Python's own flush at the end must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
