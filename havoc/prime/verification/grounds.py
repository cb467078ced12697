"""What an answer's numbers can rest on: facts, settings, counts and stated numbers, each with what it is called."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from havoc.prime.claims.claim import Claim
from havoc.prime.claims.reader import read_claims
from havoc.prime.evidence import Evidence
from havoc.prime.numerals import Numeral
from havoc.prime.quantities.leaves import Leaf, leaves
from havoc.prime.quantities.names import FIELD, mentions, qualifiers_of, quantities_of
from havoc.prime.quantities.operations import operation_of, settings_of
from havoc.prime.quantities.precision import is_near, quantum, supports
from havoc.prime.verification.ground import Ground, Source, content
from havoc.prime.workspace import ANSWER_PARTS, GlobalWorkspace, ToolCall

MAX_READ = 20_000
"""Characters of one text whose numbers get names."""
MAX_TEXTS = 400
"""Sentences of tools that are read."""
_ROLES: dict[str, tuple[str, ...]] = {
    "sample_size": ("n", "count"), "subgroup_size": ("n", "count"), "subgroups": ("groups", "count"),
    "hypothesized": ("target", "mean", "median", "proportion", "difference", "hypothesized"),
    "events": ("count", "failures"),
    "groups": ("groups", "count"), "tolerance": ("difference", "range"), "ltpd": ("proportion",), "aql": ("proportion",),
    "lot_size": ("n", "count"), "statistic": ("statistic",), "rate": ("failure_rate", "dpu"),
    "margin": ("margin", "difference"),
}  # fmt: skip
_COEFFICIENTS = ("estimate", "coefficient")
"""Fields of a model's terms: with the name of a term beside it, the number is a slope, or the intercept."""
_REMARKS = ("warnings", "conventions", "assumptions", "undefined")
"""Parts of an answer whose number is of no interest."""
_CONSTANTS = frozenset({"intercept", "constant", "const", "(intercept)"})
LENGTH = "length of "
"""Before the origin of a count: it is how many values a list has."""


