"""Stretches of many new tokens, to which attention goes another way (by tiles, where there are any)."""

import pytest
import torch

from havoc.engine.sequence import Sequence
from tests.engine.native_tiny import FLAGS, USUAL, Tiny, assert_as_near_as_torch, needs_compiler, stretch_of

pytestmark = needs_compiler

MANY = 17
"""New tokens of a stretch from which attention goes the other way."""


@pytest.fixture(params=FLAGS)
def flags(request):
    return FLAGS[request.param]


@pytest.mark.parametrize("shape", USUAL)
def test_it_is_as_near_to_fp32_as_torch_is(shape, flags):
    tiny = Tiny(shape, flags)
    assert_as_near_as_torch(
        tiny, [tiny.batch(seed, new) for seed, new in enumerate([[16], [17, 40], [200, 3, 64], [33] * 4])]
    )


@pytest.mark.parametrize("shape", USUAL)
def test_a_stretch_does_not_depend_on_the_others(shape, flags):
    tiny = Tiny(shape, flags)
    for seed, new in enumerate([[16, 1, 200], [1, 2, 15, 16, 17, 18], [100, 31, 5, 1, 1, 64], [130, 130]]):
        stretches = tiny.batch(seed, new)
        together = tiny.run(stretches)
        assert torch.equal(together, tiny.run_alone(stretches))


@pytest.mark.parametrize("shape", ["2/2x256", "2/1x272"])
def test_wide_heads(shape):
    tiny = Tiny(shape)
    stretches = tiny.batch(1, [20, 3, 70])
    assert_as_near_as_torch(tiny, [stretches])
    assert torch.equal(tiny.run(stretches), tiny.run_alone(stretches))


@pytest.mark.parametrize("end", [63, 64, 65, 255, 256, 257, 512, 513, 600])
def test_a_row_does_not_depend_on_how_many_are_new_beside_it(end, flags):
    """Of 17 new tokens or more, a token gets the same logits whatever stretch of its sequence it is computed in."""
    tiny = Tiny("6/2x16", flags)
    sequence = Sequence([5 * place % 203 for place in range(end)])
    sequence.blocks = list(range(-(-end // tiny.block_size)))
    tiny.run([stretch_of(sequence, 0, end)])
    before = tiny.store.blocks.clone()
    tail = tiny.run([stretch_of(sequence, end - MANY, MANY)])
    for start in {0, 1, 17, end - 40, end - MANY - 1}:
        tiny.store.blocks.copy_(before)
        logits = tiny.run([stretch_of(sequence, start, end - start)])
        assert torch.equal(logits[-MANY:], tail)
        assert torch.equal(tiny.store.blocks, before)


def test_few_and_many_new_tokens_agree(flags):
    """The one way of attending rounds weights to bf16 and the other does not."""
    tiny = Tiny("9/3x64", flags)
    sequence = Sequence([7 * place % 203 for place in range(300)])
    sequence.blocks = list(range(19))
    many = tiny.run([stretch_of(sequence, 0, 300)]).float()
    few = torch.cat([tiny.run([stretch_of(sequence, start, 15)]) for start in range(0, 300, 15)]).float()
    assert (many - few).square().mean().sqrt() < 0.02 * few.std()


def test_what_is_not_finite_stays_with_its_sequence(flags):
    tiny = Tiny(flags=flags)
    stretches = tiny.batch(8, [16, 40, 33, 2, 70], longest=300)
    expected = tiny.run(stretches)
    ill = stretches[2]
    first = 0
    shared = {block for stretch in stretches if stretch is not ill for block in stretch.sequence.blocks}
    own = next(block for block in ill.sequence.blocks if block not in shared)
    place = ill.sequence.blocks.index(own) * tiny.block_size
    assert place < ill.start
    tiny.store.blocks[:, own, 0] = float("nan")
    logits = tiny.run(stretches)
    for stretch in stretches:
        rows = slice(first, first + stretch.length)
        if stretch is ill:
            assert logits[rows].isnan().all()
        else:
            assert torch.equal(logits[rows], expected[rows])
        first += stretch.length


def test_the_number_of_threads_does_not_matter():
    tiny = Tiny()
    stretches = tiny.batch(3, [150, 16, 60, 4])
    expected = tiny.run(stretches)
    before = torch.get_num_threads()
    try:
        for threads in (2, 3):
            torch.set_num_threads(threads)
            assert torch.equal(tiny.run(stretches), expected)
    finally:
        torch.set_num_threads(before)


def test_large_batches_between_small_ones():
    """Work space grows and is used again."""
    tiny = Tiny()
    small, large = tiny.batch(1, [3, 1]), tiny.batch(2, [200, 90, 30, 1], longest=300)
    expected = tiny.run(small)
    assert torch.equal(tiny.run(large), tiny.run_alone(large))
    assert torch.equal(tiny.run(small), expected)
