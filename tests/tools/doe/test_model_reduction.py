"""Backward elimination against published models and by its rules."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.model_reduction import reduce_model
from tests.tools.doe.experiments import FILTRATION, YIELD

EVERY = ["A", "B", "C", "D", "AB", "AC", "AD", "BC", "BD", "CD", "ABC", "ABD", "ACD", "BCD", "ABCD"]


def test_filtration_rate():
    # Montgomery, Example 6.2: the model of A, C, D, AC and AD has R2 = 0.9660, adjusted 0.9489, predicted 0.9128, standard
    # deviation 4.42 and 10 degrees of freedom for error.
    result = reduce_model(**FILTRATION, model="interaction", alpha_to_remove=0.05)
    assert result.terms == ["A", "C", "D", "A*C", "A*D"]
    assert result.s == pytest.approx(4.42, abs=5e-3)
    assert result.df_error == 10
    assert (result.r_squared, result.adjusted_r_squared, result.predicted_r_squared) == pytest.approx(
        (0.9660, 0.9489, 0.9128), abs=6e-5
    )


def test_a_saturated_model_is_reduced_by_aicc():
    result = reduce_model(**FILTRATION, model=EVERY, criterion="aicc")
    assert {"A", "C", "D", "A*C", "A*D"} <= set(result.terms)
    assert len(result.terms) < 10
    assert result.steps[0].aicc is None
    known = [step.aicc for step in result.steps if step.aicc is not None]
    assert known == sorted(known, reverse=True), "each removal lowers the criterion"


def test_hierarchy_keeps_main_effects_that_an_interaction_needs():
    # y = 5 + 3 ab, each replicate shifted as a whole, so that A and B are exactly 0 and only hierarchy holds them.
    a, b = [-1, 1, -1, 1] * 3, [-1, -1, 1, 1] * 3
    shift = [0.1] * 4 + [-0.1] * 4 + [0.0] * 4
    y = [5 + 3 * one * other + e for one, other, e in zip(a, b, shift, strict=True)]
    experiment = {"factors": 2, "data": {"A": a, "B": b}, "response": y, "model": "interaction"}
    kept = reduce_model(**experiment)
    assert kept.terms == ["A", "B", "A*B"]
    assert kept.kept_for_hierarchy == ["A", "B"]
    assert reduce_model(**experiment, hierarchy=False).terms == ["A*B"]


def test_each_step_removes_the_largest_p_value():
    result = reduce_model(**YIELD, alpha_to_remove=0.01)
    assert result.removed == ["Time*Temperature"]
    assert result.steps[1].p_value == pytest.approx(0.1025, abs=5e-5)
    assert [step.terms for step in result.steps] == [5, 4]


def test_aicc_by_hand():
    # n = 4, constant and slope, SSE = 1: 4 ln(1/4) + 6 + 24/0 is undefined; n = 6: 6 ln(SSE/6) + 6 + 24/2.
    data = {"A": [-1, -1, -1, 1, 1, 1]}
    y = [0.0, 1.0, 2.0, 9.0, 10.0, 11.0]
    result = reduce_model(factors=1, data=data, response=y, model="linear", criterion="aicc")
    assert result.steps[0].aicc == pytest.approx(6 * np.log(4 / 6) + 6 + 12)


def test_a_saturated_model_has_no_p_values():
    with pytest.raises(ToolError, match="no p values"):
        reduce_model(**FILTRATION, model=EVERY)
