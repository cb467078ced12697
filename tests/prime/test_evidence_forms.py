"""What people paste, form by form: which numbers are read, as what, under which name, and what is stated as assumed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.prime.evidence import EvidenceSet, read_evidence


def lists(text):
    """Name and numbers of each list."""
    return [(item.name, list(item.numbers)) for item in read_evidence(text).of_kind("values")]


def roles(text):
    """Role and numbers of each single number that has a role."""
    return [(item.role, *item.numbers) for item in read_evidence(text).of_kind("number") if item.role not in ("", "label")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A: 12.1, 11.9 B: 12.4, 12.6", [("A", [12.1, 11.9]), ("B", [12.4, 12.6])]),
        ("[1,2,3] vs [2,3,4]", [("", [1, 2, 3]), ("", [2, 3, 4])]),
        ("[101,203,198] and [1,2]", [("", [101, 203, 198]), ("", [1, 2])]),
        ('{"A": [1, 2, 3], "B": [4, 5, 6]}', [("A", [1, 2, 3]), ("B", [4, 5, 6])]),
        ("before 12 14 15 after 13 15 17", [("before", [12, 14, 15]), ("after", [13, 15, 17])]),
        (
            "machine 1 gave 5.1, 5.3 and 5.2, while machine 2 gave 5.5, 5.6 and 5.4",
            [("machine 1", [5.1, 5.3, 5.2]), ("machine 2", [5.5, 5.6, 5.4])],
        ),
        ("Alloy 1 220 231 218. Alloy 2 240 236 245.", [("Alloy 1", [220, 231, 218]), ("Alloy 2", [240, 236, 245])]),
        ("K1 (21, 24, 22), K2 (25, 27, 26)", [("K1", [21, 24, 22]), ("K2", [25, 27, 26])]),
        ("Hi,\nhere are the data:\n10.1\n10.3\n9.9\nRegards", [("", [10.1, 10.3, 9.9])]),
        ("Yield (kg): 5.1; 5.2; 5.3", [("Yield", [5.1, 5.2, 5.3])]),
        ("weights 12,1 12,4 11,9 g", [("weights", [12.1, 12.4, 11.9])]),
        ("1.2e-3, 4.5e-3, 3.3e-3", [("", [0.0012, 0.0045, 0.0033])]),
        ("change: -1.2, 0.4, -0.7", [("change", [-1.2, 0.4, -0.7])]),
        ("counts 1,250, 1,310, 990", [("counts", [1250, 1310, 990])]),
        ("M12 bolts, torque 45 47 44 46 Nm", [("torque", [45, 47, 44, 46])]),
        ("1) mean of 3, 4, 5?\n2) and the sd?", [("", [3, 4, 5])]),
        ("On 2024-03-12 at 14:30: 5.1, 5.2, 5.3", [("", [5.1, 5.2, 5.3])]),
        ("expected ratio 9:3:3:1", [("expected ratio", [9, 3, 3, 1])]),
        ("The mean was 5 and 7 parts failed.", []),
    ],
)
def test_lists(text, expected):
    assert lists(text) == expected


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Temp\tYield\n20,5\t81,2\n21,0\t83,4", {"Temp": [20.5, 21], "Yield": [81.2, 83.4]}),
        ("a;b\n1,5;2,5\n1,7;2,9", {"a": [1.5, 1.7], "b": [2.5, 2.9]}),
        ("x,y\n1,2\n2,4\n3,6", {"x": [1, 2, 3], "y": [2, 4, 6]}),
        ("Residuals, leverage for\nx,y\n1,2.1\n2,3.9\n20,30", {"x": [1, 2, 20], "y": [2.1, 3.9, 30]}),
        ("x,y\n1,2\n2,NA\n3,6.5", {"x": [1, 3], "y": [2, 6.5]}),
        ("| shift | good |\n|---|---|\n| a | 90 |\n| b | 80 |", {"shift": ["a", "b"], "good": [90, 80]}),
        (
            "| s | good | total |\n|---|---|---|\n| a | 90 | 100 |\n| b | 80 | 95 |\n| total | 170 | 195 |",
            {"s": ["a", "b"], "good": [90, 80]},
        ),
        (
            "run A B y\n1 -1 -1 20\n2 1 -1 25\n3 -1 1 22",
            {"run": [1, 2, 3], "A": [-1, 1, -1], "B": [-1, -1, 1], "y": [20, 25, 22]},
        ),
        ("Temp (°C), Flow [l/min]\n20, 5.1\n30, 5.9\n40, 6.8", {"Temp": [20, 30, 40], "Flow": [5.1, 5.9, 6.8]}),
        ("(1, 2.1), (2, 3.9), (3, 6.2)", {"x": [1, 2, 3], "y": [2.1, 3.9, 6.2]}),
        ("Lifetimes (h): 120+, 340, 500+, 610", {"Lifetimes": [120, 340, 500, 610], "censored": [1, 0, 1, 0]}),
    ],
)
def test_tables_by_their_columns(text, columns):
    items = read_evidence(text).items
    assert {item.name: list(item.values) for item in items if item.layout == "column"} == columns
    assert len({item.table for item in items}) == 1


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("[1 2; 3 4]", [[1, 2], [3, 4]]),
        ("10.1 10.2 9.9\n10.0 10.3 9.8\n9.9 10.1 10.2", [[10.1, 10.2, 9.9], [10.0, 10.3, 9.8], [9.9, 10.1, 10.2]]),
        (
            "Subgroup 1: 5.1 4.9 5\nSubgroup 2: 5.2 5 4.8\nSubgroup 3: 4.9 5.1 5.3",
            [[5.1, 4.9, 5], [5.2, 5, 4.8], [4.9, 5.1, 5.3]],
        ),
    ],
)
def test_matrices_and_subgroups_by_their_rows(text, rows):
    items = [item for item in read_evidence(text).items if item.layout == "row"]
    assert [list(item.numbers) for item in items] == rows
    assert len({item.table for item in items}) == 1


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("LSL 9.5 USL 10.5", (9.5, None, 10.5)),
        ("LSL=9.5, USL=10.5", (9.5, None, 10.5)),
        ("spec 10 ± 0.5 mm", (9.5, 10, 10.5)),
        ("spec is 10 +/- 0.5", (9.5, 10, 10.5)),
        ("tolerance: 10 plus or minus 0.5", (9.5, 10, 10.5)),
        ("the drawing says 10 +0.2/-0.1 mm", (9.9, 10, 10.2)),
        ("specification between 9.5 and 10.5", (9.5, None, 10.5)),
        ("spec limits 9.5-10.5 mm", (9.5, None, 10.5)),
        ("tolerance 9.5 to 10.5", (9.5, None, 10.5)),
        ("limits of 4.7 / 5.3, cpk?", (4.7, None, 5.3)),
        ("nominal 10, tolerance ±0.5", (9.5, 10, 10.5)),
        ("lower spec limit 9.5, upper spec limit 10.5", (9.5, None, 10.5)),
        ("Cpk with an upper limit of 3", (None, None, 3)),
        ("capability, must not be less than 20", (20, None, None)),
    ],
)
def test_specification_limits(text, limits):
    read = read_evidence(text)
    found = tuple(next((item.numbers[0] for item in read.of_role(role)), None) for role in ("lsl", "target", "usl"))
    assert found == tuple(None if limit is None else pytest.approx(limit) for limit in limits)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "factors: temperature (100-200°C), pressure (10-50 bar), and speed (50-150 RPM)",
            [("temperature", (100, 200), "°C"), ("pressure", (10, 50), "bar"), ("speed", (50, 150), "RPM")],
        ),
        ("full factorial, time from 10 up to 50 min", [("time", (10, 50), "min")]),
        ("Temperature: low 150, high 170", [("Temperature", (150, 170), "")]),
        ("design in A, B with low/high: A 10/20, B 5/8", [("A", (10, 20), ""), ("B", (5, 8), "")]),
    ],
)
def test_ranges(text, expected):
    assert [(item.name, item.values, item.unit) for item in read_evidence(text).of_kind("range")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alpha of 1%", [("alpha", 0.01)]),
        ("at the 5% level", [("alpha", 0.05)]),
        ("with 95% confidence and 90 % power", [("confidence", 0.95), ("power", 0.9)]),
        ("n=25", [("sample_size", 25)]),
        ("25 samples", [("sample_size", 25)]),
        ("mean 12.3, SD 0.4, n = 20", [("mean", 12.3), ("standard_deviation", 0.4), ("sample_size", 20)]),
        ("x̄ = 52.3, s = 4.1, H0: mu = 50", [("mean", 52.3), ("standard_deviation", 4.1), ("hypothesized", 50)]),
        ("sd 0.9 and 1.1", [("standard_deviation", 0.9), ("standard_deviation", 1.1)]),
        ("12 defects in 200 units", [("events", 12), ("sample_size", 200)]),
        ("18 out of 250", [("events", 18), ("sample_size", 250)]),
        ("45/120 patients", [("events", 45), ("sample_size", 120)]),
        ("Out of 350 pumps, 21 leaked", [("events", 21), ("sample_size", 350)]),
        ("5 factors in 16 runs, resolution V", [("factors", 5), ("runs", 16), ("resolution", 5)]),
        ("three factors at two levels", [("factors", 3), ("levels", 2)]),
        ("2^(5-1) factorial design", [("levels", 2), ("runs", 16), ("factors", 5)]),
        ("a lot size of 1000, AQL 0.65%", [("lot_size", 1000), ("aql", 0.0065)]),
        ("detect a difference of 1.5 with sd 2", [("difference", 1.5), ("standard_deviation", 2)]),
        ("chi-square quantile, df = 7", [("df", 7)]),
        ("F with 3 and 20 degrees of freedom", [("df", 3), ("df", 20)]),
        ("Does it differ from 50?", [("hypothesized", 50)]),
        ("design with 4 center points", [("center_points", 4)]),
        ("12 parts per lot were stopped for 35 minutes", [("lot_size", 12), ("time", 35)]),
    ],
)
def test_roles_of_single_numbers(text, expected):
    found = sorted(roles(text))
    assert [role for role, _ in found] == [role for role, _ in sorted(expected)]
    assert [value for _, value in found] == pytest.approx([value for _, value in sorted(expected)])


@pytest.mark.parametrize(
    ("text", "expressions"),
    [
        ("solve 2x + 3 = 7", ["2x + 3 = 7"]),
        ("integrate x^2 + 3*x from 0 to 1", ["x^2 + 3*x"]),
        ("dy/dt = -0.5*y, y(0) = 10, what is y at t = 2?", ["dy/dt = -0.5*y", "y(0) = 10"]),
        ("What is 2 + 2?", ["2 + 2"]),
        ("calculate sqrt(2)*sin(pi/4)", ["sqrt(2)*sin(pi/4)"]),
        ("What is 15% of 240?", ["15/100*240"]),
        ("maximize 3*x + 5*y subject to x <= 4, 2*y <= 12", ["3*x + 5*y", "x <= 4", "2*y <= 12"]),
        ("What is the mean if n = 25 and s = 3?", []),
        ("What is a good range, 10 - 50 or more?", []),
    ],
)
def test_expressions(text, expressions):
    assert [item.values[0] for item in read_evidence(text).of_kind("expression") if not item.role] == expressions


def test_what_is_ambiguous_is_stated():
    (comma,) = read_evidence("weights 12,1 12,4 11,9 g").assumptions
    assert "12.1" in comma.statement
    (limits,) = read_evidence("spec 12 ± 0.5").assumptions
    assert "LSL 11.5" in limits.statement
    (missing,) = read_evidence("x,y\n1,2\n2,NA\n3,6").assumptions
    assert "1 row" in missing.statement


def test_an_irrelevant_number_is_there_without_a_role_and_in_no_list():
    read = read_evidence("The line stopped 3 times, supplier 7741. Data: 5.1, 5.2, 5.3")
    assert [list(item.numbers) for item in read.of_kind("values")] == [[5.1, 5.2, 5.3]]
    assert {3.0, 7741.0} <= {item.numbers[0] for item in read.of_kind("number")}


def test_a_hundred_thousand_numbers_are_one_list():
    numbers = [round(10 + (place % 97) / 100, 2) for place in range(100_000)]
    (item,) = read_evidence("Data: " + ", ".join(map(str, numbers))).of_kind("values")
    assert list(item.numbers) == numbers


def check_places(read: EvidenceSet):
    for item in read.items:
        assert 0 <= item.start < item.end <= len(read.text)
        assert item.values
    assert [item.id for item in read.items] == [f"e{number}" for number in range(1, len(read.items) + 1)]


_WORDS = "A: 12.1 11,9 [ ] ( ) ± 0.5 5% n= mean spec to - and of x^2 = / LSL factor 2^ design solve + 100 1e5 NA °C ; |"
_PIECES = st.sampled_from([*_WORDS.split(" "), ", ", " ", "\n", "\t"])


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_is_read_and_every_item_has_its_place(text):
    check_places(read_evidence(text))
