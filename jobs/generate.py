"""Let a model write: `python -m jobs.generate --checkpoint DIR --prompt TEXT`. The speed goes to stderr."""

import argparse
import sys
import time
from pathlib import Path

from havoc.config import EngineConfig
from havoc.engine import EngineCore, SamplingParams, Update
from havoc.model import from_pretrained
from havoc.tokens import Message, Tokenizer, encode_marks, render
from jobs.command import errors_as_one_line


def main() -> None:
    """Read the arguments and write."""
    with errors_as_one_line():
        _write(_arguments())


def _write(arguments: argparse.Namespace) -> None:
    core = EngineCore(*from_pretrained(arguments.checkpoint), EngineConfig(dtype=arguments.dtype))
    prompt = _prompt_ids(arguments.prompt, core.tokenizer, raw=arguments.raw)
    params = SamplingParams(
        max_new_tokens=arguments.max_new_tokens,
        temperature=arguments.temperature,
        top_p=arguments.top_p,
        top_k=arguments.top_k,
        seed=arguments.seed,
        stop_ids=frozenset({core.tokenizer.special_id("<eos>")}),
    )
    count, started = 0, time.perf_counter()

    def show(update: Update) -> None:
        nonlocal count
        count += len(update.ids)
        print(update.text, end="", flush=True)
        if update.error is not None:
            raise update.error

    core.start(core.open(prompt), params, show)
    while core.has_work:
        core.step()
    seconds = time.perf_counter() - started
    print(flush=True)
    print(f"{count} tokens in {seconds:.1f} s, {count / seconds:.1f} tokens/s", file=sys.stderr)


def _prompt_ids(prompt: str, tokenizer: Tokenizer, *, raw: bool) -> list[int]:
    """A user's turn that waits for the assistant's, or the plain text behind what the chat form begins with."""
    if raw:
        return [*encode_marks(tokenizer.chat_form.begin, tokenizer), *tokenizer.encode(prompt)]
    return render([Message.user(prompt)], tokenizer, open_turn=True).ids


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m jobs.generate", description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="checkpoint directory, for example RUN/final")
    parser.add_argument("--prompt", required=True, help="what the user says, or with --raw the text to continue")
    parser.add_argument("--raw", action="store_true", help="continue the prompt as plain text instead of answering it")
    parser.add_argument("--max-new-tokens", type=int, default=256, help="end after so many tokens (%(default)s)")
    parser.add_argument("--temperature", type=float, default=0.7, help="0 always takes the likeliest (%(default)s)")
    parser.add_argument("--top-p", type=float, default=0.95, help="share of the probability to sample from (%(default)s)")
    parser.add_argument("--top-k", type=int, default=0, help="number of ids to sample from, 0 for all (%(default)s)")
    parser.add_argument("--dtype", choices=("bf16", "fp32"), default="bf16", help="of weights and products (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the samples (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
