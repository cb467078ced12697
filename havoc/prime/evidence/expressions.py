"""Mathematics in running text: expressions, equations, bounds and the points at which something is evaluated."""

import re

from havoc.prime.evidence.context import DESIGN, MATHEMATICS
from havoc.prime.evidence.reading import TAKEN, Found, Reading

_FUNCTIONS = (
    "sqrt|sin|cos|tan|asin|acos|atan|sinh|cosh|tanh|exp|log|log10|ln|abs|gamma|factorial|erf|arcsin|"
    "arccos|arctan|sec|csc|cot|pi|oo|inf|"
    "infinity|theta|phi|omega"
)
_TOKEN = re.compile(
    rf"(?P<derivative>d\s?[a-zA-Z]\s?/\s?d\s?[a-zA-Z](?![a-zA-Z]))|(?P<prime>[a-zA-Z]'{{1,2}}(?!\w))|"
    rf"(?P<word>(?:{_FUNCTIONS})(?![a-zA-Z]))|"
    r"(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+)|(?P<name>[a-zA-Z](?:_?\d{1,2})?(?![a-zA-Z'\u2019]))|"
    r"(?P<operator>\*\*|<=|>=|[-+*/^=<>()!\u2212\u00b7\u00d7\u00f7\u2264\u2265\u221a\u03c0\u00b2\u00b3])|"
    r"(?P<comma>,)|(?P<blank>[ \t]+)"
)
_OPERATOR = re.compile(r"[-+*/^=<>!\u2212\u00b7\u00d7\u00f7\u2264\u2265\u221a\u00b2\u00b3]")
_STRONG = re.compile(
    r"[*^!\u00b7\u00d7\u00f7\u221a\u00b2\u00b3]|\*\*|\d\s*[a-zA-Z]|[a-zA-Z]\s*[-+*/^]|[-+*/^]\s*[a-zA-Z(]|\)\s*[-+*/^]"
)
_CALL = re.compile(rf"(?:{_FUNCTIONS})\s*\(|\u221a")
_SETTING = re.compile(r"[a-zA-Z]\w{0,3}\s*(?:=|<|>|<=|>=|\u2264|\u2265)\s*[-\u2212]?[\d.]+(?:[eE][-+]?\d+)?")
_PLAIN_NUMBER = re.compile(r"[-+\u2212]?\s*(?:\d+(?:\.\d+)?|\.\d+)")
_ARITHMETIC = re.compile(
    r"(?i)(?:what(?:'s|\s+is)|calculate|compute|evaluate|work\s+out|how\s+much\s+is|^|result\s+of|value\s+of)\W*$"
)
_LITTLE_WORDS = frozenset({"a", "A", "I"})
_BOUNDS = re.compile(
    r"(?i)\b(?:from|between|in|on|over)\s*\[?\s*(?P<low>[-\u2212]?(?:\d+(?:\.\d+)?|\.\d+|pi|oo|inf(?:inity)?|\u03c0|"
    r"\u221e)(?:/\d+)?)\s*(?:to|and|,|up\s+to|\.\.)\s*"
    r"(?P<high>[-\u2212+]?(?:\d+\s*\*?\s*)?(?:\d+(?:\.\d+)?|\.\d+|pi|oo|inf(?:inity)?|\u03c0|\u221e)(?:/\d+)?)(?![\w.]\d)"
)
_POINT_WORDS = re.compile(
    r"(?i)(?:as\s+)?(?P<name>[a-z])\s*(?:goes\s+to|approaches|tends\s+to|->|"
    r"\u2192)\s*(?P<point>[-\u2212+]?(?:\d+(?:\.\d+)?|\.\d+|pi|oo|inf(?:inity)?|\u221e))"
)
_PERCENT_OF = re.compile(
    r"(?<![\w.])(?P<percent>\d+(?:\.\d+)?)\s?%\s+of\s+(?P<of>\d+(?:,\d{3})*(?:\.\d+)?)(?=\s*(?:[?=.]|$))"
)
_INFINITE = {"infinity": "oo", "inf": "oo", "\u221e": "oo", "\u03c0": "pi"}


def read_expressions(reading: Reading) -> None:
    """Add expressions and equations as text, the ends of intervals in the role `bound`, points in the role `point`.

    Only where the words ask for mathematics: `n = 25` and `10 - 50` are settings and ranges elsewhere.
    """
    if not MATHEMATICS.search(reading.about) and not reading.text.strip().endswith("="):
        return
    for match in _PERCENT_OF.finditer(reading.rest):
        text = f"{match['percent']}/100*{match['of'].replace(',', '')}"
        reading.add(Found("expression", "", (text,), match.start(), match.end()))
    design = DESIGN.search(reading.about) is not None
    spans = []
    for start, end in _spans(reading.rest):
        for left, right in _pieces(reading.rest, start, end):
            if _is_expression(reading.rest, left, right, design):
                spans.append((left, right))
    settings = []
    for left, right in list(spans):
        if _SETTING.fullmatch(reading.rest, left, right) and not any(span != (left, right) for span in spans):
            spans.remove((left, right))
        elif _SETTING.fullmatch(reading.rest, left, right) and _OPERATOR.findall(reading.rest[left:right])[0] == "=":
            settings.append((left, right))
    for left, right in spans:
        if (left, right) in settings and len(spans) > len(settings):
            continue
        reading.add(Found("expression", "", (reading.rest[left:right],), left, right))
    if spans or re.search(r"(?i)integra|\bsum\b|\broot|minimi|maximi", reading.about):
        read_points(reading)


