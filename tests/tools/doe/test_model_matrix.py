"""Terms and matrices of polynomial models: hand-computable cases and identities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.model_matrix import alias_terms, cube_moments, expand, model_terms, term_names


def test_terms_in_their_usual_order():
    names = ["A", "B", "C"]
    assert term_names(model_terms(names, "linear"), names) == ["1", "A", "B", "C"]
    assert term_names(model_terms(names, "interaction"), names)[4:] == ["A*B", "A*C", "B*C"]
    assert term_names(model_terms(names, "quadratic"), names)[7:] == ["A^2", "B^2", "C^2"]


@given(k=st.integers(1, 15))
def test_number_of_terms(k):
    # (k + 1)(k + 2)/2 coefficients of a full second-order model.
    names = [f"x{i}" for i in range(k)]
    assert len(model_terms(names, "quadratic")) == (k + 1) * (k + 2) // 2


def test_written_terms_are_read():
    names = ["Time", "Speed in rpm"]
    terms = model_terms(names, ["1", "Time", "Time * Speed in rpm", "Speed in rpm^2"])
    assert terms == [(0, 0), (1, 0), (1, 1), (0, 2)]
    assert model_terms(names, term_names(terms, names)) == terms


def test_the_matrix_of_a_small_design():
    matrix = expand(np.array([[2.0, 3.0], [-1.0, 0.5]]), model_terms(["A", "B"], "quadratic"))
    assert matrix.tolist() == [[1, 2, 3, 6, 4, 9], [1, -1, 0.5, -0.5, 1, 0.25]]


def test_moments_of_the_cube_are_means_over_it():
    # Mean of x^2 over -1 ... 1 is 1/3, of x^4 1/5, of x^2 y^2 1/9, of odd powers 0.
    moments = cube_moments(model_terms(["A", "B"], "quadratic"))
    assert moments[0, 4] == pytest.approx(1 / 3)
    assert moments[4, 4] == pytest.approx(1 / 5)
    assert moments[4, 5] == moments[3, 3] == pytest.approx(1 / 9)
    assert moments[1, 2] == 0


def test_what_a_model_leaves_out():
    names = ["A", "B"]
    assert term_names(alias_terms(model_terms(names, "linear")), names) == ["A*B", "A^2", "B^2"]
    assert alias_terms(model_terms(names, "quadratic")) == []


@pytest.mark.parametrize(
    ("model", "path"), [(["A", "X"], "model[1]"), (["A", "A"], "model[1]"), (["A^5"], "model[0]"), (["A*"], "model[0]")]
)
def test_terms_that_cannot_be_read_are_named(model, path):
    with pytest.raises(ToolError) as caught:
        model_terms(["A", "B"], model)
    assert caught.value.path == path


def test_too_many_terms_are_refused():
    with pytest.raises(ToolError, match="terms"):
        model_terms([f"x{i}" for i in range(40)], "interaction")
