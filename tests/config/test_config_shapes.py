"""Parameter counts that are pinned, the arithmetic of a recipe, and the recipes that are shipped."""

from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from havoc.config import (
    ConfigError,
    CorpusConfig,
    Havoc7BConfig,
    HavocConfig,
    PhaseConfig,
    TokenizerConfig,
    load_config,
    load_preset,
    validate,
)

RECIPES = Path(__file__).resolve().parents[2] / "jobs" / "configs"
KINDS = {
    "phase0": TokenizerConfig,
    "corpus": CorpusConfig,
    "phase1": PhaseConfig,
    "phase2": PhaseConfig,
    "phase3": PhaseConfig,
}


def test_the_production_shape_has_the_parameters_of_the_errata():
    assert Havoc7BConfig().num_parameters == 5_957_685_248
    assert load_preset("havoc_7b") == HavocConfig(**Havoc7BConfig().model_dump())


def test_the_smaller_presets():
    assert load_preset("havoc_135m").num_parameters == 134_515_008  # the published count of SmolLM2-135M
    assert 10_000_000 < load_preset("havoc_nano").num_parameters < 20_000_000
    assert load_preset("havoc_toy").num_parameters < 1_000_000


def _phase(**sections):
    values = {
        "init_from": "base",
        "data": {"sources": [{"path": "a", "weight": 1}], "shards": "shards"},
        "checkpoint": {"dir": "checkpoints"},
    }
    return validate(PhaseConfig, values | sections, where="test")


@pytest.mark.parametrize(("batch", "effective", "workers", "accumulation"), [(1, 32, 1, 32), (2, 32, 4, 4), (8, 16, 2, 1)])
def test_accumulation(batch, effective, workers, accumulation):
    training = {"batch_size": batch, "effective_batch_size": effective}
    assert _phase(training=training, scaling={"num_workers": workers}).accumulation == accumulation


def test_workers_that_do_not_divide_the_batch_are_refused():
    config = _phase(training={"batch_size": 2, "effective_batch_size": 32}, scaling={"num_workers": 3})
    with pytest.raises(
        ConfigError, match=r"effective_batch_size \(32\) must be a multiple of batch_size x num_workers \(6\)"
    ):
        _ = config.accumulation


def test_relative_paths_start_at_the_root():
    config = _phase(root="/runs/one")
    assert config.resolve(Path("shards")) == Path("/runs/one/shards")
    assert config.resolve(Path("/data/shards")) == Path("/data/shards")


def test_a_source_is_labelled_by_its_name_or_its_path():
    sources = [
        {"path": "corpus/math", "weight": 1},
        {"path": "a/code.jsonl.zst", "weight": 1},
        {"path": "x/*", "weight": 1, "name": "y"},
    ]
    config = _phase(data={"sources": sources, "shards": "s"})
    assert [source.label for source in config.data.sources] == ["math", "code", "y"]


@pytest.mark.parametrize("recipe", sorted(RECIPES.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_shipped_recipe_loads(recipe):
    kind = KINDS.get(recipe.stem.split("_")[0])
    assert kind is not None, f"{recipe.name}: the name of a recipe begins with one of {', '.join(KINDS)}"
    config = load_config(kind, recipe)
    if isinstance(config, PhaseConfig):
        assert config.accumulation >= 1
        assert config.training.eval_every_n_steps <= config.training.max_steps


@pytest.mark.parametrize("folder", sorted(path for path in RECIPES.iterdir() if path.is_dir()), ids=lambda path: path.name)
def test_shipped_phases_follow_each_other(folder):
    """Each later phase starts from the `final` folder that the phase before it writes."""
    phases = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("phase[123]_*.yaml"))]
    for earlier, later in pairwise(phases):
        assert later["init_from"] == f"{earlier['checkpoint']['dir']}/final"
