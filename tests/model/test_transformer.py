import math

import pytest
import torch
from tiny_models import SHAPE, build, gradients, pack

from havoc.config import Havoc7BConfig, load_preset, preset_names
from havoc.model import HavocModel, ModelError


def _count(config):
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in HavocModel(config).parameters())


def test_production_shape_has_the_pinned_number_of_parameters():
    assert _count(Havoc7BConfig()) == 5_957_685_248


@pytest.mark.parametrize("name", preset_names())
def test_presets_have_the_parameters_that_the_config_counts(name):
    config = load_preset(name)
    assert _count(config) == config.num_parameters


UNTIED = SHAPE.model_copy(update={"tie_word_embeddings": False})


def test_a_head_of_its_own_is_counted():
    assert _count(UNTIED) == UNTIED.num_parameters == SHAPE.num_parameters + SHAPE.vocab_size * SHAPE.d_model


@pytest.mark.parametrize("config", [SHAPE, UNTIED], ids=["tied", "untied"])
def test_every_weight_is_read_inside_its_own_module_s_forward(config):
    """What ZeRO-3 relies on: it gathers a module's own parameters around its forward, and frees them behind it."""
    model, batch = build(config=config), pack([20, 11])
    expected = model(*batch[:4])

    def put_back(module, _):
        for name, parameter in module.named_parameters(recurse=False):
            parameter.data = module.gathered[name]

    def take_away(module, *_):
        module.gathered = {name: parameter.data for name, parameter in module.named_parameters(recurse=False)}
        for parameter in module.parameters(recurse=False):
            parameter.data = torch.full_like(parameter.data, float("nan"))

    for module in model.modules():
        take_away(module)
        module.register_forward_pre_hook(put_back)
        module.register_forward_hook(take_away)
    with torch.no_grad():
        assert torch.equal(model(*batch[:4]), expected)
        assert torch.isfinite(model(*batch))


def test_neither_embedding_of_an_untied_model_is_decayed():
    """As for a tied one: the optimizer's groups, and with them the planner's memory, go by "embed" in the name."""
    names = [name for name, _ in build(config=UNTIED).named_parameters()]
    assert [name for name in names if "embed" in name] == ["input_embedding.weight", "output_embedding.weight"]


def test_new_weights_have_the_configured_spread_and_residual_writers_less():
    torch.manual_seed(0)
    model = HavocModel(SHAPE)
    for block in model.blocks:
        for matrix in (block.attention.qkv, block.mlp.gate_up):
            assert matrix.weight.std().item() == pytest.approx(0.02, rel=0.05)
        for matrix in (block.attention.out, block.mlp.down):
            assert matrix.weight.std().item() == pytest.approx(0.02 / math.sqrt(2 * SHAPE.num_layers), rel=0.05)
        assert torch.equal(block.mlp_norm.weight, torch.ones(SHAPE.d_model))
    assert model.embedding.weight.std().item() == pytest.approx(0.02, rel=0.05)


def test_a_document_does_not_see_its_neighbours():
    model = build()
    batch = pack([20, 13, 20, 1, 40])
    logits = model(*batch[:4])
    changed = batch.input_ids.clone()
    changed[20:33] = (changed[20:33] + 1) % SHAPE.vocab_size
    others = model(changed, *batch[1:4])
    outside = torch.ones(len(changed), dtype=torch.bool)
    outside[20:33] = False
    assert torch.equal(logits[outside], others[outside])
    assert not torch.allclose(logits[20:33], others[20:33])


def test_a_token_does_not_see_what_follows():
    model = build()
    batch = pack([50])
    changed = batch.input_ids.clone()
    changed[30:] = (changed[30:] + 1) % SHAPE.vocab_size
    assert torch.equal(model(*batch[:4])[:30], model(changed, *batch[1:4])[:30])


def test_packed_documents_equal_documents_alone():
    model = build()
    lengths = [7, 7, 30, 2]
    batch = pack(lengths)
    together = model(*batch[:4])
    for ids, logits in zip(batch.input_ids.split(lengths), together.split(lengths), strict=True):
        length = len(ids)
        alone = model(ids, torch.arange(length), torch.tensor([0, length], dtype=torch.int32), length)
        torch.testing.assert_close(logits, alone, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_recomputing_activations_changes_no_gradient(every):
    batch = pack([40, 24])
    kept = gradients(build(), batch)
    recomputed = gradients(build(checkpoint_every_n_layers=every), batch)
    assert all(torch.equal(kept[name], recomputed[name]) for name in kept)


def test_training_after_generation_in_the_same_process():
    model = build()
    batch = pack([10])
    with torch.inference_mode():
        model(*batch[:4])
    assert all(torch.isfinite(gradient).all() for gradient in gradients(model, batch).values())


def test_a_document_longer_than_the_rotary_table_is_refused():
    batch = pack([SHAPE.max_seq_len + 1])
    with pytest.raises(ModelError, match=r"129 tokens exceeds model\.max_seq_len \(128\)"):
        build()(*batch)


@pytest.mark.parametrize("backend", ["flash_attn", "torch_varlen"])
def test_a_back_end_that_cannot_run_here_is_refused_by_name(backend):
    model = build()
    model.attention_backend = backend
    with pytest.raises(ModelError, match=f"{backend} .*set it to auto"):
        model(*pack([8]))
