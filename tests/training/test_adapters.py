import pytest
import torch

from havoc.config import LoraConfig, load_preset
from havoc.model import HavocModel
from havoc.training.adapters import add_adapters, merge_adapters


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
