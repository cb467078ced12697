"""The served application on a real local Ray: replicas killed while they answer, crowds, clients that leave."""

import asyncio
import json
import os
import signal

import aiohttp
import psutil
import pytest
import torch
import yaml

from havoc.config import AttentionConfig, HavocConfig, MLPConfig
from havoc.model import HavocModel
from havoc.model.checkpoint import save_pretrained
from jobs.local_head import LocalHead
from jobs.serve import LAPTOP, served
from serve_app.deployment_file import DeploymentFile

pytestmark = pytest.mark.timeout(600)

TINY = HavocConfig(
    vocab_size=640,
    d_model=32,
    num_layers=2,
    max_seq_len=16384,
    attention=AttentionConfig(num_heads=4, num_kv_heads=2, head_dim=8),
    mlp=MLPConfig(hidden_dim=48),
    initializer_range=0.3,
)
T_TEST = "Compare [1,2,3,4,5] with [2,3,4,5,6]. Is the difference significant?"
AT_WORK, QUEUED = 4, 8


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory, tiny_tokenizer):
    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("serving") / "model"
    save_pretrained(HavocModel(TINY), folder, tiny_tokenizer)
    return folder


@pytest.fixture(scope="module")
def application(checkpoint, tmp_path_factory):
    """Head and address of the application."""
    overrides = [
        f"checkpoint={checkpoint}", f"files_folder={tmp_path_factory.mktemp('files')}", "engine.dtype=fp32",
        "engine.kv_cache_gib=0.1", f"max_ongoing_requests={AT_WORK}", f"limits.max_queued={QUEUED}", "num_threads=1",
        "limits.deadline_s=60", "messages_per_s=1000",
    ]  # fmt: skip
    with LocalHead() as head, served(head, DeploymentFile.load(LAPTOP, [*overrides])) as address:
        yield head, address


@pytest.fixture(scope="module")
def head(application):
    return application[0]


@pytest.fixture(scope="module")
def address(application):
    return application[1]


def _run(coroutine_of_session):
    async def go():
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=180)) as session:
            return await coroutine_of_session(session)

    return asyncio.run(go())


async def _events(session, address, body, on_first=lambda: None):
    """The JSON objects of a stream, and how its last frame read."""
    events, last = [], ""
    async with session.post(f"{address}/v1/prime", json={**body, "stream": True}) as response:
        assert response.status == 200, await response.text()
        async for line in response.content:
            if not line.startswith(b"data: "):
                continue
            last = line[6:].decode().strip()
            if last != "[DONE]":
                events.append(json.loads(last))
                if len(events) == 2:
                    on_first()
    return events, last


def _replicas(head, deployment):
    root = psutil.Process(head.pid)
    return [
        process
        for process in root.children(recursive=True)
        if process.is_running() and f"ray::ServeReplica:havoc:{deployment}" in " ".join(_cmdline(process))
    ]


