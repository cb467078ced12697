import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.model import cpu_attention, varlen_attention


def _reference(q, k, v, bounds):
    """Softmax attention written out, in double precision."""
    groups = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
    scores = torch.einsum("ihd,jhd->hij", q, k) / q.shape[2] ** 0.5
    document = torch.bucketize(torch.arange(len(q)), bounds[1:], right=True)
    seen = (document[:, None] == document[None]) & torch.ones(len(q), len(q)).tril().bool()
    return torch.einsum("hij,jhd->ihd", scores.masked_fill(~seen, -torch.inf).softmax(-1), v)


@settings(deadline=None, max_examples=40)
@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    kv_heads=st.integers(1, 3),
    groups=st.integers(1, 3),
    block=st.sampled_from([1, 3, 256]),
    seed=st.integers(0, 1000),
)
def test_values_and_gradients_are_those_of_the_formula(lengths, kv_heads, groups, block, seed):
    torch.manual_seed(seed)
    total = sum(lengths)
    bounds = torch.tensor([0, *lengths]).cumsum(0)
    tensors = [torch.randn(total, heads, 4, dtype=torch.float64) for heads in (kv_heads * groups, kv_heads, kv_heads)]
    weight = torch.randn(total, kv_heads * groups, 4, dtype=torch.float64)
    results = []
    for attend in (
        lambda *qkv: varlen_attention(*qkv, bounds.int(), max(lengths), "sdpa"),
        lambda *qkv: _reference(*qkv, bounds),
    ):
        leaves = [tensor.clone().requires_grad_() for tensor in tensors]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cpu_attention, "QUERY_BLOCK", block)
            mixed = attend(*leaves)
            results.append([mixed, *torch.autograd.grad((mixed * weight).sum(), leaves)])
    # Gradients of keys and values are summed over blocks in fp32.
    for ours, expected in zip(*results, strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)


def test_bf16_gradients_are_as_exact_as_bf16_allows():
    torch.manual_seed(0)
    exact = [torch.randn(300, heads, 16, dtype=torch.float64) for heads in (4, 2, 2)]
    bounds = torch.tensor([0, 300])
    reference = [tensor.clone().requires_grad_() for tensor in exact]
    _reference(*reference, bounds).square().sum().backward()
    ours = [tensor.bfloat16().requires_grad_() for tensor in exact]
    varlen_attention(*ours, bounds.int(), 300, "sdpa").square().sum().backward()
    for found, expected in zip(ours, reference, strict=True):
        error = (found.grad.double() - expected.grad).norm() / expected.grad.norm()
        assert error < 0.02
