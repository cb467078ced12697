"""Native decoding: it must say what torch says, and say it of each row whatever else is computed with it."""

import pytest
import torch

from havoc.config import AttentionConfig, HavocConfig, MLPConfig
from havoc.engine.batch import build
from havoc.engine.kv_store import KVStore
from havoc.engine.native import NativeDecoder, decoder
from havoc.engine.native.interface import OpenMP
from havoc.engine.sequence import Sequence
from havoc.model import HavocModel
from tests.engine.native_tiny import (
    CPU,
    FLAGS,
    LONGEST,
    NUM_BLOCKS,
    USUAL,
    Tiny,
    assert_as_near_as_torch,
    lengths,
    needs_compiler,
    stretch_of,
)


@pytest.fixture(params=FLAGS)
def flags(request):
    return FLAGS[request.param]


@needs_compiler
@pytest.mark.parametrize("shape", USUAL)
def test_it_is_as_near_to_fp32_as_torch_is(shape, flags):
    tiny = Tiny(shape, flags)
    assert_as_near_as_torch(tiny, [tiny.batch(seed, lengths(seed)) for seed in range(4)])


@needs_compiler
@pytest.mark.parametrize("shape", USUAL)
def test_a_row_does_not_depend_on_the_others(shape, flags):
    tiny = Tiny(shape, flags)
    for seed in range(5):
        stretches = tiny.batch(seed, lengths(seed))
        together = tiny.run(stretches)
        assert torch.equal(together, tiny.run_alone(stretches))


@needs_compiler
def test_a_row_does_not_depend_on_their_number(flags):
    tiny = Tiny(flags=flags)
    for rows in (1, 2, 3, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 100, 129):
        stretches = tiny.batch(rows, [1] * rows)
        together = tiny.run(stretches)
        assert torch.equal(together, tiny.run_alone(stretches))


@needs_compiler
@pytest.mark.parametrize("count", [5, 16])
def test_guessed_tokens_are_computed_as_if_they_came_one_by_one(count, flags):
    tiny = Tiny(flags=flags)
    for start in (0, 3, 250, 254, 255, 256, 511):  # around the ends of the pieces that attention works on
        end = start + count
        sequence = Sequence([5 * place % 203 for place in range(end)], num_computed=start)
        sequence.blocks = list(range(100, 140))
        at_once = tiny.run([stretch_of(sequence, start, count)])
        one_by_one = torch.cat([tiny.run([stretch_of(sequence, place, 1)]) for place in range(start, end)])
        assert torch.equal(at_once, one_by_one)


@needs_compiler
def test_the_number_of_threads_does_not_matter(monkeypatch):
    tiny = Tiny()
    stretches = tiny.batch(3, lengths(3))
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
    stretches = tiny.batch(4, lengths(4))
    every = tiny.run(stretches)
    batch = build(stretches, tiny.block_size, NUM_BLOCKS, None, CPU)
    some = tiny.native.run(batch, tiny.model.embed(batch.ids))
    assert len(some) == len(stretches)
    assert torch.equal(some, every[batch.wanted])


@needs_compiler
def test_nothing_but_the_new_tokens_slots_is_written(flags):
    tiny = Tiny(flags=flags)
    stretches = tiny.batch(5, [*lengths(5), 40])
    before = tiny.store.blocks.clone()
    tiny.run(stretches)
    changed = (tiny.store.blocks != before).flatten(3).any(dim=3).flatten(1)
    slots = set(tiny.built(stretches).slots.tolist())
    assert all(set(layer.nonzero().flatten().tolist()) == slots for layer in changed)


@needs_compiler
def test_a_head_of_its_own():
    tiny = Tiny(tied=False)
    assert_as_near_as_torch(tiny, [tiny.batch(6, lengths(6))])


@needs_compiler
def test_what_is_not_finite_stays_with_its_sequence(flags):
    tiny = Tiny(flags=flags)
    stretches = tiny.batch(8, [1, 5, 3, 2, 1, 4])
    expected = tiny.run(stretches)
    ill = next(stretch for stretch in stretches if stretch.start % tiny.block_size)
    own = ill.sequence.blocks[ill.start // tiny.block_size]  # begins with tokens of the context, and is nobody else's
    tiny.store.blocks[:, own, 0] = float("nan")
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
    [
        ("positions", LONGEST),
        ("positions", -1),
        ("slots", (NUM_BLOCKS + 2) * 16),
        ("slots", -1),
        ("wanted", 99),
        ("wanted", -1),
    ],
)
def test_numbers_that_lead_outside_are_refused(field, value):
    tiny = Tiny()
    batch = tiny.built(tiny.batch(9, lengths(9)))
    getattr(batch, field)[0] = value
    with pytest.raises(ValueError, match="lead outside"):
        tiny.native.run(batch, tiny.model.embed(batch.ids))


@needs_compiler
def test_blocks_that_lead_outside_are_refused():
    tiny = Tiny()
    batch = tiny.built(tiny.batch(9, lengths(9)))
    batch.groups[0].blocks[0, 0] = NUM_BLOCKS + 2
    with pytest.raises(ValueError, match="lead outside"):
        tiny.native.run(batch, tiny.model.embed(batch.ids))


@needs_compiler
def test_tensors_of_another_kind_are_refused():
    tiny = Tiny()
    batch = tiny.built(tiny.batch(9, lengths(9)))
    embedded = tiny.model.embed(batch.ids)
    for wrong in (embedded.float(), embedded[:-1], embedded.t().contiguous().t()):
        with pytest.raises(ValueError, match="native decoding"):
            tiny.native.run(batch, wrong)


@needs_compiler
@pytest.mark.parametrize("tied", [True, False])
def test_the_model_keeps_nothing_but_what_embeds(tied):
    tiny = Tiny(tied=tied)
    left = [name for name, parameter in tiny.model.named_parameters() if parameter.numel()]
    assert left == ["embedding.weight" if tied else "input_embedding.weight"]


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
    assert NativeDecoder.create(model, KVStore(config, 4, 16, CPU, dtype), config.vocab_size) is None
    assert all(parameter.numel() for parameter in model.parameters())
