"""Attention over blocks of keys and values."""

from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from havoc.config import AttentionConfig
from havoc.engine.batch import Batch, Flat, Group
from havoc.engine.kv_store import KVStore
from havoc.model import Attend, Backend, varlen_attention

FEW = 8
"""New tokens of a sequence up to which the query heads that share a key head are rows of one product."""


def paged_attention(batch: Batch, store: KVStore, shape: AttentionConfig, layer: int, backend: Backend) -> Attend:
    """What `layer` attends with: the batch's keys and values are stored, then every token sees its sequence up to itself."""
    heads, kv_heads = shape.num_heads, shape.num_kv_heads
    slots, blocks = store.slots[layer], store.blocks[layer]
    if batch.flat is not None and backend != "sdpa":
        return partial(_attend_flat, batch.slots, batch.flat, slots, heads, kv_heads, backend)

    def attend(qkv: Tensor) -> Tensor:
        slots.index_copy_(0, batch.slots, qkv[:, heads:])
        if len(batch.groups) == 1:
            return _attend(qkv[:, :heads], _past(batch.groups[0], blocks, slots), kv_heads, batch.groups[0])
        mixed = torch.empty_like(qkv[:, :heads])
        for group in batch.groups:
            rows = slice(group.first, group.first + group.sequences * group.length)
            mixed[rows] = _attend(qkv[rows, :heads], _past(group, blocks, slots), kv_heads, group)
        return mixed

    return attend


def _attend_flat(new: Tensor, flat: Flat, slots: Tensor, heads: int, kv_heads: int, backend: Backend, qkv: Tensor) -> Tensor:
    slots.index_copy_(0, new, qkv[:, heads:])
    keys, values = slots.index_select(0, flat.past).split(kv_heads, dim=1)
    queries = qkv[:, :heads]
    return varlen_attention(queries, keys, values, flat.queries, flat.most_new, backend, flat.keys, flat.most_past)


def _past(group: Group, blocks: Tensor, slots: Tensor) -> Tensor:
    """Keys and values [sequences, places, 2 kv_heads, D]."""
    if group.contiguous is not None:
        start = group.contiguous * blocks.shape[1]
        return slots[start : start + group.context].unsqueeze(0)
    return blocks.index_select(0, group.blocks.view(-1)).view(group.sequences, -1, *blocks.shape[2:])


def _attend(q: Tensor, past: Tensor, kv_heads: int, group: Group) -> Tensor:
    """q [sequences * length, heads, D] -> the same, contiguous."""
    rows, heads, width = q.shape
    count, length, shared = group.sequences, group.length, heads // kv_heads
    keys, values = past[:, :, :kv_heads].transpose(1, 2), past[:, :, kv_heads:].transpose(1, 2)
    mask = None if group.visible is None else group.visible.unsqueeze(1)
    if length > FEW:
        queries = q.view(count, length, heads, width).transpose(1, 2)
        mixed = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask, enable_gqa=shared > 1)
        return mixed.transpose(1, 2).reshape(rows, heads, width)
    # [sequences, kv_heads, shared * length, D]: keys and values are read once for all the query heads they serve.
    queries = q.view(count, length, kv_heads, shared, width).permute(0, 2, 3, 1, 4).reshape(count, kv_heads, -1, width)
    if mask is not None and length > 1:
        mask = mask.repeat(1, 1, shared, 1)
    mixed = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
    return mixed.view(count, kv_heads, shared, length, width).permute(0, 3, 1, 2, 4).reshape(rows, heads, width)
