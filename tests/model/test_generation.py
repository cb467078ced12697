import pytest
import torch
from tiny_models import SHAPE, build, pack

from havoc.model import KVCache, ModelError, generate
from havoc.model.generation import sample

PROMPT = [1, 30, 31, 32, 33]


def _greedy_without_cache(model, ids, count):
    ids = list(ids)
    for _ in range(count):
        length = len(ids)
        logits = model(torch.tensor(ids), torch.arange(length), torch.tensor([0, length], dtype=torch.int32), length)
        ids.append(int(logits[-1].argmax()))
    return ids


def _sharp():
    """Larger weights than new ones have: differences between logits are far above rounding."""
    model = build()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter *= 4
    return model


def test_greedy_text_is_that_of_full_recomputation():
    model = _sharp()
    new = list(generate(model, PROMPT, max_new_tokens=40))
    assert PROMPT + new == _greedy_without_cache(model, PROMPT, 40)
    assert len(set(new)) > 3


@pytest.mark.parametrize("cut", [1, 4, 19])
def test_logits_do_not_depend_on_how_the_prompt_is_cut(cut):
    model = build()
    batch = pack([20])
    cache = KVCache(SHAPE, 20, torch.device("cpu"), torch.float32)
    with torch.no_grad():
        model.extend(batch.input_ids[:cut], cache)
        logits = model.extend(batch.input_ids[cut:], cache)
        torch.testing.assert_close(logits, model(*batch[:4])[-1], rtol=1e-5, atol=1e-5)


def test_a_seed_gives_the_same_sample_again():
    model = build()
    runs = [list(generate(model, PROMPT, max_new_tokens=20, temperature=1.0, seed=seed)) for seed in (3, 3, 4)]
    assert runs[0] == runs[1] != runs[2]


def test_generation_ends_behind_a_stop_id_and_leaves_out_rows_beyond_the_tokenizer():
    model = _sharp()
    greedy = list(generate(model, PROMPT, max_new_tokens=10))
    stop = greedy[4]
    assert list(generate(model, PROMPT, max_new_tokens=10, stop_ids={stop})) == greedy[: greedy.index(stop) + 1]
    assert max(generate(model, PROMPT, max_new_tokens=30, temperature=2.0, vocab_size=100)) < 100


def test_samples_follow_the_truncated_distribution():
    logits = torch.tensor([0.5, 0.2, 0.2, 0.1]).log()
    generator = torch.Generator().manual_seed(0)

    def seen(**settings):
        return {sample(logits, generator=generator, **settings) for _ in range(200)}

    assert seen(temperature=1.0, top_p=1.0, top_k=0) == {0, 1, 2, 3}
    assert seen(temperature=1.0, top_p=1.0, top_k=2) == {0, 1}
    assert seen(temperature=1.0, top_p=0.6, top_k=0) == {0, 1}
    assert seen(temperature=1.0, top_p=0.01, top_k=0) == {0}
    drawn = [sample(logits, 1.0, 1.0, 0, generator) for _ in range(4000)]
    assert drawn.count(0) / 4000 == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_new_tokens": 124}, r"129 tokens exceeds model\.max_seq_len"),
        ({"max_new_tokens": 0}, "max_new_tokens"),
        ({"max_new_tokens": 1, "temperature": -1.0}, "temperature"),
        ({"max_new_tokens": 1, "top_p": 0.0}, "top_p"),
        ({"max_new_tokens": 1, "top_k": -1}, "top_k"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ModelError, match=message):
        list(generate(build(), PROMPT, **settings))


def test_an_empty_prompt_is_refused():
    with pytest.raises(ModelError, match="prompt is empty"):
        list(generate(build(), [], max_new_tokens=1))
