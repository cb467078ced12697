"""Plans of acceptance sampling in words: two qualities with their chances, two samples of a double plan, several plans."""

import re
from collections.abc import Iterator, Mapping, Sequence

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence

SCORE = 0.82
LIKELY = 0.5
"""Chance of acceptance above which a quality is meant to pass."""
WORST = 0.6
"""Largest share of bad items that anybody asks about."""
MAX_TEXT = 4000
_BAD = (
    r"(?:bad|defect\w*|non-?conform\w*|faulty|scrap|rejects?|out of spec\w*|below|above|over|under|outside|beyond|broken|"
    r"wrong)"
)
_QUALITY_BEHIND = re.compile(rf"(?i)\s*(?:%|percent|per cent)?\s*(?:of (?:the |its )?\w+ )?(?:[a-z]+ ){{0,1}}{_BAD}\b")
_QUALITY_BEFORE = re.compile(
    r"(?i)\b(?:lots?|batch(?:es)?|deliver(?:y|ies)|shipments?|ones?|those|quality|level)\s+(?:(?:with|of|having|containing|at|"
    r"that (?:is|are|have|has))\s+)?(?:only |just |about )?$"
)
_ACCEPT = re.compile(r"(?i)\b(?:accept\w*|pass(?:es|ed|ing)?|let\w* through|slip\w* through|get\w* through|approv\w*)\b")
_REJECT = re.compile(
    r"(?i)\b(?:reject\w*|refus\w*|bounc\w*|turn\w* (?:down|back|away)|sen[dt] back|return\w*|fail(?:s|ed|ing)?)\b"
)
_NOT_SHARES = frozenset({"alpha", "consumer_risk", "confidence", "power", "aql", "ltpd", "coverage"})
_NAMED_PLAN = re.compile(
    r"(?<![A-Za-z])(?P<name>n|c|Ac|Re|r)\s?_?(?P<place>[12])?\s*(?:=|:)?\s*(?P<value>\d{1,6})(?![\w%]|\.\d|\s?%)"
)
_SIZES = re.compile(
    r"(?i)\b(?:double|two[- ]stage|dbl|plan)\w*(?:\s+\w+){0,3}?[\s:]+"
    r"(?P<first>\d{1,5})\s?(?:/|\+|then)\s?(?P<second>\d{1,5})(?![\d%])"
)
_SECOND = re.compile(r"(?i)\b(?:an?other|further|second (?:sample|time|one|\d)|more are|additional|otherwise|else)\b")
_WHOLE = re.compile(r"(?<![\w.,/])(?P<value>\d{1,6})(?![\w%]|[.,]\d|\s?(?:%|percent))")
_UP_TO = r"[^.;!?\n]{0,60}?(?<![\w.])(?P<value>\d{1,5})(?![\w%]|\.\d|\s?(?:%|percent))"
_ACCEPTS = re.compile(rf"(?i)\b(?:accept\w*|pass(?:es|ed)?|ok\b|release\w*){_UP_TO}")
_REJECTS = re.compile(rf"(?i)\b(?:reject\w*|refus\w*|fail(?:s|ed)?|return\w*){_UP_TO}")
_ROWS = {
    "size": re.compile(r"(?i)n|(?:sample )?size|sample"),
    "accept": re.compile(r"(?i)ac(?:c(?:ept(?:ance)?)?)?(?: number| no\.?)?|c"),
    "reject": re.compile(r"(?i)re(?:j(?:ect(?:ion)?)?)?(?: number| no\.?)?|r"),
}


def fill_sampling_plans(
    operation: str, arguments: Sequence[Argument], options: Mapping[str, Options], offers: Offers
) -> dict[str, Options]:
    """What a plan of acceptance sampling takes from statements; an argument that is filled already stays as it is."""
    names = {argument.name for argument in arguments}
    text = offers.evidence.text[:MAX_TEXT]
    filled: dict[str, Options] = {}
    if {"aql", "ltpd"} <= names and not offers.evidence.of_role("aql") and not offers.evidence.of_role("ltpd"):
        filled |= _qualities(offers)
    if "sample_size2" in names:
        filled |= _double(text, offers)
    if operation == "oc_curve":
        filled |= _several(text, offers)
    if "proportions" in names and "aql" not in filled and _given(operation, offers):
        filled |= _proportions(offers, filled)
    return {name: found for name, found in filled.items() if name in names and name not in options}


