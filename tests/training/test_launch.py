from pathlib import Path

import pytest

from havoc.training.errors import TrainingError
from havoc.training.launch import run_phase
from tests.training.recipes import recipe


def test_results_are_not_written_into_rays_temporary_copy(monkeypatch, tmp_path):
    unpacked = tmp_path / "working_dir_files" / "_ray_pkg_1"
    unpacked.mkdir(parents=True)
    monkeypatch.chdir(unpacked)

    with pytest.raises(TrainingError, match="results would be lost; give root=/ABSOLUTE"):
        run_phase(recipe().model_copy(update={"root": Path()}))
    assert not list(unpacked.iterdir())
