"""Recipes for tests of the planner."""

from pathlib import Path
from typing import Any

from havoc.config import PhaseConfig, load_preset, validate


def recipe(preset: str = "havoc_7b", gpus: int = 1, passes: int = 1, **sections: dict[str, Any]) -> PhaseConfig:
    """spec.md's phase 1 on `gpus` GPUs of one node, `passes` micro-batches a step; `sections` override single settings."""
    training = {"batch_size": 1, "reduce_bucket_size": 500_000_000} | sections.get("training", {})
    training.setdefault("effective_batch_size", training["batch_size"] * gpus * passes)
    values = {
        "model": load_preset(preset).model_dump(),
        "tokenizer": "tokenizer",
        "data": {"sources": [{"path": "text", "weight": 1.0}], "shards": "shards"} | sections.get("data", {}),
        "training": training,
        "checkpoint": {"dir": "run"},
        "scaling": {"num_workers": gpus} | sections.get("scaling", {}),
        "hardware": {"gpus_per_node": gpus} | sections.get("hardware", {}),
    }
    if "lora" in sections:
        values |= {"lora": sections["lora"], "init_from": Path("base"), "model": None, "tokenizer": None}
    return validate(PhaseConfig, values, where="test")
