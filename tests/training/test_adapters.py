import copy

import pytest
import torch

from havoc.config import LoraConfig, load_preset
from havoc.model import HavocModel
from havoc.training.adapters import add_adapters, apply_adapters, merge_adapters, save_adapters
from havoc.training.errors import TrainingError


@pytest.fixture
def model():
    torch.manual_seed(0)
    shape = load_preset("havoc_toy")
    return HavocModel(shape.model_copy(update={"vocab_size": 64, "d_model": 32, "num_layers": 2}))


def _loss(model):
    ids = torch.arange(20, 36)
    return model(ids, torch.arange(16), torch.tensor([0, 16], dtype=torch.int32), 16, labels=ids)


def test_only_adapters_train_and_a_new_adapter_changes_nothing(model):
    before = _loss(model)
    add_adapters(model, LoraConfig(rank=4))

    trained = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    assert len(trained) == 2 * 4 * 2
    assert all("lora_" in name for name in trained)
    assert torch.equal(_loss(model), before)


def test_merging_keeps_the_function_and_gives_back_a_plain_model(model):
    names = [name for name, _ in model.named_parameters()]
    add_adapters(model, LoraConfig(rank=4, target_modules=("qkv", "down")))
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=2e-3)
    before = _loss(model)
    for _ in range(3):
        optimizer.zero_grad()
        _loss(model).backward()
        optimizer.step()
    adapted = _loss(model)

    merge_adapters(model)

    assert adapted < before
    torch.testing.assert_close(_loss(model), adapted)
    assert [name for name, _ in model.named_parameters()] == names


def test_a_file_of_adapters_makes_the_trained_model_of_its_base(model, tmp_path):
    base = copy.deepcopy(model)
    config = LoraConfig(rank=4)
    add_adapters(model, config)
    torch.manual_seed(1)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.copy_(torch.randn_like(parameter).mul(0.1).bfloat16())
    save_adapters(model, config, tmp_path / "adapter.safetensors")
    merge_adapters(model)

    apply_adapters(base, tmp_path / "adapter.safetensors")

    assert torch.equal(_loss(base), _loss(model))


def test_adapters_of_another_model_or_no_adapters_are_refused(model, tmp_path):
    other = HavocModel(model.config.model_copy(update={"num_layers": 1}))
    add_adapters(other, LoraConfig(rank=4))
    save_adapters(other, LoraConfig(rank=4), tmp_path / "adapter.safetensors")
    with pytest.raises(TrainingError, match="another shape"):
        apply_adapters(model, tmp_path / "adapter.safetensors")
    (tmp_path / "text").write_text("no adapters", encoding="utf-8")
    with pytest.raises(TrainingError, match="cannot be read as adapters"):
        apply_adapters(model, tmp_path / "text")
