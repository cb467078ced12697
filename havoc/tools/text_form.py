"""The calls as people type them, one line each: `xbar_r_chart subgroups=[[1, 2], [2, 3]] rules=nelson`.

    call     = operation { name "=" value }
    value    = list | object | quoted | number | word
    list     = "[" [ item { "," item } ] "]"
    object   = "{" [ key ":" item { "," key ":" item } ] "}"
    item     = list | object | quoted | number | words        (words may hold spaces: `Temperature 100..200 °C`)
    key      = quoted | words
    quoted   = '"' text '"' | "'" text "'"                    (JSON's escapes: \\n, \\u00b0, \\", ...)
    number   = as in JSON, a leading + or ., or a percentage: 5% is 0.05
    word     = true | false | null | any text without blanks and `,[]{}"'=`

A call of spec.md's JSON form, `{"tool": ..., "args": {...}}`, means the same and is read where a line begins with `{`.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from havoc.tools.errors import ToolError

MAX_CHARACTERS = 4 * 2**20
MAX_DEPTH = 8
MAX_VALUES = 200_000
"""Values that are read one by one, which takes half a second; lists of plain numbers are read at once."""
MAX_ARGUMENTS = 100
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?%?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = {"true": True, "false": False, "null": None}
_BARE = re.compile(r"""[^,\[\]{}"'=\s]+""")
_BARE_ITEM = re.compile(r"""[^,\[\]{}"':=]+""")
_FLAT = re.compile(r"\[[-+0-9.eE,\s]*\]")
_PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


class TextFormError(ToolError):
    """A line that is no call. `caret` shows the line with a mark under the column."""

    def __init__(self, text: str, column: int, problem: str, remedy: str) -> None:
        super().__init__(f"column {column + 1}", "", problem, remedy)
        start = max(0, column - 60)
        line = text[start : column + 20].replace("\n", " ").replace("\t", " ")
        self.caret = f"{line}\n{' ' * (column - start)}^"

    def as_json(self) -> dict[str, str]:
        """The parts, with the marked line."""
        return super().as_json() | {"caret": self.caret}


def parse(text: str) -> tuple[str, dict[str, Any]]:
    """The operation's name and its arguments.

    Raises:
        TextFormError: the line is no call; the message has the column.
    """
    if len(text) > MAX_CHARACTERS:
        raise TextFormError("", 0, f"a line of {len(text):,} characters", f"give at most {MAX_CHARACTERS:,}")
    return _Reader(text).call()


def render(operation: str, arguments: Mapping[str, Any]) -> str:
    """The line that `parse` reads back as this call. Values are JSON's, and finite."""
    return " ".join([operation, *(f"{name}={_written(value)}" for name, value in arguments.items())])


