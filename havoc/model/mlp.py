"""The gated feed-forward block."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from havoc.config import HavocConfig
from havoc.model.projection import Projection, residual_std


class MLP(nn.Module):
    """SwiGLU (Shazeer 2020): down(silu(gate(x)) * up(x)), gate and up as one matrix (gate's rows first)."""

    def __init__(self, config: HavocConfig) -> None:
        super().__init__()
        width = config.mlp.hidden_dim
        self.gate_up = Projection(config.d_model, 2 * width, config.initializer_range)
        self.down = Projection(width, config.d_model, residual_std(config))

    def forward(self, hidden: Tensor) -> Tensor:
        """[T, d_model] -> [T, d_model]."""
        gate_up = self.gate_up(hidden)
        projected: Tensor = self.down(_SwiGLU.apply(gate_up) if torch.is_grad_enabled() else _swiglu(gate_up))
        return projected


class _SwiGLU(torch.autograd.Function):
    """Keeps only its input and writes the gradients of both halves into one tensor, so that nothing is concatenated."""

    @staticmethod
    def forward(ctx: Any, gate_up: Tensor) -> Tensor:
        ctx.save_for_backward(gate_up)
        return _swiglu(gate_up)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (gate_up,) = ctx.saved_tensors
        gate, up = gate_up.chunk(2, dim=-1)
        grad_gate_up = torch.empty_like(gate_up)
        grad_gate, grad_up = grad_gate_up.chunk(2, dim=-1)
        torch.mul(functional.silu(gate), grad, out=grad_up)
        torch.ops.aten.silu_backward(grad * up, gate, grad_input=grad_gate)
        return grad_gate_up


def _swiglu(gate_up: Tensor) -> Tensor:
    gate, up = gate_up.chunk(2, dim=-1)
    return functional.silu(gate).mul_(up)
