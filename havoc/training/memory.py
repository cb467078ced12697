"""How many bytes a training run needs on each GPU and on each node, as named terms; pure arithmetic.

The terms follow the sources of DeepSpeed 0.19.8 (runtime/zero/stage_1_and_2.py, stage3.py) and torch's autograd. A test
compares them with what DeepSpeed allocates on the CPU; `jobs/bench/fit_24gb.py` does so on a GPU.
"""

from dataclasses import dataclass

from havoc.config import HavocConfig, LoraConfig, PhaseConfig
from havoc.training.strategy import Strategy

GIB = 1024**3

BF16, FP32, FP64 = 2, 4, 8
OPTIMIZER_BYTES = 3 * FP32
"""Per trained parameter: master weight and AdamW's two moments."""

USABLE_GPU_SHARE = 23.6 / 24
"""What a card gives a process of the memory on its box (23.6 GiB of "24 GB")."""

OBJECT_STORE_BYTES = 2 * GIB
"""What the plan grants Ray's object store on a node. Ray's own default is 30% of the node's memory, which does not fit
beside an optimizer on the host: start Ray with --object-store-memory."""

CUDA_CONTEXT = int(0.6 * GIB)
NCCL_BUFFERS = int(0.4 * GIB)
ALLOCATOR_SLACK = int(0.5 * GIB)
GPU_PROCESS_HOST = 3 * GIB
CPU_PROCESS_HOST = int(0.75 * GIB)
RAY_AND_SYSTEM = 2 * GIB

ZERO3_LIVE_PARAMETERS = 1_000_000_000
"""DeepSpeed's stage3_max_live_parameters, and its sub_group_size, by default."""

PASS_GRADIENTS = "gradients of one pass"

Terms = dict[str, int]


@dataclass(frozen=True)
class ParameterCount:
    """Numbers of parameters that decide about memory."""

    total: int
    """All weights, adapters included, the tied head once."""
    trained: int
    """Those with gradients: all, or LoRA's adapters."""
    largest_trained: int
    """Of the largest single tensor among them."""
    largest_group: int
    """Of the larger optimizer group: matrices, or embedding and norms."""


@dataclass(frozen=True)
class MemoryNeed:
    """Bytes under one strategy. Each moment of a run is a list of named terms that are alive together."""

    strategy: Strategy
    gpu: dict[str, Terms]
    """Per rank, by moment: `start`, `pass` (forward and backward), `step` (norm, clipping and update)."""
    host: dict[str, Terms]
    """Per node, by moment: `start` (weights are made), `run`. Without GPUs: the moments of `gpu`, which is then empty."""

    @property
    def gpu_bytes(self) -> int:
        """Largest of the moments; 0 without GPUs."""
        return max((sum(terms.values()) for terms in self.gpu.values()), default=0)

    @property
    def gpu_moment(self) -> str:
        """Moment in which a GPU holds most."""
        return max(self.gpu, key=lambda moment: sum(self.gpu[moment].values()), default="")

    @property
    def host_bytes(self) -> int:
        """Largest of the moments."""
        return max(sum(terms.values()) for terms in self.host.values())


def count_parameters(model: HavocConfig, lora: LoraConfig | None = None) -> ParameterCount:
    """Parameters of `model`, with adapters on its projections where `lora` is given."""
    shapes = _projections(model)
    if lora is None:
        largest = max(model.vocab_size * model.d_model, *(rows * columns for rows, columns in shapes.values()))
        matrices = model.num_layers * sum(rows * columns for rows, columns in shapes.values())
        group = max(matrices, model.num_parameters - matrices)
        return ParameterCount(model.num_parameters, model.num_parameters, largest, group)
    adapted = [shapes[name] for name in lora.target_modules]
    trained = model.num_layers * lora.rank * sum(rows + columns for rows, columns in adapted)
    largest = lora.rank * max(max(shape) for shape in adapted)
    return ParameterCount(model.num_parameters + trained, trained, largest, trained)


