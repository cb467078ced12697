import json
import shutil

import pytest

from havoc.config import PhaseConfig
from havoc.training.errors import TrainingError
from havoc.training.run_folder import RunFolder


def _config(**changes):
    values = {
        "model": {"vocab_size": 600},
        "tokenizer": "tokenizer",
        "data": {"sources": [{"path": "text", "weight": 1}], "shards": "shards"},
        "checkpoint": {"dir": "run"},
    }
    return PhaseConfig.model_validate(values | changes)


def _commit(folder, *names):
    for name in names:
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "state.json").write_text(json.dumps({"step": int(name[5:13])}))
    results = [{"checkpoint_dir_name": name, "metrics": {}} for name in names]
    (folder / "checkpoint_manager_snapshot.json").write_text(
        json.dumps({"checkpoint_results": results, "checkpoint_report_indices": list(range(len(names)))})
    )


def test_the_same_recipe_goes_on_also_from_other_hardware(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.claim(_config())

    folder.claim(_config(scaling={"num_workers": 4}, root="/elsewhere", hardware={"mfu": 0.3}))


def test_another_recipe_is_refused_and_the_difference_named(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.claim(_config())
    folder.metrics.write_text("")

    with pytest.raises(TrainingError, match=r"training\.learning_rate is 0\.0003 there and 0\.001 here.*name another"):
        folder.claim(_config(training={"learning_rate": 1e-3}))
    assert "learning_rate: 0.0003" in (folder.path / "recipe.yaml").read_text()


def test_a_recipe_that_never_began_to_train_may_be_mended(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.claim(_config())

    folder.claim(_config(training={"learning_rate": 1e-3}))

    assert "learning_rate: 0.001" in (folder.path / "recipe.yaml").read_text()


def test_a_folder_with_foreign_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")

    with pytest.raises(TrainingError, match="no run of ours"):
        RunFolder(tmp_path).claim(_config())
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.tex"]


def test_only_what_the_snapshot_lists_counts_as_a_checkpoint(tmp_path):
    folder = RunFolder(tmp_path)
    _commit(tmp_path, "step_00000010-w2-a1", "step_00000020-w2-a1")
    (tmp_path / "step_00000030-w2-a1").mkdir()

    assert folder.latest_step() == 20
    assert folder.remove_uncommitted() == ["step_00000030-w2-a1"]
    assert folder.latest_step() == 20


def test_a_new_folder_starts_at_step_zero(tmp_path):
    assert RunFolder(tmp_path).latest_step() == 0


def test_a_list_of_checkpoints_that_a_full_disk_cut_is_replaced_by_the_one_before(tmp_path):
    folder = RunFolder(tmp_path)
    snapshot = tmp_path / "checkpoint_manager_snapshot.json"
    _commit(tmp_path, "step_00000010-w1-a1", "step_00000020-w1-a1")
    folder.keep_snapshot()
    shutil.rmtree(tmp_path / "step_00000010-w1-a1")  # rotated out since
    whole = snapshot.read_text()
    for cut in ("", whole[:40]):
        snapshot.write_text(cut)
        folder.keep_snapshot()  # must not replace the good copy

        assert folder.latest_step() == 20
        assert folder.mend_snapshot()
        mended = json.loads(snapshot.read_text())
        assert [result["checkpoint_dir_name"] for result in mended["checkpoint_results"]] == ["step_00000020-w1-a1"]
        assert mended["latest_checkpoint_result"] == mended["checkpoint_results"][0]
        assert mended["checkpoint_report_indices"] == [1]
        assert not folder.mend_snapshot()


def test_a_first_list_that_was_cut_means_a_start_from_nothing(tmp_path):
    (tmp_path / "checkpoint_manager_snapshot.json").write_text("")
    folder = RunFolder(tmp_path)
    assert folder.latest_step() == 0
    assert folder.mend_snapshot()
    assert not (tmp_path / "checkpoint_manager_snapshot.json").exists()
