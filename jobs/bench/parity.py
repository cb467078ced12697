"""The imported base writes what transformers writes: `python -m jobs.bench.parity [--write]`.

Greedily, in fp32, each by its own generation: HAVOC's engine, and transformers' `generate` on the same GGUF. Both are held
against the rows that `tests/model/test_parity.py` checks in one pass; `--write` replaces those by what transformers writes.
Where two likeliest ids come closer than 0.001, a prompt has no certain greedy row in fp32; the last line names it.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from havoc.config import EngineConfig
from havoc.engine import EngineCore, SamplingParams
from havoc.engine.batch_generation import generate
from havoc.model import import_gguf
from jobs.base_model import REPOSITORY, base_gguf
from jobs.command import errors_as_one_line

ROWS = REPOSITORY / "tests" / "model" / "golden" / "smollm2_greedy.json"
NEW_TOKENS = 64
CERTAIN = 1e-3
Rows = list[list[int]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate twice and compare."""
    parser = argparse.ArgumentParser(prog="python -m jobs.bench.parity", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=Path, default=ROWS, help="prompts and their greedy ids (JSON)")
    parser.add_argument("--write", action="store_true", help="put what transformers writes into the file")
    options = parser.parse_args(arguments)
    with errors_as_one_line():
        _compare(options.rows, write=options.write)


def _compare(file: Path, *, write: bool) -> None:
    known = json.loads(file.read_text(encoding="utf-8"))
    source = base_gguf()
    model, tokenizer, _ = import_gguf(source)
    prompts = [tokenizer.encode(entry["prompt"]) for entry in known]
    theirs, gaps = _timed("transformers", lambda: _transformers(source, prompts))
    config = EngineConfig(device="cpu", dtype="fp32", max_num_seqs=len(prompts), prefix_cache=False)
    core = EngineCore(model, tokenizer, config)
    params = SamplingParams(max_new_tokens=NEW_TOKENS)
    ours = _timed("havoc", lambda: [completion.ids for completion in generate(core, prompts, params)])
    for name, rows in (("HAVOC's engine", ours), ("the file", [entry["ids"] for entry in known])):
        same = sum(row == other for row, other in zip(rows, theirs, strict=True))
        print(f"{name}: {same} of {len(prompts)} rows are those of transformers")
    close = [entry["prompt"] for entry, gap in zip(known, gaps, strict=True) if gap < CERTAIN]
    print(f"closest call {min(gaps):.4f}; uncertain: {close or 'none'}")
    if write:
        rows = [{"prompt": entry["prompt"], "ids": row} for entry, row in zip(known, theirs, strict=True)]
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        file.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _timed(name: str, run: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = run()
    print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    return result


@torch.inference_mode()
def _transformers(file: Path, prompts: Rows) -> tuple[Rows, list[float]]:
    """What transformers writes behind each prompt, and how close its two likeliest ids ever are."""
    from transformers import LlamaForCausalLM

    model: Any = LlamaForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32).eval()
    given = [torch.tensor(prompt) for prompt in prompts]
    mask = pad_sequence([torch.ones_like(prompt) for prompt in given], batch_first=True, padding_side="left")
    written: Tensor = model.generate(
        pad_sequence(given, batch_first=True, padding_side="left"),
        attention_mask=mask,
        do_sample=False,
        max_new_tokens=NEW_TOKENS,
        eos_token_id=-1,  # go on behind the end of a turn, as the engine does without stop ids
    )[:, -NEW_TOKENS:]
    gaps = []
    for prompt, more in zip(given, written, strict=True):
        logits = model(torch.cat([prompt, more])[None], logits_to_keep=NEW_TOKENS + 1).logits[0, :-1]
        best, second = logits.topk(2, dim=1).values.T
        gaps.append(float((best - second).min()))
    return written.tolist(), gaps


if __name__ == "__main__":
    main()
