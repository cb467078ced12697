"""Each number of an answer against the numbers that are known, and against the kind of number that its words name."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence

from havoc.prime.claims.claim import Claim
from havoc.prime.claims.relations import Relation
from havoc.prime.quantities.names import FIELD, is_computed, mentions
from havoc.prime.quantities.precision import quantum
from havoc.prime.spans import Text
from havoc.prime.verification.ground import Ground, content
from havoc.prime.verification.grounds import LENGTH, Grounds
from havoc.prime.verification.meant import Meant
from havoc.prime.verification.report import Check

_COMPARE: Mapping[Relation, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_THRESHOLDS: dict[str, tuple[float, ...]] = {
    "p_value": (0.1, 0.05, 0.01, 0.005, 0.001, 0.0001),
    "cp": (1.0, 1.33, 1.5, 1.67, 2.0), "cpk": (1.0, 1.33, 1.5, 1.67, 2.0), "pp": (1.0, 1.33, 1.5, 1.67, 2.0),
    "ppk": (1.0, 1.33, 1.5, 1.67, 2.0), "cpm": (1.0, 1.33, 1.5, 1.67), "cg": (1.33,), "cgk": (1.33,),
    "grr": (0.01, 0.09, 0.1, 0.3, 10.0, 30.0), "ndc": (2.0, 5.0), "vif": (5.0, 10.0), "power": (0.8, 0.9),
    "kappa": (0.4, 0.75),
}  # fmt: skip
"""Limits of textbooks and standards (AIAG MSA and SPC manuals; Cohen 1988), with which a number may be compared."""
_CUSTOMARY = frozenset(limit for limits in _THRESHOLDS.values() for limit in limits)
_NULL = re.compile(r"\b(?:contains?|includes?|covers?|excludes?|zero|from|than|not|null|to)\b[^.;]{0,40}$", re.IGNORECASE)

_PROMISED = frozenset({"coverage", "confidence"})
"""Shares that are promised: `at least 95% of the population` are those 95% that were asked for."""
_COMPARES = re.compile(
    r"\b(?:reach\w*|exceed\w*|below|above|under|over|meets?|met|than|required?|requirement|minimum|threshold|limit|target)\b"
    r"[^.;]{0,30}$",
    re.IGNORECASE,
)
_WHOLE = frozenset(
    {"runs", "center_points", "axial_runs", "factorial_runs", "factors", "blocks", "groups", "levels", "replicates",
     "signals", "outliers", "failures", "ndc", "pairs_found", "resolution", "acceptance_number", "rejection_number", "count"}
)  # fmt: skip
"""Quantities that are whole numbers."""
_OTHER_COUNTS = frozenset(
    {"replicates", "levels", "blocks", "field:blocks", "resolution", "df", "seed", "acceptance_number", "rejection_number"}
)
"""Settings that are no number of units, items or terms."""


def check_numbers(claims: Sequence[Claim], text: Text, grounds: Grounds, quoted: Mapping[int, str]) -> list[Check]:
    """One check per number that is said of something.

    Args:
        claims: of the answer.
        text: the answer.
        grounds: what is known.
        quoted: starts of the numerals that stand in a sentence quoted from a tool -> the fact that holds it.
    """
    checker = _Checker(text, grounds)
    checks = []
    for before, claim, behind in zip([None, *claims], claims, [*claims[1:], None], strict=False):
        if claim.start in quoted:
            ids = (quoted[claim.start],) if quoted[claim.start] else ()
            checks.append(Check("numbers", "pass", f"{claim.numeral.text} is quoted", claim.start, claim.end, ids))
        elif claim.kind in ("value", "operand", "label", "custom"):
            checks.append(checker.check(claim, before.end if before else 0, behind.start if behind else len(text.text)))
    return checks


class _Checker:
    def __init__(self, text: Text, grounds: Grounds) -> None:
        self.text, self.grounds = text, grounds
        self.read, self.words = (0, 0), frozenset[str]()

    def check(self, claim: Claim, left: int, right: int) -> Check:
        """Check one claim; `left` and `right` are the ends of the numbers around it."""
        start, end = self.text.sentence(claim.start)
        sentence = self.text.text[start:end]
        near = self.text.text[max(start, left) : min(end, right)]
        if (start, end) != self.read:
            self.read, self.words = (start, end), content(sentence)
        self.meant = Meant(claim, sentence, near, self.words, self.grounds)
        found = [one for one in self.grounds.supporting(claim) if one.may_be_meant(self.words)]
        if claim.kind == "operand":
            return self._result(claim, found, "")
        if claim.kind == "custom" and any(abs(claim.numeral.value - one) < 1e-12 for one in _CUSTOMARY):
            return Check("numbers", "pass", f"{claim.numeral.text} is a customary limit", claim.start, claim.end)
        if claim.kind == "label":
            return self._label(claim, found)
        if self._is_no_whole(claim):
            return Check("numbers", "fail", f"{claim.numeral.text} counts nothing: it is not whole", claim.start, claim.end)
        if claim.relation in _COMPARE and claim.quantities.isdisjoint(_PROMISED):
            return self._bound(claim, found)
        return self._value(claim, found)

    def _value(self, claim: Claim, found: list[Ground]) -> Check:
        names = claim.quantities
        if not names:
            if not found and self._is_null(claim):
                return Check("numbers", "pass", f"{claim.numeral.text} is the value compared with", claim.start, claim.end)
            if not found and self._is_threshold(claim):
                return Check("numbers", "pass", f"{claim.numeral.text} is a customary limit", claim.start, claim.end)
            return self._of_group(claim, found)
        if "count" in names:
            counts = [one for one in found if one.value == int(one.value) and _may_count(one)]
            rest = names - {"count"}
            if not rest or counts:
                return self._result(claim, counts, "no count is")
        known = [one for one in self.grounds.of(names) if one.may_be_meant(self.words)]
        if not known and "p_value" in names:  # the letter means a probability too
            names = frozenset({"probability", "proportion"})
            known = [one for one in self.grounds.of(names) if one.may_be_meant(self.words)]
        right = [one for one in found if not one.quantities.isdisjoint(names)]
        if right:
            return self._of_group(claim, self.meant.main(names, right, known) if names == claim.quantities else right)
        if known and not all(one.source == "text" for one in known):
            return self._wrong(claim, found, known)
        if all(map(is_computed, _lexical(names))) and _lexical(names) and self.grounds.has_result:
            return self._wrong(claim, found, known)
        others = [one for one in found if one.source != "result" or not any(map(is_computed, _lexical(one.quantities)))]
        return self._result(claim, others, "what gives it is something else:" if found else "")

    def _of_group(self, claim: Claim, found: list[Ground]) -> Check:
        """A number that is said of a group has to be that group's."""
        of_it = self.meant.of_group(found)
        if found and not of_it:
            detail = f"{claim.numeral.text} is said of another group: it is {_named(found[0])}"
            return Check("numbers", "fail", detail, claim.start, claim.end, _ids(found))
        return self._result(claim, of_it, "" if not claim.quantities else "its main value is another:")

    def _is_no_whole(self, claim: Claim) -> bool:
        """Whether a fraction is said to be a number of runs, blocks or the like."""
        names = claim.quantities
        if not names or not names <= _WHOLE or claim.relation == "~" or claim.numeral.value == int(claim.numeral.value):
            return False
        return all(one.value == int(one.value) for one in self.grounds.of(names) if one.source == "result")

    def _bound(self, claim: Claim, found: list[Ground]) -> Check:
        compare, value, names = _COMPARE[claim.relation], claim.numeral.value, claim.quantities
        scales = (1.0, 100.0) if claim.numeral.percent else (1.0,)
        known = [one for one in self.grounds.of(names) if one.source in ("result", "text", "evidence", "setting")]
        if claim.words:
            known = self.meant.main(names, [one for one in known if one.may_be_meant(self.words)], known)
        usual = any(abs(value - limit) < 1e-12 for name in names for limit in _THRESHOLDS.get(name, ()))
        usual = usual or any(abs(value - limit) < 1e-12 for limit in _THRESHOLDS["p_value"]) or value == 0
        slack = quantum(claim.numeral) / 2 if claim.relation in ("<=", ">=") else 0.0
        holds = [
            one
            for one in known
            for scale in scales
            if compare(one.value, value * scale + (slack * scale if claim.relation == "<=" else -slack * scale))
        ]
        if known and not holds and not found:
            return self._wrong(claim, found, known)
        if known and not holds and any(one.source == "result" for one in known) and all(map(is_computed, _lexical(names))):
            return self._wrong(claim, [], known)
        if not found and not usual:
            return self._result(claim, [], "")
        ids = _ids(holds or found)
        return Check("numbers", "pass", f"{claim.relation} {claim.numeral.text} holds", claim.start, claim.end, ids)

    def _label(self, claim: Claim, found: list[Ground]) -> Check:
        """Which group or point: one that there is."""
        value = claim.numeral.value
        if claim.quantities:
            known = [one for one in self.grounds.of(claim.quantities) if one.may_be_meant(self.words)]
            places = [one for one in known if one.source in ("result", "text")]
            if places and not any(one.value == value for one in places):
                return self._wrong(claim, [], places)
        if found or 1 <= value <= self.grounds.longest:
            return Check("numbers", "pass", f"{claim.numeral.text} tells which one", claim.start, claim.end, _ids(found))
        return self._result(claim, [], "")

    def _is_null(self, claim: Claim) -> bool:
        return claim.numeral.value in (0.0, 1.0) and _NULL.search(claim.words) is not None

    def _is_threshold(self, claim: Claim) -> bool:
        """Whether a customary limit of a quantity that the sentence names is compared with: `Cpk does not reach 1.33`."""
        if not _COMPARES.search(claim.words):
            return False
        start, end = self.read
        named = {name for one in mentions(self.text.text, (), start, end) for name in one.quantities}
        return any(abs(claim.numeral.value - limit) < 1e-12 for name in named for limit in _THRESHOLDS.get(name, ()))

    @staticmethod
    def _result(claim: Claim, found: list[Ground], why: str) -> Check:
        if found:
            # What says so itself is a better origin than how many of something there happen to be.
            best = min(found, key=lambda ground: ground.origin.startswith(LENGTH))
            return Check("numbers", "pass", f"{claim.numeral.text} is {_named(best)}", claim.start, claim.end, _ids(found))
        detail = f"{claim.numeral.text}: {why or 'no fact gives it'}".rstrip(":")
        return Check("numbers", "fail", detail, claim.start, claim.end)

    @staticmethod
    def _wrong(claim: Claim, found: list[Ground], known: list[Ground]) -> Check:
        names = " or ".join(sorted(name.removeprefix(FIELD).replace("_", " ") for name in claim.quantities))
        is_ = f"; it is {_named(found[0])}" if found else ""
        right = f"; known is {', '.join(f'{one.value:.6g}' for one in known[:3])}" if known else "; no result has one"
        return Check(
            "numbers", "fail", f"{claim.numeral.text} is no {names}{is_}{right}", claim.start, claim.end, _ids(known)
        )


def _lexical(quantities: frozenset[str]) -> list[str]:
    return [name for name in quantities if not name.startswith(FIELD)]


def _may_count(ground: Ground) -> bool:
    """Whether it may be a number of things whose noun is no name of a quantity: `12 specimens`."""
    if ground.source == "setting" and not ground.quantities.isdisjoint(_OTHER_COUNTS):
        return False
    return ground.source != "data" and not ground.is_entry


def _ids(found: Sequence[Ground]) -> tuple[str, ...]:
    own = [one for one in found if not one.origin.startswith(LENGTH)] or found
    return tuple(dict.fromkeys(one.fact_id for one in own if one.fact_id))[:5]


def _named(ground: Ground) -> str:
    return ground.origin or ground.fact_id
