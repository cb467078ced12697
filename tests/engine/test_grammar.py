"""Grammars: what comes out is always what they describe, and a bad one is one request's error."""

import json
import re

import pytest

from havoc.engine import Completion, EngineError, Grammar, SamplingParams, generate
from havoc.engine.grammar import GrammarCompiler
from havoc.tokens import SPECIAL_TOKENS
from havoc.tools import ToolRegistry

PROMPT = [1, *range(40, 52)]
CALL = {
    "type": "object",
    "properties": {
        "tool": {"enum": ["python_math", "dsl_executor"]},
        "args": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "maxLength": 6},
                "k": {"type": "integer", "minimum": 1, "maximum": 20},
                "values": {"type": "array", "items": {"type": "number", "minimum": -9, "maximum": 9}, "maxItems": 3},
            },
            "required": ["name", "k", "values"],
            "additionalProperties": False,
        },
    },
    "required": ["tool", "args"],
    "additionalProperties": False,
}
AS_JSON = Grammar("json_schema", json.dumps(CALL))


def _check(text):
    call = json.loads(text)
    assert set(call) == {"tool", "args"}
    assert call["tool"] in ("python_math", "dsl_executor")
    args = call["args"]
    assert set(args) == {"name", "k", "values"}
    assert len(args["name"]) <= 6
    assert type(args["k"]) is int
    assert 1 <= args["k"] <= 20
    assert len(args["values"]) <= 3
    assert all(-9 <= value <= 9 for value in args["values"])


def test_hot_answers_are_valid_and_hold_no_control_id(make_core, tiny_tokenizer):
    core = make_core(blocks=3000, max_num_seqs=32, max_batch_tokens=64)
    control = {tiny_tokenizer.special_id(token.name) for token in SPECIAL_TOKENS}
    params = [SamplingParams(200, temperature=1.5, seed=seed, grammar=AS_JSON) for seed in range(1000)]
    for completion in generate(core, [PROMPT] * 1000, params):
        assert completion.finish_reason == "grammar"
        _check(completion.text)
        assert not set(completion.ids) & control
    counts = core.metrics.counts
    assert counts["forced_tokens"] > 0.3 * counts["generated_tokens"], "what the schema fixes is not decoded"


def test_free_and_bound_requests_share_a_batch(make_core, reference):
    core = make_core(max_num_seqs=8)
    word = Grammar("regex", r"[a-f]{3}-[0-9]{2,4}")
    params = [
        SamplingParams(12),
        SamplingParams(40, grammar=word, temperature=1.0, seed=4),
        SamplingParams(200, grammar=AS_JSON, temperature=1.0),
        SamplingParams(12),
    ]
    free, bound, call, other = generate(core, [PROMPT] * 4, params)
    assert free.ids == other.ids == reference.greedy(PROMPT, 12)
    assert re.fullmatch(word.text, bound.text)
    _check(call.text)


def test_a_matcher_forks_with_its_generation(make_core):
    core = make_core()
    texts = []
    sequence, first = core.open(PROMPT), Completion()
    generation = core.start(sequence, SamplingParams(200, temperature=1.5, seed=0, grammar=AS_JSON), first.add)
    while generation.num_new < 14:
        core.step()
    so_far = first.text
    twins = []
    for seed in range(1, 6):
        completion = Completion()
        twins.append((core.fork_generation(generation, seed, completion.add), completion))
    while core.has_work:
        core.step()
    for twin, completion in twins:
        texts.append(so_far + completion.text)
        _check(texts[-1])
        core.close(twin.sequence)
    _check(first.text)
    assert len({first.text, *texts}) > 2
    core.close(sequence)


def test_special_tokens_are_terminals(make_core, tiny_tokenizer):
    core = make_core()
    lark = Grammar("lark", 'start: <tool> "{" LETTER "}" </tool>\nLETTER: /[xyz]/')
    got = generate(core, [PROMPT], SamplingParams(20, temperature=1.0, grammar=lark))[0]
    assert got.ids[0] == tiny_tokenizer.special_id("<tool>")
    assert got.ids[-1] == tiny_tokenizer.special_id("</tool>")
    assert re.fullmatch(r"<tool>\n\{[xyz]\}\n</tool>\n", got.text)
    as_text = generate(core, [PROMPT], SamplingParams(20, grammar=Grammar("regex", "<tool>[xyz]</tool>")))[0]
    assert not set(as_text.ids) & {tiny_tokenizer.special_id("<tool>"), tiny_tokenizer.special_id("</tool>")}


