"""From a batch to logits: the model, its memory for keys and values, and nothing of scheduling."""

import torch
from torch import Tensor

from havoc.config import EngineConfig
from havoc.engine.batch import Batch
from havoc.engine.errors import EngineError
from havoc.engine.kv_store import KVStore, bytes_per_block
from havoc.engine.native import NativeDecoder
from havoc.engine.paged_attention import paged_attention
from havoc.engine.static_decode import StaticDecode
from havoc.engine.weights import arrange
from havoc.model import HavocModel, choose_backend

_DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


class Runner:
    """Computes batches. The model becomes the runner's: its matrices are moved, converted and rearranged in place."""

    def __init__(self, model: HavocModel, config: EngineConfig, vocab_size: int) -> None:
        """Prepare `model`, and allocate the memory that `config` allows for keys and values.

        Args:
            model: the weights.
            config: device, dtype, blocks.
            vocab_size: ids of the tokenizer; rows of the model beyond them are never looked at.

        Raises:
            EngineError: there is no such device, or the memory does not hold one block.
        """
        if config.device == "cuda" and not torch.cuda.is_available():
            raise EngineError("bad_setting", "engine.device: there is no GPU that torch can use; set it to cpu or auto")
        on_gpu = config.device == "cuda" or (config.device == "auto" and torch.cuda.is_available())
        self.device = torch.device("cuda" if on_gpu else "cpu")
        dtype = _DTYPES[config.dtype]
        self.shape = model.config
        self._vocab_size = vocab_size
        self._model = model.to(device=self.device, dtype=dtype).eval().requires_grad_(False)
        self._backend = choose_backend("auto", self.device, dtype)
        self.bytes_per_block = size = bytes_per_block(self.shape, config.block_size, dtype)
        self.num_blocks = int(config.kv_cache_gib * 1024**3) // size
        if not self.num_blocks:
            raise EngineError(
                "bad_setting", f"engine.kv_cache_gib: {config.kv_cache_gib} is less than a block of {size:,} bytes"
            )
        self.store = KVStore(self.shape, self.num_blocks, config.block_size, self.device, dtype)
        # Where there is a native decoder it has the weights, and nothing else computes.
        self._native = None if config.int8_weights else NativeDecoder.create(self._model, self.store, vocab_size)
        self._head = arrange(self._model, int8=config.int8_weights) if self._native is None else None
        self._static: StaticDecode | None = None
        if on_gpu:
            filler, scratch = self.num_blocks, self.num_blocks + 1
            self._static = StaticDecode(self.forward, config.block_size, filler, scratch, self.device)

    @torch.inference_mode()
    def run(self, batch: Batch) -> Tensor:
        """Store the keys and values of `batch`, and return the logits of its wanted tokens, [wanted, vocab_size].

        The logits hold until the next call.
        """
        if self._static is not None and self._static.fits(batch):
            return self._static.run(batch)
        if self._native is not None:
            return self._native.run(batch, self._embed(batch))
        return self.forward(batch)

    @torch.inference_mode()
    def forward(self, batch: Batch) -> Tensor:
        """The same, operation by operation; not where a native decoder has the weights."""
        assert self._head is not None, "the weights are the native decoder's"
        hidden = self._embed(batch)
        attention = self.shape.attention
        layers = range(self.shape.num_layers)
        attends = [paged_attention(batch, self.store, attention, layer, self._backend) for layer in layers]
        hidden = self._model.transform(hidden, batch.positions, attends)
        if len(batch.wanted) < len(hidden):
            hidden = hidden[batch.wanted]
        logits: Tensor = self._head(self._model.norm(hidden))[:, : self._vocab_size]
        return logits

    def _embed(self, batch: Batch) -> Tensor:
        hidden = self._model.embed(batch.ids)
        if batch.noise is not None:
            size = hidden.float().square().mean(dim=1, keepdim=True).sqrt()
            hidden = (hidden + size * batch.noise).to(hidden.dtype)
        return hidden
