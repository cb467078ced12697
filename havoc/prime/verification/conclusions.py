"""Conclusions of an answer against what the results decide: p and alpha, signals, indices, assumptions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from havoc.prime.claims.claim import Claim
from havoc.prime.claims.statements import Statement, Topic, read_statements
from havoc.prime.quantities.names import qualifiers_of
from havoc.prime.quantities.operations import result_of, settings_of
from havoc.prime.quantities.precision import is_p_value
from havoc.prime.spans import Text
from havoc.prime.verification.designs import orthogonality
from havoc.prime.verification.ground import content
from havoc.prime.verification.report import Check
from havoc.prime.workspace import ToolCall

CAPABLE, INCAPABLE = 1.33, 1.0
"""Index from which a process is called capable, and below which it is not; between them words differ (AIAG SPC manual)."""
_VARIANCE_TESTS = frozenset({"levene", "bartlett", "f_test_variances"})
_RANDOMNESS_TESTS = frozenset({"runs_test_randomness"})
_FIELDS: dict[Topic, tuple[str, ...]] = {
    "in_control": ("in_control",), "equivalent": ("equivalent",), "normal": ("normal",), "accepted": ("accept",),
    "random": ("random",), "outlier": ("outlier",), "rotatable": ("rotatable",),
}  # fmt: skip
_INDICES = ("cpk", "ppk", "cgk", "cg", "cp", "pp")
_LISTED = ("significant", "active")
"""Fields that list the terms beyond a limit."""
_NAMES = ("term", "name", "group", "source", "factor", "who", "first", "second", "group1", "group2", "category")
_TARGET = re.compile(r"(?:zero|\d+(?:\.\d+)?)\b")


@dataclass(frozen=True)
class Decision:
    """One yes or no of a result."""

    holds: bool
    labels: tuple[str, ...] = ()
    """Of which groups or term."""
    qualifiers: frozenset[str] = frozenset()
    """Of which of several tests: `interaction`, `lack`, `fit`."""
    p_value: float | None = None
    alpha: float = 0.05


def check_conclusions(
    claims: Sequence[Claim], text: Text, calls: Sequence[ToolCall], quoted: Sequence[tuple[int, int]]
) -> list[Check]:
    """One check per conclusion that the answer states.

    Args:
        claims: its numbers.
        text: the answer.
        calls: what was computed, failed calls included.
        quoted: spans that are quoted from a tool.
    """
    good = [call for call in calls if call.success]
    checks = []
    for statement in read_statements(text.text):
        if any(start <= statement.start and statement.end <= end for start, end in quoted):
            checks.append(_check(statement, True, "quoted from the tool"))
            continue
        checks.append(_judge(statement, claims, text, good))
    return checks


def _judge(statement: Statement, claims: Sequence[Claim], text: Text, calls: Sequence[ToolCall]) -> Check:
    start, end = text.sentence(statement.start)
    sentence, clause = text.text[start:end], text.text[statement.clause[0] : statement.clause[1]]
    near = [claim for claim in claims if start <= claim.start < end]
    relevant = _relevant(calls, sentence)
    if statement.topic == "significant":
        return _significance(statement, near, clause, relevant)
    if statement.topic == "contains":
        return _contains(statement, text.text[statement.start : statement.end + 12], relevant)
    if statement.topic == "capable":
        return _capability(statement, near, relevant)
    truths = [truth for call in relevant for truth in _truths(statement.topic, call, clause)]
    if not truths:
        truths = [truth for call in calls for truth in _truths(statement.topic, call, clause)]
    if not truths:
        return _open(statement)
    return _check(statement, statement.holds in truths, f"the result says {_yes(truths[0], statement.topic)}")


def _relevant(calls: Sequence[ToolCall], sentence: str) -> list[ToolCall]:
    """The calls whose method a sentence names; all where it names none."""
    said = content(sentence)
    overlap = [
        len(content(f"{call.answer.get('method', '')} {call.answer.get('operation', '')}".replace("_", " ")) & said)
        for call in calls
    ]
    most = max(overlap, default=0)
    return [call for call, shared in zip(calls, overlap, strict=True) if shared == most]


def _significance(statement: Statement, near: Sequence[Claim], clause: str, calls: Sequence[ToolCall]) -> Check:
    stated = [
        claim
        for claim in near
        if claim.quantities == {"p_value"} and claim.relation in ("=", "~", "<") and claim.kind == "value"
    ]
    inside = [claim for claim in stated if statement.clause[0] <= claim.start < statement.clause[1]]
    alphas = [claim.numeral.value for claim in near if "alpha" in claim.quantities and 0 < claim.numeral.value < 0.5]
    decisions = [decision for call in calls for decision in decisions_of(call)]
    chosen = _chosen(decisions, clause)
    p_claims = inside or (stated if len(stated) == 1 else [])
    if p_claims:
        # The p value that stands beside the conclusion says which decision is meant.
        meant = [
            one for one in decisions if one.p_value is not None and any(_shown_as(one.p_value, claim) for claim in p_claims)
        ]
        chosen = [one for one in chosen if one in meant] or meant or chosen
    verdicts = {_verdict(one, alphas) for one in chosen}
    if not verdicts and p_claims and p_claims[0].relation != "<":
        alpha = alphas[0] if alphas else 0.05
        verdicts = {p_claims[0].numeral.value < alpha}
    if not verdicts:
        return _open(statement)
    said = "significant" if True in verdicts else "not significant"
    detail = f"by p and alpha it is {said}"
    return _check(statement, statement.holds in verdicts, detail)


def decisions_of(call: ToolCall) -> list[Decision]:
    """Whether each effect, pair or model of a call is significant."""
    alpha = settings_of(call).get("alpha", 0.05)
    alpha = alpha if isinstance(alpha, float) and 0 < alpha < 1 else 0.05
    return list(_decisions(result_of(call), (), alpha))


def _decisions(value: Any, labels: tuple[str, ...], alpha: float) -> Iterator[Decision]:
    if isinstance(value, list):
        for entry in value:
            yield from _decisions(entry, labels, alpha)
    if not isinstance(value, Mapping):
        return
    labels += tuple(str(value[key]) for key in _NAMES if isinstance(value.get(key), str))
    significant = value.get("significant")
    if isinstance(significant, bool):
        p = value.get("p_value_adjusted", value.get("p_value"))
        yield Decision(significant, labels, p_value=p if isinstance(p, float) else None, alpha=alpha)
    for field in _LISTED:
        listed = value.get(field)
        if isinstance(listed, list) and all(isinstance(one, str) for one in listed) and not labels:
            terms = [str(one.get("term", one.get("name"))) for one in _entries(value) if isinstance(one, Mapping)]
            for term in dict.fromkeys([*listed, *terms]):
                yield Decision(term in listed, (term,), alpha=alpha)
    for key, entry in value.items():
        if is_p_value(key) and isinstance(entry, (int, float)) and not (key == "p_value" and isinstance(significant, bool)):
            yield Decision(entry < alpha, labels, qualifiers_of(key), float(entry), alpha)
        elif isinstance(entry, Mapping) and is_p_value(key):
            for name, p in entry.items():
                if isinstance(p, float):
                    yield Decision(p < alpha, (*labels, str(name)), frozenset(), p, alpha)
        else:
            yield from _decisions(entry, labels, alpha)


def _entries(value: Mapping[str, Any]) -> list[Any]:
    return next((value[key] for key in ("effects", "tests", "coefficients") if isinstance(value.get(key), list)), [])


def _chosen(decisions: Sequence[Decision], clause: str) -> list[Decision]:
    """Those that a clause is about: by its labels, else by the words of the field, else the main one, else any."""
    labelled = [one for one in decisions if one.labels and all(_says(clause, label) for label in one.labels)]
    if labelled:
        longest = max(sum(map(len, one.labels)) for one in labelled)
        return [one for one in labelled if sum(map(len, one.labels)) == longest]
    lower = clause.lower()
    qualified = [
        one for one in decisions if one.qualifiers and all(_says_word(lower, clause, word) for word in one.qualifiers)
    ]
    if qualified:
        return qualified
    main = [one for one in decisions if not one.labels and not one.qualifiers]
    return main or list(decisions)


def _says(clause: str, label: str) -> bool:
    flags = 0 if len(label) <= 2 else re.IGNORECASE
    pattern = re.escape(label).replace(r"\*", r"\s?[*x\u00d7]\s?") if "*" in label else re.escape(label)
    return re.search(rf"(?<![\w*^]){pattern}(?![\w*^])", clause, flags) is not None


def _says_word(lower: str, clause: str, word: str) -> bool:
    if len(word) <= 2:
        return re.search(rf"(?<![\w*]){re.escape(word.upper())}(?![\w*])", clause) is not None
    return word[:6] in lower


def _verdict(decision: Decision, alphas: Sequence[float]) -> bool:
    """Whether it is significant, at the level that the sentence states where it states one."""
    if alphas and decision.p_value is not None and not any(abs(alpha - decision.alpha) < 1e-12 for alpha in alphas):
        return decision.p_value < alphas[0]
    return decision.holds


def _shown_as(p_value: float, claim: Claim) -> bool:
    if claim.relation == "<":
        return p_value < claim.numeral.value
    return abs(p_value - claim.numeral.value) <= 10.0**-claim.numeral.decimals * 0.51 + 1e-12 or (
        "e" in claim.numeral.text.lower() and abs(p_value / (claim.numeral.value or 1) - 1) < 0.05
    )


def _truths(topic: Topic, call: ToolCall, clause: str) -> Iterator[bool]:
    """What a call says on a topic."""
    result, operation = result_of(call), call.answer.get("operation")
    for field in _FIELDS.get(topic, ()):
        if isinstance(result.get(field), bool):
            yield result[field]
    if topic == "in_control":
        yield from _charts(result, clause)
        signals = result.get("signals", result.get("violations"))
        if "in_control" not in result and isinstance(signals, list):
            yield not signals
    if topic == "outlier":
        count = result.get("outlier_count", len(result["outliers"]) if isinstance(result.get("outliers"), list) else None)
        if isinstance(count, int):
            yield count > 0
    if topic == "equal_variances" and operation in _VARIANCE_TESTS and isinstance(result.get("significant"), bool):
        yield not result["significant"]
    if topic == "random" and operation in _RANDOMNESS_TESTS and isinstance(result.get("significant"), bool):
        yield not result["significant"]
    if topic == "orthogonal" and (found := orthogonality(call)) is not None:
        yield found
    wanted = {"normal": "normality", "equal_variances": "equal variances", "random": "independence"}.get(topic)
    if wanted and not (topic == "normal" and "normal" in result):
        checked = [one for one in call.answer.get("assumptions", ()) if wanted in one["name"] and one["holds"] is not None]
        named = [one for one in checked if _says(clause, one["name"].split(" of ")[-1])]
        for one in named or checked:
            yield bool(one["holds"])


def _charts(result: Mapping[str, Any], clause: str) -> Iterator[bool]:
    """Of a pair of charts the one that a clause names."""
    spread = result.get("dispersion_chart")
    if isinstance(spread, Mapping) and isinstance(spread.get("in_control"), bool):
        statistic = str(spread.get("statistic", "")).split()
        named = any(len(word) > 3 and word in clause.lower() for word in statistic if word != "subgroup")
        if named or re.search(r"\b(?:R|S|MR)[ -]chart\b|\bdispersion\b|\bspread\b", clause):
            yield spread["in_control"]


def _contains(statement: Statement, words: str, calls: Sequence[ToolCall]) -> Check:
    match = list(_TARGET.finditer(words))
    if not match:
        return _open(statement)
    value = 0.0 if match[-1][0] == "zero" else float(match[-1][0])
    ends = []
    for call in calls:
        result = result_of(call)
        low, high = result.get("ci_low", result.get("lower")), result.get("ci_high", result.get("upper"))
        if low is not None or high is not None:
            ends.append((low is None or low <= value) and (high is None or value <= high))
    if not ends:
        return _open(statement)
    return _check(statement, statement.holds in ends, f"the interval {'holds' if ends[0] else 'does not hold'} {value:g}")


def _capability(statement: Statement, near: Sequence[Claim], calls: Sequence[ToolCall]) -> Check:
    limits = [
        claim.numeral.value
        for claim in near
        if claim.kind == "custom" or (claim.relation in (">", ">=", "<", "<=") and 0.5 < claim.numeral.value < 3)
    ]
    for call in calls:
        result = result_of(call)
        value = next((result[name] for name in _INDICES if isinstance(result.get(name), (int, float))), None)
        if value is None:
            continue
        stated = re.search(r"limit of (\d+\.\d+)", str(call.answer.get("conclusion", "")))
        limit = limits[0] if limits else float(stated[1]) if stated else None
        if limit is not None:
            right = statement.holds == (value >= limit)
        else:
            right = not (statement.holds and value < INCAPABLE) and not (not statement.holds and value >= CAPABLE)
        return _check(statement, right, f"the index is {value:.4g}, the limit {limit or CAPABLE}")
    return _open(statement)


def _check(statement: Statement, right: bool, why: str) -> Check:
    said = _yes(statement.holds, statement.topic)
    detail = f"said: {said}; {why}"
    return Check("conclusions", "pass" if right else "fail", detail, statement.start, statement.end)


def _open(statement: Statement) -> Check:
    said = _yes(statement.holds, statement.topic)
    return Check("conclusions", "not_applicable", f"said: {said}; no result decides it", statement.start, statement.end)


def _yes(holds: bool, topic: Topic) -> str:
    return ("" if holds else "not ") + topic.replace("_", " ")
