"""Rewriting and solving, against textbook results."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.math.algebra import expand, factor, simplify, solve_equation
from havoc.tools.math.arithmetic import evaluate


def values(result, name="x"):
    return [solution.values[name].value for solution in result.solutions]


def exact(result, name="x"):
    return [solution.values[name].exact for solution in result.solutions]


# Identities of any algebra book; the last ones are examples of SymPy's tutorial, "Simplification".
@pytest.mark.parametrize(
    ("operation", "text", "expected"),
    [
        (simplify, "sin(x)^2 + cos(x)^2", "1"),
        (simplify, "(x^2 - 1)/(x - 1)", "x + 1"),
        (simplify, "sqrt(x^2)", "abs(x)"),
        (simplify, "gamma(x + 1)/gamma(x)", "x"),
        (simplify, "a/b + c/b", "(a + c)/b"),
        (expand, "(x + 1)^3", "x^3 + 3*x^2 + 3*x + 1"),
        (expand, "(a + b)*(a - b)", "a^2 - b^2"),
        (factor, "x^4 - 1", "(x - 1)*(x + 1)*(x^2 + 1)"),
        (factor, "x^2 - 2", "x^2 - 2"),
        (factor, "x^2 + 2*x*y + y^2", "(x + y)^2"),
        (factor, "360", "2^3*3^2*5"),
        (simplify, "(x^3 + x^2 - x - 1)/(x^2 + 2*x + 1)", "x - 1"),
        (simplify, "gamma(x)/gamma(x - 2)", "(x - 2)*(x - 1)"),
        (expand, "(x + 2)*(x - 3)", "x^2 - x - 6"),
        (expand, "(x + 1)*(x - 2) - (x - 1)*x", "-2"),
    ],
)
def test_forms(operation, text, expected):
    assert operation(expression=text).expression == expected


def test_a_mersenne_number_is_factored():
    # F. N. Cole (1903): 2^67 - 1 = 193707721 * 761838257287.
    result = factor(expression="2^67 - 1")
    assert {one.factor for one in result.factors} == {"193707721", "761838257287"}


def test_assumptions_allow_more():
    assert simplify(expression="sqrt(x^2)", positive=["x"]).expression == "x"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=1, max_size=4))
def test_expand_and_factor_are_inverse(roots):
    text = "*".join(f"(x - ({root}))" for root in roots)
    product = expand(expression=text).expression
    assert expand(expression=factor(expression=product).expression).expression == product


def test_a_quadratic():
    result = solve_equation(equations="x^2 - 5x + 6 = 0")
    assert exact(result) == ["2", "3"]
    assert result.complete
    assert result.n_real == 2


def test_complex_roots_are_told_apart():
    # Roots of unity.
    result = solve_equation(equations="x^3 = 1")
    assert [one.real for one in result.solutions] == [True, False, False]
    assert result.solutions[1].values["x"].imaginary == pytest.approx(-math.sqrt(3) / 2)
    assert solve_equation(equations="x^3 = 1", domain="real").n_solutions == 1


def test_the_quadratic_formula():
    result = solve_equation(equations="a*x^2 + b*x + c", unknowns=["x"])
    assert set(exact(result)) == {"-b/(2*a) - sqrt(-4*a*c + b^2)/(2*a)", "-b/(2*a) + sqrt(-4*a*c + b^2)/(2*a)"}
    assert [one.code for one in result.warnings] == ["parameters"]


def test_multiple_roots_are_counted():
    result = solve_equation(equations="(x - 1)^2*(x + 2)^3 = 0")
    assert [(one.values["x"].exact, one.multiplicity) for one in result.solutions] == [("-2", 3), ("1", 2)]


def test_wallis_s_cubic():
    # Newton's example, x^3 - 2x - 5 = 0; root 2.0945514815423265915 (OEIS A007493).
    result = solve_equation(equations="x^3 - 2x - 5 = 0")
    assert values(result)[0] == pytest.approx(2.0945514815423265915, rel=1e-15)
    assert result.n_real == 1


def test_three_real_roots_have_no_imaginary_dust():
    # Roots of x^3 - 3x + 1 are 2 cos(2 pi/9), 2 cos(4 pi/9), 2 cos(8 pi/9).
    result = solve_equation(equations="x^3 - 3x + 1")
    expected = sorted(2 * math.cos(k * math.pi / 9) for k in (2, 4, 8))
    assert values(result) == pytest.approx(expected, rel=1e-14)
    assert result.n_real == 3


def test_a_quintic_without_radicals():
    # x^5 - x - 1 has the real root 1.16730397826141868425604589985... (OEIS A160155).
    result = solve_equation(equations="x^5 - x - 1 = 0")
    assert values(result)[0] == pytest.approx(1.167303978261418684, rel=1e-15)
    assert result.n_solutions == 5
    assert exact(result)[0] is None


def test_wilkinson_s_polynomial():
    # Wilkinson (1959): the product of (x - k), k = 1 to 20, defeats root finders that work in doubles.
    text = expand(expression="*".join(f"(x - {k})" for k in range(1, 21))).expression
    assert values(solve_equation(equations=text)) == list(range(1, 21))


def test_an_exponent_over_a_base_below_one():
    # ln 0.1 / ln 0.98: how many steps of -2% leave a tenth.
    assert values(solve_equation(equations=["(1 - 0.02)^n = 0.1"]), "n") == pytest.approx([math.log(0.1) / math.log(0.98)])
    assert values(solve_equation(equations=["0.1 = (1 - 0.02)^n"]), "n") == pytest.approx([113.97], abs=0.01)
    assert not solve_equation(equations=["0.5^n = -1"]).n_real


def test_what_is_known_to_be_positive_has_positive_roots_alone():
    assert values(solve_equation(equations=["x^2 = 4"], positive=["x"])) == [2]
    assert values(solve_equation(equations=["x^2 = 4"])) == [-2, 2]
    assert [
        one.values["y"].exact
        for one in solve_equation(equations=["y^2 = a^2"], unknowns=["y"], positive=["y", "a"]).solutions
    ] == ["a"]


def test_systems():
    result = solve_equation(equations=["x + y = 3", "x - y = 1"])
    assert (values(result), values(result, "y")) == ([2], [1])
    circle = solve_equation(equations=["x^2 + y^2 = 25", "x + y = 7"])
    assert list(zip(values(circle), values(circle, "y"), strict=True)) == [(3, 4), (4, 3)]


def test_systems_with_none_or_many_solutions():
    assert solve_equation(equations=["x + y = 1", "x + y = 2"]).n_solutions == 0
    many = solve_equation(equations=["x + y = 1", "2x + 2y = 2"])
    assert many.warnings[0].code == "infinitely_many"


def test_false_roots_are_left_out():
    # 1 is a root of the numerator only; sqrt is never negative.
    assert exact(solve_equation(equations="(x^2 - 1)/(x - 1) = 0")) == ["-1"]
    assert solve_equation(equations="sqrt(x) = -2").n_solutions == 0


def test_transcendental_equations_may_have_more():
    result = solve_equation(equations="sin(x) = 1/2")
    assert exact(result) == ["pi/6", "5*pi/6"]
    assert not result.complete
    assert result.warnings[0].code == "may_be_incomplete"
    # x e^x = 1 at the omega constant 0.567143290409783873 (OEIS A030178).
    assert values(solve_equation(equations="x*exp(x) = 1"))[0] == pytest.approx(0.567143290409783873, rel=1e-14)


def test_real_functions_are_solved_over_the_reals():
    assert values(solve_equation(equations="abs(x - 1) = 3")) == [-2, 4]


def test_solutions_go_back_into_evaluate():
    root = exact(solve_equation(equations="x^2 - x - 1 = 0", domain="real"))[1]
    assert evaluate(expression=root).value == pytest.approx((1 + math.sqrt(5)) / 2, rel=1e-15)


@pytest.mark.parametrize(
    ("arguments", "path", "part"),
    [
        ({"equations": "x < 3"}, "equations[0]", "inequality"),
        ({"equations": "x = x"}, "equations[0]", "always holds"),
        ({"equations": "2 = 3"}, "equations", "no unknown"),
        ({"equations": "a*x = 1"}, "unknowns", "say which 1"),
        ({"equations": "x = 1", "unknowns": ["y"]}, "unknowns[0]", "does not occur"),
        ({"equations": "x = 1", "unknowns": ["2"]}, "unknowns[0]", "not the name"),
        ({"equations": "cos(x) = x"}, "equations", "find_root"),
        ({"equations": "x^101 = 1"}, "equations", "degree 101"),
        ({"equations": ["x = 1"] * 21}, "equations", "21 texts"),
    ],
)
def test_what_cannot_be_solved_is_named(arguments, path, part):
    with pytest.raises(ToolError) as caught:
        solve_equation(**arguments)
    assert caught.value.path == path
    assert part in str(caught.value)


def test_a_power_with_too_many_terms_is_refused():
    # C(103, 3) terms.
    with pytest.raises(ToolError, match="176,851 terms"):
        expand(expression="(x + y + z + w)^100")


@pytest.mark.parametrize("text", ["(x + 1)^(10^6)", "9^9^9^9", "x^(10^10)"])
def test_bombs_are_refused(text):
    for operation in (simplify, expand, factor):
        with pytest.raises(ToolError):
            operation(expression=text)
