"""The tools on a real local Ray, with replicas that are killed while they work."""

import asyncio
import os
import random
import signal
import time

import psutil
import pytest
import ray
from ray import serve

from havoc.config import ToolsConfig
from havoc.tools import ToolRegistry
from tools_actors import ClusterTools, bind_tools, start_actors

pytestmark = pytest.mark.timeout(600)

CONFIG = ToolsConfig(num_cpus=0.1, min_replicas=1, max_replicas=2, max_queued=300, deadline_s=60, attempts=5)
CALLS = 200


@pytest.fixture(scope="module")
def cluster():
    ray.init(num_cpus=4, object_store_memory=200 * 2**20, include_dashboard=False, log_to_driver=False)
    yield
    serve.shutdown()
    ray.shutdown()


@pytest.fixture(scope="module")
def handles(cluster):
    return {name: serve.run(application, name=name, route_prefix=None) for name, application in bind_tools(CONFIG).items()}


def _calls():
    """`CALLS` calls over all tools, some of them wrong, with the answers that the registry gives."""
    registry, rng = ToolRegistry(), random.Random(0)
    examples = [
        (tool.name, {"operation": operation.name, **example})
        for tool in registry.tools.values()
        for operation in tool.operations.values()
        for example in operation.examples[:1]
    ]
    wrong = [("python_math", {"operation": "t_test", "group1": [1], "group2": [2, 3]}), ("no_such_tool", {})]
    chosen = rng.choices(examples, k=CALLS - 20) + rng.choices(wrong, k=20)
    rng.shuffle(chosen)
    known = {}
    for tool, args in chosen:
        known.setdefault(repr((tool, args)), registry.execute(tool, args))
    return [(tool, args, known[repr((tool, args))]) for tool, args in chosen]


def _replicas():
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] and any(part.startswith("ray::ServeReplica") for part in process.info["cmdline"])
    ]


async def _kill_replicas(killed, stop):
    while not stop.is_set():
        await asyncio.sleep(4)
        replicas = _replicas()
        if replicas:
            victim = random.choice(replicas)
            os.kill(victim.pid, signal.SIGKILL)
            killed.append(victim.pid)


async def _everything(tools, calls):
    killed, stop = [], asyncio.Event()
    killing = asyncio.create_task(_kill_replicas(killed, stop))
    gate = asyncio.Semaphore(8)

    async def one(tool, args):
        async with gate:
            await asyncio.sleep(0.02)
            return await tools.execute(tool, args)

    answers = await asyncio.gather(*(one(tool, args) for tool, args, _ in calls))
    stop.set()
    await killing
    return answers, killed


def test_200_calls_while_replicas_are_killed_give_no_wrong_result(handles):
    calls = _calls()
    answers, killed = asyncio.run(_everything(ClusterTools.on_serve(handles, CONFIG), calls))
    assert killed
    lost = 0
    for (tool, args, expected), answer in zip(calls, answers, strict=True):
        if answer.get("details", {}).get("remedy") == "try again" and expected["success"]:
            lost += 1  # a clear error after all attempts
        elif tool in handles:
            assert _same(answer, expected), args
        else:
            assert answer["error"].startswith("Unknown tool: no_such_tool")
    print(f"{len(calls)} calls, {len(killed)} replicas killed, {lost} calls lost with a clear error")
    assert lost < CALLS / 10


def _same(one, other):
    """Equal, numbers to six digits: processes with another number of threads add in another order."""
    if isinstance(one, float) and isinstance(other, (int, float)):
        return one == pytest.approx(other, rel=1e-6, abs=1e-9)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other


def test_a_lost_replica_is_replaced_and_calls_run_side_by_side(handles):
    tools = ClusterTools.on_serve(handles, CONFIG)
    calls = [tool_and_args for *tool_and_args, _ in _calls() if tool_and_args[0] == "python_math"][:6]

    async def together():
        return await asyncio.gather(*(tools.execute(tool, args) for tool, args in calls))

    assert len(asyncio.run(together())) == 6


def test_too_many_waiting_calls_are_refused_at_once(cluster):
    config = CONFIG.model_copy(update={"max_queued": 1, "max_replicas": 1})
    application = bind_tools(config)["python_math"]
    handle = serve.run(application, name="narrow", route_prefix=None)
    tools = ClusterTools.on_serve({"python_math": handle}, config)
    call = {"operation": "t_test", "group1": [1, 2, 3], "group2": [2, 3, 5]}

    async def flood():
        return await asyncio.gather(*(tools.execute("python_math", call) for _ in range(30)))

    answers = asyncio.run(flood())
    serve.delete("narrow")
    assert any(answer["success"] for answer in answers)
    refused = [answer["error"] for answer in answers if not answer["success"]]
    assert refused
    assert all("too many calls waiting" in error for error in refused)


def test_plain_actors_answer_and_come_back_when_killed(cluster):
    actors = start_actors(CONFIG)
    tools = ClusterTools.on_actors(actors, CONFIG)
    call = {"operation": "t_test", "group1": [1, 2, 3, 4, 5], "group2": [2, 3, 4, 5, 6]}
    assert asyncio.run(tools.execute("python_math", call))["result"]["statistic"] == pytest.approx(-1)
    ray.kill(actors["python_math"], no_restart=False)
    deadline = time.monotonic() + 60
    while not asyncio.run(tools.execute("python_math", call))["success"]:
        assert time.monotonic() < deadline
    for actor in actors.values():
        ray.kill(actor)
