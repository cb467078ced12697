import torch

from havoc.config import Havoc7BConfig, load_preset
from havoc.training.flops import training_flops
from havoc.training.metrics import MetricsLog, measure_peak_flops, read_events
from havoc.training.progress import describe


def test_flops_of_7b_are_six_per_matrix_parameter_plus_attention():
    config = Havoc7BConfig()
    norms = 65 * 4096

    without_attention = training_flops(config, tokens=1, attended=0)
    one_pair = training_flops(config, tokens=0, attended=1)

    assert without_attention == 6 * (5_957_685_248 - norms)
    assert one_pair == 12 * 32 * 4096


def test_flops_agree_with_the_matrix_products_that_torch_counts():
    from torch.utils.flop_counter import FlopCounterMode

    from havoc.model import HavocModel

    config = load_preset("havoc_toy")
    model = HavocModel(config)
    tokens = 64
    ids = torch.randint(20, 2000, (tokens,))
    boundaries = torch.tensor([0, tokens], dtype=torch.int32)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(ids, torch.arange(tokens), boundaries, tokens)

    forward = counter.get_flop_counts()["Global"][torch.ops.aten.mm]
    assert 3 * forward == training_flops(config, tokens, attended=0)


def test_a_line_that_is_still_being_written_is_left_out(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"event": "eval", "step": 1, "val_loss": 2.0}\n{"event": "tra')

    assert [event["event"] for event in read_events(path)] == ["eval"]
    assert read_events(tmp_path / "absent.jsonl") == []


def test_a_line_that_a_full_disk_cut_short_is_dropped_before_the_next_event(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"event": "eval", "step": 1, "val_loss": 2.0}\n{"event": "tra')
    MetricsLog(path, run="r").write("finished", {"step": 2})

    assert [event["event"] for event in read_events(path)] == ["eval", "finished"]


def test_the_peak_of_this_machine_is_a_plausible_rate():
    assert 1e9 < measure_peak_flops(torch.device("cpu"), seconds=0.05) < 1e14


def test_lines_for_people_carry_the_figures():
    line = describe(
        {
            "event": "train", "step": 20, "loss": 3.25, "learning_rate": 3e-4, "grad_norm": 1.5,
            "tokens_per_second": 12345.6, "mfu": 0.41, "eta_seconds": 3725,
        }
    )  # fmt: skip

    assert "step      20" in line
    assert "12,346 tok/s" in line
    assert "MFU 41%" in line
    assert "ETA 1:02:05" in line
