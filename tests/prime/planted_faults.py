"""Answers that are right, from real results in many wordings, and the same answers with one thing changed."""

import math
import random
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from havoc.prime.numerals import find_numerals
from havoc.prime.quantities.precision import is_p_value, supports
from havoc.prime.verification.designs import orthogonality
from havoc.prime.workspace import GlobalWorkspace, ToolCall
from havoc.tools import ToolRegistry

RECIPES = yaml.safe_load((Path(__file__).parent / "fault_phrasings.yaml").read_text(encoding="utf-8"))
SLOT = re.compile(
    r"\{(?P<mark>[=#]?)(?P<path>[\w.]+(?:\[\d+\][\w.]*)*)(?P<percent>%?)\}|\{@(?P<cite>\w*)\}|"
    r"\[(?P<yes>[^\]|]*)\|(?P<no>[^\]|]*)\]"
)
_NAME = r"[A-Z][\w'\u00c0-\u024f]+"
AUTHOR = re.compile(
    rf"(?P<author>{_NAME}(?:,? (?:and|&) {_NAME})?)(?:, (?:[A-Z]\. ?)+)?(?:,? and [^()]*?)? \((?P<year>\d{{4}})\)"
)
SECTION = re.compile(r"NIST/SEMATECH e-Handbook (\d+(?:\.\d+)+)")
OTHER_AUTHORS = ("Thompson", "Nakamura", "Lindqvist", "Okafor", "Petersen")
KINDS = ("number", "conclusion", "design", "citation")


@dataclass(frozen=True)
class Slot:
    """One thing in an answer that can be changed."""

    kind: str
    start: int
    end: int
    value: float = math.nan
    path: str = ""
    other: str | None = None
    """What a conclusion would be if it were the opposite."""


@dataclass(frozen=True)
class Answer:
    """A text about one call."""

    text: str
    workspace: GlobalWorkspace
    slots: tuple[Slot, ...]
    operation: str
    fault: str = ""
    """What was changed into what, for the message of a failing test."""


def right_answers(count, seed=1):
    """`count` right answers: every recipe with every operation, example and phrasing, then again, rounded differently."""
    chance = random.Random(seed)
    calls = [(recipe, workspace) for recipe in RECIPES for name in recipe["operations"] for workspace in _workspaces(name)]
    found = []
    while len(found) < count:
        before = len(found)
        for recipe, workspace in calls:
            for phrasing in recipe["phrasings"]:
                answer = _fill(phrasing, recipe, workspace, chance)
                if answer is not None and answer.text not in {one.text for one in found}:
                    found.append(answer)
        if len(found) == before:
            raise ValueError(f"there are only {before} different answers")
    return sorted(chance.sample(found, count), key=lambda answer: answer.operation)


def faulty_answers(answers, count, seed=2):
    """`count` answers with one number, conclusion, design property or citation changed, the four kinds in turn."""
    chance = random.Random(seed)
    places = {kind: [(one, slot) for one in answers for slot in one.slots if slot.kind == kind] for kind in KINDS}
    for entries in places.values():
        chance.shuffle(entries)
    found = []
    while len(found) < count and any(places.values()):
        for kind in KINDS:
            if places[kind]:
                changed = _change(*places[kind].pop(), chance)
                if changed is not None:
                    found.append(changed)
    return found[:count]


def _workspaces(name):
    registry = ToolRegistry()
    tool = next(tool.name for tool in registry.tools.values() if name in tool.operations)
    for example in registry.tools[tool].operations[name].examples:
        args = {"operation": name, **example}
        workspace = GlobalWorkspace()
        workspace.add_call(ToolCall("c1", tool, args, registry.execute(tool, args)))
        yield workspace


def _fill(phrasing, recipe, workspace, chance):
    call = workspace.calls[0]
    truth = orthogonality(call) if recipe.get("truth") == "orthogonal" else call.answer["result"].get(recipe.get("truth"))
    text, slots, at = "", [], 0
    for match in SLOT.finditer(phrasing):
        text += phrasing[at : match.start()]
        at = match.end()
        if match["path"]:
            value = _at(call.answer["result"], match["path"])
            value = len(value) if match["mark"] == "#" and value is not None else value
            if value is None or isinstance(value, (bool, list, dict)):
                return None
            number = isinstance(value, (int, float))
            said = _written(value, match, chance) if number else value
            kind = "citation" if match["path"].endswith(".id") else "design" if recipe.get("design") else "number"
            if number or kind == "citation":
                slots.append(Slot(kind, len(text), len(text) + len(said), value if number else math.nan, match["path"]))
        elif match["cite"] is not None:
            said = _cited(call.answer.get("source", ""), match["cite"], bracket=phrasing[match.start() - 1] != "(")
            if said is None:
                return None
            slots.append(Slot("citation", len(text), len(text) + len(said)))
        else:
            if not isinstance(truth, bool):
                return None
            said, other = (match["yes"], match["no"]) if truth else (match["no"], match["yes"])
            kind = "design" if recipe.get("design") else "conclusion"
            slots.append(Slot(kind, len(text), len(text) + len(said), other=other))
        text += said
    text += phrasing[at:]
    failed = [one["name"] for one in call.answer.get("assumptions", ()) if one["holds"] is False]
    text += "".join(f"\nCaution: the assumption of {name} is doubtful." for name in failed)
    return Answer(text, workspace, tuple(slots), call.args["operation"])


