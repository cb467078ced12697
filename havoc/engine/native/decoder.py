"""A model on the CPU whose steps are one native call each."""

import ctypes
import logging
import weakref

import torch
from torch import Tensor

from havoc.engine.batch import Batch
from havoc.engine.kv_store import KVStore
from havoc.engine.native.build import load
from havoc.engine.native.interface import Group, Layer, Model, Step
from havoc.engine.native.openmp import find_openmp
from havoc.engine.native.packing import DEPTH, PANEL, blocks_of, pack, prefer_huge_pages
from havoc.model import HavocModel
from havoc.model.rope import rotation_at

_log = logging.getLogger(__name__)
_DONE, _BAD_STEP, _NO_MEMORY = range(3)


class NativeDecoder:
    """Computes batches as the torch path does, rounding where it rounds, from weights that it packs for itself.

    A row's logits do not depend on the other rows of a batch, nor on the number of threads.
    """

    @classmethod
    def create(
        cls,
        model: HavocModel,
        store: KVStore,
        head: Tensor,
        max_rows: int = 64,
        flags: tuple[str, ...] = (),
    ) -> "NativeDecoder | None":
        """A decoder, or None where this machine cannot compile one or the model is not of a kind that it computes.

        Args:
            model: in bf16 on the CPU, its matrices as they were trained.
            store: memory for keys and values; best not written to yet.
            head: [vocab_size, d_model], what gives the logits.
            max_rows: most tokens of a batch.
            flags: more flags for the compiler.
        """
        attention = model.config.attention
        parts = (head, store.blocks, model.norm.weight)
        suits = all(part.dtype == torch.bfloat16 and part.device.type == "cpu" for part in parts)
        if not suits or model.config.d_model % DEPTH or attention.head_dim % PANEL:
            _log.info("no native decoding: bf16 on the CPU, d_model in steps of %d, head_dim of %d are needed", DEPTH, PANEL)
            return None
        library = load(flags)
        return None if library is None else cls(library, model, store, head, max_rows)

    def __init__(self, library: ctypes.CDLL, model: HavocModel, store: KVStore, head: Tensor, max_rows: int) -> None:
        """Pack the weights; see `create`, which looks whether it can be done.

        Raises:
            MemoryError: there is none left.
        """
        self.max_rows = max_rows
        self.products: str = library.havoc_native_products().decode()
        """The kind of products: amx, avx512_bf16 or portable."""
        self._library = library
        self._openmp = find_openmp()
        self._vocab_size, self._width = len(head), model.config.d_model
        self._logits = head.new_empty(0)
        prefer_huge_pages(store.blocks)
        packed = pack(model, head)
        config, shape = model.config, model.config.attention
        positions = torch.arange(config.max_seq_len)
        cos, sin = (
            part.squeeze(1).contiguous()
            for part in rotation_at(positions, shape.head_dim, shape.rope_theta, config.max_seq_len, torch.bfloat16)
        )
        norms = [norm.weight for block in blocks_of(model) for norm in (block.attention_norm, block.mlp_norm)]
        # The native side keeps addresses: what they point to has to stay.
        self._kept = packed.memory, store.blocks, cos, sin, norms, model.norm.weight
        native = Model(
            layers=config.num_layers,
            width=config.d_model,
            heads=shape.num_heads,
            kv_heads=shape.num_kv_heads,
            head_dim=shape.head_dim,
            vocab=len(head),
            positions=len(positions),
            blocks=store.blocks.shape[1],
            block_size=store.block_size,
            most_rows=max_rows,
            epsilon=config.layer_norm_eps,
            layer=(Layer * len(packed.layers))(*packed.layers),
            norm=_address(model.norm.weight, torch.bfloat16),
            head=packed.head,
            cos=_address(cos, torch.bfloat16),
            sin=_address(sin, torch.bfloat16),
            store=_address(store.blocks, torch.bfloat16),
        )
        self._native = library.havoc_native_open(ctypes.byref(native))
        if not self._native:
            raise MemoryError("native decoding: no memory for its work space")
        weakref.finalize(self, library.havoc_native_close, self._native)

    def fits(self, batch: Batch) -> bool:
        """Whether `batch` is small enough."""
        return 0 < len(batch.ids) <= self.max_rows

    def run(self, batch: Batch, embedded: Tensor) -> Tensor:
        """Store the keys and values of a batch that fits, and return the logits of its wanted tokens, [wanted, vocab_size].

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
            raise MemoryError("native decoding: no memory for the parts of long contexts")
        if status == _BAD_STEP:
            raise ValueError("native decoding: positions, slots, blocks or wanted tokens lead outside the store")
        return self._logits[:wanted]


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
