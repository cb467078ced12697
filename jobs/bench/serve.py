"""The served endpoint measured: `python -m jobs.bench.serve [--checkpoint runs/base] [--only PART]`.

overhead   1 to 32 clients through HTTP and Serve, side by side with the engine called directly: tokens/s, first token, gaps
prime      reasoned answers a minute with the tools in the model's replica, as one deployment each, as several
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import torch

from havoc.config import ServingConfig
from havoc.engine import SamplingParams
from havoc.prime import LocalToolCaller
from jobs.command import errors_as_one_line
from jobs.local_head import LocalHead
from jobs.serve import LAPTOP, served
from serve_app.backend import Prompt
from serve_app.deployment_file import DeploymentFile
from serve_app.host import ModelHost

CLIENTS = (1, 2, 4, 8, 16, 32)
NEW_TOKENS = 128
PROMPT = (
    "A process makes shafts whose diameter has a target of ten millimetres. Every hour five shafts are measured, and "
    "their mean and range are drawn on a control chart. Explain in plain words what an engineer learns from it, what "
)
"""About 64 tokens; each request has an end of its own, so that no prefix covers a whole prompt."""
QUESTIONS = (
    "Compare line A: 12.1, 11.9, 12.4, 12.0, 12.2 with line B: 12.6, 12.4, 12.9, 12.5, 12.7. Is the difference significant?",
    "Create a Box-Behnken design for 3 factors.",
    "What is the Cpk of 9.9, 10.1, 10.2, 9.8, 10.0, 10.1, 9.9, 10.0 with LSL 9.5 and USL 10.5?",
    "Give the mean and standard deviation of 3.1, 2.9, 3.4, 3.0, 3.3, 3.2.",
    "How many samples per group detect a difference of 0.5 standard deviations with power 0.9?",
    "Is 101.2, 99.8, 100.4, 100.9, 101.1, 100.2 different from 100?",
)
ROUNDS = 4
"""How often the questions are asked."""
AT_ONCE = 6


@dataclass
class Sample:
    """What one request saw."""

    first_s: float = 0.0
    total_s: float = 0.0
    tokens: int = 0
    gaps: list[float] = field(default_factory=list)
    error: str = ""


Ask = Callable[[str], AsyncIterator[int]]
"""Sends a prompt; gives the number of tokens of each piece that comes back."""


async def load(ask: Ask, clients: int, requests: int) -> tuple[list[Sample], float]:
    """Samples of `requests` requests from `clients` clients that ask one after the other, and the seconds of it all."""
    waiting = iter(range(requests))
    samples: list[Sample] = []

    async def client() -> None:
        for number in waiting:
            samples.append(await _sample(ask(f"{number * 37 % 101} {PROMPT}{number}")))

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return samples, time.perf_counter() - began


async def _sample(pieces: AsyncIterator[int]) -> Sample:
    sample, began = Sample(), time.perf_counter()
    last = began
    try:
        async for tokens in pieces:
            now = time.perf_counter()
            if sample.tokens:
                sample.gaps.append(now - last)
            else:
                sample.first_s = now - began
            sample.tokens, last = sample.tokens + tokens, now
    except (aiohttp.ClientError, RuntimeError) as error:
        sample.error = str(error)
    sample.total_s = time.perf_counter() - began
    return sample


async def overhead(config: ServingConfig, address: str | None) -> list[dict[str, float]]:
    """A row per number of clients: through HTTP where there is an address, else by the engine itself."""
    if address is None:
        async with ModelHost(config, LocalToolCaller()) as host:
            return await _rows(lambda prompt: _direct(host, prompt))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=600)) as session:
        return await _rows(lambda prompt: _http(session, address, prompt))


async def _rows(ask: Ask) -> list[dict[str, float]]:
    await load(ask, 2, 2)
    rows = []
    for clients in CLIENTS:
        samples, seconds = await load(ask, clients, max(6, 2 * clients))
        totals = sorted(sample.total_s for sample in samples)
        gaps = sorted(gap for sample in samples for gap in sample.gaps) or [0.0]
        rows.append(
            {
                "clients": clients,
                "tokens_per_s": sum(sample.tokens for sample in samples) / seconds,
                "first_ms": 1000 * statistics.median(sample.first_s for sample in samples),
                "gap_p99_ms": 1000 * gaps[int(0.99 * (len(gaps) - 1))],
                "total_p50_s": totals[len(totals) // 2],
                "total_p99_s": totals[int(0.99 * (len(totals) - 1))],
                "errors": sum(1 for sample in samples if sample.error),
            }
        )
    return rows


async def _direct(host: ModelHost, prompt: str) -> AsyncIterator[int]:
    async for batch in host.complete(Prompt(text=prompt), SamplingParams(max_new_tokens=NEW_TOKENS, logprobs=0)):
        yield sum(len(event.get("ids", ())) for event in batch)


async def _http(session: aiohttp.ClientSession, address: str, prompt: str) -> AsyncIterator[int]:
    # With log-probabilities every chunk says how many tokens it holds.
    body = {"model": "havoc", "prompt": prompt, "max_tokens": NEW_TOKENS, "stream": True, "logprobs": 0}
    async with session.post(f"{address}/v1/completions", json=body) as response:
        response.raise_for_status()
        async for line in response.content:
            if line.startswith(b"data: {"):
                chunk = json.loads(line[6:])
                yield sum(len((choice["logprobs"] or {"tokens": []})["tokens"]) for choice in chunk["choices"])


async def answers_per_minute(address: str) -> dict[str, float]:
    """Reasoned answers of a few questions, several at a time."""
    waiting = iter(QUESTIONS * ROUNDS)
    seconds: list[float] = []

    async def client(session: aiohttp.ClientSession) -> None:
        for question in waiting:
            began = time.perf_counter()
            async with session.post(f"{address}/v1/prime", json={"question": question}) as response:
                response.raise_for_status()
                answer = await response.json()
            if not answer["verification"]["passed"]:
                raise RuntimeError(f"{question}: verification found a fault")
            seconds.append(time.perf_counter() - began)

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=600)) as session:
        began = time.perf_counter()
        await asyncio.gather(*(client(session) for _ in range(AT_ONCE)))
        total = time.perf_counter() - began
    return {"answers_per_min": 60 * len(seconds) / total, "p50_s": statistics.median(seconds), "max_s": max(seconds)}


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.bench.serve", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", default="runs/base", help="what is served (%(default)s)")
    parser.add_argument("--only", choices=("overhead", "prime"), help="one part")
    parser.add_argument(
        "--threads",
        type=int,
        help="of the model, both ways; where it is below the number of cores, Serve has cores of its own",
    )
    options = parser.parse_args()
    with errors_as_one_line():
        if options.only != "prime":
            _overhead(options.checkpoint, options.threads)
        if options.only != "overhead":
            _prime(options.checkpoint)


def _overhead(checkpoint: str, threads: int | None) -> None:
    overrides = [f"checkpoint={checkpoint}", "max_ongoing_requests=32"]
    if threads is not None:
        overrides.append(f"num_threads={threads}")
        torch.set_num_threads(threads)
    file = DeploymentFile.load(LAPTOP, overrides)
    direct = asyncio.run(overhead(file.args, None))
    through = _deployed(file, lambda address: overhead(file.args, address))
    print("\nthrough Serve / the engine directly, same prompts")
    _print(
        ("clients", "tokens/s", "ratio", "first token, ms", "more", "gap p99, ms", "p50, s", "p99, s", "errors"),
        [
            (
                f"{served_['clients']:.0f}",
                f"{served_['tokens_per_s']:.0f} / {own['tokens_per_s']:.0f}",
                f"{served_['tokens_per_s'] / own['tokens_per_s']:.2f}",
                f"{served_['first_ms']:.0f} / {own['first_ms']:.0f}",
                f"{served_['first_ms'] - own['first_ms']:.0f}",
                f"{served_['gap_p99_ms']:.0f} / {own['gap_p99_ms']:.0f}",
                f"{served_['total_p50_s']:.2f} / {own['total_p50_s']:.2f}",
                f"{served_['total_p99_s']:.2f} / {own['total_p99_s']:.2f}",
                f"{served_['errors']:.0f} / {own['errors']:.0f}",
            )
            for served_, own in zip(through, direct, strict=True)
        ],
    )


def _prime(checkpoint: str) -> None:
    ways = {
        "in the model's replica": ["tools_on=replica"],
        "one deployment each": ["tools.max_replicas=1"],
        "several": ["tools.min_replicas=2", "tools.max_replicas=2"],
    }
    rows = []
    for name, overrides in ways.items():
        file = DeploymentFile.load(LAPTOP, [f"checkpoint={checkpoint}", *overrides])
        row = _deployed(file, answers_per_minute)
        rows.append((name, f"{row['answers_per_min']:.0f}", f"{row['p50_s']:.2f}", f"{row['max_s']:.2f}"))
    print(f"\n{len(QUESTIONS) * ROUNDS} reasoned answers, {AT_ONCE} at a time")
    _print(("tools", "answers/min", "p50, s", "slowest, s"), rows)


def _deployed(file: DeploymentFile, measure: Callable[[str], Awaitable[Any]]) -> Any:
    with LocalHead() as head, served(head, file) as address:

        async def run() -> Any:
            return await measure(address)

        return asyncio.run(run())


def _print(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]
    for row in (header, *rows):
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


if __name__ == "__main__":
    main()