def _given(operation: str, offers: Offers) -> bool:
    """Whether a plan is given rather than looked for."""
    if operation == "variables_sampling_plan":
        return any(item.name.lower().split()[-1:] == ["k"] for item in offers.numbers)
    return operation != "acceptance_sampling_single" or bool(offers.evidence.of_role("acceptance_number"))


def _shares(offers: Offers) -> list[Evidence]:
    return [
        item
        for item in offers.numbers
        if item.role not in _NOT_SHARES and 0 < item.numbers[0] < 1 and (item.percent or item.decimals)
    ]


def _qualities(offers: Offers) -> dict[str, Options]:
    """`Lots with 1% defectives pass 95% of the time and lots with 5% only 10%`: two qualities and their two risks."""
    shares = _shares(offers)
    text = offers.evidence.text
    if len(shares) != 4:
        return {}
    found: list[tuple[Evidence, Evidence, float]] = []
    accepts: bool | None = None
    places = [0, *(item.start for item in shares)]
    for order, (first, second) in enumerate((shares[0:2], shares[2:4])):
        qualities = [_is_quality(item, text) for item in (first, second)]
        if qualities[0] == qualities[1]:
            return {}
        quality, chance = (first, second) if qualities[0] else (second, first)
        end = shares[2].start if order == 0 else min(len(text), second.end + 60)
        clause = text[max(places[1 + 2 * order] - 60, shares[1].end if order else 0) : end]
        verbs = [(match.start(), True) for match in _ACCEPT.finditer(clause)]
        verbs += [(match.start(), False) for match in _REJECT.finditer(clause)]
        at = chance.start - (max(places[1 + 2 * order] - 60, shares[1].end if order else 0))
        if verbs:
            accepts = min(verbs, key=lambda verb: abs(verb[0] - at))[1]
        if accepts is None:
            return {}
        found.append((quality, chance, chance.numbers[0] if accepts else 1 - chance.numbers[0]))
    found.sort(key=lambda one: one[0].numbers[0])
    (good, good_chance, passes), (bad, bad_chance, slips) = found
    if not passes > LIKELY > slips:
        return {}
    return {
        "aql": (option(good.numbers[0], (good.id,), SCORE, "the quality that is to be accepted"),),
        "producer_risk": (option(round(1 - passes, 12), (good_chance.id,), SCORE, "how often it is not"),),
        "ltpd": (option(bad.numbers[0], (bad.id,), SCORE, "the quality that is to be rejected"),),
        "consumer_risk": (option(round(slips, 12), (bad_chance.id,), SCORE, "how often it is accepted"),),
    }


def _is_quality(item: Evidence, text: str) -> bool:
    behind, before = text[item.end : item.end + 30], text[max(0, item.start - 40) : item.start]
    return bool(_QUALITY_BEHIND.match(behind) or _QUALITY_BEFORE.search(before))


def _ids(offers: Offers, *places: int) -> tuple[str, ...]:
    """The evidence that begins at these places of the text."""
    return tuple(item.id for item in offers.evidence.items if item.start in places)


def _double(text: str, offers: Offers) -> dict[str, Options]:
    """Sizes and numbers of acceptance and rejection of a plan's two samples."""
    plan = _plan_table(offers) or _named_plan(text) or _told_plan(text)
    names = ("sample_size1", "acceptance_number1", "sample_size2", "acceptance_number2", "rejection_number1")
    if not all(name in plan for name in names[:4]):
        return {}
    values = {name: plan[name] for name in names if name in plan}
    return {
        name: (option(value, _ids(offers, place), SCORE, "the plan of the question"),)
        for name, (value, place) in values.items()
    }


def _named_plan(text: str) -> dict[str, tuple[int, int]]:
    """`n1 = 50, c1 = 1, n2 = 100, c2 = 4`, `20/40, Ac1 0 Re1 2, Ac2 1`."""
    kinds = {"n": "sample_size", "c": "acceptance_number", "ac": "acceptance_number", "re": "rejection_number"}
    kinds["r"] = "rejection_number"
    plan: dict[str, tuple[int, int]] = {}
    for match in _NAMED_PLAN.finditer(text):
        if match["place"]:
            name = kinds[match["name"].lower()] + match["place"]
            plan.setdefault(name, (int(match["value"]), match.start("value")))
    sizes = _SIZES.search(text)
    if sizes and "sample_size1" not in plan:
        plan["sample_size1"] = (int(sizes["first"]), sizes.start("first"))
        plan["sample_size2"] = (int(sizes["second"]), sizes.start("second"))
    return plan if "acceptance_number1" in plan and "acceptance_number2" in plan else {}


