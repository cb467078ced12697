"""The files for Ray's cluster launcher, checked as `ray up` does before it starts a machine."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ray.autoscaler._private.util import prepare_config, validate_config  # private: another Ray may need another import

from havoc.training.memory import OBJECT_STORE_BYTES

FOLDER = Path(__file__).resolve().parents[2] / "cluster"
FILES = ["aws.yaml", "onprem.yaml"]


def read(name: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def checked(config: dict[str, Any]) -> dict[str, Any]:
    prepared = prepare_config(deepcopy(config))
    validate_config(prepared)
    return prepared


def start_commands(config: dict[str, Any]) -> list[str]:
    commands = config["head_start_ray_commands"] + config["worker_start_ray_commands"]
    return [command for command in commands if "ray start" in command]


@pytest.mark.parametrize("name", FILES)
def test_ray_accepts_it(name):
    checked(read(name))


@pytest.mark.parametrize("name", FILES)
def test_ray_refuses_a_key_that_it_does_not_know(name):
    with pytest.raises(jsonschema.ValidationError, match="max_workerz"):
        checked(read(name) | {"max_workerz": 2})


@pytest.mark.parametrize("name", FILES)
def test_nobody_gets_in_without_the_token(name):
    config = read(name)
    assert "--env RAY_AUTH_MODE=token" in config["docker"]["run_options"]
    assert config["file_mounts"]["~/.ray/auth_token"] == "~/.ray/auth_token"
    assert "--dashboard-host=127.0.0.1" in next(c for c in config["head_start_ray_commands"] if "--head" in c)


@pytest.mark.parametrize("name", FILES)
def test_the_object_store_is_what_the_planner_counts_with(name):
    commands = start_commands(read(name))
    assert len(commands) == 2
    for command in commands:
        assert re.findall(r"--object-store-memory=(\d+)", command) == [str(OBJECT_STORE_BYTES)]


@pytest.mark.parametrize("name", FILES)
def test_nodes_see_the_shared_folder_and_have_room_for_a_checkpoint(name):
    options = read(name)["docker"]["run_options"]
    assert "--volume /shared:/shared" in options
    (scratch,) = re.findall(r"TMPDIR=(\S+)", " ".join(options))
    assert any(option.endswith(f":{scratch}") for option in options)


def test_aws_types_are_worth_their_names():
    config = checked(read("aws.yaml"))
    types = config["available_node_types"]
    assert types[config["head_node_type"]]["max_workers"] == 0
    gpus = {name: node["resources"].get("GPU", 0) for name, node in types.items()}
    assert gpus == {"head": 0, "gpu-24gb": 8, "gpu-80gb": 8, "serve-24gb": 1}
    assert all(node["min_workers"] == 0 for node in types.values()), "`ray up` alone must not start a GPU"
    assert config["max_workers"] >= types["serve-24gb"]["max_workers"] + 1
    shared = [{key: value for key, value in node["node_config"].items() if key != "InstanceType"} for node in types.values()]
    assert all(settings == shared[0] for settings in shared)
    assert shared[0]["SecurityGroupIds"], "Ray's own group opens port 22 to the world"


def test_onprem_has_every_machine_from_the_start():
    config = checked(read("onprem.yaml"))
    (node,) = config["available_node_types"].values()
    assert node["min_workers"] == node["max_workers"] == len(config["provider"]["worker_ips"])