def _at(result, path):
    for key in re.findall(r"\w+", path):
        if isinstance(result, list):
            result = result[int(key)] if int(key) < len(result) else None
        else:
            result = result.get(key) if isinstance(result, dict) else None
    return result


def _written(value, match, chance):
    """A number as somebody would round it."""
    if match["mark"] == "=":
        bound = chance.choice([0.001, 0.0001])
        return f"< {bound}" if value < bound else f"= {_rounded(value, match['path'], chance)}"
    if match["percent"]:
        return f"{_rounded(100 * value, '', chance)}{chance.choice(['%', ' %', '%'])}"
    return _rounded(value, match["path"], chance)


def _rounded(value, path, chance):
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{value:,.0f}" if abs(value) >= 10_000 and chance.random() < 0.5 else f"{value:.0f}"
    if is_p_value(path) and value >= 0.001:
        digits = chance.choice([3, 4])
        said = f"{value:.{digits}f}"
        return said.lstrip("0") if chance.random() < 0.2 else said
    return f"{value:.{chance.choice([3, 4, 4, 5])}g}"


def _cited(source, kind, bracket):
    if kind == "section":
        match = SECTION.search(source)
        return f"NIST/SEMATECH e-Handbook {match[1]}" if match else None
    match = AUTHOR.search(source)
    if match is None:
        return None
    return f"({match['author']}, {match['year']})" if bracket else f"{match['author']}, {match['year']}"


def _change(answer, slot, chance):
    said = answer.text[slot.start : slot.end]
    if slot.other is not None:
        wrong = slot.other
    elif slot.kind == "citation":
        wrong = _other_source(said, chance)
    else:
        wrong = _other_number(said, slot, answer.workspace, chance)
    if wrong is None:
        return None
    text = answer.text[: slot.start] + wrong + answer.text[slot.end :]
    return Answer(text, answer.workspace, (), answer.operation, f"{said!r} became {wrong!r}")


def _other_source(said, chance):
    digits = [match for match in re.finditer(r"\d+", said)]
    if not digits:  # a passage
        return f"{said}-{chance.choice(['plot', 'rule', 'limits'])}"
    author = re.search(r"[A-Z][\w'\u00c0-\u024f]+", said)
    if "Handbook" not in said and author and chance.random() < 0.4:
        return said.replace(author[0], chance.choice(OTHER_AUTHORS), 1)
    last = digits[-1]
    number = (
        int(last[0]) + chance.choice([-3, -2, -1, 1, 2, 3]) if len(last[0]) == 4 else int(last[0]) + chance.randint(40, 60)
    )
    return f"{said[: last.start()]}{number}{said[last.end() :]}"


def _other_number(said, slot, workspace, chance):
    """A digit changed, the decimal point shifted, or another number of the result; never what the true one rounds to."""
    if said.startswith("<"):
        return f"= {chance.uniform(0.06, 0.9):.3f}"
    others = [
        fact.value for fact in workspace.facts if isinstance(fact.value, float) and fact.provenance.path.count(".") == 1
    ]
    for _ in range(50):
        way = chance.random()
        place = chance.choice([match.start() for match in re.finditer(r"\d", said)])
        if way < 0.6:
            wrong = f"{said[:place]}{chance.randint(0, 9)}{said[place + 1 :]}"
        elif way < 0.8 and "." in said:
            wrong = said.replace(find_numerals(said)[0].text, f"{find_numerals(said)[0].value * 10:.4g}")
        elif others:
            other = f"{chance.choice(others):.4g}"
            wrong = re.sub(r"[\d.,]+(?:e-?\d+)?", other.lstrip("-"), said, count=1)
        else:
            continue
        numerals = find_numerals(wrong)
        whole = not re.search(r"\d", said.lstrip("= ")[:2]) or not re.match(r"=?\s?-?0\d", wrong)
        if wrong != said and whole and len(numerals) == 1 and not _is_true(slot, numerals[0]):
            return wrong
    return None


def _is_true(slot, numeral):
    return supports(slot.value, numeral) or supports(-slot.value, numeral)
