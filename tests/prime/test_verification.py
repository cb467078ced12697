"""Answers against what is known: what is right passes, and every kind of fault is named."""

import pytest

from havoc.prime.verification import GlobalVerification, VerificationReport, provenance, unfounded
from havoc.prime.verification.arithmetic import evaluate
from havoc.prime.workspace import GlobalWorkspace, ToolCall
from havoc.tools import ToolRegistry
from tests.prime.evidence_by_hand import given, number, values

GROUPS = {"A": [5.1, 6.0, 6.9, 6.2], "B": [7.2, 8.0, 8.9, 7.7], "C": [10.1, 11.0, 11.8, 11.3]}
SAMPLES = ([5.1, 4.9, 5.0, 5.2], [5.6, 5.4, 5.5, 5.8])


def _call(workspace, operation, **arguments):
    registry = ToolRegistry()
    tool = next(name for name, tool in registry.tools.items() if operation in tool.operations)
    args = {"operation": operation, **arguments}
    call = ToolCall(workspace.next_call_id(), tool, args, registry.execute(tool, args))
    assert call.success, call.answer
    workspace.add_call(call)
    return workspace


@pytest.fixture(scope="module")
def t_test():
    """p = 0.00132, means 5.05 and 5.575."""
    return _call(GlobalWorkspace(), "t_test", sample1=SAMPLES[0], sample2=SAMPLES[1])


@pytest.fixture(scope="module")
def anova():
    """F = 48.69, p = 1.49e-05, means 6.05, 7.95, 11.05."""
    return _call(GlobalWorkspace(), "one_way_anova", groups=GROUPS)


@pytest.fixture(scope="module")
def design():
    """15 runs, 3 centre points."""
    return _call(GlobalWorkspace(), "box_behnken", factors=["A", "B", "C"])


@pytest.fixture(scope="module")
def fraction():
    """2^(5-1), 16 runs, resolution 5."""
    return _call(GlobalWorkspace(), "fractional_factorial", factors=5, generators=["E=ABCD"])


@pytest.fixture(scope="module")
def chart():
    """In control, centre 10.05."""
    return _call(
        GlobalWorkspace(), "i_mr_chart", values=[10.2, 10.0, 9.8, 10.1, 10.3, 9.9, 10.0, 10.2, 10.1, 9.9], rules=["1"]
    )


def _faults(answer, workspace, **more):
    return [check.name for check in GlobalVerification().verify(answer, workspace, **more).faults]


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        ("The p-value is 0.0000149, so the means differ significantly.", []),
        ("F(2, 9) = 48.7, p < .001; we reject H0 at the 5% level.", []),
        ("eta squared is 91.5%", []),
        ("The mean of B is 7.95.", []),
        ("The mean of group B is 7.95 and that of C is 11.05.", []),
        ("The p-value is 1.5e-6.", ["numbers"]),
        ("The p-value is 48.69.", ["numbers"]),
        ("The mean of B is 11.05.", ["numbers"]),
        ("F = 1.49e-5", ["numbers"]),
        ("The Cpk is 48.69.", ["numbers"]),
        ("The p-value is 1.49e-5, so the means do not differ significantly.", ["conclusions"]),
        ("p < 0.00001", ["numbers"]),
        ("p < 0.05", []),
        ("p > 0.05", ["numbers"]),
        ("With 9 error degrees of freedom, 48.69 is significant.", []),
        ("Is the difference significant?", []),
        ("If p were above 0.05, the difference would not be significant.", []),
        ("The result is not only significant, eta squared is 0.915 too.", []),
    ],
)
def test_numbers_and_conclusions_of_an_analysis(anova, answer, faults):
    assert _faults(answer, anova) == faults


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        ("Use 15 runs with 3 center points.", []),
        ("The design has fifteen runs, three of them centre points.", []),
        ("The design has 16 runs.", ["numbers"]),
        ("The design has 15 runs, 5 of them center points.", ["numbers"]),
        ("The design has 15 runs and four center points.", ["numbers"]),
        ("A Box-Behnken design (Box and Behnken, 1960) has 15 runs.", []),
        ("A Box-Behnken design (Box and Behnken, 1962) has 15 runs.", ["citations"]),
        ("A Box-Behnken design (Box and Wilson, 1960) has 15 runs.", ["citations"]),
        ("It has no 12.5 runs.", ["numbers"]),
    ],
)
def test_properties_and_sources_of_a_design(design, answer, faults):
    assert _faults(answer, design) == faults


