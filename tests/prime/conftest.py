"""An untrained toy model behind the engine: structure and numbers must be right without any help from it."""

import pytest
import torch

from havoc.config import AttentionConfig, EngineConfig, HavocConfig, MLPConfig
from havoc.engine import EngineCore
from havoc.model import HavocModel

TOY = HavocConfig(
    vocab_size=640,
    d_model=32,
    num_layers=2,
    max_seq_len=16384,
    attention=AttentionConfig(num_heads=4, num_kv_heads=2, head_dim=8),
    mlp=MLPConfig(hidden_dim=48),
    initializer_range=0.3,
)


@pytest.fixture(scope="session")
def tiny_engine(tiny_tokenizer) -> EngineCore:
    """Random weights."""
    torch.set_num_threads(1)
    torch.manual_seed(3)
    config = EngineConfig(device="cpu", dtype="fp32", kv_cache_gib=0.05)
    return EngineCore(HavocModel(TOY).eval(), tiny_tokenizer, config)
