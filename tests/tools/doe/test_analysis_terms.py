"""Terms and coding of models."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.analysis_terms import Coding, coding_of, expand, interactions, missing_parents, model_terms
from havoc.tools.doe.factor import Factor, coded_factors

MIXED = [Factor(name="T", low=100, high=200), Factor(name="M", levels=["a", "b", "c"]), Factor(name="P", low=1, high=5)]


def test_a_second_order_model_has_the_textbook_s_terms_in_order():
    coding = Coding(tuple(coded_factors(3)))
    names = [coding.term_name(term) for term in model_terms(coding, "quadratic")]
    assert names == ["A", "B", "C", "A*B", "A*C", "B*C", "A^2", "B^2", "C^2"]


def test_categorical_factors_have_contrasts_and_no_squares():
    coding = Coding(tuple(MIXED))
    terms = model_terms(coding, "quadratic")
    assert [coding.term_name(term) for term in terms] == ["T", "M", "P", "T*M", "T*P", "M*P", "T^2", "P^2"]
    names = [coding.column_name(column) for term in terms for column in coding.columns(term)]
    assert names[:6] == ["T", "M[a]", "M[b]", "P", "T*M[a]", "T*M[b]"]
    bases = coding.code({"T": [100, 200, 150], "M": ["a", "b", "c"], "P": [1, 5, 3]}, "data")
    assert bases.tolist() == [[-1, 1, 0, -1], [1, 0, 1, 1], [0, -1, -1, 0]]


def test_letters_may_stand_together():
    coding = Coding(tuple(coded_factors(3)))
    assert model_terms(coding, ["A", "BC", "A*C", "B^2"]) == [(1, 0, 0), (0, 1, 1), (1, 0, 1), (0, 2, 0)]


def test_interactions_up_to_an_order():
    coding = Coding(tuple(coded_factors(4)))
    assert len(interactions(coding, 4)) == 15
    assert len(interactions(coding, 2)) == 10


def test_what_a_hierarchical_model_lacks_is_found():
    assert sorted(missing_parents([(1, 1, 1), (1, 0, 0)])) == [(0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


@given(
    st.lists(st.floats(-5, 5), min_size=10, max_size=10),
    st.floats(100, 200),
    st.floats(1, 5),
    st.sampled_from(["a", "b", "c"]),
)
def test_natural_coefficients_are_the_same_polynomial(weights, temperature, pressure, level):
    coding = Coding(tuple(MIXED))
    terms = model_terms(coding, ["T", "M", "P", "T*M", "T*P", "T^2", "P^2"])
    columns = [(0,) * 4, *(column for term in terms for column in coding.columns(term))]
    bases = coding.code({"T": [temperature], "M": [level], "P": [pressure]}, "data")
    coded = float((expand(bases, columns) @ np.array(weights))[0])
    values = {"T": temperature, "P": pressure, "M[a]": bases[0, 1], "M[b]": bases[0, 2]}
    natural = 0.0
    for name, coefficient in coding.natural_coefficients(columns, np.array(weights)).items():
        product = coefficient
        for part in [] if name == "Constant" else name.split("*"):
            base, _, power = part.partition("^")
            product *= values[base] ** int(power or 1)
        natural += product
    assert natural == pytest.approx(coded, abs=1e-9)


def test_limits_come_from_the_data_where_none_are_given_and_that_is_said():
    coding, notices = coding_of([Factor(name="T"), Factor(name="A")], {"T": [160, 180], "A": [-1.682, 1.682]})
    assert coding.factors[0].limits == (160, 180)
    assert coding.factors[1].limits == (-1, 1), "numbers about 0 are coded already"
    assert [notice.code for notice in notices] == ["range_from_data"]


def test_low_and_high_as_texts_keep_their_sign():
    coding, notices = coding_of([Factor(name="A")], {"A": ["low", "high"]})
    assert [notice.code for notice in notices] == ["levels_from_data"]
    assert coding.code({"A": ["low", "high"]}, "data").tolist() == [[-1], [1]]


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda: model_terms(Coding(tuple(coded_factors(2))), ["A", "A"]), "model[1]"),
        (lambda: model_terms(Coding(tuple(coded_factors(2))), ["Q"]), "model[0]"),
        (lambda: model_terms(Coding(tuple(MIXED)), ["M^2"]), "model[0]"),
        (lambda: coding_of(MIXED, {"T": [100.0, 200.0]}), "data"),
        (lambda: coding_of([Factor(name="T")], {"T": [1.0, 1.0]}), "data.T"),
        (lambda: Coding(tuple(MIXED)).code({"T": [1e9], "M": ["a"], "P": [1.0]}, "data"), "data.T[0]"),
        (lambda: Coding(tuple(MIXED)).code({"T": [150.0], "M": ["z"], "P": [1.0]}, "data"), "data.M[0]"),
    ],
)
def test_what_cannot_be_coded_is_named(call, path):
    with pytest.raises(ToolError) as caught:
        call()
    assert caught.value.path == path