class Grounds:
    """All numbers of a workspace, found by value and by quantity."""

    def __init__(self, workspace: GlobalWorkspace, question: str = "") -> None:
        self.workspace, self.question = workspace, question or workspace.question
        self._ids = {(fact.provenance.source, fact.provenance.path): fact.id for fact in workspace.facts}
        self.all: list[Ground] = []
        self.texts: list[tuple[str, str, str]] = []
        """Sentences that tools and workspace say: text, fact id, origin."""
        self.fields = _field_names(workspace.calls)
        for call in workspace.calls:
            if call.success:
                self._add_call(call)
            self._add_settings(call)
        self._add_evidence()
        for statement in (*workspace.assumptions, *workspace.constraints, *workspace.unresolved):
            self.texts.append((statement, "", "workspace"))
        for fact in workspace.facts:
            if fact.provenance.kind == "reasoning" and _is_number(fact.value):
                self.all.append(Ground(float(fact.value), "stated", frozenset({"count"}), fact_id=fact.id, origin=fact.name))
        self._add_texts()
        self._order = sorted(range(len(self.all)), key=lambda number: self.all[number].value)
        self._values = [self.all[number].value for number in self._order]

    def supporting(self, claim: Claim) -> list[Ground]:
        """The numbers that the claim's numeral can be, at the precision in which it is written; of all in their order."""
        numeral = claim.numeral
        numerals = [numeral, _negated(numeral)] if claim.minus else [numeral]
        about = claim.relation == "~"
        found: set[int] = set()
        for one in numerals:
            for scale in (1.0, 100.0) if one.percent else (1.0,):
                middle = one.value * scale
                width = 0.06 * abs(middle) if about else quantum(one) * scale
                low = bisect_left(self._values, middle - width - 4 * math.ulp(abs(middle)))
                high = bisect_right(self._values, middle + width + 4 * math.ulp(abs(middle)))
                for place in self._order[low:high]:
                    ground = self.all[place]
                    if scale > 1 and not _may_be_percentage(ground):
                        continue
                    if supports(ground.value, one) or (about and is_near(ground.value, one)):
                        found.add(place)
        return [self.all[place] for place in sorted(found)]

    def of(self, quantities: Iterable[str]) -> list[Ground]:
        """The numbers that are one of these quantities."""
        wanted = sorted(quantities)
        places = sorted({place for quantity in wanted for place in self._by_quantity.get(quantity, ())})
        return [self.all[place] for place in places]

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every group, term and factor that results tell apart, in lower case."""
        return frozenset(label for ground in self.all for label in ground.labels)

    @cached_property
    def longest(self) -> int:
        """Length of the longest list: numbers up to it can say which one."""
        return int(max((ground.value for ground in self.all if ground.source == "count"), default=0))

    @cached_property
    def has_result(self) -> bool:
        """Whether a calculation gave something."""
        return any(ground.source == "result" for ground in self.all)

    @cached_property
    def _by_quantity(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for place, ground in enumerate(self.all):
            for quantity in ground.quantities:
                index.setdefault(quantity, []).append(place)
        return index

    def _add_call(self, call: ToolCall) -> None:
        for part in ANSWER_PARTS:
            for leaf in leaves(call.answer.get(part), part):
                self._add_leaf(call, leaf)
        if source := call.answer.get("source"):
            self.texts.append((str(source), "", f"{call.id} source"))

    def _add_leaf(self, call: ToolCall, leaf: Leaf) -> None:
        fact_id, origin = self._ids.get((call.id, leaf.path), ""), f"{call.id} {leaf.path}"
        if isinstance(leaf.value, list):
            if leaf.path in _REMARKS or (leaf.path == "excluded" and not leaf.value):
                return
            self._count(leaf.value, leaf.field, origin, self._ids.get((call.id, f"{leaf.path}[0]"), ""))
        elif isinstance(leaf.value, str):
            self.texts.append((leaf.value, fact_id, origin))
        elif leaf.is_number:
            labels = frozenset(label.lower() for label in leaf.labels)
            quantities = quantities_of(leaf.field) | ({FIELD + leaf.key} if leaf.key else frozenset())
            if leaf.field in _COEFFICIENTS:
                is_constant = not labels.isdisjoint(_CONSTANTS)
                quantities |= {"equation", "intercept"} if is_constant else {"equation", "slope", "coefficient"}
            if leaf.field == "value":  # a parameter, its name beside it
                quantities |= {one for label in labels for one in quantities_of(label.replace(" ", "_"))}
            quantities |= {FIELD + label.replace(" ", "_") for label in labels}
            self.all.append(
                Ground(float(leaf.value), "result", quantities, labels, qualifiers_of(leaf.field), fact_id, origin)
            )

    def _add_settings(self, call: ToolCall) -> None:
        operation = operation_of(call)
        for name, value in settings_of(call).items():
            field = operation.fields.get(name) if operation is not None else None
            is_data = field is None or field.role == "data"
            self._add_setting(value, name, f"{call.id} argument {name}", frozenset(), is_data)

    def _add_setting(self, value: Any, name: str, origin: str, labels: frozenset[str], is_data: bool) -> None:
        if isinstance(value, Mapping):
            for key, entry in value.items():
                self._add_setting(entry, str(key), origin, labels | {str(key).lower()}, is_data)
        elif isinstance(value, (list, tuple)):
            self._count(list(value), name, origin, "", is_data)
            for number, entry in enumerate(value):
                self._add_setting(entry, name, f"{origin}[{number}]", labels, is_data)
        elif isinstance(value, str):
            self.texts.append((value, "", origin))
        elif _is_number(value):
            data = "argument" in origin and isinstance(value, float) and name not in ("alpha", "confidence")
            quantities = quantities_of(name) | ({"count"} if isinstance(value, int) else frozenset())
            if is_data and origin.endswith("]"):  # one of the data counts nothing
                data, quantities = True, quantities - {"count", "groups"}
            self.all.append(
                Ground(
                    float(value),
                    "data" if data and all(one.startswith(FIELD) for one in quantities) else "setting",
                    quantities,
                    labels,
                    origin=origin,
                )
            )
            if name in ("alpha", "confidence") and 0 < value < 1:
                other = frozenset({"confidence"} if name == "alpha" else {"alpha"})
                self.all.append(Ground(round(1 - value, 12), "setting", other, labels, origin=origin))
                if name == "alpha":
                    # The interval that tests equivalence, and a one-sided interval seen as two-sided.
                    self.all.append(Ground(round(1 - 2 * value, 12), "setting", other, labels, origin=origin))

    def _count(self, values: list[Any], name: str, origin: str, fact_id: str, is_data: bool = True) -> None:
        """How many there are is known too."""
        quantities = {"count"} | set(quantities_of(name))
        if is_data and values and all(_is_number(entry) for entry in values):
            quantities.add("n")
        if name in ("factor_names", "factors"):
            quantities.add("factors")
        if values and isinstance(values[0], list):
            quantities |= {"groups"}
            sizes = {len(entry) for entry in values if isinstance(entry, list)}
            if all(_is_number(entry) for row in values if isinstance(row, list) for entry in row):
                total = sum(len(row) for row in values if isinstance(row, list))
                self.all.append(Ground(total, "count", frozenset({"n", "count"}), origin=LENGTH + origin))
            quantities |= {"levels"} if len(sizes) == 1 else set()
        elif values and isinstance(values[0], Mapping):
            quantities |= {"groups", "blocks"}
        self.all.append(Ground(len(values), "count", frozenset(quantities), fact_id=fact_id, origin=LENGTH + origin))

    def _add_evidence(self) -> None:
        evidence = self.workspace.evidence
        if evidence is None:
            self.texts.append((self.question[:MAX_READ], "", "question"))
            return
        said = {claim.start: claim for claim in read_claims(evidence.text[:MAX_READ], self.fields)}
        for item in evidence.items:
            claim = said.get(item.start)
            self._add_item(item, claim.quantities if claim is not None else frozenset())
        taken = {item.start for item in evidence.items}
        for claim in said.values():
            if claim.start not in taken:
                place = f"question, characters {claim.start} to {claim.end}"
                self.all.append(Ground(claim.numeral.value, "evidence", claim.quantities, origin=place))
        self.texts.append((evidence.text, "", "question"))

    def _add_item(self, item: Evidence, said: frozenset[str]) -> None:
        numbers = item.numbers
        quantities = said | set(_ROLES.get(item.role, (item.role,) if item.role else ()))
        quantities |= {one for mention in mentions(item.name) for one in mention.quantities}
        labels = frozenset({item.name.lower()} if item.name else ())
        for number, value in enumerate(numbers):
            path = f"[{number}]" if len(item.values) > 1 else ""
            fact_id, origin = self._ids.get((item.id, path), ""), f"question, {item.id}{path}"
            source: Source = "data" if item.kind == "values" and not quantities else "evidence"
            self.all.append(Ground(float(value), source, frozenset(quantities), labels, fact_id=fact_id, origin=origin))
        if item.kind in ("values", "labels"):
            self._count(
                list(item.values), item.role or "values", f"question, {item.id}", self._ids.get((item.id, "[0]"), "")
            )
        for entry in item.values:
            if isinstance(entry, str):
                self.texts.append((entry, self._ids.get((item.id, ""), ""), f"question, {item.id}"))

    def _add_texts(self) -> None:
        for text, fact_id, origin in self.texts[:MAX_TEXTS]:
            if not any(character.isdigit() for character in text[:MAX_READ]):
                continue
            words = content(text[:MAX_READ])
            for claim in read_claims(text[:MAX_READ], self.fields):
                value = -claim.numeral.value if claim.minus else claim.numeral.value
                # A convention tells what a number stands for elsewhere: `1 the original runs, 2 the fold-over`.
                names = frozenset() if " conventions" in origin else claim.quantities
                self.all.append(Ground(value, "text", names, fact_id=fact_id, origin=origin, words=words))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _may_be_percentage(ground: Ground) -> bool:
    """Whether a number may be of hundred: a share of 0.37 is 37%, never 0.37%."""
    return ground.source != "result" or abs(ground.value) > 1 or "percent" in ground.origin


def _negated(numeral: Numeral) -> Numeral:
    return Numeral(-numeral.value, numeral.text, numeral.start, numeral.end, numeral.decimals, numeral.percent)


def _field_names(calls: Iterable[ToolCall]) -> frozenset[str]:
    def names(value: Any) -> Iterator[str]:
        if isinstance(value, Mapping):
            for key, entry in value.items():
                yield str(key)
                yield from names(entry)
        elif isinstance(value, list) and value and not isinstance(value[0], (int, float, str)):
            for entry in value[:50]:
                yield from names(entry)

    return frozenset(name for call in calls for name in names(call.answer.get("result")))
