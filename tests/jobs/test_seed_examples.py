"""The seed set: real numbers, texts that agree with them, held-out files that share nothing with the training files."""

import inspect
import json
import re
from pathlib import Path

import pytest

from havoc.tokens import StepKind, messages_from_record, render, train_sentencepiece
from jobs.seed import control, designs, statistics
from jobs.seed.grounding import ungrounded
from jobs.seed_examples import main, messages, seed_set

TOYS_ROW = 1024
NAMES = {
    "sft/reasoning.jsonl",
    "sft/tool_use.jsonl",
    "sft/prime.jsonl",
    "polish/conversations.jsonl",
    "sft_validation/reasoning.jsonl",
    "sft_validation/tool_use.jsonl",
    "sft_validation/prime.jsonl",
    "polish_validation/conversations.jsonl",
}
SPECIFIED = "Compare two groups using t-test: [1,2,3,4,5] vs [2,3,4,5,6]"
OPERATIONS = {
    name: function
    for module in (statistics, control, designs)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__
}


@pytest.fixture(scope="module")
def files():
    return seed_set(0)


@pytest.fixture(scope="module")
def records(files):
    return [record for content in files.values() for record in content]


def assistant_texts(record):
    return [message["content"] for message in messages(record) if message["role"] == "assistant"]


def calls(record):
    """(args, output, text of the assistant after it) of every tool call."""
    pattern = re.compile(r"<tool>\n(.*?)\n</tool>\n<result>\n(.*?)\n</result>\n(.*)", re.DOTALL)
    for text in assistant_texts(record):
        for call, output, rest in pattern.findall(text):
            yield json.loads(call)["args"], json.loads(output), rest


def test_sizes_and_held_out_examples(files):
    assert set(files) == NAMES
    sft = sum(len(content) for name, content in files.items() if name.startswith("sft"))
    polish = sum(len(content) for name, content in files.items() if name.startswith("polish"))
    assert (sft, polish) == (240, 80)
    trained, held_out = (
        {json.dumps(r) for n in NAMES if ("validation" in n) == held for r in files[n]} for held in (False, True)
    )
    assert len(held_out) >= 40
    assert not trained & held_out
    prompts = [
        {r["prompt"] for n in NAMES if n.startswith(folder) for r in files[n]} for folder in ("sft/", "sft_validation/")
    ]
    assert not prompts[0] & prompts[1]


def test_the_same_seed_writes_the_same_bytes_and_another_seed_other_data(tmp_path, files, capsys):
    for folder, seed in (("a", "0"), ("b", "0"), ("c", "1")):
        main(["--output", str(tmp_path / folder), "--seed", seed])
    assert "reasoning.jsonl: 83 examples" in capsys.readouterr().out
    a, b, c = ({name: (tmp_path / folder / name).read_bytes() for name in NAMES} for folder in "abc")
    assert a == b
    assert all(a[name] != c[name] for name in NAMES)
    for name in NAMES:
        assert [json.loads(line) for line in a[name].decode().splitlines()] == files[name]


def test_mistakes_of_the_user_end_in_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for arguments, expected in (
        (["--output", str(tmp_path), "--seed", "-1"], "error: --seed -1: a seed is 0 or more"),
        (["--output", str(tmp_path / "file")], "--output names a folder that can be written"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
        assert expected in capsys.readouterr().err


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_numeral_is_accounted_for(seed):
    for content in seed_set(seed).values():
        for record in content:
            assert ungrounded(messages(record)) == [], record


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("The mean is 12.35.", []),  # 12.3456 at the precision shown
        ("The mean is 12.36.", ["12.36"]),
        ("The mean is 12.", ["12"]),  # too short to count as rounded
        ("The mean is -12.35.", ["-12.35"]),
        ("All 4 parts, 1-4, at 95% and alpha = 0.05.", ["1"]),
        ("p = 1.23e-05", []),
        ("p = 1.24e-05", ["1.24e-05"]),
        ("17 + 25 = 42", ["17", "25"]),
        ("4 + 4 = 8", []),
        ("4 + 4 = 9", ["9"]),
        ("<reason>\nSubgoal 7: use d2 and 12.350\n</reason>\nDone.", ["12.350"]),
        ('<tool>\n{"tool": "x", "args": {"n": 4, "m": [5]}}\n</tool>\nDone.', ["5.0"]),
    ],
)
def test_what_counts_as_accounted_for(answer, expected):
    result = '<result>\n{"mean": 12.3456, "p": 1.2345e-05, "flag": true}\n</result>\n'
    turns = [{"role": "user", "content": "I have 4 parts."}, {"role": "assistant", "content": result + answer}]
    assert ungrounded(turns) == expected