def _told_plan(text: str) -> dict[str, tuple[int, int]]:
    """`Inspect 40, accept with 0 bad, reject with 3 or more; otherwise draw another 40 and accept with at most 3`."""
    parts = _SECOND.search(text)
    if parts is None:
        return {}
    plan: dict[str, tuple[int, int]] = {}
    first = text[: parts.start()]
    for name, part, start, pattern in (
        ("sample_size1", first, 0, _WHOLE),
        ("acceptance_number1", first, 0, _ACCEPTS),
        ("rejection_number1", first, 0, _REJECTS),
        ("sample_size2", text[parts.start() : parts.start() + 60], parts.start(), _WHOLE),
        ("acceptance_number2", text[parts.start() : parts.start() + 240], parts.start(), _ACCEPTS),
    ):
        match = pattern.search(part)
        if match:
            plan[name] = (int(match["value"]), start + match.start("value"))
    rising = plan.get("acceptance_number1", (0, 0))[0] <= plan.get("acceptance_number2", (0, 0))[0]
    return plan if rising else {}


def _plan_table(offers: Offers) -> dict[str, tuple[int, int]]:
    """A table with a row each for size, acceptance and rejection, and a column for each sample."""
    for labels in offers.evidence.of_kind("labels"):
        columns = [item for item in offers.evidence.of_table(labels.table) if item.kind == "values"] if labels.table else []
        if len(columns) != 2:
            continue
        plan: dict[str, tuple[int, int]] = {}
        for place, label in enumerate(labels.values):
            kind = next((kind for kind, pattern in _ROWS.items() if pattern.fullmatch(str(label).strip())), "")
            stem = {"size": "sample_size", "accept": "acceptance_number", "reject": "rejection_number"}.get(kind)
            for order, column in enumerate(columns, start=1):
                if stem and place < len(column.numbers) and column.numbers[place] == int(column.numbers[place]):
                    plan[f"{stem}{order}"] = (int(column.numbers[place]), column.start)
        if plan:
            return plan
    return {}


def _several(text: str, offers: Offers) -> dict[str, Options]:
    """Several plans one by one: `c=0 with n=20, c=0 with n=60`."""
    named = [match for match in _NAMED_PLAN.finditer(text) if not match["place"] and match["name"] in ("n", "c")]
    sizes = [match for match in named if match["name"] == "n"]
    accepted = [match for match in named if match["name"] == "c"]
    if len(sizes) < 2 or len(sizes) != len(accepted):
        return {}
    return {
        name: (
            option(
                [int(match["value"]) for match in matches],
                _ids(offers, *(match.start("value") for match in matches)),
                SCORE,
                f"{len(matches)} plans of the question",
            ),
        )
        for name, matches in (("sample_size", sizes), ("acceptance_number", accepted))
    }


def _proportions(offers: Offers, filled: Mapping[str, Options]) -> dict[str, Options]:
    """Qualities that the plan is judged at: a list of shares, or shares one by one."""
    used = {source for one in filled.values() for source in one[0].sources}
    lists = [
        item
        for item in offers.lists
        if item.kind == "values" and not item.table and item.id not in used
        and all(0 < value <= WORST for value in item.numbers)
        and (item.percent or any(value != int(value) for value in item.numbers))
    ]  # fmt: skip
    if len(lists) == 1:
        item = lists[0]
        return {"proportions": (option(list(item.numbers), (item.id,), SCORE, "qualities of the question"),)}
    shares = [item for item in _shares(offers) if item.numbers[0] <= WORST and item.id not in used]
    kept = list(_without_repeats(shares))
    if lists or not kept:
        return {}
    value = [item.numbers[0] for item in kept]
    return {"proportions": (option(value, tuple(item.id for item in shares), SCORE, "qualities of the question"),)}


def _without_repeats(items: Sequence[Evidence]) -> Iterator[Evidence]:
    seen: set[float] = set()
    for item in items:
        if item.numbers[0] not in seen:
            seen.add(item.numbers[0])
            yield item
