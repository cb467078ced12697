"""The line of an answer that is rendered from facts: what was asked for, what was found, and by which convention."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from havoc.prime.answers.asked import Asked, asked_for, headline_of
from havoc.prime.answers.call_data import data_of, decimals_of, value_at
from havoc.prime.answers.field_names import field_name, is_measured, statistic_name
from havoc.prime.answers.line_part import LinePart
from havoc.prime.numerals import find_numerals
from havoc.prime.quantities.leaves import is_by_label
from havoc.prime.quantities.operations import settings_of
from havoc.prime.quantities.precision import SMALLEST_P, is_p_value, shown, supports
from havoc.prime.workspace import Fact, GlobalWorkspace, ToolCall

MAX_VALUES = 6
"""Values of a list that are written out."""
MAX_ENTRIES = 9
"""Entries of a matrix that are."""
MAX_CHARS = 400
MAX_TEXT = 120
"""Characters of a text that a result holds."""
MAX_SENTENCE = 380
MAX_CONVENTION = 100
"""Characters of the convention."""
_INTERVAL = re.compile(r"^(?:(?P<stem>\w+?)_)??(?:ci_low|low)$|^lower$")
_NO_INTERVAL = re.compile(r"percentile|quality|_limit|largest|percent_")
"""Fields that end like intervals and are none."""
_IS_INTERVAL = re.compile(r"(?i)\b(?:intervals?|CIs?|limits|bounds)$")
"""What an interval is called where it was asked for."""
_CONTROL = re.compile(r"\s|<(?=[|/A-Za-z])|(?<=\|)>")
"""Line breaks and tags that labels and units of a question may hold."""
_LEVEL = re.compile(
    r"(?i)confidence(?: level)?(?: of)? (?P<share>0?\.\d+)|(?P<percent>\d[\d.]*)% (?:\w+ )?(?:confidence|interval|CI\b)"
)
_FINDINGS = frozenset({"signal", "outliers"})
_FIELD_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+")


@dataclass(frozen=True)
class ResultLine:
    """One line of an answer."""

    text: str
    provenance: tuple[tuple[int, int, str], ...]
    """Start and end of each numeral, and the id of the fact that gives it."""


def result_line(question: str, workspace: GlobalWorkspace, call: ToolCall) -> ResultLine:
    """The result of a call that succeeded: first every number that was asked for, under the question's own name, then the
    operation's main numbers, its finding, and the convention that it took.

    Args:
        question: what was asked.
        workspace: has the call's facts.
        call: one whose answer has a result.
    """
    writer = _Writer(workspace, call)
    line, said = LinePart("Result: "), 0
    finding = writer.sentence(str(call.answer.get("conclusion") or ""), "conclusion")
    before: LinePart | None = None
    for is_asked, part in writer.parts(question):
        rest = 0 if is_asked else len(finding.text) + 1
        if not part.is_founded or len(line.text) + len(part.text) + 3 + rest > MAX_CHARS:
            continue
        if before is not None:
            line.add(", " if before.is_single and part.is_single else "; ")
        line.extend(part)
        before, said = part, said + 1
    line.add("." if said and not line.text.endswith(".") else "")
    if not said and not finding.text:
        finding = writer.sentence(str(call.answer.get("method") or ""), "method")
    for sentence in (finding, writer.convention()):
        if sentence.text and sentence.is_founded and len(line.text) + len(sentence.text) < MAX_CHARS:
            line.add(" " if not line.text.endswith(" ") else "")
            line.extend(sentence)
    if not line.text.removeprefix("Result: "):
        line.add("the calculation was done.")
    # Places stay: one character goes for one.
    return ResultLine(_CONTROL.sub(" ", line.text), tuple(line.provenance))


class _Writer:
    """Writes the parts of one call's line."""

    def __init__(self, workspace: GlobalWorkspace, call: ToolCall) -> None:
        self.call, self.workspace = call, workspace
        self.facts = {fact.provenance.path: fact for fact in workspace.facts if fact.provenance.source == call.id}
        self.operation = str(call.answer.get("operation") or call.args.get("operation") or "")
        self.unit = str(call.answer.get("unit") or "")
        self.decimals = decimals_of(call)
        self.written: set[str] = set()

    def parts(self, question: str) -> Iterator[tuple[bool, LinePart]]:
        """What is asked for, then the main numbers, each once; True with what is asked for."""
        for name, group in groupby(asked_for(question, self.call.answer, self.operation), key=lambda one: one.name):
            yield from ((True, part) for part in self._asked(_plain(name), list(group)))
        for name in headline_of(self.call.answer, self.operation):
            path = f"result.{name}"
            if path not in self.written:
                known = statistic_name(self.operation) if name == "statistic" else field_name(name)
                if (part := self._part(known, path)) is not None:
                    yield False, part

    def sentence(self, text: str, path: str) -> LinePart:
        """A sentence of the tool. Its numerals are the results that they round, or the sentence's own."""
        part = LinePart(is_single=False)
        own = self.facts.get(path)
        text = " ".join(self._spoken(text).split())
        if len(text) > MAX_SENTENCE:
            text = f"{text[:MAX_SENTENCE].rpartition(' ')[0]} ..."
        for numeral in find_numerals(text):
            # A numeral of one or two digits agrees with other results by chance.
            is_exact = sum(map(str.isdigit, numeral.text.lstrip("-0."))) > 2
            meant = (fact for fact in self._numbers() if is_exact and supports(float(fact.value), numeral))
            fact = next(meant, own)
            part.is_founded &= fact is not None
            part.provenance.append((numeral.start, numeral.end, fact.id if fact else ""))
        part.text = text if not text or text.endswith((".", "!", "?")) else f"{text}."
        return part

    def convention(self) -> LinePart:
        """The first convention that is a choice: all of it where it is short, else its first clause without numbers."""
        conventions = self.call.answer.get("conventions") or {}
        for name, text in conventions.items():
            whole, clause = str(text), str(text).split(";")[0]
            # With a field's name it would not be the tool's own words, and `signal` reads as one that was found.
            if name in _FINDINGS or "_" in whole or (whole == clause and "would" not in whole):
                continue
            said = whole if len(whole) <= MAX_CONVENTION else clause
            # Numbers of half a sentence lose what they are numbers of.
            if said == whole or (
                len(said) <= MAX_CONVENTION and not find_numerals(said) and said.count("(") == said.count(")")
            ):
                return self.sentence(f"Convention for {name.replace('_', ' ')}: {said}", f"conventions.{name}")
        return LinePart()

    def _asked(self, name: str, group: Sequence[Asked]) -> Iterator[LinePart]:
        paths = [one.path for one in group if one.path not in self.written]
        same = len({re.sub(r"\[\d+\]", "[]", path) for path in paths}) == 1
        if len(paths) > 1 and same:
            yield self._several(name, [self._entry(path) for path in paths], len(paths))
            self.written.update([*paths, *(path.split("[")[0] for path in paths)])
            return
        for path in paths:
            if path in self.written:
                continue
            several = len(paths) > 1 and self._twin(path) is None
            part = self._part(field_name(_field(path)) if several or find_numerals(name) else name, path)
            if part is not None:
                yield part

    def _part(self, name: str, path: str) -> LinePart | None:
        """One field under a name; None where it says nothing in one line: truth values are what the finding says."""
        value = value_at(self.call.answer, path)
        self.written.add(path)
        part = LinePart()
        if isinstance(value, bool) or value is None or value in ("", [], {}):
            return None
        if isinstance(value, (int, float)):
            twin = self._twin(path)
            if twin is not None:
                self.written.add(twin)
                return self._interval(name, path, twin)
            part.add(f"{name} ")
            self._number(part, path, value, sign="= ")
            unit = f" {self.unit}" if self.unit and is_measured(_field(path)) else ""
            part.add(unit if not find_numerals(unit) else "")
            return part
        if isinstance(value, str):
            part.is_single = False
            part.add(f"{name}: ")
            part.add(self._spoken(value[:MAX_TEXT]), self.facts.get(path))
            return part
        return self._list(name, path, value)

    def _list(self, name: str, path: str, value: Any) -> LinePart | None:
        keyed = list(value.items()) if isinstance(value, Mapping) else list(enumerate(value))
        if isinstance(value, Mapping) and not is_by_label(value):
            keyed = [(key, entry) for key, entry in keyed if isinstance(entry, (int, float)) and not isinstance(entry, bool)]
        # The constant term of a model is called 1, and is no number.
        keyed = [(key, entry) for key, entry in keyed if entry != "1" or isinstance(value, Mapping)]
        if keyed and all(isinstance(entry, list) for _, entry in keyed):
            return self._matrix(name, path, [entry for _, entry in keyed]) if isinstance(value, list) else None
        paths = [f"{path}.{key}" if isinstance(value, Mapping) else f"{path}[{key}]" for key, _ in keyed[:MAX_VALUES]]
        inner = [_said_of(entry, _field(path)) for _, entry in keyed[:MAX_VALUES]]
        # What is significant the finding says; a key with a dot in it is no path.
        if (
            not inner
            or path == "result.significant"
            or None in inner
            or any(value_at(self.call.answer, one) is None for one in paths)
        ):
            return None
        entries = [self._entry(f"{where}{one}") for where, one in zip(paths, inner, strict=True)]
        return self._several(name, entries, len(keyed))

    def _matrix(self, name: str, path: str, rows: Sequence[list[Any]]) -> LinePart | None:
        if sum(map(len, rows)) > MAX_ENTRIES or not all(isinstance(one, (int, float)) for row in rows for one in row):
            return None
        part = LinePart(f"{name}: ", is_single=False)
        for number, row in enumerate(rows):
            part.add(", [" if number else "[")
            for column, value in enumerate(row):
                part.add(", " if column else "")
                self._number(part, f"{path}[{number}][{column}]", value)
            part.add("]")
        return part

    def _entry(self, path: str) -> tuple[str, Fact | None, str]:
        """Of a value inside of a list or mapping: its label, the fact that has the label, and its path."""
        outer = path.rpartition(".")[0]
        row = value_at(self.call.answer, outer) if outer.endswith("]") else None
        texts = [key for key, entry in row.items() if isinstance(entry, str)] if isinstance(row, Mapping) else []
        if isinstance(row, Mapping) and texts and path != f"{outer}.{texts[0]}":
            return str(row[texts[0]]), self.facts.get(f"{outer}.{texts[0]}"), path
        # Below a field of the result, the last part of a path is a key: a group, a factor, an unknown.
        is_key = not path.endswith("]") and path.count(".") == 2 and row is None
        return (path.split(".", 2)[2], None, path) if is_key else ("", None, path)

    def _several(self, name: str, entries: Sequence[tuple[str, Fact | None, str]], length: int) -> LinePart:
        part = LinePart(f"{name}: ", is_single=False)
        for number, (label, source, path) in enumerate(entries[:MAX_VALUES]):
            part.add(", " if number else "")
            value = value_at(self.call.answer, path)
            part.is_founded &= value is not None
            if label:
                part.add(f"group {label}" if label[0].isdigit() else self._spoken(label), source or self._label(label))
            part.add(" (" if label else "")
            if isinstance(value, str):
                part.add(self._spoken(value[:MAX_TEXT]), self.facts.get(path))
            elif value is not None:
                self._number(part, path, value)
            part.add(")" if label else "")
        part.add(", ..." if length > MAX_VALUES else "")
        return part

    def _interval(self, name: str, low: str, high: str) -> LinePart:
        part = LinePart(is_single=False)
        match = _INTERVAL.match(_field(low))
        stem = match["stem"] if match else None
        part.add(f"{field_name(stem)} " if stem else "")
        level = self._level()
        if level is not None:
            part.add(f"{100 * level[0]:.4g}% ", level[1])
        usual = "tolerance interval" if self.operation.startswith("tolerance") else "CI"
        part.add(f"{name if _IS_INTERVAL.search(name) else usual} ")
        self._number(part, low, value_at(self.call.answer, low))
        part.add(" to ")
        self._number(part, high, value_at(self.call.answer, high))
        return part

    def _level(self) -> tuple[float, Fact] | None:
        """The confidence of the call's intervals, where a fact says it: a result, a number of the question, a sentence."""
        for name in ("achieved_confidence", "confidence", "actual_confidence"):
            fact = self.facts.get(f"result.{name}")
            if fact is not None and isinstance(fact.value, float) and 0.5 < fact.value < 1:
                return fact.value, fact
        settings = settings_of(self.call)
        alpha, level = settings.get("alpha"), settings.get("confidence")
        if isinstance(alpha, float) and level is None:
            # The interval that goes with two one-sided tests leaves alpha out at each end.
            level = 1 - alpha * (2 if self.operation == "tost" else 1)
        if not isinstance(level, float):
            return None
        for fact in self.workspace.facts:
            if isinstance(fact.value, str):
                stated = (
                    [_stated(match) for match in _LEVEL.finditer(fact.value)]
                    if fact.provenance.source == self.call.id
                    else []
                )
            else:
                stated = [float(fact.value)] if fact.name == "confidence" else []
            if any(abs(one - level) < 1e-9 for one in stated):
                return round(level, 12), fact
        return None

    def _twin(self, path: str) -> str | None:
        """Path of an interval's upper end, for its lower one."""
        name = _field(path)
        if not _INTERVAL.match(name) or _NO_INTERVAL.search(name):
            return None
        high = path[: -len(name)] + ("upper" if name == "lower" else f"{name.removesuffix('low')}high")
        value = value_at(self.call.answer, high)
        return high if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def _number(self, part: LinePart, path: str, value: Any, sign: str = "") -> None:
        name = _field(path)
        if is_p_value(name) and 0 <= value < SMALLEST_P:
            part.add(f"< {SMALLEST_P}", self.facts.get(path))
        else:
            measured = is_measured(name) or name.endswith(("_low", "_high")) or name in ("means", "medians")
            part.add(f"{sign}{shown(value, name, self.decimals if measured else 0)}", self.facts.get(path))

    def _numbers(self) -> Iterator[Fact]:
        for path, fact in self.facts.items():
            if path.startswith("result.") and isinstance(fact.value, (int, float)) and not isinstance(fact.value, bool):
                yield fact

    def _label(self, label: str) -> Fact | None:
        return next((fact for fact in self.workspace.facts if fact.value == label), None)

    def _spoken(self, text: str) -> str:
        """A text without the tool's names of fields; names that the call was given stay as they are."""
        if "_" not in text:
            return text
        own = str(data_of(self.call))
        return _FIELD_WORD.sub(lambda match: match[0] if match[0] in own else field_name(match[0]), text)


def _said_of(entry: Any, field_name: str) -> str | None:
    """What is written of an entry of a list: itself, or that of its fields which the list is named after."""
    if isinstance(entry, Mapping):
        whole = field_name.removesuffix("s")
        names = ("title", whole, whole.rsplit("_", 1)[-1], "coefficient", "estimate", "value")
        return next((f".{name}" for name in names if isinstance(entry.get(name), (int, float, str))), None)
    return "" if isinstance(entry, (int, float, str)) and not isinstance(entry, bool) else None


def _stated(match: re.Match[str]) -> float:
    return float(match["share"]) if match["share"] else float(match["percent"]) / 100


def _field(path: str) -> str:
    """The field that a path leads to; of a mapping from groups to numbers the mapping's."""
    parts = path.split(".")
    return (parts[1] if len(parts) == 3 and "[" not in path else parts[-1]).split("[")[0]


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[_<>|]", " ", name).split())
