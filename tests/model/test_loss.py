import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from havoc.model import ModelError, token_cross_entropy


def _tensors(tokens, scale=1.0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(tokens)
    hidden = (scale * torch.randn(tokens, 16, generator=generator)).to(dtype).requires_grad_()
    weight = torch.randn(50, 16, generator=generator).to(dtype).requires_grad_()
    labels = torch.randint(50, (tokens,), generator=generator)
    labels[::3] = -100
    return hidden, weight, labels


@settings(deadline=None, max_examples=40)
@given(tokens=st.integers(1, 40), chunk=st.integers(0, 45), factor=st.floats(-3, 3))
def test_chunks_give_torchs_loss_and_gradients(tokens, chunk, factor):
    hidden, weight, labels = _tensors(tokens)
    expected = functional.cross_entropy(hidden @ weight.t(), labels, reduction="sum")
    gradients = torch.autograd.grad(expected * factor, (hidden, weight))
    loss = token_cross_entropy(hidden, weight, labels, chunk)
    torch.testing.assert_close(loss, expected, rtol=1e-5, atol=1e-5)
    for ours, theirs in zip(torch.autograd.grad(loss * factor, (hidden, weight)), gradients, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


def test_ignored_tokens_have_neither_loss_nor_gradient():
    hidden, weight, labels = _tensors(12)
    labels[:] = -100
    loss = token_cross_entropy(hidden, weight, labels, 5)
    loss.backward()
    assert loss.item() == 0
    assert not hidden.grad.any()
    assert not weight.grad.any()


def test_extreme_logits_stay_finite_and_exact():
    hidden, weight, labels = _tensors(20, scale=1000.0)
    expected = functional.cross_entropy((hidden @ weight.t()).double(), labels, reduction="sum")
    loss = token_cross_entropy(hidden, weight, labels, 7)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)
    loss.backward()
    assert torch.isfinite(weight.grad).all()


def test_a_confident_target_keeps_its_gradient_in_bf16():
    # p = 0.999: bf16 rounds it to one, and p - 1 to zero.
    hidden = torch.tensor([[1.0]], dtype=torch.bfloat16, requires_grad=True)
    weight = torch.tensor([[6.90625], [0.0]], dtype=torch.bfloat16, requires_grad=True)
    token_cross_entropy(hidden, weight, torch.tensor([0])).backward()
    assert weight.grad[0].item() == pytest.approx(-0.001, rel=0.02)


def test_frozen_head_gets_no_gradient():
    hidden, weight, labels = _tensors(10)
    token_cross_entropy(hidden, weight.detach(), labels).backward()
    assert hidden.grad.any()
    with torch.no_grad():
        assert not token_cross_entropy(hidden, weight, labels).requires_grad


def test_a_second_backward_pass_is_refused():
    hidden, weight, labels = _tensors(10)
    loss = token_cross_entropy(hidden, weight, labels)
    loss.backward(retain_graph=True)
    with pytest.raises(ModelError, match="differentiated twice"):
        loss.backward()