def _written(value: object) -> str:
    if isinstance(value, str):
        plain = _PLAIN_WORD.fullmatch(value) and value not in _WORDS
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_written(str(key))}: {_written(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(entry) for entry in value) + "]"
    return json.dumps(value, allow_nan=False)


class _Reader:
    """Recursive descent over one line; `_at` is the column."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._values = text, 0, 0

    def call(self) -> tuple[str, dict[str, Any]]:
        self._skip()
        operation = self._name("the name of an operation", "begin with it: t_test group1=[1, 2] group2=[2, 3]")
        arguments: dict[str, Any] = {}
        while self._skip() < len(self._text):
            start = self._at
            name = self._name("the name of an argument", "write name=value, and quote texts that have blanks")
            if name in arguments:
                raise self._error(f"{name} is given twice", "give it once", start)
            if len(arguments) == MAX_ARGUMENTS:
                raise self._error(f"more than {MAX_ARGUMENTS} arguments", "give those that the operation has", start)
            if not self._take("="):
                raise self._error(f"expected = after {name}", "write name=value, and quote texts that have blanks")
            arguments[name] = self._value(0, inside=False)
            if self._at < len(self._text) and not self._text[self._at].isspace():
                raise self._error("expected a blank", "separate arguments by blanks")
        return operation, arguments

    def _value(self, depth: int, *, inside: bool) -> Any:
        self._skip()
        if depth > MAX_DEPTH:
            raise self._error("nested too deeply", f"use at most {MAX_DEPTH} levels")
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._error(f"more than {MAX_VALUES:,} values", "give long lists of anything but plain numbers as JSON")
        numbers = self._flat()
        if numbers is not None:
            return numbers
        if self._take("["):
            return self._list(depth)
        if self._take("{"):
            return self._object(depth)
        if self._at < len(self._text) and self._text[self._at] in "\"'":
            return self._quoted()
        return self._bare(inside)

    def _flat(self) -> list[Any] | None:
        """A list of numbers as JSON has them, read at once; None where the next value is anything else."""
        matched = _FLAT.match(self._text, self._at)
        if matched is None:
            return None
        try:
            numbers: list[Any] = json.loads(matched[0])
        except ValueError:
            return None
        self._at = matched.end()
        return numbers

    def _list(self, depth: int) -> list[Any]:
        start = self._at - 1
        entries: list[Any] = []
        while True:
            self._skip()
            if self._take("]"):
                return entries
            entries.append(self._value(depth + 1, inside=True))
            self._separator("]", start)

    def _object(self, depth: int) -> dict[str, Any]:
        start = self._at - 1
        entries: dict[str, Any] = {}
        while True:
            self._skip()
            if self._take("}"):
                return entries
            quoted = self._at < len(self._text) and self._text[self._at] in "\"'"
            at = self._at
            key = self._quoted() if quoted else self._words(_BARE_ITEM)
            if key in entries:
                raise self._error(f"{key} is given twice", "give it once", at)
            self._skip()
            if not self._take(":"):
                raise self._error(f"expected : after {key}", "write {name: value, name: value}")
            entries[key] = self._value(depth + 1, inside=True)
            self._separator("}", start)

    def _separator(self, end: str, start: int) -> None:
        self._skip()
        if self._at >= len(self._text):
            raise self._error(f"{self._text[start]} is never closed", f"add {end}", start)
        if self._text[self._at] != end and not self._take(","):
            raise self._error(f"expected , or {end}", "separate entries by commas")

    def _quoted(self) -> str:
        start, quote = self._at, self._text[self._at]
        end = start + 1
        while end < len(self._text) and self._text[end] != quote:
            end += 2 if self._text[end] == "\\" else 1
        if end >= len(self._text):
            raise self._error(f"{quote} is never closed", f"add {quote}", start)
        self._at = end + 1
        inner = self._text[start + 1 : end]
        if quote == "'":
            inner = inner.replace("\\'", "'").replace('"', '\\"')
        try:
            return str(json.loads(f'"{inner}"', strict=False))
        except ValueError:
            raise self._error("an escape that JSON does not have", "double each backslash", start) from None

    def _bare(self, inside: bool) -> Any:
        text = self._words(_BARE_ITEM if inside else _BARE)
        if _NUMBER.fullmatch(text):
            return _number(text)
        return _WORDS.get(text, text)

    def _words(self, form: re.Pattern[str]) -> str:
        matched = form.match(self._text, self._at)
        if matched is None or not matched[0].strip():
            raise self._error("expected a value", "write a number, a word, a [list], an {object} or a quoted text")
        self._at = matched.end()
        return matched[0].strip()

    def _name(self, what: str, remedy: str) -> str:
        matched = _NAME.match(self._text, self._at)
        if matched is None:
            raise self._error(f"expected {what}", remedy)
        self._at = matched.end()
        return matched[0]

    def _skip(self) -> int:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at

    def _take(self, character: str) -> bool:
        if self._at < len(self._text) and self._text[self._at] == character:
            self._at += 1
            return True
        return False

    def _error(self, problem: str, remedy: str, at: int | None = None) -> TextFormError:
        return TextFormError(self._text, self._at if at is None else at, problem, remedy)


def _number(text: str) -> int | float:
    if text.endswith("%"):
        return float(text[:-1]) / 100
    whole = text.lstrip("+-")
    # Longer integers are refused as numbers anyway; Python would not even convert the longest.
    return int(text) if whole.isdigit() and len(whole) < 300 else float(text)
