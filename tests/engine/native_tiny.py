"""Tiny random models for native decoding, batches for them, and what torch says of these."""

import copy
import os
import platform
import random
import shutil

import pytest
import torch

from havoc.config import AttentionConfig, HavocConfig, MLPConfig
from havoc.engine.batch import Stretch, build, by_length
from havoc.engine.kv_store import KVStore
from havoc.engine.native import NativeDecoder
from havoc.engine.native import build as native_build
from havoc.engine.paged_attention import paged_attention
from havoc.engine.sequence import Generation, Sequence
from havoc.model import HavocModel

COMPILER = os.environ.get("CXX") or any(shutil.which(name) for name in native_build.COMPILERS)
needs_compiler = pytest.mark.skipif(not COMPILER, reason="no C++ compiler")

FLAGS = {"best": ()}
if platform.machine() == "x86_64":
    FLAGS["without tiles"] = native_build.WITHOUT_TILES
    FLAGS["portable"] = (*native_build.WITHOUT_TILES, "-mno-avx512bf16")
SHAPES = {  # query heads, key heads, head_dim, d_model, hidden_dim, block_size
    "6/2x16": (6, 2, 16, 96, 100, 16),
    "4/4x32": (4, 4, 32, 64, 96, 4),
    "9/3x64": (9, 3, 64, 96, 160, 16),
    "5/1x48": (5, 1, 48, 160, 64, 7),
    "2/2x256": (2, 2, 256, 64, 64, 16),
    "2/1x272": (2, 1, 272, 64, 64, 16),  # too wide for attention by tiles
}
USUAL = list(SHAPES)[:4]
LONGEST = 900
READ = 260
"""Blocks that contexts are taken from, by several sequences at once; each has blocks of its own where it writes."""
NUM_BLOCKS = READ + 260
CPU = torch.device("cpu")


def lengths(seed, most_rows=64, most_new=5):
    """Numbers of new tokens, `most_rows` in all at most."""
    rng = random.Random(seed)
    limit, new = rng.randint(most_new, most_rows), []
    while sum(new) + (more := rng.randint(1, most_new)) <= limit:
        new.append(more)
    return new


class Tiny:
    """A random model in bf16, its store full of what must not be seen, and both ways to compute a batch."""

    def __init__(self, shape="9/3x64", flags=(), tied=True):
        heads, kv_heads, head_dim, width, hidden, self.block_size = SHAPES[shape]
        self.config = HavocConfig(
            vocab_size=203,
            d_model=width,
            num_layers=2,
            max_seq_len=LONGEST,
            attention=AttentionConfig(num_heads=heads, num_kv_heads=kv_heads, head_dim=head_dim),
            mlp=MLPConfig(hidden_dim=hidden),
            tie_word_embeddings=tied,
            initializer_range=0.15,
        )
        torch.manual_seed(1)
        self.model = HavocModel(self.config).bfloat16().eval().requires_grad_(False)
        for parameter in self.model.parameters():
            if parameter.dim() == 1:
                parameter.normal_(1, 0.2)
        self.reference = copy.deepcopy(self.model)
        self.store = KVStore(self.config, NUM_BLOCKS, self.block_size, CPU, torch.bfloat16)
        self.native = NativeDecoder.create(self.model, self.store, self.config.vocab_size, flags=flags)
        assert self.native is not None
        self.store.blocks.normal_()

    def batch(self, seed, new, longest=600):
        """Stretches of `new` tokens each, behind contexts of random lengths, in shuffled blocks."""
        rng = random.Random(seed)
        own = list(range(READ, NUM_BLOCKS))
        rng.shuffle(own)
        return by_length([self._stretch(rng, count, rng.randint(0, longest - 1), own) for count in new])

    def _stretch(self, rng, count, done, own):
        sequence = Sequence([rng.randrange(203) for _ in range(done + count)], num_computed=done)
        read, blocks = done // self.block_size, -(-(done + count) // self.block_size)
        sequence.blocks = [*rng.sample(range(READ), read), *(own.pop() for _ in range(blocks - read))]
        return stretch_of(sequence, done, count)

    def built(self, stretches):
        """A batch whose every token's logits are wanted."""
        batch = build(stretches, self.block_size, NUM_BLOCKS, None, CPU)
        object.__setattr__(batch, "wanted", torch.arange(len(batch.ids)))
        return batch

    @torch.inference_mode()
    def run(self, stretches):
        batch = self.built(stretches)
        return self.native.run(batch, self.model.embed(batch.ids)).clone()

    def run_alone(self, stretches):
        """The logits of each stretch in a batch of its own, end to end."""
        return torch.cat([self.run([stretch]) for stretch in stretches])

    @torch.inference_mode()
    def torch_run(self, stretches, dtype):
        """(logits, store) by torch."""
        batch, model = self.built(stretches), copy.deepcopy(self.reference).to(dtype)
        store = KVStore(self.config, NUM_BLOCKS, self.block_size, CPU, dtype)
        store.blocks.copy_(self.store.blocks)
        attends = [paged_attention(batch, store, self.config.attention, layer, "sdpa") for layer in range(2)]
        hidden = model.transform(model.embed(batch.ids), batch.positions, attends)
        return model.project(hidden[batch.wanted]), store.blocks


def stretch_of(sequence, start, count):
    """`count` tokens of `sequence` from `start` on."""
    return Stretch(Generation(sequence, None, 1, None, None, None, 0.0), start, count)


def assert_as_near_as_torch(tiny, batches):
    """Both round to bf16 at the same places, so that native errors against fp32 must be those of torch, or nearly."""
    errors, torch_errors = [], []
    for stretches in batches:
        exact, _ = tiny.torch_run(stretches, torch.float32)
        rounded, blocks = tiny.torch_run(stretches, torch.bfloat16)
        errors.append(tiny.run(stretches).float() - exact)
        torch_errors.append(rounded.float() - exact)
        # The first layer's keys and values come from one product: they differ by the order of its sums, and a rounding.
        assert torch.allclose(tiny.store.blocks[0].float(), blocks[0].float(), atol=0.01, rtol=2**-7)
    error, torch_error = torch.cat(errors), torch.cat(torch_errors)
    assert error.square().mean() < 1.2 * torch_error.square().mean()
    # Also of the rows by themselves, so that no single one is wrong among many that are not.
    assert error.square().mean(dim=1).max() < 2.5 * torch_error.square().mean(dim=1).max()
