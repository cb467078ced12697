"""Training speed and memory against transformers' Llama: `python -m jobs.bench.train [--json FILE]`.

Both train the same shape on the same random tokens in bf16, with torch's fused AdamW, on the same threads. Steps alternate
between the two in one process, so that what else the machine does meets both; ratios are medians over pairs of steps. Peak
memory is measured in a process of its own for each. The share of the peak counts matrix products only: 6 FLOPs per token and
matrix parameter, the head included, and causal attention; the peak is the best large bf16 product of the same run.
"""

import argparse
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from havoc.config import HavocConfig, load_preset
from havoc.model import HavocModel
from havoc.training.flops import training_flops
from havoc.training.metrics import measure_peak_flops

CONTENDERS = ("havoc", "transformers")
LOSS_CHUNK_TOKENS = 256


@dataclass(frozen=True)
class Case:
    """One line of the benchmark."""

    preset: str
    rows: int
    length: int

    @property
    def tokens(self) -> int:
        """Tokens in a step."""
        return self.rows * self.length

    @property
    def attended(self) -> int:
        """Pairs of a token and a position that it attends to: every row is one document."""
        return self.rows * self.length * (self.length + 1) // 2


CASES = (Case("havoc_nano", 8, 512), Case("havoc_135m", 2, 512))


@dataclass(frozen=True)
class Result:
    """What was measured for one case."""

    case: Case
    tokens_per_second: dict[str, float]
    speed_ratio: float
    """havoc over transformers, median over pairs of neighbouring steps."""
    peak_rss_mib: dict[str, float]
    model_gflops: float
    """Rate of havoc's matrix products."""
    share_of_peak: float


def main() -> None:
    """Run the cases and print a table."""
    parser = argparse.ArgumentParser(prog="python -m jobs.bench.train", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the results here too")
    parser.add_argument("--repeats", type=int, default=7, help="pairs of steps (%(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="torch threads (%(default)s)")
    parser.add_argument("--preset", help="only this one")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    peak = measure_peak_flops(torch.device("cpu"), seconds=2.0) / 1e9
    print(f"torch {torch.__version__}, {arguments.threads} threads, bf16 matrix peak {peak:.0f} GFLOP/s")
    print(f"{'shape':<24}{'havoc':>12}{'transformers':>16}{'ratio':>8}{'peak':>8}{'MiB havoc':>12}{'MiB transf.':>14}")
    results = []
    for case in CASES:
        if arguments.preset in (None, case.preset):
            results.append(measure(case, arguments.repeats, arguments.threads, peak))
            _print_row(results[-1])
    if arguments.json is not None:
        document = {"torch": torch.__version__, "threads": arguments.threads, "matrix_peak_gflops": peak}
        document["results"] = [asdict(result) for result in results]
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def measure(case: Case, repeats: int, threads: int, peak: float) -> Result:
    """Alternate steps of both contenders, then measure the memory of each."""
    steps = [training_step(name, case) for name in CONTENDERS]
    for step in steps:
        step()
    seconds = [[_timed(step) for step in steps] for _ in range(repeats)]
    ours, theirs = zip(*seconds, strict=True)
    rate = training_flops(load_preset(case.preset), case.tokens, case.attended) / statistics.median(ours) / 1e9
    return Result(
        case=case,
        tokens_per_second={
            name: case.tokens / statistics.median(times) for name, times in zip(CONTENDERS, (ours, theirs), strict=True)
        },
        speed_ratio=statistics.median(slow / fast for fast, slow in seconds),
        peak_rss_mib={name: _peak_memory(name, case, threads) for name in CONTENDERS},
        model_gflops=rate,
        share_of_peak=rate / peak,
    )


def training_step(contender: str, case: Case) -> Callable[[], float]:
    """A function that makes one optimizer step on fixed random rows and returns the mean loss."""
    config = load_preset(case.preset)
    torch.manual_seed(0)
    rows = torch.randint(config.vocab_size, (case.rows, case.length))
    build = _havoc if contender == "havoc" else _transformers
    parameters, loss_of = build(config, rows)
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, fused=True)

    def step() -> float:
        loss = loss_of()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.item()

    return step


def _havoc(config: HavocConfig, rows: torch.Tensor) -> tuple[Any, Callable[[], torch.Tensor]]:
    model = HavocModel(config, loss_chunk_tokens=LOSS_CHUNK_TOKENS).to(torch.bfloat16)
    count, length = rows.shape
    positions = torch.arange(length).repeat(count)
    cu_seqlens = torch.arange(count + 1, dtype=torch.int32) * length
    labels = torch.full_like(rows, -100)
    labels[:, :-1] = rows[:, 1:]
    trained = count * (length - 1)
    return model.parameters(), lambda: model(rows.flatten(), positions, cu_seqlens, length, labels.flatten()) / trained


def _transformers(config: HavocConfig, rows: torch.Tensor) -> tuple[Any, Callable[[], torch.Tensor]]:
    from transformers import LlamaConfig, LlamaForCausalLM

    attention = config.attention
    shape = LlamaConfig(
        vocab_size=config.vocab_size,
        hidden_size=config.d_model,
        intermediate_size=config.mlp.hidden_dim,
        num_hidden_layers=config.num_layers,
        num_attention_heads=attention.num_heads,
        num_key_value_heads=attention.num_kv_heads,
        head_dim=attention.head_dim,
        max_position_embeddings=config.max_seq_len,
        rms_norm_eps=config.layer_norm_eps,
        rope_parameters={"rope_type": "default", "rope_theta": attention.rope_theta},
        tie_word_embeddings=True,
        use_cache=False,
    )
    model = LlamaForCausalLM(shape).to(torch.bfloat16)
    return model.parameters(), lambda: model(input_ids=rows, labels=rows).loss


def _peak_memory(contender: str, case: Case, threads: int) -> float:
    """Peak resident memory, in MiB, of a fresh process that makes three steps."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak_of_this_process, (contender, case, threads))


def _peak_of_this_process(contender: str, case: Case, threads: int) -> float:
    torch.set_num_threads(threads)
    step = training_step(contender, case)
    for _ in range(3):
        step()
    # Not getrusage: its maximum starts at what the parent held when it forked, exec or not.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _print_row(result: Result) -> None:
    case, speed, memory = result.case, result.tokens_per_second, result.peak_rss_mib
    print(
        f"{f'{case.preset} {case.rows}x{case.length}':<24}{speed['havoc']:>6.0f} tok/s{speed['transformers']:>10.0f} tok/s"
        f"{result.speed_ratio:>7.2f}x{result.share_of_peak:>7.0%}{memory['havoc']:>12.0f}{memory['transformers']:>14.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
