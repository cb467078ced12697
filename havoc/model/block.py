"""One layer of the transformer."""

from torch import Tensor, nn

from havoc.config import HavocConfig
from havoc.model.attention import Attend, Attention
from havoc.model.mlp import MLP
from havoc.model.norm import RMSNorm
from havoc.model.rope import Rotation


class Block(nn.Module):
    """Attention and feed-forward, each on the normalised residual stream and added to it (pre-norm)."""

    def __init__(self, config: HavocConfig) -> None:
        super().__init__()
        self.attention_norm = RMSNorm(config.d_model, config.layer_norm_eps)
        self.attention = Attention(config)
        self.mlp_norm = RMSNorm(config.d_model, config.layer_norm_eps)
        self.mlp = MLP(config)

    def forward(self, hidden: Tensor, rotation: Rotation, attend: Attend) -> Tensor:
        """[T, d_model] -> [T, d_model]."""
        hidden = hidden + self.attention(self.attention_norm(hidden), rotation, attend)
        return hidden + self.mlp(self.mlp_norm(hidden))