@pytest.mark.parametrize(
    ("answer", "passes"),
    [
        ("The 2^(5-1) fraction has resolution V and 16 runs.", True),
        ("The 2^(5-2) fraction has 16 runs.", False),
        ("A half fraction of 16 runs.", True),
        ("A quarter fraction of 16 runs.", False),
        ("The design is of resolution IV.", False),
        ("The design is orthogonal.", True),
        ("The design is not orthogonal.", False),
    ],
)
def test_names_of_designs_are_recomputed(fraction, answer, passes):
    assert GlobalVerification().verify(answer, fraction).passed is passes


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        ("The process is in control.", []),
        ("No point is out of control.", []),
        ("There are no signals.", []),
        ("The process is out of control.", ["conclusions"]),
        ("The process is not stable.", ["conclusions"]),
        ("The center line is at 10.05.", []),
        ("The center line is at 10.5.", ["numbers"]),
    ],
)
def test_charts(chart, answer, faults):
    assert _faults(answer, chart) == faults


@pytest.mark.parametrize(
    ("answer", "passes"),
    [
        ("2 + 2 = 4", True),
        ("2 + 2 = 5", False),
        ("12/200 = 6%", True),
        ("12/200 = 7%", False),
        ("(3 + 5) * 2 = 16", True),
        ("sqrt(16) * 2 = 8", True),
        ("0.3 > 0.05", True),
        ("0.03 > 0.05", False),
        ("10 / 4 is 2.5", True),
        ("10 / 3 ≈ 3.33", True),
        ("10 / 3 = 3.34", False),
    ],
)
def test_calculations_in_the_text_are_done_again(answer, passes):
    checks = GlobalVerification().verify(answer, GlobalWorkspace(question=answer)).of("arithmetic")
    assert all(check.status == "pass" for check in checks) is passes
    assert checks[0].status != "not_applicable"


@pytest.mark.parametrize(
    ("expression", "value"),
    [("2^3", 8.0), ("-2^2", -4.0), ("5%", 0.05), ("1,200/3", 400.0), ("2*(3+4)", 14.0), ("1/0", None), ("9^9^9", None),
     ("2 +", None), ("x + 1", None), ("(" * 500 + "1", None), ("", None)],
)  # fmt: skip
def test_expressions(expression, value):
    assert evaluate(expression) == (pytest.approx(value) if value is not None else None)


def test_numbers_of_the_question_may_be_repeated():
    question = "Two suppliers, tolerance 0.5 mm, alpha 1%."
    workspace = GlobalWorkspace(question)
    workspace.add_evidence(given(question, values("A", [1.5, 2.5]), number(0.01, "alpha", percent=True)))
    assert (
        GlobalVerification()
        .verify("The tolerance is 0.5 mm at alpha = 1%; A has 2 values, the first is 1.5.", workspace)
        .passed
    )
    assert not GlobalVerification().verify("The tolerance is 0.7 mm.", workspace).passed


def test_what_the_evidence_does_not_hold_is_unfounded(t_test):
    answer = "The means are 5.05 and 5.575; the vendor promises 17.3."
    assert [one.text for one in unfounded(answer, t_test)] == ["17.3"]
    founded = provenance(answer, t_test)
    assert [one.text for one in founded] == ["5.05", "5.575", "17.3"]
    names = {fact.id: fact.provenance.path for fact in t_test.facts}
    assert names[founded[0].fact_ids[0]] == "result.means[0]"
    assert [answer[one.start : one.end] for one in founded] == ["5.05", "5.575", "17.3"]


def test_names_and_ordinals_need_no_provenance(t_test):
    assert provenance("1. A 2^3 design (Welch, 1947) by ISO 16269-6.", t_test) == []


def test_quotations_of_the_tool_pass(anova):
    answer = f"{anova.calls[0].answer['conclusion']}"
    report = GlobalVerification().verify(answer, anova)
    assert report.passed
    assert all(one.is_founded for one in provenance(answer, anova))


