"""How fast the engine writes, beside what a user would take instead, and how its cost grows.

python -m jobs.bench.decode [--checkpoint runs/base] [--only speed|fork|growth] [--peer NAME=PYTHON ...] [--output FOLDER]

  speed   output tokens/s, time to first token and peak memory at 1, 4, 16 and 32 prompts of 64 tokens, 128 new tokens each,
          greedy, in a process of its own per figure: ours, transformers' generate, and each peer whose Python is named
          (vllm, llama.cpp). Goals: 1.5 times transformers, and ahead of the fastest.
  fork    three branches from a prefix of 1,000 tokens: forked, as three fresh requests at once, and one after another
  growth  time per token against context, memory against sequences; a plot beside the report

`--peer llama.cpp=/venv/bin/python:/models/base.gguf` says what a peer runs on where that is not the exported directory.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

from havoc.config import EngineConfig
from havoc.engine import Completion, EngineCore, RecordedMetrics, SamplingParams, Update, generate
from havoc.model import export_huggingface, from_pretrained
from havoc.tokens import Tokenizer
from havoc.tools.rag.index import handbook_index
from jobs.bench.decode_worker import RESULT
from jobs.command import errors_as_one_line

WORKER = Path(__file__).with_name("decode_worker.py")
PROMPT_TOKENS, NEW_TOKENS = 64, 128
AT_ONCE = (1, 4, 16, 32)
CONTEXTS = (128, 256, 512, 1024, 2048, 4096)


def main() -> None:
    """Run the parts and print a table of each."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.bench.decode", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", type=Path, default=Path("runs/base"), help="what to measure (%(default)s)")
    parser.add_argument("--only", choices=("speed", "fork", "growth"), help="one part instead of all")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PYTHON[:MODEL]", help="a peer's interpreter")
    parser.add_argument(
        "--rounds", type=int, default=3, help="times that each figure is taken; the best counts (%(default)s)"
    )
    parser.add_argument("--output", type=Path, default=Path("runs/bench/decode"), help="report and plot (%(default)s)")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    parts: dict[str, Callable[[], Any]] = {
        "speed": lambda: bench_speed(options.checkpoint, options.peer, options.rounds, options.output),
        "fork": lambda: bench_fork(options.checkpoint),
        "growth": lambda: bench_growth(options.checkpoint, options.output),
    }
    with errors_as_one_line():
        for name in [options.only] if options.only else parts:
            report = parts[name]()
            (options.output / f"{name}.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def bench_speed(checkpoint: Path, peers: list[str], rounds: int, output: Path) -> dict[str, Any]:
    """Every engine at every number of prompts, engines in turn so that a slow minute meets them all."""
    model, tokenizer = from_pretrained(checkpoint)
    exported = output / "exported"
    if not exported.exists():
        export_huggingface(model, tokenizer, exported)
    engines = {name: (sys.executable, str(checkpoint)) for name in ("havoc", "havoc with guesses")}
    engines["transformers"] = (sys.executable, str(exported))
    for peer in peers:
        name, _, rest = peer.partition("=")
        python, _, other = rest.partition(":")
        engines[name] = (python, other or str(exported))
    prompts = _prompts(tokenizer, max(AT_ONCE))
    results: dict[str, dict[str, Any]] = {name: {} for name in engines}
    for count in AT_ONCE:
        file = output / "prompts.json"
        file.write_text(json.dumps(prompts[:count]))
        for _ in range(rounds):
            for name, (python, path) in engines.items():
                figures = _work(python, name, path, file)
                best = results[name].get(str(count))
                if best is None or figures["tokens_per_s"] > best["tokens_per_s"]:
                    results[name][str(count)] = figures
        _print_speed(results, count)
    for name in results:
        same = [_agreement(results[name][key]["ids"], results["havoc"][key]["ids"]) for key in results[name]]
        print(f"{name}: the first {statistics.mean(same):.0f} of {NEW_TOKENS} ids are ours, on average")
    for figures in (one for per_engine in results.values() for one in per_engine.values()):
        del figures["ids"]
    return results


def bench_fork(checkpoint: Path) -> dict[str, float]:
    """Wall time of three branches of 64 tokens behind 1,000, started in three ways."""
    metrics = RecordedMetrics()
    core = _core(checkpoint, metrics)
    ids = _long(core.tokenizer, 1000)
    tails = [core.tokenizer.encode(text) for text in (" First,", " However,", " In short,")]
    params = SamplingParams(max_new_tokens=64)

    def forked() -> None:
        trunk = core.open(ids)
        core.compute(trunk, Completion().add)
        _finish(core)
        branches = [core.fork(trunk) for _ in tails]
        for branch, tail in zip(branches, tails, strict=True):
            core.append(branch, tail)
            core.start(branch, params, Completion().add)
        _finish(core)
        for sequence in (trunk, *branches):
            core.close(sequence)

    def fresh() -> None:
        generate(core, [ids + tail for tail in tails], params)

    def sequential() -> None:
        for tail in tails:
            generate(core, [ids + tail], params)

    seconds = {}
    for name, run in (("forked", forked), ("three fresh at once", fresh), ("three in turn", sequential)):
        times = []
        for _ in range(4):
            metrics.counts.clear()
            began = time.perf_counter()
            run()
            times.append(time.perf_counter() - began)
        seconds[name] = min(times)
        print(f"{name:<22}{seconds[name]:>8.2f} s  computed {metrics.counts['prompt_tokens']} tokens of prompts")
    print(f"fresh / forked {seconds['three fresh at once'] / seconds['forked']:.2f}, "
          f"in turn / forked {seconds['three in turn'] / seconds['forked']:.2f}")  # fmt: skip
    return seconds


def bench_growth(checkpoint: Path, output: Path) -> dict[str, Any]:
    """Milliseconds per token at growing context, and blocks in use at growing numbers of sequences."""
    core = _core(checkpoint)
    longest = core.max_seq_len
    per_token = {}
    for context in CONTEXTS:
        context = min(context, longest - 24)
        sequence, stamps = core.open(_long(core.tokenizer, context)), _Stamps()
        core.start(sequence, SamplingParams(max_new_tokens=20), stamps.note)
        _finish(core)
        core.close(sequence)
        per_token[context] = 1e3 * min(later - earlier for earlier, later in pairwise(stamps.times))
        print(f"context {context:>5}: {per_token[context]:.1f} ms a token")
    memory = {}
    for count in (1, 2, 4, 8, 16, 32):
        # Different beginnings share nothing.
        sequences = [core.open([30 + number, *_long(core.tokenizer, 200)]) for number in range(count)]
        for sequence in sequences:
            core.start(sequence, SamplingParams(max_new_tokens=4), _Stamps().note)
        _finish(core)
        size = core.pool.num_used * core.bytes_per_block
        memory[count] = size / 1024**2
        print(f"{count:>3} sequences of 204 tokens: {memory[count]:.0f} MiB of keys and values")
        for sequence in sequences:
            core.close(sequence)
    _plot(per_token, memory, output / "growth.svg")
    return {"ms_per_token": per_token, "kv_mib": memory}


class _Stamps:
    """When updates came."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def note(self, update: Update) -> None:
        self.times.append(time.perf_counter())


def _work(python: str, name: str, model: str, prompts: Path) -> dict[str, Any]:
    # -P: beside the worker lies tokenize.py, which must not stand in for the standard library's.
    command = [python, "-P", str(WORKER), name, model, str(prompts), str(NEW_TOKENS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    line = next(line for line in done.stdout.splitlines() if line.startswith(RESULT))
    figures: dict[str, Any] = json.loads(line.removeprefix(RESULT))
    return figures


def _print_speed(results: dict[str, dict[str, Any]], count: int) -> None:
    ours = results["havoc"][str(count)]["tokens_per_s"]
    print(f"\n{count} at once {'':<13}{'tokens/s':>10}{'ours /':>8}{'first token s':>15}{'peak GiB':>10}")
    for name, per_count in results.items():
        one = per_count[str(count)]
        first = f"{one['first_token_s']:.3f}" if one["first_token_s"] is not None else "-"
        speed = one["tokens_per_s"]
        print(f"  {name:<22}{speed:>10.1f}{ours / speed:>8.2f}{first:>15}{one['peak_gib']:>10.2f}", flush=True)


def _agreement(one: list[list[int]], other: list[list[int]]) -> float:
    """Mean number of leading ids that are equal."""
    lengths = []
    for first, second in zip(one, other, strict=True):
        pairs = enumerate(zip(first, second, strict=False))
        lengths.append(next((place for place, (a, b) in pairs if a != b), len(first)))
    return statistics.mean(lengths)


def _core(checkpoint: Path, metrics: RecordedMetrics | None = None) -> EngineCore:
    torch.set_num_threads(2)
    model, tokenizer = from_pretrained(checkpoint, dtype=torch.bfloat16)
    return EngineCore(
        model, tokenizer, EngineConfig(device="cpu", kv_cache_gib=1.0, speculative_tokens=0, prefix_cache=False), metrics
    )


def _finish(core: EngineCore) -> None:
    while core.has_work:
        core.step()


def _prompts(tokenizer: Tokenizer, count: int) -> list[list[int]]:
    """The beginnings of passages of the handbook, each exactly `PROMPT_TOKENS` long."""
    encoded = (tokenizer.encode(passage.text) for passage in handbook_index().passages)
    return [ids[:PROMPT_TOKENS] for ids in encoded if len(ids) >= PROMPT_TOKENS][:count]


def _long(tokenizer: Tokenizer, length: int) -> list[int]:
    """`length` ids of running text."""
    ids: list[int] = []
    for passage in handbook_index().passages:
        ids += tokenizer.encode(passage.text + "\n")
        if len(ids) >= length:
            break
    return ids[:length]


def _plot(per_token: dict[int, float], memory: dict[int, float], file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(list(per_token), list(per_token.values()), "o-")
    left.set(xlabel="context, tokens", ylabel="ms per token", ylim=(0, None), title="One sequence")
    right.plot(list(memory), list(memory.values()), "o-")
    right.set(xlabel="sequences of 204 tokens", ylabel="keys and values, MiB", ylim=(0, None), title="Memory")
    figure.savefig(file)
    print(f"plot: {file}")


if __name__ == "__main__":
    main()
