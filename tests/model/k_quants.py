"""Q4_K and Q6_K as llama.cpp lays them out (ggml-quants.c), which the gguf package reads and does not write.

Plain rounding, without llama.cpp's search for better scales: the tests need the layout, not the last bit of accuracy.
"""

import numpy as np


def quantize(values, kind):
    """(rows, n * 256) float32 -> (rows, bytes) uint8."""
    blocks = values.astype(np.float32).reshape(-1, 256)
    stored = {"Q4_K": _q4_k, "Q6_K": _q6_k}[kind](blocks)
    return stored.reshape(len(values), -1)


def _half(column):
    return column.astype(np.float16).view(np.uint8).reshape(-1, 2)


def _q4_k(blocks):
    """value = d * scale * q - dmin * minimum, for each of 8 stretches of 32 values."""
    parts = blocks.reshape(-1, 8, 32)
    low = np.minimum(parts.min(axis=2), 0)
    step = (parts.max(axis=2) - low) / 15
    d, dmin = (np.float16(width.max(axis=1) / 63).astype(np.float32)[:, None] for width in (step, -low))
    scale, minimum = (np.clip(np.round(x / y), 0, 63).astype(np.uint8) for x, y in ((step, d), (-low, dmin)))
    q = np.round((parts + (dmin * minimum)[..., None]) / np.maximum((d * scale)[..., None], 1e-9))
    q = np.clip(q, 0, 15).astype(np.uint8)
    # Six bits each: the first four whole, with the upper two bits of the last four above them.
    packed = np.concatenate(
        [
            scale[:, :4] | (scale[:, 4:] >> 4) << 6,
            minimum[:, :4] | (minimum[:, 4:] >> 4) << 6,
            (scale[:, 4:] & 15) | (minimum[:, 4:] & 15) << 4,
        ],
        axis=1,
    )
    nibbles = (q[:, 0::2] | q[:, 1::2] << 4).reshape(len(blocks), 128)
    return np.concatenate([_half(d), _half(dmin), packed, nibbles], axis=1)


def _q6_k(blocks):
    """value = d * scale * (q - 32), for each of 16 stretches of 16 values."""
    parts = blocks.reshape(-1, 16, 16)
    step = np.abs(parts).max(axis=2) / 31
    d = np.float16(step.max(axis=1) / 127).astype(np.float32)[:, None]
    scale = np.clip(np.round(step / d), 1, 127).astype(np.int8)
    q = np.round(parts / np.maximum((d * scale)[..., None], 1e-9))
    q = (np.clip(q, -32, 31) + 32).astype(np.uint8)
    quarters = q.reshape(-1, 2, 4, 32)  # two halves, each of four stretches of 32 values
    low, high = quarters & 15, quarters >> 4
    ql = np.concatenate([low[:, :, 0] | low[:, :, 2] << 4, low[:, :, 1] | low[:, :, 3] << 4], axis=2)
    qh = high[:, :, 0] | high[:, :, 1] << 2 | high[:, :, 2] << 4 | high[:, :, 3] << 6
    halves = [ql.reshape(-1, 128), qh.reshape(-1, 64), scale.view(np.uint8), _half(d)]
    return np.concatenate(halves, axis=1)
