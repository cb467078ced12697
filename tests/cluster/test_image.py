"""The image, as far as it can be checked without building it."""

import re
import sys
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
DOCKERFILE = (REPOSITORY / "cluster" / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (REPOSITORY / "cluster" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
INSTRUCTIONS = [
    line.split(maxsplit=1) for line in DOCKERFILE.replace("\\\n", " ").splitlines() if line and not line.startswith("#")
]
COPIES = [
    [word for word in arguments.split() if not word.startswith("--")] for name, arguments in INSTRUCTIONS if name == "COPY"
]
SOURCES = sorted({source for *sources, _ in COPIES for source in sources})


def pinned(package: str) -> str:
    text = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
    return re.findall(rf"^{package}==(.+)$", text, re.MULTILINE)[0]


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_copied_is_there_and_not_ignored(source):
    assert (REPOSITORY / source).exists()
    assert f"!{Path(source).parts[0]}" in IGNORED


def test_every_package_is_copied():
    packages = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")} - {"tests"}
    assert packages <= {source.rstrip("/") for source in SOURCES}


def test_base_has_the_python_and_the_ray_of_the_tests():
    (base,) = [arguments for name, arguments in INSTRUCTIONS if name == "FROM"]
    version, python, cuda = re.fullmatch(r"rayproject/ray:([\d.]+)-py(\d+)-cu(\d+)", base).groups()
    assert version == pinned("ray")
    assert python == f"{sys.version_info.major}{sys.version_info.minor}"
    assert int(cuda) >= 130


def test_everything_is_installed_through_the_constraints_and_without_root():
    commands = re.findall(r"pip install [^&\n]+", DOCKERFILE.replace("\\\n", " "))
    assert commands
    for command in commands:
        assert "--constraint constraints.txt" in command or "--no-deps" in command
    users = [arguments for name, arguments in INSTRUCTIONS if name == "USER"]
    assert users
    assert not any(user.startswith(("root", "0")) for user in users)


def test_no_weights_reach_the_image():
    weights = {".safetensors", ".gguf", ".pt"}
    for source in SOURCES:
        folder = REPOSITORY / source
        found = [path for path in folder.rglob("*") if path.suffix in weights] if folder.is_dir() else []
        assert found == []
    assert weights <= {Path(line).suffix for line in IGNORED}


def test_manifests_and_launcher_use_this_image_and_its_folder():
    (folder,) = [arguments for name, arguments in INSTRUCTIONS if name == "WORKDIR"]
    image = re.findall(r"-t (\S+)", DOCKERFILE)[0]
    for name in ("aws.yaml", "onprem.yaml"):
        assert yaml.safe_load((REPOSITORY / "cluster" / name).read_text(encoding="utf-8"))["docker"]["image"] == image
    for path in (REPOSITORY / "cluster" / "kuberay").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"image: (\S+)", text)) <= {image}
        assert all(found == folder for found in re.findall(r"--config (\S+)/jobs/configs", text))
