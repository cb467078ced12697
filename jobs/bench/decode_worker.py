"""One engine, one number of prompts at once, one process: the part of `jobs.bench.decode` that runs peers.

python decode_worker.py ENGINE MODEL PROMPTS.json NEW_TOKENS

prints one line of JSON behind `result: `. It imports nothing of HAVOC unless ENGINE is ours, so that a peer's own Python can
run this file.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Prompts = list[list[int]]
Run = Callable[[Prompts, int], tuple[list[list[int]], list[float]]]
"""Prompts and number of new tokens -> ids of each, and seconds to each one's first token (empty where a peer hides them)."""
THREADS = 2
RESULT = "result: "
"""Before the line of JSON: some peers write to the standard output too."""


def havoc(model: str, guesses: int = 0) -> Run:
    """Our engine on a checkpoint."""
    import torch

    from havoc.config import EngineConfig
    from havoc.engine import Completion, EngineCore, SamplingParams, Update
    from havoc.model import from_pretrained

    torch.set_num_threads(THREADS)
    config = EngineConfig(device="cpu", kv_cache_gib=0.5, prefix_cache=False, speculative_tokens=guesses)
    core = EngineCore(*from_pretrained(Path(model), dtype=torch.bfloat16), config)

    def run(prompts: Prompts, count: int) -> tuple[list[list[int]], list[float]]:
        began, firsts, completions, sequences = time.perf_counter(), [0.0] * len(prompts), [], []

        def listener(number: int, completion: Completion) -> Callable[[Update], None]:
            def listen(update: Update) -> None:
                if not completion.ids:
                    firsts[number] = time.perf_counter() - began
                completion.add(update)

            return listen

        for number, prompt in enumerate(prompts):
            completions.append(Completion())
            sequences.append(core.open(prompt))
            core.start(sequences[-1], SamplingParams(max_new_tokens=count), listener(number, completions[-1]))
        while core.has_work:
            core.step()
        for sequence in sequences:
            core.close(sequence)
        return [completion.ids for completion in completions], firsts

    return run


def transformers(model: str) -> Run:
    """`generate` of transformers on a Hugging Face directory, all prompts as one batch."""
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.generation.streamers import BaseStreamer

    class FirstToken(BaseStreamer):
        """Notes when the first tokens come: the first call brings the prompt."""

        def __init__(self) -> None:
            self.calls: list[float] = []

        def put(self, value: Any) -> None:
            self.calls.append(time.perf_counter())

        def end(self) -> None:
            """Nothing to do."""

    torch.set_num_threads(THREADS)
    net = AutoModelForCausalLM.from_pretrained(model, dtype=torch.bfloat16).eval()

    def run(prompts: Prompts, count: int) -> tuple[list[list[int]], list[float]]:
        ids = torch.tensor(prompts)
        streamer = FirstToken()
        began = time.perf_counter()
        options: dict[str, Any] = {"max_new_tokens": count, "min_new_tokens": count, "do_sample": False, "pad_token_id": 0}
        if len(prompts) == 1:  # transformers streams one prompt only
            options["streamer"] = streamer
        with torch.inference_mode():
            out = net.generate(ids, attention_mask=torch.ones_like(ids), **options)
        return out[:, ids.shape[1] :].tolist(), [call - began for call in streamer.calls[1:2]]

    return run


def llama_cpp(model: str) -> Run:
    """llama.cpp on a GGUF file; its Python package decodes one sequence at a time."""
    from llama_cpp import Llama

    net = Llama(model, n_ctx=1024, n_threads=THREADS, n_threads_batch=THREADS, logits_all=False, verbose=False)

    def run(prompts: Prompts, count: int) -> tuple[list[list[int]], list[float]]:
        answers, firsts, began = [], [], time.perf_counter()
        for prompt in prompts:
            net.reset()
            ids: list[int] = []
            for token_id in net.generate(prompt, temp=0.0, repeat_penalty=1.0):
                if not ids:
                    firsts.append(time.perf_counter() - began)
                ids.append(token_id)
                if len(ids) == count:
                    break
            answers.append(ids)
        return answers, firsts

    return run


def vllm(model: str) -> Run:
    """vLLM's CPU build on a Hugging Face directory."""
    # In this process, so that its memory is counted; and not most of the machine's memory for keys and values.
    os.environ |= {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_ENABLE_V1_MULTIPROCESSING": "0", "HF_HUB_OFFLINE": "1"}
    from vllm import LLM, SamplingParams

    net = LLM(model, dtype="bfloat16", max_model_len=1024, enforce_eager=True, enable_prefix_caching=False)

    def run(prompts: Prompts, count: int) -> tuple[list[list[int]], list[float]]:
        settings = SamplingParams(temperature=0, max_tokens=count, ignore_eos=True, detokenize=False)
        outputs = net.generate([{"prompt_token_ids": prompt} for prompt in prompts], settings, use_tqdm=False)
        return [list(output.outputs[0].token_ids) for output in outputs], []

    return run


ENGINES: dict[str, Callable[[str], Run]] = {
    "havoc": havoc,
    "havoc with guesses": lambda model: havoc(model, guesses=3),
    "transformers": transformers,
    "llama.cpp": llama_cpp,
    "vllm": vllm,
}


def main() -> None:
    """Warm up, measure, print."""
    engine, model, file, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    prompts = json.loads(Path(file).read_text(encoding="utf-8"))
    run = ENGINES[engine](model)
    run(prompts, 4)
    began = time.perf_counter()
    ids, firsts = run(prompts, count)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    result = {
        "tokens_per_s": sum(map(len, ids)) / seconds,
        "first_token_s": sorted(firsts)[len(firsts) // 2] if firsts else None,
        "peak_gib": peak / 1024**2,
        "ids": ids,
    }
    print(f"{RESULT}{json.dumps(result)}", flush=True)


if __name__ == "__main__":
    main()
