"""The folder of a run: who owns it, what it holds, and what is complete."""

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from havoc.config import PhaseConfig, dump_config
from havoc.training.errors import TrainingError

RECIPE = "recipe.yaml"
METRICS = "metrics.jsonl"
FINAL = "final"
SNAPSHOT = "checkpoint_manager_snapshot.json"  # Ray Train's list of complete checkpoints, written after each upload
SNAPSHOT_COPY = "checkpoint_manager_snapshot.previous.json"
STATE = "state.json"

# What may differ between two starts of the same run: where it runs, not what it computes.
PLACEMENT = ("root", "scaling", "hardware")


class RunFolder:
    """`checkpoint.dir` of a recipe: recipe.yaml, metrics.jsonl, step checkpoints and, at the end, final/."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def metrics(self) -> Path:
        """One JSON object a line; append-only, so a step that is run again after a failure appears again."""
        return self.path / METRICS

    @property
    def final(self) -> Path:
        """The finished model, in the form that `from_pretrained` loads."""
        return self.path / FINAL

    def claim(self, config: PhaseConfig) -> None:
        """Make the folder this recipe's own, or go on with it where it already is.

        Raises:
            TrainingError: the folder belongs to another recipe, or holds files that no run of ours wrote.
        """
        recipe = self.path / RECIPE
        if not recipe.exists():
            if self.path.exists() and any(self.path.iterdir()):
                raise TrainingError(
                    f"checkpoint.dir {self.path}: holds files but no {RECIPE}, so it is no run of ours; name an empty folder"
                )
            self.path.mkdir(parents=True, exist_ok=True)
            recipe.write_text(dump_config(config), encoding="utf-8")
            return
        stored = yaml.safe_load(recipe.read_text(encoding="utf-8"))
        differences = _differences(stored, yaml.safe_load(dump_config(config)))
        # A start that ended at a mistake in the recipe left nothing but that recipe, which may be mended.
        begun = any(entry.name != RECIPE for entry in self.path.iterdir())
        if differences and begun:
            raise TrainingError(
                f"checkpoint.dir {self.path}: holds another run ({'; '.join(differences)}); "
                "name another checkpoint.dir, or start with the recipe that is in it"
            )
        recipe.write_text(dump_config(config), encoding="utf-8")

    def keep_snapshot(self) -> None:
        """Copy Ray's list of complete checkpoints, before the next is added.

        Ray writes its list in place: on a full disk, or where its process is killed in that moment, an empty or cut file
        is left, and with it every checkpoint would be lost.
        """
        if _readable(self.path / SNAPSHOT) is not None:
            partial = self.path / (SNAPSHOT_COPY + ".partial")
            shutil.copyfile(self.path / SNAPSHOT, partial)
            partial.replace(self.path / SNAPSHOT_COPY)

    def mend_snapshot(self) -> bool:
        """Put the copy in the place of a list that Ray left empty or cut. Only while nothing trains here. True if it was."""
        if not (self.path / SNAPSHOT).exists() or _readable(self.path / SNAPSHOT) is not None:
            return False
        kept = self._snapshot()
        if kept is None:
            (self.path / SNAPSHOT).unlink()
        else:
            partial = self.path / (SNAPSHOT + ".partial")
            partial.write_text(json.dumps(kept), encoding="utf-8")
            partial.replace(self.path / SNAPSHOT)
        return True

    def committed(self) -> list[str]:
        """Names of the step checkpoints that Ray has recorded as complete, oldest first."""
        snapshot = self._snapshot()
        return [result["checkpoint_dir_name"] for result in snapshot["checkpoint_results"]] if snapshot else []

    def _snapshot(self) -> dict[str, Any] | None:
        """Ray's list; where it is cut, the copy of the one before, without what was rotated out since."""
        snapshot = _readable(self.path / SNAPSHOT)
        if snapshot is not None or not (self.path / SNAPSHOT).exists():
            return snapshot
        snapshot = _readable(self.path / SNAPSHOT_COPY)
        if snapshot is None:
            return None
        rows = zip(snapshot["checkpoint_results"], snapshot["checkpoint_report_indices"], strict=True)
        there = [(result, index) for result, index in rows if (self.path / result["checkpoint_dir_name"] / STATE).exists()]
        if not there:
            return None
        snapshot["checkpoint_results"] = [result for result, _ in there]
        snapshot["checkpoint_report_indices"] = [index for _, index in there]
        snapshot["latest_checkpoint_result"] = there[-1][0]
        return snapshot

    def latest_step(self) -> int:
        """Optimizer steps that the newest complete checkpoint has seen; 0 where there is none."""
        names = self.committed()
        if not names:
            return 0
        step: int = json.loads((self.path / names[-1] / STATE).read_text(encoding="utf-8"))["step"]
        return step

    def remove_uncommitted(self) -> list[str]:
        """Delete what an interrupted upload left behind. Only while nothing trains here. Returns the names."""
        keep = set(self.committed())
        stale = [entry for entry in self.path.glob("step_*") if entry.is_dir() and entry.name not in keep]
        for entry in stale:
            shutil.rmtree(entry)
        return [entry.name for entry in stale]


def _readable(path: Path) -> dict[str, Any] | None:
    """The JSON object in `path`; None where it is missing or cut."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return values


def _differences(stored: dict[str, object], new: dict[str, object], prefix: str = "") -> list[str]:
    """`field: stored -> new` for every leaf that differs, placement left out."""
    found: list[str] = []
    for key in sorted(stored.keys() | new.keys()):
        if not prefix and key in PLACEMENT:
            continue
        old, now, name = stored.get(key), new.get(key), prefix + key
        if isinstance(old, dict) and isinstance(now, dict):
            found += _differences(old, now, name + ".")
        elif old != now:
            found.append(f"{name} is {old!r} there and {now!r} here")
    return found
