"""The real routes over a model with random weights, on a port of this machine, without Ray."""

import asyncio
import socket
import threading
import time
from contextlib import contextmanager

import pytest
import torch
import uvicorn

from havoc.config import AttentionConfig, EngineConfig, HavocConfig, LimitsConfig, MLPConfig, ServingConfig
from havoc.model import HavocModel
from havoc.model.checkpoint import save_pretrained
from havoc.prime import LocalToolCaller
from serve_app.api import make_api
from serve_app.host import ModelHost

TINY = HavocConfig(
    vocab_size=640,
    d_model=32,
    num_layers=2,
    max_seq_len=16384,
    attention=AttentionConfig(num_heads=4, num_kv_heads=2, head_dim=8),
    mlp=MLPConfig(hidden_dim=48),
    initializer_range=0.3,
)
AT_WORK, QUEUED = 4, 4


@pytest.fixture(scope="session")
def serving_checkpoint(tmp_path_factory, tiny_tokenizer):
    torch.set_num_threads(1)
    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("serving") / "model"
    save_pretrained(HavocModel(TINY), folder, tiny_tokenizer)
    return folder


@pytest.fixture(scope="session")
def serving_config(serving_checkpoint, tmp_path_factory):
    return ServingConfig(
        checkpoint=str(serving_checkpoint),
        files_folder=str(tmp_path_factory.mktemp("files")),
        engine=EngineConfig(device="cpu", dtype="fp32", kv_cache_gib=0.1),
        limits=LimitsConfig(deadline_s=120, max_queued=QUEUED, max_files=5, max_new_tokens=4000),
        max_ongoing_requests=AT_WORK,
    )


class Served:
    """A server with its host, for tests that look inside."""

    def __init__(self, config: ServingConfig) -> None:
        self.host = ModelHost(config, LocalToolCaller())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.server = uvicorn.Server(uvicorn.Config(make_api(self.host, config), port=port, log_level="error"))
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self):
        async with self.host:
            await self.server.serve()

    @property
    def blocks_used(self):
        return self.host.engine._core.pool.num_used


@contextmanager
def served(config):
    """A running server; it is ended behind the block."""
    server = Served(config)
    server.thread.start()
    while not server.server.started:
        time.sleep(0.05)
    yield server
    server.server.should_exit = True
    server.thread.join(20)


@pytest.fixture(scope="session")
def server(serving_config):
    """One server for all tests that leave it as it was."""
    with served(serving_config) as running:
        yield running


@pytest.fixture
def run_server():
    """For tests that need settings of their own."""
    return served
