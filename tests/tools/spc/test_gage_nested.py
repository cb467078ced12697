"""Nested gage R&R against a published nested analysis of variance."""

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.gage_nested import gage_rr_nested

# Montgomery, Design and Analysis of Experiments, Table 14.3: coded purity of four batches (here parts) from each of three
# suppliers (here operators), three determinations each.
PURITY = {
    "1": [[1, -1, 0], [-2, -3, -4], [-2, 0, 1], [1, 4, 0]],
    "2": [[1, -2, -3], [0, 4, 2], [-1, 0, -2], [0, 3, 2]],
    "3": [[2, 4, 0], [-2, 0, 2], [1, -1, 2], [3, 2, 1]],
}


def _study(table):
    rows = [
        (f"{batch}", supplier, value)
        for supplier, batches in table.items()
        for batch, values in enumerate(batches)
        for value in values
    ]
    parts, operators, values = zip(*rows, strict=True)
    return {"parts": list(parts), "operators": list(operators), "measurements": [float(value) for value in values]}


def test_purity_of_batches_within_suppliers():
    # Montgomery, Table 14.4: SS 15.06 (df 2), 69.92 (df 9), 63.33 (df 24); MS 7.53, 7.77, 2.64; F of suppliers 0.97,
    # of batches 2.94; variance components 2.64 and (7.77 - 2.64) / 3 = 1.71, suppliers negative.
    result = gage_rr_nested(**_study(PURITY))
    rows = {row.source: row for row in result.anova}
    assert [rows[name].sum_of_squares for name in ("operator", "part (operator)", "repeatability", "total")] == (
        pytest.approx([15.06, 69.92, 63.33, 148.31], abs=6e-3)
    )
    assert rows["operator"].f == pytest.approx(0.97, abs=5e-3)
    assert rows["part (operator)"].f == pytest.approx(2.94, abs=6e-3)
    variances = {line.source: line.variance for line in result.components}
    assert variances["repeatability"] == pytest.approx(2.64, abs=5e-3)
    assert variances["part-to-part"] == pytest.approx(1.71, abs=5e-3)
    assert variances["reproducibility"] == 0
    assert "negative_component" in {notice.code for notice in result.warnings}


def test_names_of_parts_are_read_within_the_operator():
    study = _study(PURITY)
    distinct = [f"{operator}-{part}" for part, operator in zip(study["parts"], study["operators"], strict=True)]
    assert gage_rr_nested(**{**study, "parts": distinct}).components == gage_rr_nested(**study).components


def test_scale():
    study = _study(PURITY)
    scaled = gage_rr_nested(**{**study, "measurements": [93 + 2 * value for value in study["measurements"]]}, tolerance=30)
    assert scaled.sigma_grr == pytest.approx(2 * gage_rr_nested(**study).sigma_grr)
    assert scaled.percent_tolerance_grr == pytest.approx(100 * 6 * scaled.sigma_grr / 30)


@pytest.mark.parametrize("spoil", [{"1": PURITY["1"][:3]}, {"1": [[1, 2], *PURITY["1"][1:]]}, {"2": [], "3": []}])
def test_unbalanced_studies_are_refused(spoil):
    with pytest.raises(ToolError):
        gage_rr_nested(**_study({**PURITY, **spoil}))
