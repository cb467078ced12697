"""Native decoding: it must say what torch says, and say it of each row whatever else is computed with it."""

import copy
import logging
import os
import platform
import random
import shutil
import subprocess
import sys

import pytest
import torch

from havoc.config import AttentionConfig, HavocConfig, MLPConfig
from havoc.engine.batch import Stretch, build, by_length
from havoc.engine.kv_store import KVStore
from havoc.engine.native import NativeDecoder, decoder
from havoc.engine.native import build as native_build
from havoc.engine.native.interface import OpenMP
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
}
NUM_BLOCKS = 4000
CPU = torch.device("cpu")


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
    native_build.load.cache_clear()


@pytest.fixture(params=FLAGS)
def flags(request):
    return FLAGS[request.param]


class Tiny:
    """A random model in bf16, its store full of what must not be seen, and both ways to compute a batch."""

    def __init__(self, shape="9/3x64", flags=(), tied=True):
        heads, kv_heads, head_dim, width, hidden, self.block_size = SHAPES[shape]
        self.config = HavocConfig(
            vocab_size=203,
            d_model=width,
            num_layers=2,
            max_seq_len=640,
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
        self.store = KVStore(self.config, NUM_BLOCKS, self.block_size, CPU, torch.bfloat16)
        self.native = NativeDecoder.create(self.model, self.store, self.model.head.weight, flags=flags)
        assert self.native is not None
        self.store.blocks.normal_()

    def batch(self, seed, sequences=None, most_rows=64, longest=600, most_new=5):
        """Up to `most_rows` new tokens of random sequences, behind contexts of random lengths, in shuffled blocks."""
        rng = random.Random(seed)
        free = list(range(NUM_BLOCKS))
        rng.shuffle(free)
        stretches, rows = [], 0
        limit = rng.randint(most_new, most_rows)
        while sequences is None or len(stretches) < sequences:
            new = rng.randint(1, most_new)
            if rows + new > limit:
                break
            rows += new
            done = rng.randint(0, longest - 1)
            sequence = Sequence([rng.randrange(203) for _ in range(done + new)], num_computed=done)
            sequence.blocks = [free.pop() for _ in range(-(-(done + new) // self.block_size))]
            stretches.append(Stretch(Generation(sequence, None, 1, None, None, None, 0.0), done, new))
        return by_length(stretches)

    def built(self, stretches):
        """A batch whose every token's logits are wanted."""
        batch = build(stretches, self.block_size, NUM_BLOCKS, None, CPU)
        object.__setattr__(batch, "wanted", torch.arange(len(batch.ids)))
        return batch

    @torch.inference_mode()
    def run(self, stretches):
        batch = self.built(stretches)
        return self.native.run(batch, self.model.embed(batch.ids)).clone()

    @torch.inference_mode()
    def torch_run(self, stretches, dtype):
        """(logits, store) by torch."""
        batch, model = self.built(stretches), copy.deepcopy(self.model).to(dtype)
        store = KVStore(self.config, NUM_BLOCKS, self.block_size, CPU, dtype)
        store.blocks.copy_(self.store.blocks)
        attends = [paged_attention(batch, store, self.config.attention, layer, "sdpa") for layer in range(2)]
        hidden = model.transform(model.embed(batch.ids), batch.positions, attends)
        return model.project(hidden[batch.wanted]), store.blocks


def _alone(tiny, stretches):
    """The logits of each stretch in a batch of its own, end to end."""
    return torch.cat([tiny.run([stretch]) for stretch in stretches])


@needs_compiler
@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_as_near_to_fp32_as_torch_is(shape, flags):
    tiny = Tiny(shape, flags)
    errors, torch_errors = [], []
    for seed in range(4):
        stretches = tiny.batch(seed)
        exact, _ = tiny.torch_run(stretches, torch.float32)
        rounded, blocks = tiny.torch_run(stretches, torch.bfloat16)
        logits = tiny.run(stretches)
        errors.append(logits.float() - exact)
        torch_errors.append(rounded.float() - exact)
        assert torch.allclose(logits.float(), rounded.float(), atol=0.05 * exact.std().item(), rtol=0.02)
        # The first layer's keys and values come from one product: they differ by the order of its sums, and a rounding.
        assert torch.allclose(tiny.store.blocks[0].float(), blocks[0].float(), atol=0.01, rtol=2**-7)
    error, torch_error = (torch.cat(each).square().mean().sqrt() for each in (errors, torch_errors))
    assert error < 1.2 * torch_error


@needs_compiler
@pytest.mark.parametrize("shape", SHAPES)
def test_a_row_does_not_depend_on_the_others(shape, flags):
    tiny = Tiny(shape, flags)
    for seed in range(5):
        stretches = tiny.batch(seed)
        together = tiny.run(stretches)
        assert torch.equal(together, _alone(tiny, stretches))


@needs_compiler
@pytest.mark.parametrize("rows", [1, 2, 3, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64])
def test_a_row_does_not_depend_on_their_number(rows, flags):
    tiny = Tiny(flags=flags)
    stretches = tiny.batch(7, sequences=rows, most_new=1, most_rows=64)
    while len(stretches) < rows:
        stretches = tiny.batch(random.Random(len(stretches)).randrange(10**6), sequences=rows, most_new=1)
    assert torch.equal(tiny.run(stretches), _alone(tiny, stretches))


@needs_compiler
def test_guessed_tokens_are_computed_as_if_they_came_one_by_one(flags):
    tiny = Tiny(flags=flags)
    for start in (0, 3, 250, 254, 255, 256, 511):  # around the ends of the pieces that attention works on
        sequence = Sequence([5 * place % 203 for place in range(start + 5)], num_computed=start)
        sequence.blocks = list(range(100, 140))
        generation = Generation(sequence, None, 1, None, None, None, 0.0)
        at_once = tiny.run([Stretch(generation, start, 5)])
        one_by_one = torch.cat([tiny.run([Stretch(generation, place, 1)]) for place in range(start, start + 5)])
        assert torch.equal(at_once, one_by_one)


@needs_compiler
def test_the_number_of_threads_does_not_matter(monkeypatch):
    tiny = Tiny()
    stretches = tiny.batch(3)
    expected = tiny.run(stretches)
    before = torch.get_num_threads()
    try:
        for threads in (2, 3, 5):
            torch.set_num_threads(threads)
            assert torch.equal(tiny.run(stretches), expected)
    finally:
        torch.set_num_threads(before)
    monkeypatch.setattr(decoder, "find_openmp", OpenMP)  # another run time than GNU's
    assert torch.equal(Tiny().run(stretches), expected)


@needs_compiler
def test_only_wanted_tokens_get_logits():
    tiny = Tiny()
    stretches = tiny.batch(4)
    every = tiny.run(stretches)
    batch = build(stretches, tiny.block_size, NUM_BLOCKS, None, CPU)
    some = tiny.native.run(batch, tiny.model.embed(batch.ids))
    assert len(some) == len(stretches)
    assert torch.equal(some, every[batch.wanted])


@needs_compiler
def test_nothing_but_the_new_tokens_slots_is_written(flags):
    tiny = Tiny(flags=flags)
    stretches = tiny.batch(5)
    before = tiny.store.blocks.clone()
    tiny.run(stretches)
    changed = (tiny.store.blocks != before).flatten(3).any(dim=3).flatten(1)
    slots = set(tiny.built(stretches).slots.tolist())
    assert all(set(layer.nonzero().flatten().tolist()) == slots for layer in changed)


@needs_compiler
def test_a_head_of_its_own():
    tiny = Tiny(tied=False)
    stretches = tiny.batch(6)
    exact, _ = tiny.torch_run(stretches, torch.float32)
    assert torch.allclose(tiny.run(stretches).float(), exact, atol=0.05 * exact.std().item(), rtol=0.02)


@needs_compiler
def test_what_is_not_finite_stays_with_its_sequence(flags):
    tiny = Tiny(flags=flags)
    stretches = tiny.batch(8, sequences=6)
    expected = tiny.run(stretches)
    ill = next(stretch for stretch in stretches if stretch.start)
    block = ill.sequence.blocks[0]
    tiny.store.blocks[:, block, 0] = float("nan")
    logits = tiny.run(stretches)
    first = 0
    for stretch in stretches:
        rows = slice(first, first + stretch.length)
        if stretch is ill:
            assert logits[rows].isnan().all()
        else:
            assert torch.equal(logits[rows], expected[rows])
        first += stretch.length


@needs_compiler
@pytest.mark.parametrize(
    ("field", "value"),
    [("positions", 640), ("positions", -1), ("slots", (NUM_BLOCKS + 2) * 16), ("slots", -1), ("wanted", 99), ("wanted", -1)],
)
def test_numbers_that_lead_outside_are_refused(field, value):
    tiny = Tiny()
    batch = tiny.built(tiny.batch(9))
    getattr(batch, field)[0] = value
    with pytest.raises(ValueError, match="lead outside"):
        tiny.native.run(batch, tiny.model.embed(batch.ids))


@needs_compiler
def test_blocks_that_lead_outside_are_refused():
    tiny = Tiny()
    batch = tiny.built(tiny.batch(9))
    batch.groups[0].blocks[0, 0] = NUM_BLOCKS + 2
    with pytest.raises(ValueError, match="lead outside"):
        tiny.native.run(batch, tiny.model.embed(batch.ids))


@needs_compiler
def test_tensors_of_another_kind_are_refused():
    tiny = Tiny()
    batch = tiny.built(tiny.batch(9))
    embedded = tiny.model.embed(batch.ids)
    for wrong in (embedded.float(), embedded[:-1], embedded.t().contiguous().t()):
        with pytest.raises(ValueError, match="native decoding"):
            tiny.native.run(batch, wrong)


@needs_compiler
def test_a_batch_that_is_too_large_does_not_fit():
    tiny = Tiny()
    stretches = [Stretch(_generation(65), 0, 65)]
    batch = build(stretches, tiny.block_size, NUM_BLOCKS, None, CPU)
    assert not tiny.native.fits(batch)
    assert tiny.native.fits(build(tiny.batch(1), tiny.block_size, NUM_BLOCKS, None, CPU))


def _generation(length):
    sequence = Sequence([1] * length)
    sequence.blocks = list(range(length))
    return Generation(sequence, None, 1, None, None, None, 0.0)


@pytest.mark.parametrize(("head_dim", "dtype"), [(8, torch.bfloat16), (16, torch.float32)])
def test_other_models_are_left_to_torch(head_dim, dtype):
    config = HavocConfig(
        vocab_size=32,
        d_model=32,
        num_layers=1,
        max_seq_len=64,
        attention=AttentionConfig(num_heads=2, num_kv_heads=1, head_dim=head_dim),
        mlp=MLPConfig(hidden_dim=32),
    )
    model = HavocModel(config).to(dtype)
    assert NativeDecoder.create(model, KVStore(config, 4, 16, CPU, dtype), model.head.weight) is None


@pytest.mark.parametrize("compiler", ["", "/nowhere/c++", "false"])
def test_without_a_compiler_torch_computes_and_a_warning_says_why(compiler, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("CXX", compiler)
    if not compiler:
        monkeypatch.setenv("PATH", str(tmp_path))
    native_build.load.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert native_build.load() is None
        assert native_build.load() is None
    assert len(caplog.records) == 1
    assert "torch computes instead" in caplog.text
    native_build.load.cache_clear()


@needs_compiler
def test_a_source_that_does_not_compile_is_a_warning(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "broken.cpp").write_text("int f( {")
    monkeypatch.setattr(native_build, "SOURCE", tmp_path / "broken.cpp")
    native_build.load.cache_clear()
    assert native_build.load() is None
    assert "error" in caplog.text
    assert not list((tmp_path / "havoc").iterdir()), "nothing half done is left behind"
    native_build.load.cache_clear()


@needs_compiler
def test_processes_that_build_at_once_do_not_disturb_each_other(tmp_path):
    code = "from havoc.engine.native.build import load; assert load().havoc_native_products()"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    builds = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(3)]
    assert [build.wait() for build in builds] == [0, 0, 0]
    assert [file.suffix for file in (tmp_path / "havoc").iterdir()] == [".so"]
