import re

import pytest

from havoc.config import load_preset
from havoc.training.errors import PlanError, TrainingError
from havoc.training.memory import GIB
from havoc.training.plan_report import as_values, describe
from havoc.training.planner import choose, plan
from havoc.training.strategy import Strategy, strategies_for
from tests.training.recipes import recipe

SPEC = {"training": {"reduce_bucket_size": 100_000_000, "effective_batch_size": 32}}


def hardware(gpu: float, host: float, gpus: int = 1) -> dict[str, float]:
    return {"gpu_memory_gib": gpu, "host_memory_gib": host, "gpus_per_node": gpus}


def test_arithmetic_of_phase_1():
    planned = plan(recipe(**SPEC))
    assert planned.parameters == 5_957_685_248
    assert planned.tokens_per_step == 65_536
    assert planned.tokens == 6_553_600_000
    per_token = 6 * (5_957_685_248 - 65 * 4096) + 12 * 32 * 4096 * 1024.5
    assert planned.flops == pytest.approx(per_token * 6_553_600_000, rel=1e-4)
    assert planned.recomputation_flops == pytest.approx((per_token / 3 - 2 * 70_000 * 4096) * 6_553_600_000, rel=1e-3)
    assert planned.hours == pytest.approx(planned.flops / (165e12 * 0.4) / 3600)
    assert planned.checkpoint_bytes == 14 * 5_957_685_248
    assert planned.final_bytes == 2 * 5_957_685_248


@pytest.mark.parametrize(
    ("gpus", "gpu_gib", "host_gib", "choice"),
    [
        (1, 141, 128, Strategy(1)),
        (2, 80, 128, Strategy(1)),
        (8, 40, 256, Strategy(1)),
        (8, 32, 256, Strategy(2)),
        (8, 24, 256, Strategy(3)),
        (1, 32, 128, Strategy(2, offload_optimizer=True)),
        (1, 24, 128, Strategy(3, offload_optimizer=True)),
        (1, 16, 160, Strategy(3, offload_optimizer=True, offload_parameters=True)),
    ],
)
def test_the_cheapest_strategy_that_fits_is_picked(gpus, gpu_gib, host_gib, choice):
    config = recipe(gpus=gpus, hardware=hardware(gpu_gib, host_gib, gpus), **SPEC)
    assert choose(config) == choice


def test_with_accumulation_zero_2_keeps_the_gradients_of_a_pass_on_the_gpu():
    """The layout that needs 15.4 GiB in a step of one pass does not fit 24 GiB in a step of several."""
    one = plan(recipe(passes=1, hardware=hardware(24, 128)))
    many = plan(recipe(passes=2, hardware=hardware(24, 128)))
    wanted = Strategy(2, offload_optimizer=True)
    fits = [next(v.fits_gpu for v in planned.verdicts if v.need.strategy == wanted) for planned in (one, many)]
    assert fits == [True, False]


def test_a_refusal_states_need_and_host_memory_that_would_do():
    config = recipe(hardware=hardware(24, 64), **SPEC)
    with pytest.raises(PlanError, match=r"ZeRO-3 \+ optimizer on the host is nearest") as refused:
        choose(config)
    message = str(refused.value)
    assert "\n" not in message
    advised = int(re.search(r"smallest change that would do: (\d+) GiB of host memory", message)[1])
    assert choose(recipe(hardware=hardware(24, advised), **SPEC))
    with pytest.raises(PlanError):
        choose(recipe(hardware=hardware(24, advised - 1), **SPEC))


@pytest.mark.parametrize(
    ("training", "machine", "remedy"),
    [
        ({"zero_stage": 1}, hardware(24, 128), "set training.zero_stage to auto"),
        ({"offload_optimizer": False}, hardware(24, 128), "set training.offload_optimizer to auto"),
        ({"gradient_checkpointing": False, "batch_size": 4}, hardware(24, 128), "gradient_checkpointing to true"),
        ({"checkpoint_every_n_layers": 32, "batch_size": 4}, hardware(24, 128), "checkpoint_every_n_layers to 1"),
        ({"batch_size": 32, "effective_batch_size": 32}, hardware(24, 128), "batch_size to 16"),
        ({"loss_chunk_tokens": 0, "batch_size": 16}, hardware(24, 128), "loss_chunk_tokens to 512"),
    ],
)
def test_the_refusal_names_the_setting(training, machine, remedy):
    config = recipe(training=SPEC["training"] | training, hardware=machine)
    assert remedy in plan(config).remedy


