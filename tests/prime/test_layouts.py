"""Data as people lay them out: wide tables, several values in a cell, stacked prose, pairs, lists broken over lines."""

import time

import pytest

from havoc.prime.candidates import CandidateRanker
from havoc.prime.candidates.fitting import Fitter
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.phrases import prose_of
from havoc.prime.candidates.shapes import suits
from havoc.prime.evidence import read_evidence
from havoc.tools import ToolRegistry


@pytest.fixture(scope="module")
def ranker():
    return CandidateRanker(ToolRegistry())


def _arguments(ranker, operation, text):
    offers = Offers(read_evidence(text))
    fitting = Fitter(offers, prose_of(offers.words)).fit(operation, ranker._arguments[operation])
    return {name: options[0].value for name, options in fitting.options.items()}


def _columns(text):
    return {item.name: list(item.values) for item in read_evidence(text).items if item.table}


STUDY = {
    "parts": ["1", "1", "1", "1", "2", "2", "2", "2", "3", "3", "3", "3"],
    "operators": ["Kim", "Kim", "Lou", "Lou"] * 3,
    "measurements": [5.1, 5.2, 5.3, 5.4, 6.1, 6.2, 6.3, 6.4, 7.1, 7.2, 7.3, 7.4],
}
STUDIES = {
    "a column for each operator and trial": (
        "Gauge study.\n\npart\tKim-1\tKim-2\tLou-1\tLou-2\n"
        "1\t5.1\t5.2\t5.3\t5.4\n2\t6.1\t6.2\t6.3\t6.4\n3\t7.1\t7.2\t7.3\t7.4\n"
    ),
    "trials named after the operator": (
        "Gauge study.\n\n| pin | Kim trial 1 | Kim trial 2 | Lou trial 1 | Lou trial 2 |\n|---|---|---|---|---|\n"
        "| 1 | 5.1 | 5.2 | 5.3 | 5.4 |\n| 2 | 6.1 | 6.2 | 6.3 | 6.4 |\n| 3 | 7.1 | 7.2 | 7.3 | 7.4 |\n"
    ),
    "two values in a cell": (
        "Gauge study.\n\n| pin | Kim | Lou |\n|---|---|---|\n| 1 | 5.1 / 5.2 | 5.3 / 5.4 |\n| 2 | 6.1 / 6.2 | 6.3 / 6.4 |\n"
        "| 3 | 7.1 / 7.2 | 7.3 / 7.4 |\n"
    ),
    "rows of trials": (
        "Gauge study.\n\npart;operator;r1;r2\n"
        "1;Kim;5.1;5.2\n1;Lou;5.3;5.4\n2;Kim;6.1;6.2\n2;Lou;6.3;6.4\n3;Kim;7.1;7.2\n3;Lou;7.3;7.4\n"
    ),
}


@pytest.mark.parametrize("text", STUDIES.values(), ids=STUDIES)
def test_a_gauge_study_is_read_from_wide_tables(ranker, text):
    found = _arguments(ranker, "gage_rr_anova", text)
    assert {name: found[name] for name in STUDY} == STUDY


def test_a_gauge_study_is_read_from_stacked_prose(ranker):
    text = (
        "Three pins, two people, twice each.\n"
        "Kim: pin 1 5.1 and 5.2; pin 2 6.1 and 6.2; pin 3 7.1 and 7.2\n"
        "Lou: pin 1 5.3 and 5.4; pin 2 6.3 and 6.4; pin 3 7.3 and 7.4\n"
    )
    found = _arguments(ranker, "gage_rr_anova", text)
    assert found["parts"] == ["1", "1", "2", "2", "3", "3"] * 2
    assert found["operators"] == ["Kim"] * 6 + ["Lou"] * 6
    assert found["measurements"] == [5.1, 5.2, 6.1, 6.2, 7.1, 7.2, 5.3, 5.4, 6.3, 6.4, 7.3, 7.4]


