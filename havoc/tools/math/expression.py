"""Mathematical text as a small tree: the one way by which text becomes something to compute.

    relation = sum ( "=" | "<=" | ">=" | "<" | ">" ) sum
    sum      = product { ("+" | "-") product }
    product  = signed { ("*" | "/") signed | power }      (side by side is a product: 2x, 3 sin(x), (x+1)(x-1))
    signed   = { "+" | "-" } power
    power    = factorial [ ("^" | "**") signed ]           (from the right: 2^3^2 is 2^9; -x^2 is -(x^2))
    factorial = atom [ "!" ]
    atom     = number | name | function "(" sum { "," sum } ")" | "(" sum ")"

What people read in two ways is refused rather than guessed: 1/2x, e^2x, x(x+1), 3 1/2, 1,000. Decimals are exact: 0.1 is
1/10. No name is looked up but the functions of `FUNCTIONS`, pi and e; length, depth and digits are bounded.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NoReturn

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_tree import (
    Call,
    Comparison,
    Constant,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    symbols,
)

MAX_CHARACTERS = 4000
MAX_DEPTH = 40
"""Parentheses, functions and powers inside each other."""
MAX_DIGITS = 200
MAX_DECIMAL_EXPONENT = 400
MAX_NAME = 40
MAX_SYMBOLS = 50

FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan"), (1, 1)),
    **dict.fromkeys(("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"), (1, 1)),
    **dict.fromkeys(("exp", "ln", "log10", "log2", "sqrt", "cbrt", "abs", "sign", "floor", "ceil"), (1, 1)),
    **dict.fromkeys(("factorial", "gamma", "loggamma", "erf", "erfc"), (1, 1)),
    "log": (1, 2),
    "atan2": (2, 2),
    "binomial": (2, 2),
    "min": (1, 20),
    "max": (1, 20),
}
"""Function -> fewest and most arguments."""
ALIASES = {
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "ceiling": "ceil",
    "Abs": "abs",
    "lgamma": "loggamma",
}
UNIT_NAMES = frozenset({"min", "sec"})
"""Functions that without parentheses are names, since minutes and seconds are written so."""
INFINITIES = frozenset({"inf", "Inf", "oo", "infinity", "Infinity", "infty"})
PROGRAM_WORDS = frozenset({"if", "else", "for", "while", "and", "or", "not", "def", "return", "import", "from", "class"})
"""Words that say that somebody wrote a program or prose."""
_NOT_NUMBERS = INFINITIES | {"nan", "NaN", "zoo"}

# Greek letters that nobody takes for a Latin one; µ, ° and Ω occur in units.
_GREEK = "αβγδεζηθλμξρσςτφχψωΓΔΘΛΞΣΦΨΩµ°"
_SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "π": "pi", "≤": "<=", "≥": ">=", "µ": "μ"}
_TOKEN = re.compile(
    rf"(?P<blank>[ \t\r\n]+)|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    rf"|(?P<name>[A-Za-z{_GREEK}][A-Za-z0-9_{_GREEK}]*|π)|(?P<sign>\*\*|<=|>=|==|[-+*/^!(),=<>−–×·⋅÷≤≥])"
)
_REMEDIES = {
    "|": "write abs(x)",
    "%": "write 5% as 0.05",
    "_": "begin names with a letter",
    ".": "names have no parts; write a number such as 0.5",
    "√": "write sqrt(x)",
    "∞": "infinity may only stand alone, as a limit",
    "'": "texts have no place in an expression",
    '"': "texts have no place in an expression",
    "[": "write parentheses ( )",
    "{": "write parentheses ( )",
    "²": "write ^2",
    "³": "write ^3",
}


class ExpressionError(ToolError):
    """Text that is no expression. `caret` shows the text with a mark under the column."""

    def __init__(self, path: str, text: str, column: int, problem: str, remedy: str) -> None:
        start = max(0, column - 40)
        shown = "".join(one if one.isprintable() else " " for one in text[start : column + 18])
        super().__init__(path, shown.strip(), f"{problem} at column {column + 1}", remedy)
        self.caret = f"{shown}\n{' ' * (column - start)}^"

    def as_json(self) -> dict[str, str]:
        """The parts, with the marked text."""
        return super().as_json() | {"caret": self.caret}


def parse(text: str, path: str) -> Node:
    """The tree of an expression.

    Args:
        path: the argument that `text` came in, for errors.

    Raises:
        ExpressionError: the text is no expression, or too large.
    """
    return _Reader(text, path).expression()


def parse_relation(text: str, path: str) -> Relation:
    """The tree of an equation or inequality. Raises as `parse`."""
    return _Reader(text, path).relation()


def has_relation(text: str) -> bool:
    """Whether `text` holds an equals sign or a comparison."""
    return any(sign in text for sign in "=<>≤≥")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["number", "name", "sign", "end"]
    text: str
    column: int
    spaced: bool


class _Reader:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str, path: str) -> None:
        self._text, self._path, self._at, self._depth = text, path, 0, 0
        if len(text) > MAX_CHARACTERS:
            raise ToolError(path, text, f"{len(text):,} characters", f"give at most {MAX_CHARACTERS:,}")
        self._tokens = list(self._split())

    def expression(self) -> Node:
        return self._checked(self._sum(), "an expression has no relation", "give one side only, or use solve_equation")

    def relation(self) -> Relation:
        left = self._sum()
        sign = self._token
        if sign.text not in ("=", "==", "<=", ">=", "<", ">"):
            self._refuse("expected = or a comparison", "give two sides, as in x^2 = 2 or x + y <= 4")
        self._at += 1
        right = self._checked(self._sum(), "a second relation", "give one relation only, and chains as several")
        comparison: dict[str, Comparison] = {"=": "=", "==": "=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}
        return Relation(left, comparison[sign.text], right)

    def _checked(self, node: Node, second_relation: str, remedy: str) -> Node:
        token = self._token
        if token.kind != "end":
            if token.text in ("=", "==", "<=", ">=", "<", ">"):
                self._refuse(second_relation, remedy)
            self._refuse_stray(token)
        if len(symbols(node)) > MAX_SYMBOLS:
            raise ToolError(self._path, self._text, "too many different names", f"use at most {MAX_SYMBOLS}")
        return node

    def _split(self) -> Iterator[_Token]:
        at, spaced = 0, False
        while at < len(self._text):
            found = _TOKEN.match(self._text, at)
            if found is None:
                self._refuse_character(at)
            if found.lastgroup == "blank":
                spaced, at = True, found.end()
                continue
            text = found[0]
            for sign, plain in _SIGNS.items():
                text = text.replace(sign, plain)
            kind: Literal["number", "name", "sign"] = found.lastgroup  # type: ignore[assignment]
            yield _Token(kind, text, at, spaced)
            spaced, at = False, found.end()
        yield _Token("end", "", len(self._text), spaced)

    def _sum(self) -> Node:
        self._enter()
        terms = [self._product()]
        while self._token.text in ("+", "-"):
            negative = self._take().text == "-"
            term = self._product()
            terms.append(Negative(term) if negative else term)
        self._depth -= 1
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def _product(self) -> Node:
        factors, divisors = [self._signed()], list[Node]()
        divided = False
        while True:
            token = self._token
            if token.text in ("*", "/"):
                divided = self._take().text == "/"
                (divisors if divided else factors).append(self._signed())
            elif token.kind == "name" or (token.text == "(" and self._tokens[self._at - 1].text != "!"):
                if divided:
                    self._refuse("a product by juxtaposition after a division", "write a/(b*c) or (a/b)*c")
                factors.append(self._power())
            else:
                break
        return factors[0] if len(factors) == 1 and not divisors else Product(tuple(factors), tuple(divisors))

    def _signed(self) -> Node:
        negative = False
        while self._token.text in ("+", "-"):
            negative ^= self._take().text == "-"
        node = self._power()
        return Negative(node) if negative else node

    def _power(self) -> Node:
        base = self._factorial()
        if self._token.text not in ("^", "**"):
            return base
        self._take()
        self._enter()
        exponent = self._signed()
        self._depth -= 1
        after, before = self._token, self._tokens[self._at - 1]
        if before.kind == "number" and not after.spaced and (after.kind == "name" or after.text == "("):
            self._refuse("an exponent that may or may not end here", "write e^(2*x) or e^2*x")
        return Power(base, exponent)

    def _factorial(self) -> Node:
        atom = self._atom()
        if self._token.text != "!":
            return atom
        self._take()
        if self._token.text == "!":
            self._refuse("a double factorial", "write (n!)! or the product")
        return Call("factorial", (atom,))

    def _atom(self) -> Node:
        token = self._token
        if token.kind == "number":
            return self._number(self._take())
        if token.kind == "name":
            return self._name(self._take())
        if token.text == "(":
            self._take()
            node = self._sum()
            self._close(token)
            return node
        if token.kind == "end":
            problem = "the expression ends too early" if self._text.strip() else "empty"
            raise self._error(problem, "give a number, a name or (", token)
        raise self._error(f"expected a number, a name or (, found {token.text}", "complete the operation before it", token)

    def _number(self, token: _Token) -> Number:
        digits, _, exponent = token.text.lower().partition("e")
        if len(digits) > MAX_DIGITS or len(exponent) > 5 or abs(int(exponent or 0)) > MAX_DECIMAL_EXPONENT:
            self._refuse("a number that is too long", f"give at most {MAX_DIGITS} digits and exponents to 400", token)
        if self._token.kind == "number":
            self._refuse("two numbers side by side", "write the operation between them; 3 1/2 as 3 + 1/2")
        return Number(Fraction(f"{digits.rstrip('.')}e{exponent or 0}"))

    def _name(self, token: _Token) -> Node:
        name = ALIASES.get(token.text, token.text)
        if len(name) > MAX_NAME:
            self._refuse("a name that is too long", f"use at most {MAX_NAME} characters", token)
        called = self._token.text == "("
        if name in FUNCTIONS and (called or name not in UNIT_NAMES):
            return self._call(name, token)
        if name in _NOT_NUMBERS:
            self._refuse(f"{name} is not a number", "infinity may only stand alone, as a limit", token)
        if name in PROGRAM_WORDS:
            self._refuse(f"the word {name}", "give a formula, not a program or a sentence", token)
        if called:
            close = difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=0.6)
            known = f"did you mean {close[0]}(...)? " if close and len(name) > 1 else ""
            self._refuse(f"{name} is not a function", f"{known}write {name}*(...) for a product", token)
        if name in ("pi", "e"):
            return Constant("pi" if name == "pi" else "e")
        return Symbol(name)

    def _call(self, name: str, token: _Token) -> Call:
        opening = self._token
        if opening.text != "(":
            self._refuse(f"{name} without parentheses", f"write {name}(x)", token)
        self._take()
        arguments = [self._sum()]
        while self._token.text == ",":
            self._take()
            arguments.append(self._sum())
        self._close(opening)
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            self._refuse(f"{name} with {len(arguments)} arguments", f"give {wanted}", token)
        return Call(name, tuple(arguments))

    def _close(self, opening: _Token) -> None:
        if self._token.kind == "end":
            self._refuse("a parenthesis that is never closed", "add )", opening)
        if self._token.text != ")":
            self._refuse_stray(self._token)
        self._take()

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse("nested too deeply", f"use at most {MAX_DEPTH} levels")

    @property
    def _token(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _refuse_stray(self, token: _Token) -> NoReturn:
        if token.text == ",":
            self._refuse("a comma outside a function", "write 3.5 with a point, and 1000 without a separator")
        if token.text == ")":
            self._refuse("a parenthesis that was never opened", "remove ), or add (")
        self._refuse(f"expected an operator, found {token.text}", "write + - * / or ^ between")

    def _refuse_character(self, at: int) -> NoReturn:
        character = self._text[at]
        shown = character if character.isprintable() else f"U+{ord(character):04X}"
        remedy = _REMEDIES.get(character, "use digits, names of plain letters and + - * / ^ ! ( ) ,")
        raise ExpressionError(self._path, self._text, at, f"{shown} has no meaning", remedy)

    def _refuse(self, problem: str, remedy: str, token: _Token | None = None) -> NoReturn:
        raise self._error(problem, remedy, token or self._token)

    def _error(self, problem: str, remedy: str, token: _Token) -> ExpressionError:
        return ExpressionError(self._path, self._text, token.column, problem, remedy)
