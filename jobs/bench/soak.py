"""The served endpoint under load and faults: `python -m jobs.bench.soak [--minutes 30] [--checkpoint runs/base]`.

Questions with known answers come at 80% of what the endpoint can answer, half of them as streams, while a tool's replica
is killed every 20 s and the model's every 3 minutes. Reported: right, wrong and refused answers, streams without a definite
end, and how the memory of every process grows.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import signal
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import aiohttp
import numpy as np
import psutil

from jobs.command import errors_as_one_line
from jobs.local_head import LocalHead
from jobs.serve import LAPTOP, served
from serve_app.deployment_file import DeploymentFile

LOAD = 0.8
TOOL_EVERY_S, MODEL_EVERY_S, LOOK_EVERY_S = 20.0, 180.0, 20.0
CALIBRATION_S = 20.0
TOOLS = ("python_math", "dsl_executor")


@dataclass
class Record:
    """What was seen."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    memory: defaultdict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    """Kind of process -> (minutes, MiB) of the one that lives longest."""


def questions(rng: random.Random) -> Iterator[tuple[str, float]]:
    """Questions without end, each with a number that its answer has to hold."""
    while True:
        values = [round(rng.uniform(5, 15), 2) for _ in range(rng.randint(4, 9))]
        shown = ", ".join(f"{value:g}" for value in values)
        low, high = min(values) - 2, max(values) + 2
        yield f"What is the mean of {shown}?", statistics.mean(values)
        yield f"Give the standard deviation of {shown}.", statistics.stdev(values)
        overall = statistics.stdev(values)
        yield (
            f"What is the Ppk of {shown} with LSL {low:g} and USL {high:g}?",
            min(statistics.mean(values) - low, high - statistics.mean(values)) / (3 * overall),
        )
        factors = rng.randint(3, 4)
        yield f"Create a Box-Behnken design for {factors} factors.", {3: 15, 4: 27}[factors]


async def ask(session: aiohttp.ClientSession, address: str, question: str, streamed: bool) -> tuple[str, str]:
    """Outcome (`answer`, `refused`, `error event` or `no end`) and the answer's text."""
    body = {"question": question, "stream": streamed}
    try:
        async with session.post(f"{address}/v1/prime", json=body) as response:
            if response.status != 200:
                await response.read()
                return f"refused {response.status}", ""
            if not streamed:
                return "answer", (await response.json())["answer"]
            return await _read(response)
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"no end ({type(error).__name__})", ""


async def _read(response: aiohttp.ClientResponse) -> tuple[str, str]:
    answer, problem, ended = "", "", False
    async for line in response.content:
        if line.startswith(b"data: [DONE]"):
            ended = True
        elif line.startswith(b"data: "):
            event = json.loads(line[6:])
            problem = event["error"]["code"] if "error" in event else problem
            if event.get("type") == "text" and event.get("step") == "answer":
                answer += event["text"]
    if not ended:
        return "no end", answer
    return (f"error event {problem}", answer) if problem else ("answer", answer)


def is_right(answer: str, value: float) -> bool:
    """Whether a number of the text is `value`, as far as the text shows it."""
    numbers = "".join(sign if sign.isdigit() or sign in ".-+e" else " " for sign in answer.replace("−", "-")).split()
    for number in numbers:
        try:
            shown = float(number.rstrip("."))
        except ValueError:
            continue
        if abs(shown - value) <= 0.002 * max(1.0, abs(value)):
            return True
    return False


async def soak(address: str, head: LocalHead, minutes: float) -> Record:
    """Ask, kill and look for so many minutes."""
    record, rng = Record(), random.Random(0)
    asked = questions(rng)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=330)) as session:
        rate = LOAD * await _capacity(session, address, asked)
        print(f"{60 * rate:.0f} questions a minute", flush=True)
        began = time.monotonic()
        end = began + 60 * minutes
        helpers = [
            asyncio.create_task(_every(TOOL_EVERY_S, lambda: _kill(head, rng.choice(TOOLS), record))),
            asyncio.create_task(_every(MODEL_EVERY_S, lambda: _kill(head, "Model", record))),
            asyncio.create_task(_every(LOOK_EVERY_S, lambda: _look(head, record, began))),
            asyncio.create_task(_every(60.0, lambda: print(f"  {_minute(began)}: {_outcomes(record)}", flush=True))),
        ]
        requests: set[asyncio.Task[None]] = set()
        for number in itertools.count():
            if time.monotonic() > end:
                break
            question, value = next(asked)
            task = asyncio.create_task(_one(session, address, question, value, number % 2 == 0, record))
            requests.add(task)
            task.add_done_callback(requests.discard)
            await asyncio.sleep(rng.expovariate(rate))
        await asyncio.gather(*requests)
        for helper in helpers:
            helper.cancel()
    return record