def _cmdline(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _text(events):
    return "".join(event["text"] for event in events if event["type"] == "text")


def test_a_killed_model_replica_costs_a_stream_nothing_but_time(head, address):
    def kill():
        for process in _replicas(head, "Model"):
            os.kill(process.pid, signal.SIGKILL)

    async def go(session):
        undisturbed, _ = await _events(session, address, {"question": T_TEST, "budget": "HEAVY"})
        before = {process.pid for process in _replicas(head, "Model")}
        disturbed, last = await _events(session, address, {"question": T_TEST, "budget": "HEAVY"}, kill)
        after = {process.pid for process in _replicas(head, "Model")}
        return undisturbed, disturbed, last, before, after

    undisturbed, disturbed, last, before, after = _run(go)
    assert before
    assert not before & after
    assert last == "[DONE]"
    assert not any("error" in event for event in disturbed)
    assert _text(disturbed) == _text(undisturbed)
    assert [event["type"] for event in disturbed if event["type"] != "text"].count("end") == 1


def test_killed_tool_replicas_cost_no_answer(head, address):
    async def go(session):
        async def one(number):
            question = f"What is the mean of {number}, {number + 1}, {number + 5}?"
            async with session.post(f"{address}/v1/prime", json={"question": question, "budget": "LIGHT"}) as response:
                return number, response.status, await response.json()

        answers, killed = [], set()
        for start in range(10, 40, 10):
            asking = [asyncio.create_task(one(number)) for number in range(start, start + 10)]
            await asyncio.sleep(0.1)
            for process in _replicas(head, "python_math"):
                os.kill(process.pid, signal.SIGKILL)
                killed.add(process.pid)
            answers += await asyncio.gather(*asking)
        return answers, killed

    answers, killed = _run(go)
    assert len(killed) >= 3
    for number, status, answer in answers:
        assert status == 200, answer
        assert answer["termination_reason"] == "answered", (number, answer["answer"])
        assert f"{number + 2:g}" in answer["answer"]


def test_a_crowd_is_answered_or_told_when_to_come_again(address):
    async def go(session):
        async def one(number):
            body = {"model": "havoc", "prompt": f"{number}", "max_tokens": 60}
            async with session.post(f"{address}/v1/completions", json=body) as response:
                return response.status, response.headers.get("Retry-After"), await response.json()

        crowd = await asyncio.gather(*(one(number) for number in range(200)))
        return crowd, await one(201)

    crowd, after = _run(go)
    statuses = [status for status, _, _ in crowd]
    assert set(statuses) == {200, 429}
    assert statuses.count(200) >= AT_WORK + QUEUED
    for status, retry_after, answer in crowd:
        if status == 429:
            assert int(retry_after) >= 1
            assert answer["error"]["code"] == "overloaded"
    assert after[0] == 200


def test_clients_that_leave_free_what_they_held(head, address):
    async def go(session):
        async def leave(number):
            body = {"model": "havoc", "prompt": f"{number}", "max_tokens": 2000, "stream": True}
            async with session.post(f"{address}/v1/completions", json=body) as response:
                await response.content.readline()

        for start in range(0, 5 * AT_WORK, AT_WORK):
            await asyncio.gather(*(leave(start + number) for number in range(AT_WORK)))
        async with session.post(
            f"{address}/v1/completions", json={"model": "havoc", "prompt": "1", "max_tokens": 4}
        ) as response:
            assert response.status == 200
        return await _gauge(session, head, "ray_havoc_kv_blocks_used", 0)

    assert _run(go) == 0


async def _gauge(session, head, name, wanted):
    """The value of a gauge, once it is what is wanted, or half a minute later; Ray exports it every few seconds."""
    value = None
    for _ in range(30):
        async with session.get(f"http://127.0.0.1:{head.metrics_port}/metrics") as response:
            lines = [line for line in (await response.text()).splitlines() if line.startswith(name + "{")]
        value = sum(float(line.rsplit(" ", 1)[1]) for line in lines) if lines else None
        if value == wanted:
            break
        await asyncio.sleep(1)
    return value


def test_the_figures_are_on_rays_prometheus_endpoint(head, address):
    from serve_app.metrics import NAMES

    async def go(session):
        async with session.post(f"{address}/v1/prime", json={"question": T_TEST}) as response:
            assert response.status == 200
        missing = set(NAMES)
        for _ in range(30):
            async with session.get(f"http://127.0.0.1:{head.metrics_port}/metrics") as response:
                text = await response.text()
            missing = {name for name in NAMES if f"ray_{name}" not in text}
            if missing <= {"havoc_prime_verification_failures", "havoc_engine_failures", "havoc_num_preemptions"}:
                return set()
            await asyncio.sleep(1)
        return missing

    assert not _run(go)


def test_the_shipped_files_are_what_serve_takes():
    from ray.serve.schema import ServeDeploySchema

    for path in sorted(LAPTOP.parent.glob("*.yaml")):
        DeploymentFile.load(path, [])
        ServeDeploySchema.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
