"""RMSNorm with a backward pass that keeps no fp32 copies."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class RMSNorm(nn.Module):
    """x / sqrt(mean(x^2) + eps) * weight over the last dimension (Zhang and Sennrich 2019)."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, hidden: Tensor) -> Tensor:
        """[T, width] -> [T, width], same dtype; the statistics are computed in fp32."""
        if hidden.device.type != "cpu" or not torch.is_grad_enabled():
            return functional.rms_norm(hidden, self.weight.shape, self.weight, self.eps)
        normed: Tensor = _RMSNorm.apply(hidden, self.weight, self.eps)
        return normed


class _RMSNorm(torch.autograd.Function):
    """torch's rms_norm with a backward pass of its own: for that torch has no kernel on the CPU, and makes fp32 tensors.

    With r = 1 / sqrt(mean(x^2) + eps) per row and g the incoming gradient:
    dx = r g w - x r^3 mean(g w x), dw = sum over rows of r g x. Both sums are matrix-vector products of g x.
    """

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, eps: float) -> Tensor:
        ctx.save_for_backward(hidden, weight)
        ctx.eps = eps
        return functional.rms_norm(hidden, weight.shape, weight, eps)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None]:
        hidden, weight = ctx.saved_tensors
        width = hidden.shape[-1]
        squares = torch.linalg.vector_norm(hidden, dim=-1, keepdim=True, dtype=torch.float32).square()
        inverse = torch.rsqrt(squares / width + ctx.eps)
        product = grad * hidden
        dot = (product @ weight).float().unsqueeze(-1)
        grad_weight = inverse.to(grad.dtype).squeeze(-1) @ product
        pull = (dot * inverse.pow(3) / width).to(grad.dtype)
        grad_hidden = (grad * weight).mul_(inverse.to(grad.dtype)).addcmul_(hidden, pull, value=-1)
        return grad_hidden, grad_weight, None
