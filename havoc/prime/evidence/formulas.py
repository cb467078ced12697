"""Formulas that show by themselves that they are mathematics, whatever the words around them say."""

import re

from havoc.prime.evidence.context import DESIGN, MATHEMATICS
from havoc.prime.evidence.expressions import read_points
from havoc.prime.evidence.reading import TAKEN, Found, Reading

FUNCTIONS = "sqrt|sin|cos|tan|asin|acos|atan|sinh|cosh|tanh|exp|log|log10|ln|arcsin|arccos|arctan|sec|csc|cot|erf|abs"
_SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207a\u207b\u207d\u207e\u207f"
_TOKEN = re.compile(
    rf"(?P<function>(?:{FUNCTIONS})(?![a-zA-Z]))|(?P<constant>pi(?![a-zA-Z])|\u03c0)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\d.]*[a-zA-Z]{2})|\.\d+)"
    r"|(?P<name>[A-Za-z](?:\d{1,2}|_\d{1,2})?(?![A-Za-z])|(?<=[-*/^(+])[A-Z][a-z](?=[-*/^)+]))"
    rf"|(?P<power>\*\*|\^|[{_SUPERSCRIPTS}])|(?P<operator>[-+*/\u2212\u2013\u00b7\u00d7\u00f7\u221a!])|(?P<equals>=)"
    r"|(?P<open>\()|(?P<close>\))|(?P<blank>[ ]{1,3})"
)
_WORD_PART = re.compile(rf"\.[A-Za-z]|-(?!(?:{FUNCTIONS})(?![A-Za-z]))[a-z]{{3}}")
"""Behind a letter that belongs to a word: `i.e.`, `s-method`."""
_LITTLE_WORDS = frozenset({"a", "A", "I"})
_NO_END = "+-*/^=(\u2212\u2013\u00b7\u00d7\u00f7\u221a "
_NO_START = "+*/^=)\u00b7\u00d7\u00f7 "
MAX_FORMULA = 1000
"""Characters; what is longer is no formula that a person wrote."""
MIN_STRENGTH = 2
"""Signs of mathematics from which a stretch is a formula without any word for it; one is enough where words ask for some."""


def read_formulas(reading: Reading) -> None:
    """Add stretches such as `(p^2 - q^2)/(p - q)` or `3t(t-4)^2 - (t+1)(t-1)` as expressions.

    In texts about designs more is asked of them: there `2^3`, `A*B` and `y = b0 + b1*x` name designs and models.
    """
    least = MIN_STRENGTH
    if MATHEMATICS.search(reading.about):
        least = 1
    elif DESIGN.search(reading.about):
        least = 2 * MIN_STRENGTH
    found = False
    for start, end in _stretches(reading.rest):
        text = reading.rest[start:end]
        if (
            2 < end - start <= MAX_FORMULA
            and _strength(text) >= least
            and (least < 2 * MIN_STRENGTH or re.search(r"[a-z]", text))
        ):
            reading.add(Found("expression", "", (text,), start, end, role="formula"))
            found = True
    if found:
        read_points(reading)


def _stretches(rest: str) -> list[tuple[int, int]]:
    """Mathematical tokens next to each other, brackets balanced, cut at words."""
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(rest):
        if rest[place] in (TAKEN, " ") or (place and rest[place - 1].isalnum()):
            place += 1
            continue
        end = _longest(rest, place)
        if end > place:
            left, right = _trimmed(rest, place, end)
            if right - left > 1:
                found.append((left, right))
            place = end
        else:
            place += 1
    return found


def _longest(rest: str, start: int) -> int:
    """Where the tokens from `start` on end."""
    place, end, last = start, start, "start"
    while match := _TOKEN.match(rest, place):
        kind = str(match.lastgroup)
        if kind == "blank":
            place = match.end()
            continue
        operand = kind in ("function", "constant", "number", "name")
        spaced = place > start and rest[place - 1] == " "
        # Two operands with a blank between them are words or a list: `x 3`; `0.35 y =` is a product.
        product = kind == "name" and last == "number" and _beside(rest, match.start(), match.end())
        if (
            (operand or kind == "open")
            and spaced
            and last in ("number", "name", "constant", "close", "power of")
            and not product
        ):
            break
        if kind == "name" and match[0] in _LITTLE_WORDS and not _beside(rest, match.start(), match.end()):
            break
        if kind == "name" and _WORD_PART.match(rest, match.end()):
            break
        last = "power of" if kind == "power" and match[0] not in ("^", "**") else kind
        place = end = match.end()
    return end


def _beside(rest: str, start: int, end: int) -> bool:
    """Whether an operator or a bracket stands next to a letter."""
    before, behind = rest[:start].rstrip(" ")[-1:], rest[end : end + 2].lstrip(" ")[:1]
    signs = "+-*/^=()\u2212\u00b7\u00d7"
    return bool(before and before in signs) or bool(behind and behind in signs + "\u00b2\u00b3\u2074")


def _trimmed(rest: str, start: int, end: int) -> tuple[int, int]:
    """Without operators at the ends and brackets that have no other half."""
    while end > start:
        text = rest[start:end]
        opened, closed = text.count("("), text.count(")")
        if text[-1] in _NO_END or (text[-1] == ")" and closed > opened):
            end -= 1
        elif text[0] in _NO_START or (text[0] == "(" and opened > closed):
            start += 1
        elif text.startswith(("- ", "\u2013 ")):
            start += 2
        else:
            break
    return start, end


def _strength(text: str) -> int:
    """How many signs of mathematics a stretch has; 0 without a name or a function, or where brackets are left open."""
    tokens = [match for match in _TOKEN.finditer(text) if match.lastgroup != "blank"]
    kinds = [str(token.lastgroup) for token in tokens]
    if text.count("(") != text.count(")") or not {"name", "function", "constant"} & set(kinds):
        return 0
    if re.fullmatch(r"[A-Za-z]\w?\s*=\s*[-\u2212]?[\d.]+(?:[eE][-+]?\d+)?", text):
        return 0
    return sum(_signs(text, tokens[place].start(), kinds, place) for place in range(len(tokens)))


def _signs(text: str, start: int, kinds: list[str], place: int) -> int:
    """What one token says: a function 2, an equation of names 2, a power, a product, a fraction of names 1."""
    kind, token = kinds[place], text[start]
    before, behind = kinds[place - 1] if place else "", kinds[place + 1] if place + 1 < len(kinds) else ""
    glued = start > 0 and text[start - 1] != " "
    if kind == "function":
        return 2 if behind in ("open", "power", "name") else 0
    if kind == "equals":
        left = set(kinds[:place])
        return 2 if {"name", "operator"} <= left else int("name" in left and bool({"name", "operator"} & set(kinds[place:])))
    return int(
        (kind == "power" and before != "")
        or token in "*\u00b7\u00d7\u221a"
        or (token == "/" and bool({before, behind} & {"name", "close", "open", "function"}))
        or (kind == "name" and glued and before in ("number", "close"))
        or (kind == "open" and glued and before in ("close", "number", "name"))
        or (kind == "close" and behind in ("power", "operator", "open"))
    )