def test_more_gpus_are_advised_where_the_host_may_not_hold_the_optimizer():
    training = SPEC["training"] | {"offload_optimizer": False}
    remedy = plan(recipe(hardware=hardware(40, 105), training=training)).remedy
    gpus, per_node = map(int, re.search(r"(\d+) GPUs \(scaling.num_workers\), (\d+) to a node", remedy).groups())
    assert plan(recipe(gpus=gpus, hardware=hardware(40, 105, per_node), training=training)).choice
    assert not plan(recipe(gpus=gpus // 2, hardware=hardware(40, 105, per_node), training=training)).choice


def test_where_no_single_change_does_the_refusal_says_what_hardware_would():
    remedy = plan(recipe(hardware=hardware(12, 64), training=SPEC["training"])).remedy
    gpu, host = map(float, re.search(r"gpu_memory_gib of at least ([\d.]+) and .* at least ([\d.]+)", remedy).groups())
    assert plan(recipe(hardware=hardware(gpu + 0.1, host + 0.1), training=SPEC["training"])).choice


def test_lora_is_the_last_resort_of_a_phase_that_starts_from_a_checkpoint():
    training = {"effective_batch_size": 1, "offload_optimizer": False}
    adapted = recipe(lora={"rank": 16}, hardware=hardware(24, 32), training=training)
    planned = plan(adapted.model_copy(update={"lora": None}), load_preset("havoc_7b"))
    assert "train adapters only (lora.rank 16)" in planned.remedy
    assert plan(adapted, load_preset("havoc_7b")).choice == Strategy(1)


def test_lora_trains_few_parameters_and_saves_few_flops():
    shape = load_preset("havoc_7b")
    adapted = plan(recipe(lora={"rank": 16}, **SPEC), shape)
    full = plan(recipe(**SPEC))
    assert 0.6 < adapted.flops / full.flops < 0.8
    assert adapted.checkpoint_bytes < full.checkpoint_bytes / 50


def test_without_a_gpu_only_host_memory_counts():
    config = recipe("havoc_nano", gpus=2, scaling={"use_gpu": False}, hardware=hardware(0.1, 8))
    planned = plan(config)
    assert planned.choice == Strategy(1)
    refused = plan(config.model_copy(update={"hardware": config.hardware.model_copy(update={"host_memory_gib": 2.0})}))
    assert re.search(r"smallest change that would do: \d+ GiB of host memory", refused.remedy)


def test_settings_that_exclude_each_other():
    for training in ({"zero_stage": 2, "offload_parameters": True}, {"zero_stage": 0, "offload_optimizer": True}):
        with pytest.raises(TrainingError, match="do not go together"):
            strategies_for(recipe(training=training))


def test_a_checkpoint_that_is_not_there_yet(tmp_path):
    config = recipe(lora={"rank": 4}).model_copy(update={"root": tmp_path, "lora": None})
    with pytest.raises(TrainingError, match=r"init_from base: .*config.json .* --model PRESET"):
        choose(config)
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text(load_preset("havoc_toy").model_dump_json())
    assert plan(config).parameters == load_preset("havoc_toy").num_parameters


def test_report_and_values_agree():
    planned = plan(recipe(hardware=hardware(24, 128), **SPEC))
    text, values = describe(planned), as_values(planned)
    assert "= 6,553,600,000" in text
    assert "pinned_max_round_threshold_mb:64" in text
    picked = next(line for line in text.splitlines() if "<- picked" in line)
    row = next(row for row in values["strategies"] if row["name"] == values["choice"])
    assert f"{row['gpu_bytes'] / GIB:.1f}" in picked
    assert values["deepspeed"]["zero_optimization"]["stage"] == planned.choice.zero_stage
