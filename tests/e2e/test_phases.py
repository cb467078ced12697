"""The phases on a real local Ray: submitted as jobs, killed for real, resumed on another number of workers."""

import json
import os
import random
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import safetensors.torch
import torch
import yaml

from havoc.config import PhaseConfig, load_config
from havoc.model import from_pretrained
from havoc.training.metrics import read_events
from jobs.bench import kill_resume
from jobs.local_head import LocalHead

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Folder with the recipe, corpus and tokenizer of all runs here."""
    folder = tmp_path_factory.mktemp("e2e")
    return folder, kill_resume.write_recipe(folder)


@pytest.fixture(scope="module")
def undisturbed(workspace):
    folder, recipe = workspace
    return kill_resume.run(recipe, folder, "undisturbed", [], random.Random(0))


def _phase(module, recipe, *overrides):
    command = [sys.executable, "-m", f"jobs.{module}", "--config", str(recipe), *overrides]
    # Ray commits a checkpoint at its next poll; these runs take seconds, so the default of 2 s would leave some uncommitted.
    environment = os.environ | {"RAY_TRAIN_HEALTH_CHECK_INTERVAL_S": "0.2"}
    return subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=False, env=environment)


def test_killed_twice_the_final_weights_are_the_same_bit_for_bit(workspace, undisturbed):
    folder, recipe = workspace
    rng = random.Random()
    steps = sorted(rng.sample(range(1, kill_resume.STEPS), 2))

    killed = kill_resume.run(recipe, folder, "killed", steps, rng)

    assert killed.kills == 2, steps
    assert len(killed.starts) == 3
    assert killed.losses == undisturbed.losses
    assert killed.weights == undisturbed.weights


def test_two_workers_resume_as_one_and_a_lost_worker_without_restarts_is_reported(workspace, undisturbed):
    folder, recipe = workspace
    killer = kill_resume.Killer(folder / "resized" / "metrics.jsonl", [45], random.Random(0))
    killer.start()
    failed = _phase("phase1_pretrain", recipe, f"root={folder}", "checkpoint.dir=resized", "scaling.max_failures=0")

    assert failed.returncode == 2
    assert "the same command goes on from there" in failed.stderr

    resumed = _phase("phase1_pretrain", recipe, f"root={folder}", "checkpoint.dir=resized", "scaling.num_workers=1")
    assert resumed.returncode == 0, resumed.stderr

    assert not list((folder / "resized").glob("universal-*"))
    outcome = kill_resume.outcome(folder / "resized", kills=1)
    assert outcome.starts[1] in (10, 20, 30, 40)
    first = outcome.starts[1] + 1
    assert outcome.losses[first] == pytest.approx(undisturbed.losses[first], abs=2e-3)
    before, after = (
        safetensors.torch.load_file(folder / name / "final" / "model.safetensors") for name in ("undisturbed", "resized")
    )
    for name, weight in before.items():
        assert torch.allclose(weight.float(), after[name].float(), atol=2e-2), name


def test_a_finished_run_is_found_complete_and_another_recipe_refused(workspace, undisturbed):
    folder, recipe = workspace

    again = _phase("phase1_pretrain", recipe, f"root={folder}", "checkpoint.dir=undisturbed")
    other = _phase("phase1_pretrain", recipe, f"root={folder}", "checkpoint.dir=undisturbed", "training.seed=1")

    assert again.returncode == 0
    assert "this run is complete" in again.stdout
    assert other.returncode == 2
    assert "training.seed is 0 there and 1 here" in other.stderr


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 8 MiB: room for two checkpoints of the run, not for a third."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(tmp_path)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting needs privileges that this process lacks")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_on_a_full_disk_the_last_good_checkpoint_survives(workspace, undisturbed, small_disk):
    folder, recipe = workspace
    arguments = (f"root={folder}", f"checkpoint.dir={small_disk}/run", "scaling.max_failures=0")
    full = _phase("phase1_pretrain", recipe, *arguments)

    assert full.returncode == 2
    assert "No space left on device" in full.stderr
    # The third upload is the one that fails; whether the second was committed by then is a race with Ray's poll.
    survivor = int(re.search(r"the last complete checkpoint is at step (\d+)", full.stderr)[1])
    assert survivor in (10, 20)

    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    resumed = _phase("phase1_pretrain", recipe, *arguments)

    assert resumed.returncode == 0, resumed.stderr
    outcome = kill_resume.outcome(small_disk / "run", kills=0)
    assert outcome.starts == [0, survivor]
    assert outcome.weights == undisturbed.weights


def test_submitted_as_a_job_with_lora_and_seen_by_prometheus(workspace, undisturbed):
    folder, recipe = workspace
    values = yaml.safe_load(recipe.read_text())
    values["init_from"] = "undisturbed/final"
    del values["model"], values["tokenizer"]
    conversation = {"prompt": "What is 2 + 2?", "completion": "<reason>\nAdd.\n</reason>\n4"}
    (folder / "sft.jsonl").write_text((json.dumps(conversation) + "\n") * 40)
    values["data"]["sources"] = values["data"]["validation_sources"] = [{"path": "sft.jsonl", "weight": 1}]
    values["data"]["shards"] = "sft-shards"
    values["training"] |= {"max_steps": 12, "eval_every_n_steps": 12, "learning_rate": 1e-2}
    values["lora"] = {"rank": 4}
    values["checkpoint"] = {"dir": "sft", "save_every_n_steps": 6}
    sft = folder / "sft.yaml"
    sft.write_text(yaml.safe_dump(values))

    with LocalHead() as head:
        head.submit(["python", "-m", "jobs.phase2_sft", "--config", str(sft), f"root={folder}"], REPOSITORY)
        metrics = urllib.request.urlopen(f"http://127.0.0.1:{head.metrics_port}/metrics").read().decode()

    evaluations = [event for event in read_events(folder / "sft" / "metrics.jsonl") if event["event"] == "eval"]
    assert evaluations[-1]["val_loss"] < evaluations[0]["val_loss"]
    assert "ray_havoc_train_val_loss{" in metrics
    model, _ = from_pretrained(folder / "sft" / "final")
    assert not [name for name, _ in model.named_parameters() if "lora" in name]
    assert load_config(PhaseConfig, folder / "sft" / "final" / "recipe.yaml").lora.rank == 4


def test_the_upload_leaves_out_environments_data_and_checkpoints():
    excludes = yaml.safe_load((REPOSITORY / "runtime_env.yaml").read_text())["excludes"]

    assert {"/.venv/", "/data/", "/checkpoints/", "/runs/", "*.safetensors"} <= set(excludes)
