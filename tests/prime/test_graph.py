"""Graphs: what may run when, what a failure costs, what survives a kill; templates that depend on the prompt; proposals."""

import json
import random

import llguidance
import pytest

from havoc.config import Budget, PrimeConfig
from havoc.prime.candidate import Candidate, Option
from havoc.prime.graph.builder import OperatorGraphBuilder
from havoc.prime.graph.operator_graph import GraphError, OperatorGraph, Subgoal
from havoc.prime.graph.proposal import parse_proposal, proposal_schema
from havoc.prime.routing.router import TaskRouter

CONFIG = PrimeConfig()
LIGHT, MEDIUM, HEAVY = CONFIG.light, CONFIG.medium, CONFIG.heavy


class Clock:
    """Time that passes when a test says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def diamond(**settings):
    """a before b and c, both before d; e decides."""
    return OperatorGraph(
        [
            Subgoal("a", "think", "read"),
            Subgoal("b", "tool", "left", ("a",)),
            Subgoal("c", "tool", "right", ("a",)),
            Subgoal("d", "think", "interpret", ("b", "c")),
            Subgoal("e", "decide", "decide", ("d",)),
        ],
        **settings,
    )


def ids(subgoals):
    return [subgoal.id for subgoal in subgoals]


def run(graph, subgoal_id):
    graph.start(subgoal_id)
    graph.finish(subgoal_id)


def test_independent_subgoals_are_ready_side_by_side():
    graph = diamond()
    assert ids(graph.ready()) == ["a"]
    run(graph, "a")
    assert ids(graph.ready()) == ["b", "c"]
    graph.start("b")
    assert ids(graph.ready()) == ["c"]
    graph.start("c")
    graph.finish("c")
    assert graph.ready() == []
    graph.finish("b")
    assert ids(graph.ready()) == ["d"]
    run(graph, "d")
    run(graph, "e")
    assert graph.ended


def test_asking_changes_nothing_and_no_subgoal_is_skipped_because_it_runs():
    graph = diamond()
    graph.start("a")
    for _ in range(3):
        assert graph.ready() == []
    assert [one.status for one in graph.subgoals] == ["running", "pending", "pending", "pending", "pending"]
    graph.finish("a")
    graph.start("b")
    graph.start("c")
    graph.fail("b", "no such column")
    assert graph["c"].status == "running"
    graph.finish("c")
    assert graph["c"].status == "done"


def test_a_failure_skips_what_needs_it_and_the_decision_still_comes():
    graph = diamond()
    run(graph, "a")
    graph.start("b")
    graph.fail("b", "needs two groups")
    assert graph["d"].status == "skipped"
    assert graph["d"].problem == "b failed: needs two groups"
    assert ids(graph.ready()) == ["c"]
    run(graph, "c")
    assert ids(graph.ready()) == ["e"]


def test_a_failure_is_passed_on_whatever_the_order_of_the_list():
    graph = OperatorGraph(
        [
            Subgoal("z", "decide", "decide", ("y",)),
            Subgoal("y", "think", "last", ("x",)),
            Subgoal("x", "think", "next", ("w",)),
            Subgoal("w", "tool", "first"),
        ]
    )
    graph.start("w")
    graph.fail("w", "gone")
    assert [one.status for one in graph.subgoals] == ["pending", "skipped", "skipped", "failed"]
    assert ids(graph.ready()) == ["z"]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([("start", "b")], "waits for a"),
        ([("start", "a"), ("start", "a")], "it is running"),
        ([("finish", "a")], "it is pending, not running"),
        ([("start", "a"), ("finish", "a"), ("finish", "a")], "it is done"),
        ([("start", "nobody")], "no such subgoal"),
    ],
)
def test_steps_that_the_state_does_not_allow_are_refused(steps, why):
    graph = diamond()
    *allowed, (refused, subgoal_id) = steps
    for step, name in allowed:
        getattr(graph, step)(name)
    with pytest.raises(GraphError, match=why):
        getattr(graph, refused)(subgoal_id)


@pytest.mark.parametrize(
    ("subgoals", "why"),
    [
        ([], "without subgoals"),
        ([Subgoal("a", "tool", "x"), Subgoal("a", "decide", "y")], "two subgoals are called a"),
        ([Subgoal("a", "decide", "x", ("b",))], "depends on 'b'"),
        ([Subgoal("a", "think", "x", ("a",))], "in a circle"),
        ([Subgoal("a", "think", "x", ("b",)), Subgoal("b", "think", "y", ("a",)), Subgoal("c", "decide", "z")], "a, b wait"),
        ([Subgoal("a", "decide", "x"), Subgoal("b", "tool", "y", ("a",))], "decisions come last"),
        ([Subgoal("a", "guess", "x")], "a kind is one of"),
        ([Subgoal("a b", "think", "x")], "no id"),
        ([Subgoal("a", "think", " ")], "a title has"),
        ([Subgoal("a", "think", "x", operation="t_test")], "only tool subgoals"),
        ([Subgoal("a", "tool", "x", supports="b")], "supports 'b'"),
    ],
)
def test_graphs_that_cannot_be_carried_out_are_refused(subgoals, why):
    with pytest.raises(GraphError, match=why):
        OperatorGraph(subgoals)


@pytest.mark.parametrize(
    ("subgoals", "why"),
    [
        ([Subgoal("a", "tool", "x")], "no subgoal decides"),
        ([*(Subgoal(f"s{n}", "think", "x") for n in range(3)), Subgoal("d", "decide", "y")], "more than the 3"),
        ([Subgoal("a", "tool", "x"), Subgoal("b", "retrieve", "x"), Subgoal("d", "decide", "y")], "has 1 calls"),
    ],
)
def test_a_graph_keeps_to_its_budget(subgoals, why):
    with pytest.raises(GraphError, match=why):
        OperatorGraph(subgoals).validate(LIGHT.model_copy(update={"tool_calls": 1}))


def test_states_and_timings_survive_a_kill_and_what_ran_is_ready_again():
    clock = Clock()
    graph = diamond(clock=clock)
    graph.start("a")
    clock.now += 1.5
    graph.finish("a")
    graph.start("b")
    graph.start("c")
    clock.now += 0.5
    graph.fail("c", "timeout")
    text = json.dumps(graph.as_json())

    loaded = OperatorGraph.from_json(json.loads(text))
    assert [one.status for one in loaded.subgoals] == ["done", "pending", "failed", "skipped", "pending"]
    assert (loaded["a"].began, loaded["a"].seconds) == (0.0, 1.5)
    assert (loaded["c"].began, loaded["c"].problem) == (1.5, "timeout")
    assert ids(loaded.ready()) == ["b"]
    loaded.start("b")
    assert loaded["b"].began >= 2.0, "time goes on where it stood"
    assert json.dumps(graph.as_json()) == text


def test_a_graph_that_has_ended_comes_back_as_it_was():
    graph = diamond()
    for name in "abcde":
        run(graph, name)
    assert OperatorGraph.from_json(graph.as_json()) == graph


@pytest.mark.parametrize("fields", [{}, {"subgoals": [{"id": "a"}], "origin": "template"}, {"subgoals": 3, "origin": "x"}])
def test_what_is_no_saved_graph_is_refused(fields):
    with pytest.raises(GraphError, match="not a saved graph"):
        OperatorGraph.from_json(fields)


def test_every_order_in_which_subgoals_may_end_reaches_the_end():
    rng = random.Random(5)
    for _ in range(200):
        size = rng.randint(2, 12)
        subgoals = [
            Subgoal(f"s{n}", "tool", "x", tuple(f"s{m}" for m in range(n) if rng.random() < 0.3)) for n in range(size)
        ]
        graph = OperatorGraph([*subgoals, Subgoal("end", "decide", "y", tuple(f"s{n}" for n in range(size)))])
        running = []
        while not graph.ended:
            ready = graph.ready()
            assert ready or running, "nothing is left that could go on"
            for subgoal in ready:
                graph.start(subgoal.id)
                running.append(subgoal.id)
            ending = running.pop(rng.randrange(len(running)))
            if rng.random() < 0.3:
                graph.fail(ending, "by chance")
            else:
                graph.finish(ending)
        for subgoal in graph.subgoals:
            lost = any(graph[name].status != "done" for name in subgoal.depends_on)
            assert (subgoal.status == "skipped") == (lost and subgoal.kind != "decide")


# What the builder makes of prompts


def candidate(operation, missing=(), prior=0.7, **arguments):
    options = {name: (Option(value, ("e1",), 1.0, ""),) for name, value in arguments.items()}
    return Candidate("tool", operation, options, missing, (), prior, prior, prior, ())


def build(prompt, candidates, budget=None, **settings):
    routing = TaskRouter().route(prompt, budget=budget)
    policy = CONFIG.policy(Budget.LIGHT if routing.budget is Budget.MICRO else routing.budget)
    parts = candidates if candidates and isinstance(candidates[0], list) else [candidates]
    parts = [parts[place % len(parts)] for place in range(max(1, len(routing.questions)))]
    return OperatorGraphBuilder().build_graph(prompt, routing, parts, policy, **settings)


def operations(graph):
    return [subgoal.operation for subgoal in graph.subgoals if subgoal.kind == "tool"]


FOUR = (
    "Four things please. 1) Describe A: 1, 2, 3, 4, 7. 2) Is B: 5.1, 5.3, 4.9, 5.2, 5.0, 5.4, 5.1, 4.8 normal? "
    "3) Build a Box-Behnken design for 3 factors. 4) What is the 0.975 quantile of the standard normal distribution?"
)
FOUR_CANDIDATES = [
    [candidate("describe", sample=[1.0, 2.0, 3.0, 4.0, 7.0])],
    [candidate("normality_test", sample=[5.1, 5.3, 4.9, 5.2, 5.0, 5.4, 5.1, 4.8]), candidate("t_test", prior=0.4)],
    [candidate("box_behnken", factors=3)],
    [candidate("distribution_quantile", distribution="normal", p=0.975)],
]


def test_several_questions_get_independent_calls_of_their_own():
    graph = build(FOUR, FOUR_CANDIDATES, Budget.HEAVY)
    assert operations(graph) == ["describe", "normality_test", "box_behnken", "distribution_quantile"]
    run(graph, graph.ready()[0].id)
    assert [subgoal.operation for subgoal in graph.ready() if subgoal.kind == "tool"] == operations(graph)
    for subgoal, words in zip(
        [one for one in graph.subgoals if one.kind == "tool"], ("Describe A", "Is B", "Box-Behnken", "quantile"), strict=True
    ):
        assert words in FOUR[subgoal.start : subgoal.end]


def test_one_question_leaves_the_choice_of_the_call_open():
    graph = build("Do A: 1, 2, 3 and B: 2, 3, 5 differ?", [candidate("t_test"), candidate("mann_whitney")])
    assert operations(graph) == [None]


@pytest.mark.parametrize(
    ("prompt", "candidates", "expected"),
    [
        ("Do A: 1, 2, 3 and B: 2, 3, 5 differ? Use a t test.", ["t_test", "levene", "mann_whitney"], ["levene"]),
        ("Do A: 1, 2, 3 and B: 2, 3, 5 differ? Use a t test.", ["t_test", "mann_whitney"], []),
        ("Do A: 1, 2, 3 and B: 2, 3, 5 differ in variance?", ["levene", "t_test"], []),
        ("Is the mean of 5.1, 5.3, 4.9 equal to 5?", ["t_test_one_sample", "normality_test"], ["normality_test"]),
        ("Regress y on x. x 1 2 3, y 2 4 5", ["linear_regression", "regression_diagnostics"], ["regression_diagnostics"]),
        ("Cpk of 9.9 10.1 10.0 for LSL 9 and USL 11", ["process_capability", "i_mr_chart", "xbar_r_chart"], ["i_mr_chart"]),
    ],
)
def test_assumptions_are_checked_by_calls_that_the_data_allow(prompt, candidates, expected):
    graph = build(prompt, [candidate(name) for name in candidates])
    checks = [subgoal for subgoal in graph.subgoals if subgoal.supports]
    assert [subgoal.operation for subgoal in checks] == expected
    main = next(subgoal for subgoal in graph.subgoals if subgoal.kind == "tool")
    assert all(subgoal.supports == main.id for subgoal in checks)


def test_a_check_that_lacks_data_is_not_planned_and_neither_is_any_under_a_small_budget():
    prompt = "Do A: 1, 2, 3 and B: 2, 3, 5 differ? Use a t test."
    assert operations(build(prompt, [candidate("t_test"), candidate("levene", missing=("groups",))])) == [None]
    assert operations(build(prompt, [candidate("t_test"), candidate("levene")], Budget.LIGHT)) == [None]


@pytest.mark.parametrize(
    ("prompt", "candidates", "words"),
    [
        ("Compare old = 10.6, 9.9, 9.4 and new = 10.9, 13.3, 11.4", [], "for old and new"),
        ("Is machine 1: 5.1 5.3 4.9 better than machine 2: 5.8 5.9 6.0?", [], "for machine 1 and machine 2"),
        ("Do the groups differ? t test", [candidate("t_test", groups={"Alice": [1.0], "Bob": [2.0]})], "for Alice and Bob"),
        ("Box-Behnken for temperature (100-200 C), pressure (10-50 bar) and time 5 to 9 min", [], "pressure and time"),
        ("Full factorial", [candidate("full_factorial", factors=[{"name": "Feed"}, {"name": "rpm"}])], "Feed and rpm"),
        ("Cpk, LSL = 9.5, USL = 10.5: 9.9 10.1 10.0 9.8", [], "against LSL 9.5 and USL 10.5"),
        ("Sampling plan for AQL 1% and LTPD 5%", [], "against AQL 1% and LTPD 5%"),
        ("What is a p-value?", [], "handbook for p value"),
    ],
)  # fmt: skip
def test_titles_name_what_the_prompt_names(prompt, candidates, words):
    graph = build(prompt, candidates)
    main = next(subgoal for subgoal in graph.subgoals if subgoal.kind in ("tool", "retrieve"))
    assert words in main.title


def test_a_question_of_method_is_looked_up_and_a_design_s_conventions_too():
    kinds = [subgoal.kind for subgoal in build("When should I use Welch's test?", []).subgoals]
    assert kinds == ["retrieve", "think", "decide"]
    design = build("Design a Box-Behnken experiment for 3 factors", [candidate("box_behnken", factors=3)])
    assert [subgoal.title for subgoal in design.subgoals if subgoal.kind == "retrieve"] == [
        "Look up the conventions of box behnken"
    ]


@pytest.mark.parametrize("budget", [Budget.LIGHT, Budget.MEDIUM, Budget.HEAVY])
@pytest.mark.parametrize(
    "prompt",
    [
        FOUR, "", "What is 2 + 2?", "What is a p-value? What is a confidence interval?", "Who won?", "x" * 5000, "{[<tool>",
        " ".join(f"{letter}) Describe 1, 2, 3, {number}." for number, letter in enumerate("abcdefgh")),
    ],
)  # fmt: skip
def test_every_graph_keeps_to_its_budget_and_ends(prompt, budget):
    policy = CONFIG.policy(budget)
    graph = build(prompt, FOUR_CANDIDATES, budget)
    graph.validate(policy)
    while not graph.ended:
        ready = graph.ready()
        assert ready
        for subgoal in ready:
            run(graph, subgoal.id)
    assert graph.subgoals[-1].kind == "decide"


def test_questions_beyond_the_budget_are_named_as_left_out():
    graph = build(FOUR, FOUR_CANDIDATES, Budget.LIGHT)
    assert len(graph.subgoals) == 3
    assert "leaves the rest of the questions out" in graph.subgoals[-1].title


def test_no_room_for_a_graph_is_an_error_that_says_so():
    routing = TaskRouter().route("What is 2 + 2?")
    with pytest.raises(GraphError, match="take a larger budget"):
        OperatorGraphBuilder().build_graph("What is 2 + 2?", routing, [], CONFIG.micro)


# What models propose

GOOD = {
    "subgoals": [
        {"id": "s1", "kind": "tool", "title": "Test", "depends_on": [], "operation": "t_test"},
        {"id": "s2", "kind": "decide", "title": "Answer", "depends_on": ["s1"], "operation": None},
    ]
}


def changed(number, **fields):
    subgoals = [dict(one) for one in GOOD["subgoals"]]
    subgoals[number].update(fields)
    return json.dumps({"subgoals": subgoals})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "JSON"),
        ("[1]", "graph"),
        ('{"subgoals": []}', "without subgoals"),
        ("[" * 100_001, "characters"),
        ("[" * 90_000, "JSON"),
        (changed(0, kind="guess"), "kind"),
        (changed(0, depends_on=["s2"]), "decisions come last"),
        (changed(1, depends_on=["s7"]), "'s7'"),
        (changed(0, id="s2"), "two subgoals"),
        (changed(1, kind="think"), "decides"),
        (changed(0, operation="rm_rf"), "rm_rf"),
        (changed(0, title="x" * 500), "title"),
        (changed(0, surprise=1), "surprise"),
        (changed(0, id=5), "id"),
        (json.dumps({"subgoals": GOOD["subgoals"][1:] * 9}), "two subgoals"),
    ],
)
def test_an_invalid_proposal_is_refused_and_the_template_takes_its_place(text, why):
    error = parse_proposal(text, MEDIUM, ["t_test"])
    assert isinstance(error, GraphError)
    assert why in str(error)
    prompt = "Do A: 1, 2, 3 and B: 2, 3, 5 differ?"
    graph = build(prompt, [candidate("t_test")], proposal=text)
    assert graph.origin == "template"
    assert graph == build(prompt, [candidate("t_test")])


def test_a_valid_proposal_is_the_graph():
    graph = build("Do A: 1, 2, 3 and B: 2, 3, 5 differ?", [candidate("t_test")], proposal=json.dumps(GOOD))
    assert (graph.origin, ids(graph.subgoals), operations(graph)) == ("proposal", ["s1", "s2"], ["t_test"])


@pytest.mark.parametrize("policy", [LIGHT, MEDIUM, HEAVY])
def test_the_schema_of_proposals_is_a_grammar(policy):
    grammar = llguidance.LLMatcher.grammar_from_json_schema(proposal_schema(policy))
    assert llguidance.LLMatcher.validate_grammar(grammar) == ""