async def _one(
    session: aiohttp.ClientSession, address: str, question: str, value: float, streamed: bool, record: Record
) -> None:
    began = time.monotonic()
    outcome, answer = await ask(session, address, question, streamed)
    if outcome == "answer":
        outcome = "right" if is_right(answer, value) else "wrong"
    if outcome == "wrong":
        record.wrong.append(f"{question} wants {value:.6g}: {answer[:300]}")
    record.outcomes[outcome] += 1
    record.seconds.append(time.monotonic() - began)


async def _capacity(session: aiohttp.ClientSession, address: str, asked: Iterator[tuple[str, float]]) -> float:
    """Answers a second with four clients that ask without a pause."""
    end, answered = time.monotonic() + CALIBRATION_S, 0

    async def client() -> None:
        nonlocal answered
        while time.monotonic() < end:
            await ask(session, address, next(asked)[0], streamed=True)
            answered += 1

    await asyncio.gather(*(client() for _ in range(4)))
    return answered / CALIBRATION_S


async def _every(seconds: float, action: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(seconds)
        action()


def _processes(head: LocalHead) -> Iterator[tuple[str, psutil.Process]]:
    """Processes on a head that belong to Serve, by kind."""
    for process in psutil.Process(head.pid).children(recursive=True):
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        for kind in ("ServeReplica:havoc:Model", "ServeReplica:havoc:Ingress", "ServeController", "ProxyActor", *TOOLS):
            if f"ray::{kind}" in line or f"ray::ServeReplica:havoc:{kind}" in line:
                yield kind.rsplit(":", 1)[-1], process


def _kill(head: LocalHead, kind: str, record: Record) -> None:
    for found, process in _processes(head):
        if found == kind:
            os.kill(process.pid, signal.SIGKILL)
            record.kills[kind] += 1
            return


def _look(head: LocalHead, record: Record, began: float) -> None:
    for kind, process in _processes(head):
        if kind not in TOOLS:
            record.memory[kind].append(((time.monotonic() - began) / 60, process.memory_info().rss / 2**20))


def main() -> None:
    """Run, and print what was seen."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.bench.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0, help="of load (%(default)s)")
    parser.add_argument("--checkpoint", default="runs/base", help="what is served (%(default)s)")
    options = parser.parse_args()
    with errors_as_one_line():
        file = DeploymentFile.load(LAPTOP, [f"checkpoint={options.checkpoint}"])
        with LocalHead() as head, served(head, file) as address:
            record = asyncio.run(soak(address, head, options.minutes))
    _report(record)


def _minute(began: float) -> str:
    return f"minute {(time.monotonic() - began) / 60:.0f}"


def _outcomes(record: Record) -> str:
    return ", ".join(f"{name} {count}" for name, count in record.outcomes.most_common())


def _report(record: Record) -> None:
    print("outcomes:", _outcomes(record))
    print("killed:  ", ", ".join(f"{name} {count}" for name, count in record.kills.most_common()))
    seconds = sorted(record.seconds)
    print(f"seconds:  median {seconds[len(seconds) // 2]:.2f}, 99% {seconds[int(0.99 * (len(seconds) - 1))]:.2f}")
    for kind, points in record.memory.items():
        minutes, sizes = np.array(points).T
        slope = np.polyfit(minutes, sizes, 1)[0] if len(points) > 2 else 0.0
        print(f"memory:   {kind} {sizes[0]:.0f} -> {sizes[-1]:.0f} MiB, {slope:+.2f} MiB a minute")
    for line in record.wrong[:10]:
        print("wrong:   ", line)


if __name__ == "__main__":
    main()
