"""A model on the CPU whose steps are one native call each."""

import ctypes
import logging
import weakref
from itertools import chain

import torch
from torch import Tensor

from havoc.engine.batch import Batch
from havoc.engine.kv_store import KVStore
from havoc.engine.native.build import load
from havoc.engine.native.interface import Group, Layer, Model, Step
from havoc.engine.native.openmp import find_openmp
from havoc.engine.native.packing import DEPTH, PANEL, pack, prefer_huge_pages
from havoc.model import HavocModel
from havoc.model.rope import rotation_at

_log = logging.getLogger(__name__)
_DONE, _BAD_STEP, _NO_MEMORY = range(3)


class NativeDecoder:
    """Computes batches as the torch path does, rounding where it rounds, from weights that it takes out of the model.

    A row's logits do not depend on the other rows of a batch, nor on the number of threads; on the number of its sequence's
    new tokens only in so far as beyond 16 attention rounds its weights to bf16, where the processor has AMX.
    """

    @classmethod
    def create(
        cls,
        model: HavocModel,
        store: KVStore,
        vocab_size: int,
        flags: tuple[str, ...] = (),
    ) -> "NativeDecoder | None":
        """A decoder, or None where this machine cannot compile one or the model is not of a kind that it computes.

        Args:
            model: in bf16 on the CPU, its matrices as they were trained. A decoder leaves it nothing but what embeds ids.
            store: memory for keys and values; best not written to yet.
            vocab_size: rows of the head that give logits.
            flags: more flags for the compiler.
        """
        if not _suits(model, store):
            _log.info("no native decoding: bf16 on the CPU, d_model in steps of %d, head_dim of %d are needed", DEPTH, PANEL)
            return None
        library = load(flags)
        return None if library is None else cls(library, model, store, vocab_size)

    def __init__(self, library: ctypes.CDLL, model: HavocModel, store: KVStore, vocab_size: int) -> None:
        """Pack the weights; see `create`, which looks whether it can be done.

        Raises:
            MemoryError: there is none left.
        """
        self.products: str = library.havoc_native_products().decode()
        """The kind of products: amx, avx512_bf16 or portable."""
        self._library = library
        self._openmp = find_openmp()
        self._vocab_size, self._width = vocab_size, model.config.d_model
        self._logits = torch.empty(0, dtype=torch.bfloat16)
        prefer_huge_pages(store.blocks)
        packed = pack(model, vocab_size)
        config, shape = model.config, model.config.attention
        positions = torch.arange(config.max_seq_len)
        cos, sin = (
            part.squeeze(1).contiguous()
            for part in rotation_at(positions, shape.head_dim, shape.rope_theta, config.max_seq_len, torch.bfloat16)
        )
        # The native side keeps addresses: what they point to has to stay.
        self._kept = packed.memory, store.blocks, cos, sin
        native = Model(
            layers=config.num_layers,
            width=config.d_model,
            heads=shape.num_heads,
            kv_heads=shape.num_kv_heads,
            head_dim=shape.head_dim,
            vocab=vocab_size,
            positions=len(positions),
            blocks=store.blocks.shape[1],
            block_size=store.block_size,
            epsilon=config.layer_norm_eps,
            layer=(Layer * len(packed.layers))(*packed.layers),
            norm=packed.norm,
            head=packed.head,
            cos=_address(cos, torch.bfloat16),
            sin=_address(sin, torch.bfloat16),
            store=_address(store.blocks, torch.bfloat16),
        )
        self._native = library.havoc_native_open(ctypes.byref(native))
        if not self._native:
            raise MemoryError("native decoding: no memory for its work space")
        weakref.finalize(self, library.havoc_native_close, self._native)

    def run(self, batch: Batch, embedded: Tensor) -> Tensor:
        """Store the keys and values of `batch`, and return the logits of its wanted tokens, [wanted, vocab_size].

        They hold until the next call.

        Args:
            batch: what to compute.
            embedded: bf16 [T, d_model], what the first layer gets.

        Raises:
            ValueError: the batch does not fit the model or the store.
            MemoryError: there is none left.
        """
        rows, wanted = len(batch.ids), len(batch.wanted)
        if embedded.shape != (rows, self._width) or len(batch.positions) != rows or len(batch.slots) != rows:
            raise ValueError(f"native decoding: a batch of {rows} tokens needs as many positions, slots and embeddings")
        if len(self._logits) < wanted:
            self._logits = self._logits.new_empty(wanted, self._vocab_size)
        groups = (Group * len(batch.groups))(
            *(
                Group(group.first, group.sequences, group.length, group.blocks.shape[1], _address(group.blocks))
                for group in batch.groups
            )
        )
        step = Step(
            rows=rows,
            embedded=_address(embedded, torch.bfloat16),
            positions=_address(batch.positions),
            slots=_address(batch.slots),
            num_wanted=wanted,
            wanted=_address(batch.wanted),
            num_groups=len(groups),
            groups=groups,
            logits=_address(self._logits, torch.bfloat16),
        )
        status = self._library.havoc_native_run(
            self._native, ctypes.byref(step), ctypes.byref(self._openmp), torch.get_num_threads()
        )
        if status == _NO_MEMORY:
            raise MemoryError("native decoding: no memory for the work space of this batch")
        if status == _BAD_STEP:
            raise ValueError("native decoding: positions, slots, blocks or wanted tokens lead outside the store")
        return self._logits[:wanted]


def _suits(model: HavocModel, store: KVStore) -> bool:
    tensors = chain([store.blocks], model.parameters())
    plain = all(tensor.dtype == torch.bfloat16 and tensor.device.type == "cpu" for tensor in tensors)
    return plain and model.config.d_model % DEPTH == 0 and model.config.attention.head_dim % PANEL == 0


def _address(tensor: Tensor, dtype: torch.dtype = torch.int64) -> int:
    """Where the native side finds what `tensor` has.

    Raises:
        ValueError: it is not laid out as the native side reads it.
    """
    if tensor.dtype != dtype or tensor.device.type != "cpu" or not tensor.is_contiguous():
        raise ValueError(
            f"native decoding: contiguous {dtype} on the CPU is needed, not {tensor.dtype} on {tensor.device.type}, "
            f"strides {tensor.stride()}"
        )
    return tensor.data_ptr()