def test_a_limit_that_is_not_kept_has_to_be_said(design):
    workspace = GlobalWorkspace.from_json(design.to_json())
    workspace.constraints.append("at most 12 runs")
    assert _faults("The design has 15 runs.", workspace) == ["constraints"]
    assert _faults("The design has 15 runs, more than the 12 runs allowed: the limit cannot be kept.", workspace) == []
    workspace.constraints[:] = ["at most 20 runs"]
    assert _faults("The design has 15 runs.", workspace) == []


def test_an_assumption_that_failed_has_to_be_said():
    workspace = _call(
        GlobalWorkspace(), "one_way_anova", groups={"A": [1.0, 1.1, 0.9, 1.0, 9.0], "B": [2.0, 2.1, 1.9, 2.0, 2.1]}
    )
    failed = [one["name"] for one in workspace.calls[0].answer["assumptions"] if one["holds"] is False]
    assert failed
    report = GlobalVerification().verify("The group means were compared.", workspace)
    assert {check.name for check in report.faults} == {"assumptions"}
    assert report.is_sound
    assert not report.passed
    mentioned = "The group means were compared. " + " ".join(f"The {name} is doubtful." for name in failed)
    assert GlobalVerification().verify(mentioned, workspace).of("assumptions")[0].status == "pass"


@pytest.mark.parametrize(
    ("answer", "passes"),
    [
        ("See [c1].", True),
        ("See [c2].", False),
        ("By the fact f3 it holds.", True),
        ("By the fact f99999 it holds.", False),
        ("The NIST/SEMATECH e-Handbook 7.3.1 says so.", True),
        ("The NIST/SEMATECH e-Handbook 7.3.9 says so.", False),
        ("Calculated with `t_test`.", True),
        ("Calculated with `one_way_anova`.", False),
        ("By ISO 9001.", False),
    ],
)
def test_sources_have_to_be_there(t_test, answer, passes):
    assert all(check.status == "pass" for check in GlobalVerification().verify(answer, t_test).of("citations")) is passes


def test_passages_have_to_be_found():
    passage = {"id": "box-behnken", "title": "Box-Behnken design", "passage": "Three levels.", "document": "07_designs.md"}
    answer = {"success": True, "operation": "search", "result": {"passages": [passage]}}
    workspace = GlobalWorkspace()
    workspace.add_call(ToolCall("c1", "rag_helper", {"operation": "search", "query": "three levels"}, answer))
    assert GlobalVerification().verify("See the handbook passage `box-behnken`.", workspace).passed
    assert _faults("See the handbook passage `box-and-whiskers`.", workspace) == ["citations"]


def test_a_report_survives_json(anova):
    report = GlobalVerification().verify("The p-value is 0.5, and the mean of B is 7.95.", anova)
    assert VerificationReport.from_json(report.as_json()) == report
    assert "FAIL numbers" in str(report)
    assert not report.is_sound
    (fault,) = report.faults
    assert (fault.start, fault.end) == (15, 18)
    assert any(check.fact_ids for check in report.of("numbers"))


def test_nothing_said_is_nothing_wrong(anova):
    report = GlobalVerification().verify("", anova)
    assert report.passed
    assert "checks passed" in str(report)


def test_a_changed_workspace_is_read_anew():
    verification, workspace = GlobalVerification(), GlobalWorkspace("Which design?")
    assert not verification.verify("It has 15 runs.", workspace).passed
    _call(workspace, "box_behnken", factors=["A", "B", "C"])
    assert verification.verify("It has 15 runs.", workspace).passed


@pytest.mark.timeout(120)  # seconds of work where it grows with the length, hours where it grows with its square
def test_long_and_hostile_answers_come_to_an_end(anova):
    hostile = [
        "1 " * 10_000,
        "(1+" * 6_000,
        "2^" * 9_000,
        "Box and " * 2_500,
        "is not significant, " * 900,
        "1 < " * 5_000,
        "the variances " * 1_400,
    ]
    for answer in hostile:
        GlobalVerification().verify(answer, anova)
    report = GlobalVerification().verify("word " * 5_000, anova)
    assert "nothing was checked" in report.faults[0].detail
