"""Causal attention over packed documents: one function, three implementations."""

import importlib.util
from collections.abc import Iterator
from itertools import groupby
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from havoc.model.cpu_attention import causal_attention
from havoc.model.errors import ModelError

Backend = Literal["auto", "flash_attn", "torch_varlen", "sdpa"]


def varlen_attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    cu_seqlens: Tensor,
    max_seqlen: int,
    backend: Backend,
    cu_seqlens_k: Tensor | None = None,
    max_seqlen_k: int | None = None,
) -> Tensor:
    """Causal attention inside each document of a flat stream of T tokens; documents never see each other.

    Args:
        q: [T, heads, D].
        k: [T, kv_heads, D]; query head h reads key head h // (heads / kv_heads).
        v: [T, kv_heads, D].
        cu_seqlens: int32 [documents + 1], where each document starts, then T.
        max_seqlen: length of the longest document.
        backend: `auto`, or one by name.
        cu_seqlens_k: where the documents start in k and v, where those hold more tokens than q: then q has the last tokens
            of each document. Not with `sdpa`.
        max_seqlen_k: length of the longest document in k.

    Returns:
        [T, heads, D].

    Raises:
        ModelError: the named back end is not available for these tensors.
    """
    chosen = choose_backend(backend, q.device, q.dtype)
    bounds = (cu_seqlens, cu_seqlens if cu_seqlens_k is None else cu_seqlens_k)
    longest = (max_seqlen, max_seqlen if max_seqlen_k is None else max_seqlen_k)
    if chosen == "flash_attn":
        from flash_attn import flash_attn_varlen_func

        mixed: Tensor = flash_attn_varlen_func(q, k, v, *bounds, *longest, causal=True)
        return mixed
    if chosen == "torch_varlen":
        from torch.nn.attention.varlen import varlen_attn

        # window (-1, 0) is causal: everything to the left, nothing to the right; the last tokens of q and k are aligned.
        grouped = q.shape[1] != k.shape[1]
        attended = varlen_attn(q, k, v, *bounds, *longest, window_size=(-1, 0), enable_gqa=grouped)
        return attended if isinstance(attended, Tensor) else attended[0]
    return _sdpa(q, k, v, cu_seqlens)


def choose_backend(backend: Backend, device: torch.device, dtype: torch.dtype) -> Backend:
    """What `auto` means for tensors of `dtype` on `device`; a back end given by name is checked instead.

    Raises:
        ModelError: the named back end cannot run there.
    """
    if backend == "sdpa":
        return backend
    half_on_gpu = device.type == "cuda" and dtype in (torch.bfloat16, torch.float16)
    installed = importlib.util.find_spec("flash_attn") is not None
    if backend == "auto":
        if not half_on_gpu:
            return "sdpa"
        return "flash_attn" if installed else "torch_varlen"
    if not half_on_gpu:
        raise ModelError(
            f"training.attention_backend: {backend} needs half-precision tensors on a GPU, these are {dtype} on "
            f"{device.type}; set it to auto or sdpa"
        )
    if backend == "flash_attn" and not installed:
        raise ModelError(
            "training.attention_backend: flash_attn is not installed; install havoc[gpu], or set it to auto or torch_varlen"
        )
    return backend


def _sdpa(q: Tensor, k: Tensor, v: Tensor, cu_seqlens: Tensor) -> Tensor:
    """Neighbours of equal length as one batch (rows that hold one document each: a single call), the rest one by one."""
    attend = causal_attention if q.device.type == "cpu" else _fused
    runs = []
    for start, documents, length in _runs(cu_seqlens):
        rows = slice(start, start + documents * length)
        batch = (part[rows].unflatten(0, (documents, length)).transpose(1, 2) for part in (q, k, v))
        runs.append(attend(*batch).transpose(1, 2).flatten(0, 1))
    return runs[0] if len(runs) == 1 else torch.cat(runs)


def _fused(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return functional.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)


def _runs(cu_seqlens: Tensor) -> Iterator[tuple[int, int, int]]:
    """(first token, number of documents, their common length) of every run of documents of equal length."""
    start = 0
    for length, run in groupby(cu_seqlens.diff().tolist()):
        documents = len(list(run))
        if length:
            yield start, documents, length
        start += documents * length
