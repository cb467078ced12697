"""A tiny fp32 engine, and what it must say: each next id from the whole sequence, without cache, batch or blocks."""

import copy
from collections.abc import Callable, Iterator, Sequence

import pytest
import torch
from torch import Tensor

from havoc.config import AttentionConfig, EngineConfig, HavocConfig, MLPConfig
from havoc.engine import EngineCore
from havoc.model import HavocModel

SHAPE = HavocConfig(
    vocab_size=640,
    d_model=32,
    num_layers=2,
    max_seq_len=256,
    attention=AttentionConfig(num_heads=4, num_kv_heads=2, head_dim=8),
    mlp=MLPConfig(hidden_dim=48),
    initializer_range=0.3,
)
SMALL = {"dtype": "fp32", "device": "cpu", "block_size": 4}
BLOCK_GIB = 2 * 4 * 2 * 2 * 8 * 4 / 1024**3
"""Memory of one block of 4 tokens at that shape in fp32."""


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory) -> Iterator[None]:
    """Native code is compiled once for all tests, and not where the user's is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def model() -> HavocModel:
    """Random weights, large enough that the likeliest id is clear of the next. Engines take a copy."""
    torch.manual_seed(3)
    return HavocModel(SHAPE).eval()


@pytest.fixture
def make_core(model, tiny_tokenizer) -> Iterator[Callable[..., EngineCore]]:
    """An engine over a copy of `model`, with `blocks` blocks. At the end of a test no block may be in use."""
    made = []

    def make(blocks: int = 400, **settings: object) -> EngineCore:
        config = EngineConfig(**{**SMALL, "kv_cache_gib": blocks * BLOCK_GIB * 1.0001, **settings})
        core = EngineCore(copy.deepcopy(model), tiny_tokenizer, config)
        assert core.pool.num_blocks == blocks
        made.append(core)
        return core

    yield make
    assert [core.pool.num_used for core in made] == [0] * len(made)


class Reference:
    """The model without any engine."""

    def __init__(self, model: HavocModel, vocab_size: int) -> None:
        self._model, self._vocab_size = model, vocab_size
        self._known: dict[tuple[int, ...], int] = {}

    @torch.inference_mode()
    def logits(self, ids: Sequence[int]) -> Tensor:
        """[len(ids), vocab_size]"""
        length = len(ids)
        bounds = torch.tensor([0, length], dtype=torch.int32)
        return self._model(torch.tensor(ids), torch.arange(length), bounds, length)[:, : self._vocab_size]

    def greedy(self, ids: Sequence[int], count: int) -> list[int]:
        """The `count` ids that follow."""
        history = list(ids)
        for _ in range(count):
            key = tuple(history)
            if key not in self._known:
                self._known[key] = int(self.logits(history)[-1].argmax())
            history.append(self._known[key])
        return history[len(ids) :]


@pytest.fixture(scope="session")
def reference(model, tiny_tokenizer) -> Reference:
    return Reference(model, tiny_tokenizer.vocab_size)
