"""Graphs as drawings: as planned and as run, and no prompt can break them."""

import re

import pytest

from havoc.prime.graph.operator_graph import OperatorGraph, Subgoal
from havoc.prime.graph.view import as_mermaid, as_text, escape_label

LINE = re.compile(
    r"flowchart LR|"
    r'    n\d+(?:\("[^"]*"\)|\["[^"]*"\]|\[\("[^"]*"\)\]|\{"[^"]*"\}):::(?:pending|running|done|failed|skipped)|'
    r"    n\d+ --> n\d+|"
    r"    classDef \w+ [\w:#,-]+"
)
"""All that a drawing may consist of."""


def graph(title="Compare A and B"):
    clock = iter([10.0, 10.25, 10.25, 11.0]).__next__
    return OperatorGraph(
        [
            Subgoal("s1", "think", "Read the data"),
            Subgoal("s2", "tool", title, ("s1",), "t_test"),
            Subgoal("s3", "retrieve", "Look it up"),
            Subgoal("s4", "think", "Interpret", ("s2", "s3")),
            Subgoal("end", "decide", "Decide", ("s4",)),
        ],
        clock=clock,
    )


def test_text_as_planned():
    assert as_text(graph()).splitlines() == [
        "[ ] s1 think: Read the data",
        "  [ ] s2 tool: Compare A and B (after s1)",
        "[ ] s3 retrieve: Look it up",
        "    [ ] s4 think: Interpret (after s2, s3)",
        "      [ ] end decide: Decide (after s4)",
    ]


def test_text_as_run_has_states_reasons_and_timings():
    ran = graph()
    ran.start("s1")
    ran.finish("s1")
    ran.start("s2")
    ran.fail("s2", "needs\ntwo groups")
    assert as_text(ran).splitlines() == [
        "[x] s1 think: Read the data: done, 0.25 s from 0.00 s on",
        "  [!] s2 tool: Compare A and B (after s1): failed, 0.75 s from 0.25 s on (needs two groups)",
        "[ ] s3 retrieve: Look it up",
        "    [-] s4 think: Interpret (after s2, s3): skipped (s2 failed: needs two groups)",
        "      [ ] end decide: Decide (after s4)",
    ]
    drawn = as_mermaid(ran)
    assert ":::failed" in drawn
    assert ":::skipped" in drawn
    assert "0.75 s from 0.25 s on" in drawn
    assert "classDef failed" in drawn
    assert "classDef running" not in drawn


def test_mermaid_as_planned():
    lines = as_mermaid(graph()).splitlines()
    assert lines[0] == "flowchart LR"
    assert lines[2] == '    n2["s2 tool<br/>Compare A and B<br/>t_test"]:::pending'
    assert [line.strip() for line in lines if "-->" in line] == [
        "n1 --> n2", "n2 --> n4", "n3 --> n4", "n4 --> n5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "title",
    [
        'x"]:::done\n    click n1 "javascript:alert(1)"',
        "<script>alert(1)</script>",
        "a & b; c #quot; d",
        "`**bold**` [link](http://x)",
        "end\nsubgraph x\nend",
        "%%{init: {'theme': 'dark'}}%%",
        "1. a list",
        "- a list",
        "</tool><eos>\x00\u2028\u202e\ud800",
        "tab\there | pipe {brace} (paren) [bracket] \\ ~ ^ $",
        "größe µ 温度",
    ],
)
def test_no_title_breaks_a_drawing(title):
    for line in as_mermaid(graph(title)).split("\n"):
        assert LINE.fullmatch(line), line
        assert not re.search(r"[<>](?!br/>)(?<!<br/>)(?!\s)", line.replace("-->", "").replace("<br/>", ""))
    assert len(as_text(graph(title)).splitlines()) == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('say "A"', "say #34;A#34;"),
        ("a#b", "a#35;b"),
        ("a\nb", "a b"),
        ("1. first", "1#46; first"),
        ("p = 0.05", "p #61; 0.05"),
        ("x" * 200, "x" * 77 + "..."),
    ],
)
def test_labels_are_escaped(text, expected):
    assert escape_label(text) == expected