def test_lots_of_each_tester_are_nested(ranker):
    text = (
        "Ada: lot a1 41 and 42, lot a2 44 and 45\nBen: lot b1 51 and 52, lot b2 48 and 47\n"
        "Cy: lot c1 39 and 41, lot c2 40 and 43"
    )
    found = _arguments(ranker, "gage_rr_nested", text)
    assert found["operators"] == ["Ada"] * 4 + ["Ben"] * 4 + ["Cy"] * 4
    assert found["parts"][:4] == ["a1", "a1", "a2", "a2"]


def test_labels_that_say_two_things_are_two_factors(ranker):
    text = "Yields:\n\nlow / wet: 4.1, 4.3\nlow / dry: 5.0, 5.2\nhigh / wet: 6.1, 6.0\nhigh / dry: 7.7, 7.9\n"
    found = _arguments(ranker, "two_way_anova", text)
    assert found["factor_a"] == ["low"] * 4 + ["high"] * 4
    assert found["factor_b"] == ["wet", "wet", "dry", "dry"] * 2
    assert found["response"] == [4.1, 4.3, 5.0, 5.2, 6.1, 6.0, 7.7, 7.9]


def test_a_factor_beside_a_response_is_no_repeat_of_it(ranker):
    text = "machine,temp,strength\nA,20,31.2\nA,40,33.4\nB,20,29.9\nB,40,35.0\nA,20,30.8\nA,40,33.0\nB,20,30.1\nB,40,34.6\n"
    found = _arguments(ranker, "two_way_anova", text)
    assert found["response"] == [31.2, 33.4, 29.9, 35.0, 30.8, 33.0, 30.1, 34.6]


def test_people_and_two_columns_are_no_gauge_study(ranker):
    text = "| operator | old jig | new jig |\n|---|---|---|\n| A | 11.2 | 11.6 |\n| B | 10.8 | 11.1 |\n| C | 11.5 | 11.9 |\n"
    assert "parts" not in _arguments(ranker, "gage_rr_anova", text)


def test_parts_of_one_operator_each_are_not_crossed():
    nested = {"parts": ["a", "a", "b", "b"], "operators": ["Kim", "Kim", "Lou", "Lou"], "measurements": [1, 2, 3, 4]}
    crossed = nested | {"operators": ["Kim", "Lou", "Kim", "Lou"]}
    assert suits("gage_rr_anova", nested) < suits("gage_rr_nested", nested) == suits("gage_rr_anova", crossed)


def test_counts_of_verdicts_are_no_ratings(ranker):
    text = "| cover | ok | not ok |\n|---|---|---|\n| 1 | 5 | 0 |\n| 2 | 4 | 1 |\n| 3 | 0 | 5 |\n| 4 | 1 | 4 |\n"
    assert "ratings" not in _arguments(ranker, "attribute_agreement", text)


REFERENCES = {
    "rows": "standard 0.5: 0.51 g, 0.53 g\nstandard 1.5: 1.49 g, 1.55 g\nstandard 4.0: 4.11 g, 4.08 g\n",
    "assigned": "W = 0.5: 0.51; 0.53\nW = 1.5: 1.49; 1.55\nW = 4: 4.11; 4.08\n",
    "table": "| master | 1 | 2 |\n|---|---|---|\n| 0.5 | 0.51 | 0.53 |\n| 1.5 | 1.49 | 1.55 |\n| 4.0 | 4.11 | 4.08 |\n",
}


@pytest.mark.parametrize("text", REFERENCES.values(), ids=REFERENCES)
def test_references_stand_before_their_measurements(ranker, text):
    found = _arguments(ranker, "gage_linearity", f"Linearity of the scale.\n\n{text}\nIs it good?")
    assert found["references"] == [0.5, 0.5, 1.5, 1.5, 4.0, 4.0]
    assert found["measurements"] == [0.51, 0.53, 1.49, 1.55, 4.11, 4.08]