def test_a_result_cannot_account_for_what_was_said_before_it():
    text = 'It is 12.35.\n<result>\n{"mean": 12.3456}\n</result>\nYes, 12.35.'
    assert ungrounded([{"role": "assistant", "content": text}]) == ["12.35"]


def test_results_are_what_the_named_operation_computes(records):
    seen = set()
    for record in records:
        for args, output, _ in calls(record):
            name = args.pop("operation")
            assert OPERATIONS[name](**args) == output
            seen.add(name)
    assert len(seen) == 18


def test_conclusions_agree_with_p_and_alpha(records):
    verdicts = []
    for record in records:
        for _, output, rest in calls(record):
            if "p_value" not in output["result"]:
                continue
            conclusion = rest.partition("Conclusion: ")[2].partition(".\n")[0]
            significant = output["result"]["p_value"] < output["conventions"]["alpha"]
            denied = re.search(r"\bnot\b|no difference", conclusion.split(" The counts")[0]) is not None
            assert significant != denied, conclusion
            assert f"alpha = {output['conventions']['alpha']}" in conclusion
            verdicts.append(significant)
    assert 0.2 < sum(verdicts) / len(verdicts) < 0.8  # a model must not learn that everything is significant


def test_conclusions_about_charts_and_capability(records):
    for record in records:
        for args, output, rest in calls(record):
            result, conclusion = output["result"], rest.partition("Conclusion: ")[2]
            if args["operation"] in ("xbar_r_chart", "individuals_chart"):
                signals = [point for name, points in result.items() if name.endswith("out_of_limits") for point in points]
                assert bool(signals) == conclusion.startswith("out of control")
                assert all(re.search(rf"points? .*\b{point}\b", conclusion) for point in signals)
            if args["operation"] == "capability":
                low, high = result["cpk_confidence_interval"]
                verdict = "capable" if low >= 1.33 else "not capable" if high < 1.33 else "undecided"
                assert conclusion.startswith(verdict)


@pytest.mark.parametrize("name", ["sft/reasoning.jsonl", "sft/tool_use.jsonl", "sft/prime.jsonl"])
def test_the_specified_comparison_has_its_true_values(files, name):
    (completion,) = [record["completion"] for record in files[name] if record["prompt"] == SPECIFIED]
    assert (
        "Result: t = -1.0, df = 8, p = 0.3466, mean difference -1.0, 95% confidence interval [-3.306, 1.306]." in completion
    )
    assert "group 1 and group 2 are not significantly different at alpha = 0.05." in completion


def test_the_specified_designs_have_15_runs(files):
    prompts = {record["prompt"]: record["completion"] for record in files["sft/prime.jsonl"]}
    ranges = "Design a Box-Behnken DOE for temperature (100-200°C), pressure (10-50 bar), and speed (50-150 RPM)"
    for prompt in ("Design a Box-Behnken DOE for 3 factors", "Design a 3-factor Box-Behnken DOE", ranges):
        assert "Result: 15 runs: 12 on the edges and 3 centre points." in prompts[prompt]
    assert '{"operation": "box_behnken", "factors": 3}' in prompts["Design a Box-Behnken DOE for 3 factors"]


def test_examples_read_as_conversations_of_the_expected_steps(files):
    def kinds(record):
        return [step.kind for step in messages_from_record(record)[-1].steps]

    tool = [StepKind.TOOL_CALL, StepKind.TOOL_RESULT]
    branches = [StepKind.ADVOCATE, StepKind.ATTACK, StepKind.PRAGMATIST]
    assert all(kinds(record) == [*tool, StepKind.ANSWER] for record in files["sft/tool_use.jsonl"])
    assert all(kinds(record) == [StepKind.REASON, *tool, *branches, StepKind.ANSWER] for record in files["sft/prime.jsonl"])
    thought = [StepKind.REASON, *tool, StepKind.REASON, StepKind.ANSWER]
    short = ([StepKind.ANSWER], [StepKind.REASON, StepKind.ANSWER])
    assert all(kinds(record) in (thought, *short) for record in files["sft/reasoning.jsonl"])
    for record in files["polish/conversations.jsonl"]:
        assert sum(message.role == "user" for message in messages_from_record(record)) >= 2


def test_every_example_fits_a_row_of_the_toy_recipe(records):
    """With 2,048 pieces that were learned from other text than these examples."""
    sources = sorted(Path(json.__file__).parent.parent.glob("[a-d]*.py"))
    tokenizer = train_sentencepiece([path.read_text(encoding="utf-8") for path in sources], vocab_size=2048)
    lengths = [len(render(messages_from_record(record), tokenizer).ids) for record in records]
    assert max(lengths) <= TOYS_ROW
