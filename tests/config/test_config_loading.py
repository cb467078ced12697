"""From YAML and overrides to a recipe: what is read, and how each mistake is named."""

import pydantic
import pytest
import yaml

from havoc.config import (
    ConfigError,
    CorpusConfig,
    PhaseConfig,
    TokenizerConfig,
    dump_config,
    load_config,
    load_preset,
    preset_names,
    validate,
)

PRETRAIN = """\
model: {preset: havoc_toy, attention: {rope_theta: 500.0}}
tokenizer: tokenizer
data:
  sources:
    - {path: corpus/math, weight: 1}
    - {path: corpus/code, weight: 3}
  shards: shards
  max_seq_len: 512
training: {learning_rate: 3e-3, warmup_steps: 10, max_steps: 100}
checkpoint: {dir: checkpoints}
"""


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(PRETRAIN)
    return path


def refusal(path, *overrides, kind=PhaseConfig):
    """The one line with which loading is refused."""
    with pytest.raises(ConfigError) as caught:
        load_config(kind, path, overrides)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_values_of_the_file_and_defaults(recipe):
    config = load_config(PhaseConfig, recipe)
    assert config.training.learning_rate == 3e-3  # YAML 1.1 reads 3e-3 as text
    assert config.training.adam_beta2 == 0.95
    assert [source.label for source in config.data.sources] == ["math", "code"]
    assert config.data.validation_sources == ()


def test_a_preset_is_expanded_and_the_fields_beside_it_win(recipe):
    model = load_config(PhaseConfig, recipe).model
    toy = load_preset("havoc_toy")
    assert model.attention.rope_theta == 500.0
    assert model.attention.num_heads == toy.attention.num_heads  # the other fields of a nested group stay
    assert model.model_copy(update={"attention": toy.attention}) == toy


def test_an_override_can_change_the_preset_and_a_field_of_it(recipe):
    model = load_config(PhaseConfig, recipe, ["model.preset=havoc_nano", "model.num_layers=3"]).model
    assert (model.d_model, model.num_layers, model.attention.rope_theta) == (load_preset("havoc_nano").d_model, 3, 500.0)


def test_overrides_reach_nested_fields_list_items_and_absent_groups(recipe):
    overrides = [
        "data.sources.1.weight=2",
        "scaling.num_workers=4",
        "training.max_steps=50",
        "root=/data/run=1",
        "lora=null",
    ]
    config = load_config(PhaseConfig, recipe, overrides)
    assert [source.weight for source in config.data.sources] == [1, 2]
    assert config.scaling.num_workers == 4
    assert str(config.root) == "/data/run=1"  # only the first = separates


def test_an_override_takes_any_yaml_value_and_the_last_one_wins(recipe):
    sources = "data.sources=[{path: a, weight: 1}, {path: b, weight: 2}, {path: c, weight: 3}]"
    config = load_config(PhaseConfig, recipe, [sources, "data.sources.2.weight=5", "data.sources.2.weight=7"])
    assert [source.weight for source in config.data.sources] == [1, 2, 7]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("traning.max_steps=5", "traning: unknown setting, did you mean 'training'?"),
        ("training.learning_rat=1", "training.learning_rat: unknown setting, did you mean 'learning_rate'?"),
        ("model.attention.num_head=4", "model.attention.num_head: unknown setting, did you mean 'num_heads'?"),
        (
            "data.sources.0.wieght=1",
            "data.sources.0.wieght: unknown setting, did you mean 'weight'?; valid here: path, weight",
        ),
        ("lora.rnk=4", "lora.rnk: unknown setting, did you mean 'rank'?; valid here: rank, alpha, target_modules"),
    ],
)
def test_an_unknown_setting_is_named_with_the_nearest_that_exists(recipe, override, expected):
    message = refusal(recipe, override)
    assert message.startswith(str(recipe))
    assert expected in message


def test_a_name_that_resembles_nothing_gets_the_list_but_no_suggestion(recipe):
    message = refusal(recipe, "zzz=1")
    assert "zzz: unknown setting; valid here: root, model," in message
    assert "did you mean" not in message


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("training.max_steps=many", "training.max_steps: Input should be a valid integer"),
        ("training.max_steps=10.5", "training.max_steps"),
        ("training.max_steps=", "training.max_steps: Input should be a valid integer"),
        ("training.zero_stage=4", "training.zero_stage: Input should be 'auto', 0, 1, 2 or 3 (it is 4)"),
        ("training=5", "training: Input should be a valid dictionary"),
        ("model=havoc_toy", "model: Input should be a valid dictionary"),
        ("data.sources=corpus", "data.sources: Input should be a valid tuple"),
        ("data.sources=[]", "data.sources: Tuple should have at least 1 item"),
        ("data.sources.0.weight=0", "data.sources.0.weight: Input should be greater than 0 (it is 0)"),
        ("data.sources.1.weight=-1", "data.sources.1.weight: Input should be greater than 0 (it is -1)"),
        ("training.learning_rate=.nan", "training.learning_rate: Input should be"),
        ("data.sources.1.path=corpus/math", "two sources are called 'math'; give one of them another `name`"),
        ("training.warmup_steps=100", "warmup_steps (100) must be smaller than max_steps (100)"),
        ("training.min_learning_rate=1", "min_learning_rate (1.0) is above learning_rate (0.003)"),
        ("model.attention.num_kv_heads=3", "num_heads (4) must be a multiple of num_kv_heads (3)"),
        ("data.max_seq_len=4096", "data.max_seq_len (4096) exceeds model.max_seq_len (1024)"),
        ("init_from=elsewhere", "give either `model` (new weights) or `init_from` (a checkpoint)"),
        ("tokenizer=null", "new weights need `tokenizer`"),
        ("lora.rank=8", "`lora` adapts existing weights"),
    ],
)
def test_a_wrong_value_is_named_with_file_field_and_reason(recipe, override, expected):
    message = refusal(recipe, override)
    assert message.startswith(f"{recipe}: ")
    assert expected in message


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("training.max_steps", "write section.field=value"),
        ("=5", "write section.field=value"),
        ("data.sources.2.weight=1", "override data.sources.2.weight: '2' must be an index below 2"),
        ("data.sources.-1.weight=1", "'-1' must be an index below 2"),
        ("data.sources.first.weight=1", "'first' must be an index below 2"),
        ("data.shards.x=1", "data.shards is a single value, it has no field 'x'"),
        ("data.shards.x.y=1", "'x' is not inside a section or a list"),
        ("model.preset=havoc_70b", "unknown preset 'havoc_70b', did you mean 'havoc_7b'?; there are havoc_135m, havoc_7b"),
    ],
)
def test_an_override_that_leads_nowhere_is_explained(recipe, override, expected):
    assert expected in refusal(recipe, override)