def _spans(rest: str) -> list[tuple[int, int]]:
    """Stretches of mathematical tokens, blanks within."""
    spans, start, end, depth = [], -1, -1, 0
    place = 0
    while place < len(rest):
        match = _TOKEN.match(rest, place)
        inside = (
            place == 0
            or not (rest[place - 1].isalnum() and rest[place].isalpha() and match is not None and match["number"] is None)
            or (place > 0 and rest[place - 1].isdigit())
        )
        if match is None or (match["comma"] and depth == 0) or not inside or _is_word(rest, match):
            if start >= 0:
                spans.append((start, end))
            start, depth = -1, 0
            if match is None or not match["comma"]:
                # To the end of the word: its letters are no names.
                skipped = re.compile(r"[^\W\d_]+|.", re.DOTALL).match(rest, place)
                place = skipped.end() if skipped else place + 1
            else:
                place = match.end()
            continue
        if match["blank"] is None:
            start = place if start < 0 else start
            end = match.end()
            depth += match[0].count("(") - match[0].count(")")
        place = match.end()
    if start >= 0:
        spans.append((start, end))
    return spans


def _is_word(rest: str, match: re.Match[str]) -> bool:
    """Whether one letter is a word: `a`, `I`, or a letter with neither operator nor bracket beside it."""
    if match["name"] is None or len(match[0]) > 1:
        return False
    before, behind = rest[: match.start()].rstrip(" ")[-1:], rest[match.end() : match.end() + 3].lstrip(" ")[:1]
    beside = bool(before and before in "+-*/^=<>(\u2212\u00b7\u00d7,\u2264\u2265") or bool(
        behind and behind in "+-*/^=<>()'\u2212\u00b7\u00d7\u2264\u2265\u00b2\u00b3"
    )
    glued = before.isdigit() and match[0] in "xyztuvwnk" and (match.start() and rest[match.start() - 1] != "\n")
    return not beside and not glued


def _pieces(rest: str, start: int, end: int) -> list[tuple[int, int]]:
    """A span without what cannot belong to it: open brackets, operators at its ends."""
    text = rest[start:end]
    while text and (text[-1] in "+-*/^<>(\u2212\u00b7\u00d7 =" or (text.count(")") > text.count("(") and text[-1] == ")")):
        text = text[:-1]
    while text and (text[0] in "+*/^<>)=\u00b7\u00d7 ," or (text.count("(") > text.count(")") and text[0] == "(")):
        text, start = text[1:], start + 1
    return [(start, start + len(text))] if text else []


def _is_expression(rest: str, start: int, end: int, design: bool) -> bool:
    text = rest[start:end]
    if TAKEN in text or "->" in text or len(text) < 2 or _PLAIN_NUMBER.fullmatch(text) or text.count("(") != text.count(")"):
        return False
    if not re.search(r"\d", text) and not _CALL.search(text) and not re.search(r"[*^/+]|d\w/d\w", text):
        return False
    if _CALL.search(text):
        return True
    if not _OPERATOR.search(text):
        return False
    if _SETTING.fullmatch(text):
        return re.match(r"(?![nNkKcsp]\b)[a-zA-Z]\b", text) is not None
    if re.search(r"[a-zA-Z]", text):
        return _STRONG.search(text) is not None or "=" in text
    if design:
        return False
    strong = re.search(r"[*^!\u00d7\u00f7\u00b7+()]|\*\*", text) is not None
    asked = _ARITHMETIC.search(rest[max(0, start - 20) : start]) is not None or rest[end : end + 3].lstrip().startswith(
        ("=", "?")
    )
    return strong or asked


def read_points(reading: Reading) -> None:
    """Add the ends of intervals in the role `bound`, and what a name approaches in the role `point`."""
    for match in _BOUNDS.finditer(reading.rest):
        for group in ("low", "high"):
            _add_point(reading, match, group, "bound")
    for match in _POINT_WORDS.finditer(reading.rest):
        _add_point(reading, match, "point", "point", match["name"])


def _add_point(reading: Reading, match: re.Match[str], group: str, role: str, name: str = "") -> None:
    start, end = match.span(group)
    numeral = reading.number(match[group])
    if numeral is not None:
        reading.add(Found("number", name, (numeral.value,), start, end, decimals=numeral.decimals, role=role))
    else:
        text = match[group].replace("\u2212", "-")
        for word, symbol in _INFINITE.items():
            text = text.replace(word, symbol)
        reading.add(Found("expression", name, (text,), start, end, role=role))
