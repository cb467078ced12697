import pytest

from havoc.config import TokenizerConfig
from havoc.errors import HavocError
from jobs.command import run_job

RECIPE = "input_files: [corpus]\noutput_dir: tokenizer\nvocab_size: 400\n"


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


def test_the_job_gets_the_recipe_with_its_overrides(recipe):
    received = []
    run_job(received.append, TokenizerConfig, "", ["--config", str(recipe), "vocab_size=500", "sample_mib=2.5"])
    assert [(config.vocab_size, config.sample_mib, config.max_sentence_length) for config in received] == [(500, 2.5, 4096)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["vocab_sise=500"], "error: {recipe}: vocab_sise: unknown setting, did you mean 'vocab_size'?"),
        (["vocab_size"], "error: override 'vocab_size': write section.field=value"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(recipe, capsys, arguments, message):
    with pytest.raises(SystemExit) as caught:
        run_job(lambda config: None, TokenizerConfig, "", ["--config", str(recipe), *arguments])
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(message.format(recipe=recipe))
    assert printed.err.count("\n") == 1


def test_an_error_that_ray_wrapped_is_shown_without_its_traceback(recipe, capsys):
    class WrappedError(HavocError):
        cause = HavocError("what, where, remedy")

    def main(config):
        raise WrappedError("traceback\nof\na worker")

    with pytest.raises(SystemExit):
        run_job(main, TokenizerConfig, "", ["--config", str(recipe)])
    assert capsys.readouterr().err == "error: what, where, remedy\n"


def test_a_programmers_mistake_is_not_hidden(recipe):
    def main(config):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_job(main, TokenizerConfig, "", ["--config", str(recipe)])
