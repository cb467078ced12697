"""The README of the cluster: its figures are the planner's, and its files exist."""

import re
import shlex
from pathlib import Path

import pytest

from havoc.config import PhaseConfig, load_config, load_preset
from havoc.training.planner import plan

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "cluster" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| `(--gpus .+?)` \| (.+?) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", README, re.MULTILINE)
RECIPES = ("phase1_pretrain", "phase2_sft", "phase3_polish")
FIELDS = {
    "--gpus": "scaling.num_workers",
    "--gpus-per-node": "hardware.gpus_per_node",
    "--gpu-memory-gib": "hardware.gpu_memory_gib",
    "--host-memory-gib": "hardware.host_memory_gib",
}


def overrides(options: str) -> list[str]:
    """The options of jobs.plan as settings."""
    words = shlex.split(options)
    named = [f"{FIELDS[word]}={words[place + 1]}" for place, word in enumerate(words) if word in FIELDS]
    return named + [word for word in words if "=" in word]


def test_four_kinds_of_machines_are_planned():
    assert len(ROWS) == 4


@pytest.mark.parametrize(
    ("machines", "options", "strategy", "hours"), [(*row[:3], row[3:]) for row in ROWS], ids=lambda _: ""
)
def test_hours_are_the_planners(machines, options, strategy, hours):
    for recipe, hour in zip(RECIPES, hours, strict=True):
        file = REPOSITORY / "jobs/configs/7b" / f"{recipe}.yaml"
        planned = plan(load_config(PhaseConfig, file, overrides(options)), load_preset("havoc_7b"))
        assert f"{planned.hours:.1f}" == hour, f"{machines}, {recipe}"
        assert str(planned.choice) == strategy


def test_the_hours_of_the_rented_cluster_are_the_sum():
    (machines,) = [row for row in ROWS if "L4" in row[0]]
    assert f"{sum(map(float, machines[3:])):.0f} h by the planner with eight L4" in README


def test_files_that_it_names_exist():
    for name in re.findall(r"(?:cluster|jobs/configs|serve_app/configs)/[\w./-]+\.(?:yaml|yml|json)", README):
        assert (REPOSITORY / name).exists() or "$" in name, name


def test_jobs_that_it_names_exist():
    for module in set(re.findall(r"\bjobs\.(\w+(?:\.\w+)?) ", README)) | set(re.findall(r"-m jobs\.(\w+)", README)):
        assert (REPOSITORY / "jobs" / f"{module.replace('.', '/')}.py").exists(), module


def test_whatever_must_be_filled_in_is_named():
    for name in ("aws.yaml", "onprem.yaml"):
        text = (REPOSITORY / "cluster" / name).read_text(encoding="utf-8")
        for place in set(re.findall(r"([\w-]+)-CHANGE-ME", text)):
            assert f"{place}-CHANGE-ME" in README