def test_a_grammar_that_fixes_everything_needs_no_model(make_core):
    core = make_core()
    completion = Completion()
    sequence = core.open(PROMPT)
    core.start(sequence, SamplingParams(20, grammar=Grammar("regex", "fixed")), completion.add)
    while core.has_work:
        core.step()
    assert (completion.text, completion.finish_reason) == ("fixed", "grammar")
    core.close(sequence)


def test_a_limit_cuts_a_constrained_answer_short(make_core):
    core = make_core()
    got = generate(core, [PROMPT], SamplingParams(4, grammar=AS_JSON))[0]
    assert got.finish_reason == "length"
    assert len(got.ids) == 4


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("json_schema", "{"),
        ("json_schema", '{"type": "nonsense"}'),
        ("json_schema", '{"enum": []}'),
        ("json_schema", '{"type": "string", "minLength": 5, "maxLength": 2}'),
        ("json_schema", '{"$ref": "https://example.com/schema"}'),
        ("json_schema", '{"properties": ' * 4000 + "{}" + "}" * 4000),
        ("regex", "(a"),
        ("lark", "start: nope"),
        ("lark", "start: A\nA: /a/ & /b/"),
        ("lark", "start: start"),
        ("lark", "x" * 2_000_000),
    ],
)
def test_bad_grammars_are_named_errors_and_harm_nobody(make_core, reference, kind, text):
    core = make_core()
    bystander, completion, failed = core.open(PROMPT), Completion(), Completion()
    core.start(bystander, SamplingParams(6), completion.add)
    sequence = core.open(PROMPT)
    try:
        core.start(sequence, SamplingParams(6, grammar=Grammar(kind, text)), failed.add)
    except EngineError as error:
        failed.error = error
    while core.has_work:
        core.step()
    assert failed.error is not None
    assert failed.error.code == "bad_grammar"
    assert len(str(failed.error)) < 400
    assert completion.ids == reference.greedy(PROMPT, 6)
    core.close(sequence)
    core.close(bystander)


def test_a_grammar_that_costs_too_much_ends_with_an_error(make_core, reference, monkeypatch):
    monkeypatch.setattr("havoc.engine.grammar.MAX_SECONDS", 0.3)
    core = make_core()
    rules = "\n".join(f"t{n}: /[a-z]{{1,{n % 50 + 1}}}/ t{n * 7 % 400}? s?" for n in range(400))
    explosive = Grammar("lark", f"start: s+\ns: {' | '.join(f't{n}' for n in range(400))}\n{rules}")
    settings = [SamplingParams(200, temperature=1.0, grammar=explosive), SamplingParams(8)]
    costly, bystander = generate(core, [PROMPT, PROMPT], settings)
    assert costly.error is not None
    assert costly.error.code == "bad_grammar"
    assert "less ambiguous" in str(costly.error)
    assert bystander.ids == reference.greedy(PROMPT, 8)


def test_a_grammar_is_compiled_once(tiny_tokenizer):
    compiler = GrammarCompiler(tiny_tokenizer)
    first, second = compiler.matcher(AS_JSON), compiler.matcher(AS_JSON)
    first.advance(first.forced())
    assert first.forced() != second.forced()
    with pytest.raises(EngineError, match="grammar"):
        second.advance([tiny_tokenizer.special_id("<tool>")])
    assert compiler.matcher(AS_JSON).forced() != []


def test_every_operation_s_arguments_are_a_grammar(tiny_tokenizer):
    compiler = GrammarCompiler(tiny_tokenizer)
    for schema in (operation.schema() for tool in ToolRegistry().tools.values() for operation in tool.operations.values()):
        compiler.matcher(Grammar("json_schema", json.dumps(schema))).fill(compiler.masks(1), 0)
