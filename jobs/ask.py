"""Ask a question: `python -m jobs.ask "Compare [1,2,3,4,5] with [2,3,4,5,6]"`.

The answer is printed as it is written, its blocks in colours where there is a terminal; the verification report follows.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from havoc.config import Budget, EngineConfig
from havoc.prime import HavocPrimeModel, PrimeEvent, PrimeResult
from havoc.tokens import StepKind
from jobs.command import errors_as_one_line

_RESET = "\033[0m"
_COLOURS = {
    StepKind.REASON: "\033[2m",
    StepKind.TOOL_CALL: "\033[36m",
    StepKind.TOOL_RESULT: "\033[34m",
    StepKind.ADVOCATE: "\033[32m",
    StepKind.ATTACK: "\033[31m",
    StepKind.PRAGMATIST: "\033[33m",
    StepKind.ANSWER: "\033[1m",
}


def main() -> None:
    """Read the arguments and answer."""
    arguments = _arguments()
    with errors_as_one_line():
        question = sys.stdin.read() if arguments.question == "-" else arguments.question
        model = HavocPrimeModel.from_pretrained(arguments.checkpoint, EngineConfig(dtype=arguments.dtype))
        result = model.generate_with_prime(
            question,
            budget=arguments.budget,
            enable_prime=not arguments.no_prime,
            max_new_tokens=arguments.max_new_tokens,
            temperature=arguments.temperature,
            seed=arguments.seed,
            emit=(lambda event: None) if arguments.json else Printer(),
        )
        if arguments.json:
            print(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
        else:
            print(f"\n\n{result.verification}")
            print(f"{result.termination_reason}; {_cost(result)}", file=sys.stderr)


class Printer:
    """Prints the text of events, each kind of block in its colour."""

    def __init__(self) -> None:
        self._coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def __call__(self, event: PrimeEvent) -> None:
        """Print one event, if it is text."""
        if event.type != "text":
            return
        if self._coloured and event.step is not None:
            print(f"{_COLOURS[event.step]}{event.text}{_RESET}", end="", flush=True)
        else:
            print(event.text, end="", flush=True)


def _cost(result: PrimeResult) -> str:
    usage = result.usage
    return f"{usage.tool_calls} tool calls, {usage.written_tokens} tokens written, {usage.seconds:.1f} s"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m jobs.ask", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("question", help="the question with its data; - reads it from the standard input")
    parser.add_argument("--checkpoint", type=Path, default=Path("runs/base"), help="what answers (%(default)s)")
    parser.add_argument("--budget", choices=[budget.value for budget in Budget], help="instead of what the router finds")
    parser.add_argument("--no-prime", action="store_true", help="plain generation")
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    parser.add_argument("--max-new-tokens", type=int, default=512, help="that the model may write (%(default)s)")
    parser.add_argument("--temperature", type=float, default=0.0, help="of the model's own sentences (%(default)s)")
    parser.add_argument("--dtype", choices=("bf16", "fp32"), default="bf16", help="of weights and products (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of all that is random (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