def test_ratings_with_a_standard(ranker):
    text = "".join(f"\npiece {at}: truth {truth}; Dr. Fo {one}, Dr. Gu {two}" for at, (truth, one, two) in enumerate(
        [("good", "good", "good"), ("bad", "bad", "good"), ("good", "good", "good"), ("bad", "bad", "bad")], start=1
    ))  # fmt: skip
    found = _arguments(ranker, "attribute_agreement", "Two doctors." + text)
    assert found["appraisers"] == ["Dr. Fo", "Dr. Gu"] * 4
    assert found["ratings"] == ["good", "good", "bad", "good", "good", "good", "bad", "bad"]
    assert found["standard"] == ["good", "good", "bad", "bad", "good", "good", "bad", "bad"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("faults/panels 3/20 4/22 1/19 6/25", {"faults": [3, 4, 1, 6], "panels": [20, 22, 19, 25]}),
        (
            "weights 80.1 -> 78.2, 91.0 -> 88.4, 75.5 -> 75.0, 83 -> 80",
            {"before": [80.1, 91, 75.5, 83], "after": [78.2, 88.4, 75, 80]},
        ),
        (
            "force [speed]: steel: 3.1 [40], 3.3 [45], 3.2 [42] | brass: 2.1 [41], 2.2 [44], 2.4 [47]",
            {"": ["steel"] * 3 + ["brass"] * 3, "force": [3.1, 3.3, 3.2, 2.1, 2.2, 2.4], "speed": [40, 45, 42, 41, 44, 47]},
        ),
        ("pairs (size, faulty) are (60, 6), (64, 5), (58, 7)", {"size": [60, 64, 58], "faulty": [6, 5, 7]}),
        (
            "job 1: 5 pages, 11 errors\njob 2: 6 pages, 14 errors\njob 3: 7 pages, 9 errors",
            {"job": ["job 1", "job 2", "job 3"], "pages": [5, 6, 7], "errors": [11, 14, 9]},
        ),
        (
            "7:00  50.4 g, 50.3 g\n8:00  50.9 g, 50.8 g\n9:00  50.1 g, 50.5 g",
            {"7:00": [50.4, 50.3], "8:00": [50.9, 50.8], "9:00": [50.1, 50.5]},
        ),
        (
            "oven 1: 81; 82; 85\noven 2: 91; 92; 90\noven 3: 88; 84; 86",
            {"oven 1": [81, 82, 85], "oven 2": [91, 92, 90], "oven 3": [88, 84, 86]},
        ),
        (
            "M1: 3.4 3.5 3.6\nM2: 3.0 3.2 3.1\nM3: 3.9 3.8 3.7",
            {"M1": [3.4, 3.5, 3.6], "M2": [3.0, 3.2, 3.1], "M3": [3.9, 3.8, 3.7]},
        ),
    ],
)  # fmt: skip
def test_tables_in_prose(text, columns):
    assert _columns(text) == columns


@pytest.mark.parametrize(
    "text",
    [
        "the classes should be 9/16, 3/16, 3/16, 1/16 by Mendel",
        "machine A: mean 12.1, sd 0.3\nmachine B: mean 12.4, sd 0.2\nmachine C: mean 12.2, sd 0.5",
        "time: low 10, high 20\ntemperature: low 150, high 180\npressure: low 1, high 3",
    ],
)
def test_shares_summaries_and_ranges_are_no_table(text):
    assert _columns(text) == {}


def test_cells_that_say_how_many_of_how_many_are_no_repeats():
    text = "| line | early | late |\n|---|---|---|\n| 1 | 3/50 | 4/52 |\n| 2 | 6/48 | 2/50 |\n| 3 | 1/51 | 5/49 |\n"
    assert len(_columns(text)["line"]) == 3


def test_repeats_in_cells_are_said(ranker):
    evidence = read_evidence(STUDIES["two values in a cell"])
    assert any("repeats" in assumption.statement for assumption in evidence.assumptions)


