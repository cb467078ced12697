"""The rule of the house, checked: a numeral in a text comes from the prompt, from a tool result or from a usual setting."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

USUAL_SETTINGS = (0.05, 0.95, 0.8, 1.33)
"""Significance level, confidence level, least power and least Cpk that are taken, and named, where nobody gave one."""

_NUMERAL = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?%?")
_BLOCK = re.compile(r"<(\w+)>\n(.*?)\n</\1>\n?", re.DOTALL)
_COUNTER = re.compile(r"Subgoal \d+:")
_SUM = re.compile(r"(-?\d+) ([-+×]) (\d+) = (-?\d+)")
_OPERATORS = {"+": int.__add__, "-": int.__sub__, "×": int.__mul__}


def ungrounded(messages: Iterable[Mapping[str, str]]) -> list[str]:
    """Numerals of the assistant that nothing before them accounts for, and arguments of calls that nobody gave.

    Args:
        messages: `{"role", "content"}` in order; assistants' content may hold tagged blocks.
    """
    known, found = list(USUAL_SETTINGS), []
    for message in messages:
        if message["role"] != "assistant":
            known += _values(message["content"])
            continue
        for tag, text in _blocks(message["content"]):
            if tag == "result":
                known += _numbers(json.loads(text))
            elif tag == "tool":
                found += [str(number) for number in _numbers(json.loads(text)["args"]) if number not in known]
            else:
                known += _true_sums(text)
                found += [numeral for numeral in _NUMERAL.findall(_COUNTER.sub("", text)) if not _accounted(numeral, known)]
    return found


def _blocks(content: str) -> Iterator[tuple[str, str]]:
    """(tag, text) in order; the text between and after blocks has the tag "answer"."""
    end = 0
    for block in _BLOCK.finditer(content):
        yield "answer", content[end : block.start()]
        yield block[1], block[2]
        end = block.end()
    yield "answer", content[end:]


def _values(text: str) -> list[float]:
    return [_value(numeral) for numeral in _NUMERAL.findall(text)]


def _value(numeral: str) -> float:
    """The number that is written; 95% is 0.95."""
    return float(numeral.removesuffix("%")) / (100 if numeral.endswith("%") else 1)


def _accounted(numeral: str, known: Sequence[float]) -> bool:
    """Whether a known number is written so: exactly where it is short, else rounded to the digits shown."""
    mantissa, _, exponent = numeral.removesuffix("%").partition("e")
    decimals = len(mantissa.partition(".")[2])
    significant = len(mantissa.replace(".", "").lstrip("-0"))
    step = 10.0 ** (int(exponent or 0) - decimals) / (100 if numeral.endswith("%") else 1)
    rounded = significant >= 3 or decimals >= 4
    value = _value(numeral)
    return any(abs(number - value) <= (0.5 * step if rounded else 0.0) + 1e-9 * abs(number) for number in known)


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _numbers(item)
    elif isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def _true_sums(text: str) -> list[float]:
    """Right-hand sides of the equations in `text` that are true."""
    return [float(c) for a, sign, b, c in _SUM.findall(text) if _OPERATORS[sign](int(a), int(b)) == int(c)]
