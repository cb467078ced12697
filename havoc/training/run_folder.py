"""The folder of a run: who owns it, what it holds, and what is complete."""

import json
import shutil
from pathlib import Path

import yaml

from havoc.config import PhaseConfig, dump_config
from havoc.training.errors import TrainingError

RECIPE = "recipe.yaml"
METRICS = "metrics.jsonl"
FINAL = "final"
SNAPSHOT = "checkpoint_manager_snapshot.json"  # Ray Train's list of complete checkpoints, written after each upload
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

    def committed(self) -> list[str]:
        """Names of the step checkpoints that Ray has recorded as complete, oldest first."""
        snapshot = self.path / SNAPSHOT
        if not snapshot.exists():
            return []
        results = json.loads(snapshot.read_text(encoding="utf-8"))["checkpoint_results"]
        return [result["checkpoint_dir_name"] for result in results]

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
