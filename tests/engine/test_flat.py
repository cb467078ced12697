"""The layout that GPU kernels get: every token, and nothing else, in the order of its sequence."""

import random

import torch

from havoc.engine.batch import Stretch, _flat, build, by_length
from havoc.engine.paged_attention import paged_attention
from havoc.engine.sequence import Generation, Sequence


def _stretches(rng, count, block_size, num_blocks):
    free = list(range(num_blocks))
    rng.shuffle(free)
    stretches = []
    for _ in range(count):
        done, new = rng.randrange(0, 20), rng.randrange(1, 7)
        sequence = Sequence(list(range(done + new)), num_computed=done)
        sequence.blocks = [free.pop() for _ in range(-(-(done + new) // block_size))]
        generation = Generation(sequence, None, 1, None, None, None, 0.0)
        stretches.append(Stretch(generation, done, new))
    return by_length(stretches)


def _reference(q, k, v, queries, most_new, keys, most_past):
    """What flash-attn does: the last tokens of each sequence are the queries, aligned at the end."""
    mixed = torch.empty_like(q)
    for (a, b), (c, d) in zip(queries.unfold(0, 2, 1).tolist(), keys.unfold(0, 2, 1).tolist(), strict=True):
        assert b - a <= most_new
        assert d - c <= most_past
        seen = torch.ones(b - a, d - c, dtype=torch.bool).tril(d - c - (b - a))
        one = [part.transpose(0, 1).unsqueeze(0) for part in (q[a:b], k[c:d], v[c:d])]
        out = torch.nn.functional.scaled_dot_product_attention(*one, attn_mask=seen, enable_gqa=True)
        mixed[a:b] = out.squeeze(0).transpose(0, 1)
    return mixed


def test_flat_and_grouped_layouts_attend_to_the_same(make_core):
    core = make_core(blocks=200)
    runner = core._runner
    rng = random.Random(0)
    shape, device = runner.shape.attention, torch.device("cpu")
    for _ in range(20):
        stretches = _stretches(rng, 5, 4, 200)
        batch = build(stretches, 4, 200, None, device)
        runner.store.blocks.normal_()
        qkv = torch.randn(len(batch.ids), shape.num_heads + 2 * shape.num_kv_heads, shape.head_dim)
        grouped = paged_attention(batch, runner.store, shape, 0, "sdpa")(qkv)
        flat = _flat(stretches, 4, device)
        past = runner.store.slots[0].index_select(0, flat.past)
        keys, values = past.split(shape.num_kv_heads, dim=1)
        queries = qkv[:, : shape.num_heads]
        other = _reference(queries, keys, values, flat.queries, flat.most_new, flat.keys, flat.most_past)
        assert torch.allclose(grouped, other, atol=1e-5)
