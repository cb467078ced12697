"""Arithmetic of training: FLOPs that the model needs, however it is computed."""

from havoc.config import HavocConfig


def training_flops(config: HavocConfig, tokens: int, attended: int) -> float:
    """FLOPs of forward and backward, recomputation not counted (as MFU is defined, Chowdhery et al. 2022).

    Six per matrix parameter and token (the head is a matrix product, the embedding lookup is none), and per layer
    12 x heads x head_dim for each attended pair: two products of two FLOPs, three times (forward, and two in the backward).

    Args:
        config: the model's shape.
        tokens: tokens that went through the model.
        attended: pairs of a token and a position that it attends to, itself included.
    """
    no_products = (2 * config.num_layers + 1) * config.d_model
    if not config.tie_word_embeddings:
        no_products += config.vocab_size * config.d_model
    width = config.attention.num_heads * config.attention.head_dim
    return 6.0 * (config.num_parameters - no_products) * tokens + 12.0 * config.num_layers * width * attended