@pytest.mark.parametrize(
    "override", ["data.seed=[1", "data.sources.²=1", "training.learning_rate=.inf", "data.sources.0.weight=.inf"]
)
def test_odd_values_are_refused_in_one_line(recipe, override):
    refusal(recipe, override)


def test_an_item_that_is_wrong_is_the_only_thing_reported(recipe):
    assert "at least 1 item" not in refusal(recipe, "data.sources=[{path: a, wieght: 1}]")


def test_an_override_reaches_into_a_section_without_values(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(
        PRETRAIN.replace("training: {learning_rate: 3e-3, warmup_steps: 10, max_steps: 100}", "training:\nscaling:")
    )
    overrides = ["training.warmup_steps=1", "scaling.num_workers=2"]
    config = load_config(PhaseConfig, path, overrides)
    assert (config.training.warmup_steps, config.scaling.num_workers) == (1, 2)


def test_all_mistakes_are_reported_at_once(recipe):
    message = refusal(recipe, "training.max_step=1", "data.sources.0.weight=0", "checkpoint={}")
    assert "max_step: unknown" in message
    assert "data.sources.0.weight" in message
    assert "checkpoint.dir: required, and missing" in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n- b\n", "a recipe is a mapping of settings, this is list"),
        ("just text", "this is str"),
        ("", "this is NoneType"),
        ("a: [1\nb: 2\n", "not valid YAML"),
    ],
)
def test_a_file_that_is_no_recipe(tmp_path, text, expected):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    message = refusal(path)
    assert message.startswith(str(path))
    assert expected in message


def test_a_file_that_cannot_be_read(tmp_path):
    assert "absent.yaml: No such file" in refusal(tmp_path / "absent.yaml")
    assert "Is a directory" in refusal(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe9\xff\n")
    assert "not valid YAML" in refusal(tmp_path / "latin.yaml")


def test_a_missing_field_is_named():
    with pytest.raises(ConfigError, match="here: input_files: required, and missing; output_dir: required, and missing"):
        validate(TokenizerConfig, {}, where="here")


@pytest.mark.parametrize(
    "overrides", [[], ["training.offload_optimizer=true", "data.sources.0.name=Maße", "scaling.cpus_per_worker=0.5"]]
)
def test_dumping_and_loading_gives_an_equal_recipe(recipe, tmp_path, overrides):
    config = load_config(PhaseConfig, recipe, overrides)
    copy = tmp_path / "copy.yaml"
    copy.write_text(dump_config(config), encoding="utf-8")
    assert load_config(PhaseConfig, copy) == config


def test_dumping_and_loading_the_other_recipes(tmp_path):
    copy = tmp_path / "copy.yaml"
    for config in (
        TokenizerConfig(input_files=["a", "b/*.txt"], output_dir="out"),
        CorpusConfig(output_dir="out", inputs={"math": ["m"], "code": ["c", "d"]}),
    ):
        copy.write_text(dump_config(config), encoding="utf-8")
        assert load_config(type(config), copy) == config


def test_a_recipe_cannot_be_changed(recipe):
    config = load_config(PhaseConfig, recipe)
    for settings, field in ((config, "root"), (config.training, "max_steps"), (config.data.sources[0], "weight")):
        with pytest.raises(pydantic.ValidationError, match="frozen"):
            setattr(settings, field, 1)


def test_loading_leaves_the_presets_as_they_are(recipe):
    before = load_preset("havoc_toy")
    load_config(PhaseConfig, recipe, ["model.attention.head_dim=64", "model.num_layers=1"])
    assert load_preset("havoc_toy") == before


def test_every_preset_loads_and_an_unknown_one_is_named():
    assert preset_names() == ["havoc_135m", "havoc_7b", "havoc_nano", "havoc_toy"]
    for name in preset_names():
        assert yaml.safe_load(dump_config(load_preset(name)))["vocab_size"] > 0
    with pytest.raises(ConfigError, match="unknown preset 'havoc_tiny'"):
        load_preset("havoc_tiny")
