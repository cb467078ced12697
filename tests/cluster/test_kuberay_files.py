"""The manifests for KubeRay: fields, and that they agree with each other and with the code that they start."""

import shlex
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import ray
import yaml
from ray.serve.schema import DeploymentSchema, ServeApplicationSchema, ServeDeploySchema

from havoc.config import PhaseConfig, ServingConfig, load_config, load_preset
from havoc.tools import ToolRegistry
from havoc.training.launch import FEEDING_CPUS
from havoc.training.memory import GIB, OBJECT_STORE_BYTES
from havoc.training.planner import plan

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "cluster" / "kuberay"
SCHEMA = yaml.safe_load((Path(__file__).parent / "kuberay_schema.yaml").read_text(encoding="utf-8"))
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
PHASES = {
    "rayjob-phase0.yaml": ("phase0_tokenizer", "phase0_tokenizer"),
    "rayjob-phase1.yaml": ("phase1_pretrain", "phase1_pretrain"),
    "rayjob-phase2.yaml": ("phase2_sft", "phase2_sft"),
    "rayjob-phase3.yaml": ("phase3_polish", "phase3_polish"),
}
INGRESS_CPUS = 0.1


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")))


def wrong_fields(document: dict[str, Any]) -> list[str]:
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


def clusters() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each description of a Ray cluster, with the file that it stands in."""
    for name in FILES:
        for document in documents(name):
            spec = document["spec"]
            if document["kind"] == "RayCluster":
                yield name, spec
            elif "rayClusterSpec" in spec or "rayClusterConfig" in spec:
                yield name, spec.get("rayClusterSpec") or spec["rayClusterConfig"]


def groups(cluster: dict[str, Any]) -> list[dict[str, Any]]:
    return [cluster["headGroupSpec"], *cluster.get("workerGroupSpecs", [])]


def container(group: dict[str, Any]) -> dict[str, Any]:
    return group["template"]["spec"]["containers"][0]


def serve_config() -> dict[str, Any]:
    return yaml.safe_load(documents("rayservice.yaml")[0]["spec"]["serveConfigV2"])


def test_all_files_are_there():
    assert {*PHASES, "raycluster.yaml", "rayservice.yaml", "networkpolicy.yaml", "storage.yaml"} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_fields_are_known(name):
    for document in documents(name):
        assert wrong_fields(document) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("workerGroupSpecs", 0, "maxReplica"), 1),
        (("workerGroupSpecs", 0, "replicas"), "1"),
        (("authOptions", "mode"), "disabled"),
        (("headGroupSpec", "rayStartParams", "object-store-memory"), 2147483648),
        (("headGroupSpec", "template", "spec", "hostNetwork"), True),
        (("headGroupSpec", "template", "spec", "containers", 0, "securityContext", "privileged"), True),
        (("headGroupSpec", "template", "spec", "containers", 0, "resources", "limits", "memory"), "32GiB"),
    ],
)
def test_a_wrong_field_is_refused(path, value):
    document = deepcopy(documents("raycluster.yaml")[0])
    place = document["spec"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert wrong_fields(document)


def test_versions_are_rays():
    assert {cluster["rayVersion"] for _, cluster in clusters()} == {ray.__version__}


def test_pods_share_image_environment_and_storage():
    wanted = yaml.safe_load((REPOSITORY / "runtime_env.yaml").read_text(encoding="utf-8"))["env_vars"]
    claim = documents("storage.yaml")[0]["metadata"]["name"]
    images = set()
    for name, cluster in clusters():
        for group in groups(cluster):
            pod = container(group)
            images.add(pod["image"])
            environment = {entry["name"]: entry["value"] for entry in pod["env"]}
            assert wanted.items() <= environment.items(), name
            volumes = {volume["name"]: volume for volume in group["template"]["spec"]["volumes"]}
            mounts = {mount["mountPath"]: mount["name"] for mount in pod["volumeMounts"]}
            assert volumes[mounts["/shared"]]["persistentVolumeClaim"]["claimName"] == claim
            assert environment["TMPDIR"] in mounts, "a checkpoint of 83 GB would fill the node's own disk"
            assert pod["resources"]["requests"] == pod["resources"]["limits"]
            assert int(group["rayStartParams"]["object-store-memory"]) == OBJECT_STORE_BYTES
            assert group["template"]["metadata"]["labels"] == {"app.kubernetes.io/part-of": "havoc"}
    assert len(images) == 1


def test_only_a_head_that_scales_may_ask_the_kubernetes_api():
    for _, cluster in clusters():
        head, *workers = (group["template"]["spec"]["automountServiceAccountToken"] for group in groups(cluster))
        assert head is cluster.get("enableInTreeAutoscaling", False)
        assert not any(workers)


@pytest.mark.parametrize("name", PHASES)
def test_an_entrypoint_names_a_job_and_its_recipe(name):
    module, recipe = PHASES[name]
    command = shlex.split(documents(name)[0]["spec"]["entrypoint"])
    assert command[:3] == ["python", "-m", f"jobs.{module}"]
    assert command[3:5] == ["--config", f"/home/ray/havoc/jobs/configs/7b/{recipe}.yaml"]
    assert "root=/shared/havoc" in command[5:]


@pytest.mark.parametrize("name", sorted(PHASES)[1:])
def test_a_phase_fits_its_cluster(name):
    document = documents(name)[0]
    command = shlex.split(document["spec"]["entrypoint"])
    training = documents("raycluster.yaml")[0]
    assert document["spec"]["clusterSelector"] == {"ray.io/cluster": training["metadata"]["name"]}
    config = load_config(PhaseConfig, REPOSITORY / "jobs/configs/7b" / Path(command[4]).name, command[5:])
    assert plan(config, load_preset("havoc_7b")).choice is not None

    worker = training["spec"]["workerGroupSpecs"][0]
    limits = container(worker)["resources"]["limits"]
    assert config.scaling.num_workers == worker["replicas"] * limits["nvidia.com/gpu"]
    assert config.hardware.gpus_per_node == limits["nvidia.com/gpu"]
    assert limits["memory"] == f"{config.hardware.host_memory_gib:g}Gi"
    needed = config.scaling.num_workers * config.scaling.cpus_per_worker + FEEDING_CPUS
    assert needed <= int(limits["cpu"]) * worker["replicas"], "the job would refuse this cluster"
    scratch = next(v for v in worker["template"]["spec"]["volumes"] if v["name"] == "scratch")
    assert (
        int(scratch["emptyDir"]["sizeLimit"].removesuffix("Gi")) * GIB
        > 2 * plan(config, load_preset("havoc_7b")).checkpoint_bytes
    )


def test_the_application_is_what_serve_reads():
    config = serve_config()
    ServeDeploySchema.model_validate(config)
    assert config.keys() <= ServeDeploySchema.model_fields.keys(), "Ray accepts unknown keys without a word"
    (application,) = config["applications"]
    assert application.keys() <= ServeApplicationSchema.model_fields.keys()
    ServingConfig.model_validate(application["args"])
    for deployment in application.get("deployments", []):
        assert deployment.keys() <= DeploymentSchema.model_fields.keys()
        assert deployment["name"] in {"Ingress", "Model", *ToolRegistry().tools}


def test_the_application_is_that_of_the_other_clusters():
    shipped = yaml.safe_load((REPOSITORY / "serve_app/configs/cluster.yaml").read_text(encoding="utf-8"))
    assert shipped["applications"][0]["args"].pop("keys_file")
    here = serve_config()
    keys = here["applications"][0]["args"].pop("keys_file")
    assert here == shipped
    for group in groups(documents("rayservice.yaml")[0]["spec"]["rayClusterConfig"]):
        assert str(Path(keys).parent) in {mount["mountPath"] for mount in container(group)["volumeMounts"]}


def test_a_pod_with_a_gpu_has_room_for_every_tool():
    args = ServingConfig.model_validate(serve_config()["applications"][0]["args"])
    (worker,) = documents("rayservice.yaml")[0]["spec"]["rayClusterConfig"]["workerGroupSpecs"]
    limits = container(worker)["resources"]["limits"]
    assert args.num_gpus == limits["nvidia.com/gpu"]
    assert args.scaling.max_replicas == worker["maxReplicas"]
    tools = len(ToolRegistry().tools) * args.tools.max_replicas * args.tools.num_cpus
    assert args.num_cpus + tools + INGRESS_CPUS <= int(limits["cpu"])


def test_the_old_cluster_outlives_the_longest_answer():
    args = ServingConfig.model_validate(serve_config()["applications"][0]["args"])
    assert documents("rayservice.yaml")[0]["spec"]["rayClusterDeletionDelaySeconds"] > args.limits.deadline_s


def test_nobody_but_ray_reaches_all_ports():
    policy, autoscaler = documents("networkpolicy.yaml")
    selected = policy["spec"]["podSelector"]["matchLabels"]
    assert set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}
    ports = {
        port["containerPort"] for _, cluster in clusters() for group in groups(cluster) for port in container(group)["ports"]
    }
    assert {8000, 8080, 8265} <= ports
    for rule in policy["spec"]["ingress"]:
        itself = all(peer.get("podSelector", {}).get("matchLabels") == selected for peer in rule["from"])
        assert itself or rule["ports"]
        assert itself or 6379 not in {port["port"] for port in rule["ports"]}
    assert autoscaler["spec"]["policyTypes"] == ["Egress"]
    assert autoscaler["spec"]["podSelector"]["matchLabels"] == selected | {"ray.io/node-type": "head"}