def test_names_of_columns_are_conditions(ranker):
    text = "| rider | saddle | gel | foam |\n|---|---|---|---|\n| r1 | 4 | 5 | 7 |\n| r2 | 3 | 6 | 6 |\n| r3 | 5 | 5 | 8 |\n"
    assert _arguments(ranker, "repeated_measures_anova", text)["conditions"] == ["saddle", "gel", "foam"]
    assert _arguments(ranker, "repeated_measures_anova", "Legs under A, B and C:\n4 5 7\n3 6 6\n5 5 8\n2 3 4")[
        "conditions"
    ] == ["A", "B", "C"]


def test_verdicts_are_counted(ranker):
    text = "try\tred\tgreen\nt1\tpass\tfail\nt2\tpass\tpass\nt3\tfail\tfail\nt4\tpass\tfail\n"
    assert _arguments(ranker, "cochran_q", text)["units"] == [[1, 0], [1, 1], [0, 0], [1, 0]]


def test_a_list_broken_over_lines_is_one(ranker):
    text = "Loads:\n\n2.1; 2.5; 3.6; 2.6\n3.5; 3.8; 5.4; 2.8\n2.3; 6.2; 3.8; 3.3\n\nIs it lognormal, upper spec 9?"
    assert _arguments(ranker, "capability_nonnormal", text)["data"] == [
        2.1,
        2.5,
        3.6,
        2.6,
        3.5,
        3.8,
        5.4,
        2.8,
        2.3,
        6.2,
        3.8,
        3.3,
    ]


def test_what_is_held_constant_is_a_control(ranker):
    text = "sales;ads;rain\n1.1;4;30\n1.6;5;28\n1.2;3;35\n2.0;7;21\n1.8;6;25\nDo sales and ads go together beyond rain?"
    found = _arguments(ranker, "partial_correlation", text)
    assert (found["x"], found["y"], list(found["controls"])) == ([1.1, 1.6, 1.2, 2.0, 1.8], [4, 5, 3, 7, 6], ["rain"])


def test_four_counts_beside_their_total(ranker):
    text = "Two readers saw the same 90 slides. Both positive 41, only the first 8, only the second 14, both negative 27."
    assert _arguments(ranker, "mcnemar", text)["table"] == [[41, 8], [14, 27]]


@pytest.mark.parametrize(
    "text",
    [
        "| heat | n | mean (MPa) | s (MPa) |\n|---|---|---|---|\n| a | 15 | 51.3 | 6.4 |\n| b | 12 | 50.8 | 5.9 |\n",
        "\told\tnew\nN\t15\t12\nmean MPa\t51.3\t50.8\nsd\t6.4\t5.9\n",
    ],
)
def test_summaries_of_two_samples_in_a_table(ranker, text):
    found = _arguments(ranker, "t_test_from_summary", f"Same mean?\n\n{text}")
    expected = {"mean1": 51.3, "sd1": 6.4, "n1": 15, "mean2": 50.8, "sd2": 5.9, "n2": 12}
    assert {name: found.get(name) for name in expected} == expected


def test_lists_of_letters_are_data(ranker):
    evidence = read_evidence("Determine tau for x = 3, 7, 1, 9, 5; y = 14, 20, 11, 27, 13: is it zero?")
    assert [(item.name, item.values) for item in evidence.items] == [("x", (3, 7, 1, 9, 5)), ("y", (14, 20, 11, 27, 13))]


@pytest.mark.parametrize(
    "text",
    [
        "a: b 1, c 2; " * 8000,
        "1/2 " * 25_000,
        "1 [2] " * 16_000,
        "a 1 b 2\n" * 12_000,
        "x = " + "1, " * 30_000,
        "lab a, b: 1 2\n" * 3000,
        "a " * 50_000 + ":",
        ("| 1 / 2 | ok / ok |\n") * 1500,
    ],
)
def test_hostile_texts_are_read_in_time(text):
    start = time.process_time()
    read_evidence(text)
    assert time.process_time() - start < 20