def memory_need(config: PhaseConfig, model: HavocConfig, strategy: Strategy) -> MemoryNeed:
    """What the phase needs under `strategy` on the ranks and nodes that the recipe names."""
    count = count_parameters(model, config.lora)
    on_gpu, ranks = config.scaling.use_gpu, config.scaling.num_workers
    state = _training_state(count, strategy, ranks, accumulates=config.accumulation > 1)
    buffers = _buffers(config, count, strategy)
    own = _process(ranks) if on_gpu else {}
    moments = {
        "start": _start(count, strategy, ranks) | own,
        "pass": state | _activations(config, model) | buffers | own,
        "step": {**state, PASS_GRADIENTS: 0} | _step(count, strategy, ranks) | buffers | own,
    }
    per_node = min(ranks, config.hardware.gpus_per_node) if on_gpu else ranks
    common = {
        "worker processes": per_node * (GPU_PROCESS_HOST if on_gpu else CPU_PROCESS_HOST),
        "Ray's object store": OBJECT_STORE_BYTES,
        "Ray and system": RAY_AND_SYSTEM,
    }
    offloaded = _host_state(count, strategy, accumulates=config.accumulation > 1)
    if not on_gpu:
        host = {
            moment: {name: per_node * size for name, size in terms.items()}
            | {f"offloaded {name}": size for name, size in offloaded.items()}
            | common
            for moment, terms in moments.items()
        }
        return MemoryNeed(strategy, {}, host)
    built = {"model as it is built": per_node * count.total * BF16}
    shares = {name: size * per_node // ranks for name, size in offloaded.items()}
    return MemoryNeed(strategy, moments, {"start": built | common, "run": shares | common})


def _projections(model: HavocConfig) -> dict[str, tuple[int, int]]:
    """Rows and columns of the matrices of one layer."""
    attention, d, hidden = model.attention, model.d_model, model.mlp.hidden_dim
    q, kv = attention.num_heads * attention.head_dim, attention.num_kv_heads * attention.head_dim
    return {"qkv": (q + 2 * kv, d), "out": (d, q), "gate_up": (2 * hidden, d), "down": (d, hidden)}


def _training_state(count: ParameterCount, strategy: Strategy, ranks: int, *, accumulates: bool) -> Terms:
    """Weights, gradients and optimizer state of one rank, on its device."""
    stage, trained = strategy.zero_stage, count.trained
    state = {"weights": 0 if strategy.offload_parameters else BF16 * count.total // (ranks if stage == 3 else 1)}
    if stage < 2:
        state["gradients"] = BF16 * trained  # whole until the accumulation boundary, also with the optimizer on the host
    elif not strategy.offload_optimizer:
        state["gradients"] = BF16 * trained // ranks
    if stage == 2 and accumulates:
        # Beside what earlier passes left on the device or on the host. In a pass that is not the last of its
        # step, DeepSpeed 0.19.8 frees a rank's own gradients only after the backward pass, copied to the host or not.
        state[PASS_GRADIENTS] = BF16 * trained // ranks
    if not strategy.offload_optimizer:
        state["optimizer"] = OPTIMIZER_BYTES * trained // (ranks if stage else 1)
    return state


def _activations(config: PhaseConfig, model: HavocConfig) -> Terms:
    """What the forward pass keeps for the backward pass, at its largest."""
    training, d = config.training, model.d_model
    tokens = training.batch_size * config.data.max_seq_len
    stretch = training.checkpoint_every_n_layers if training.gradient_checkpointing else model.num_layers
    stretch = min(stretch, model.num_layers)
    attention, hidden = model.attention, model.mlp.hidden_dim
    q, kv = attention.num_heads * attention.head_dim, attention.num_kv_heads * attention.head_dim
    # Kept per token and layer in bf16: two norms, residual and output; qkv, rotated q and k, attention; gate and up,
    # the gate's activation and the product.
    kept = BF16 * (4 * d + (q + 2 * kv) + (q + kv) + q + 4 * hidden)
    # For one layer at a time: the norms' fp32 copies, and the gradients of gate, up and their product.
    passing = FP32 * 2 * d + BF16 * 3 * hidden
    chunk = min(training.loss_chunk_tokens or tokens, tokens)
    # Logits in bf16, then in fp32 their log-softmax and its gradient.
    terms = {
        "recomputation" if training.gradient_checkpointing else "activations": tokens * (stretch * kept + passing),
        "loss chunk": chunk * model.vocab_size * (BF16 + 2 * FP32),
    }
    if training.gradient_checkpointing:
        terms["layer checkpoints"] = -(-model.num_layers // stretch) * tokens * d * BF16
    if config.lora is None:
        terms["tied gradient"] = model.vocab_size * d * BF16
    return terms


def _buffers(config: PhaseConfig, count: ParameterCount, strategy: Strategy) -> Terms:
    """DeepSpeed's own buffers on the device."""
    bucket = config.training.reduce_bucket_size
    if not config.scaling.use_gpu:
        bucket = min(bucket, count.trained)  # reserved whole, but a CPU only backs the pages that are written
    buffers = {"reduce bucket": BF16 * bucket}
    if strategy.offload_optimizer and strategy.zero_stage < 3:
        buffers["offload buffer"] = BF16 * count.largest_trained
    if strategy.zero_stage == 3:
        buffers["gathered parameters"] = BF16 * min(count.total, ZERO3_LIVE_PARAMETERS)
    return buffers


def _step(count: ParameterCount, strategy: Strategy, ranks: int) -> Terms:
    """What the update adds when no activations are alive: gradients in fp64 for the norm, in fp32 for AdamW."""
    norm = FP64 * count.largest_trained
    if strategy.offload_optimizer:
        return {"gradient norm": norm}
    if strategy.zero_stage == 0:
        return {"gradients for the update": FP32 * count.trained}
    # One optimizer group at a time (ZeRO-3: one sub-group), flattened in bf16 and copied to fp32. Gradients of other ranks'
    # shares are freed before.
    group = count.largest_group // ranks
    if strategy.zero_stage == 3:
        group = min(group, ZERO3_LIVE_PARAMETERS)
    gradients = {"gradients": BF16 * count.trained // ranks}
    return gradients | {"gradients for the update": max(norm, (FP32 + BF16) * group)}


def _start(count: ParameterCount, strategy: Strategy, ranks: int) -> Terms:
    """DeepSpeed's initialisation: the whole bf16 model is on the device, and beside it what is being made of it."""
    weights = {"weights": BF16 * count.total}
    share = count.trained // ranks
    if strategy.offload_optimizer:
        # ZeRO-1 and 2 clone the rank's whole share before it goes to the host, ZeRO-3 a sub-group.
        cloned = share if strategy.zero_stage < 3 else min(share, ZERO3_LIVE_PARAMETERS)
        return weights | {"copies on their way to the host": BF16 * cloned}
    return weights | {"optimizer": OPTIMIZER_BYTES * (share if strategy.zero_stage else count.trained)}


def _host_state(count: ParameterCount, strategy: Strategy, *, accumulates: bool) -> Terms:
    """What all ranks together keep in host memory."""
    if not strategy.offload_optimizer:
        return {}
    state = {
        "optimizer": (OPTIMIZER_BYTES + FP32) * count.trained,  # with the fp32 gradient that the update reads
        "pinned bf16 buffer": BF16 * count.trained,
    }
    if strategy.zero_stage == 2 and accumulates:
        state["accumulated gradients"] = BF16 * count.trained
    if strategy.offload_parameters:
        state["weights"] = BF16 * count.total
    return state


def _process(ranks: int) -> Terms:
    own = {"CUDA context": CUDA_CONTEXT, "slack": ALLOCATOR_SLACK}
    return own | {"NCCL": NCCL_BUFFERS} if ranks > 1 else own
