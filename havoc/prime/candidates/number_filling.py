"""Single numbers for arguments: by name, by role, by the words beside them, and by what an argument may be."""

import math
from collections.abc import Sequence

from havoc.prime.candidate import Option
from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.number_words import IN_ORDER, IN_PERCENT, LIKE_DATA, PARTS, STATED_ONLY
from havoc.prime.candidates.seen import SeenNumber
from havoc.prime.candidates.signs import patterns_around, roles_of, words_around, words_of
from havoc.prime.candidates.taken import Options, best_first, option

NAMED, FIRST_ROLE, TOLD, NAMED_OTHER, LATER_ROLE, BESIDE, BESIDE_OTHER, ANY = 1.0, 0.92, 0.95, 0.8, 0.78, 0.72, 0.62, 0.3
"""Scores: by its name, by the argument's first role, by a phrase around it, by its name in spite of another role, by a later
role, by a word beside it, by such a word in spite of another role, by nothing but its kind."""
REACH = 4.0
"""Ranges of the data within which a mean, a target or a limit is looked for."""
OTHERS = 0.85
"""Share of its score for an option that is not the one taken."""
LARGEST_SHARE = 0.15
"""Of nonconforming items in a lot, as a quality that is accepted."""
ENOUGH = 0.6
"""Score from which an argument that may be left out is filled."""
_STRANGERS = frozenset({"alpha", "confidence", "power", "consumer_risk", "variation", "variance"})
"""Roles whose numbers are no data: they are never taken without their role."""


def fill_numbers(
    arguments: Sequence[Argument],
    numbers: Sequence[SeenNumber],
    operation: str,
    wanted: frozenset[str],
    data: Sequence[float] = (),
) -> dict[str, Options]:
    """Options of the arguments that are one number; what none of the evidence fits is left out.

    Args:
        arguments: of kinds `NUMBERS`.
        numbers: the question's.
        operation: its name.
        wanted: names of arguments that may take a number without any sign that it is theirs.
        data: values that the call takes beside; some numbers are of their size.
    """
    if not numbers or not arguments:
        return {}
    low, high = (min(data), max(data)) if data else (-math.inf, math.inf)
    near = (low - REACH * (high - low), high + REACH * (high - low)) if data else (low, high)
    scored = [
        (score, place, order, reason)
        for place, argument in enumerate(arguments)
        for order, number in enumerate(numbers)
        for score, reason in [_score(argument, number, operation, argument.name in wanted)]
        if score > 0 and (score > ANY or _sized(argument, number, near))
    ]
    filled: dict[int, Option] = {}
    used: dict[int, int] = {}
    for score, place, order, reason in sorted(scored, key=lambda entry: (-round(entry[0], 3), entry[1], entry[2])):
        argument = arguments[place]
        least = ANY if argument.name in wanted else ENOUGH
        if place in filled or order in used or score < least:
            continue
        filled[place] = _option(argument, numbers[order], operation, score, reason, near)
        used[order] = place
    _swap(filled, {place: order for order, place in used.items()}, arguments, numbers, operation)
    result = {}
    for place, first in filled.items():
        argument = arguments[place]
        others = [
            _option(argument, numbers[order], operation, OTHERS * min(score, first.score), reason, near)
            for score, other, order, reason in scored
            if other == place and score >= ENOUGH
        ]
        result[argument.name] = best_first([first, *others])
    return result


def _swap(
    filled: dict[int, Option],
    orders: dict[int, int],
    arguments: Sequence[Argument],
    numbers: Sequence[SeenNumber],
    operation: str,
) -> None:
    """Exchange two numbers of one role, or of which one was taken by its order alone, where they came out the wrong way
    round: more events than trials, or what is expected before what it is compared with."""
    places = {argument.name: place for place, argument in enumerate(arguments)}
    for one, other in (*PARTS, *IN_ORDER.get(operation, ())):
        first, second = places.get(one), places.get(other)
        if first not in filled or second not in filled or first is None or second is None:
            continue
        alike = len({numbers[orders[place]].item.role for place in (first, second)}) == 1
        if not alike and min(filled[first].score, filled[second].score) > ANY:
            continue
        larger, later = filled[first].value > filled[second].value, orders[first] > orders[second]
        if larger if (one, other) in PARTS else later:
            filled[first], filled[second] = filled[second], filled[first]


def _option(
    argument: Argument, number: SeenNumber, operation: str, score: float, reason: str, near: tuple[float, float]
) -> Option:
    value = _in_unit_of_data(argument, number, near)
    # Nobody plans for 15% and more: `AQL 1.0` without a sign is in percent as it stands.
    share = number.item.percent or (number.item.role and value < LARGEST_SHARE)
    if f"{operation}.{argument.name}" in IN_PERCENT and share:
        value = round(value * 100, 10)
    whole = argument.kind == "whole" or _is_count(value)
    return option(int(value) if whole else value, (number.item.id,), score, reason)


def _is_count(value: float) -> bool:
    return value == int(value) and abs(value) < 1e15


def _in_unit_of_data(argument: Argument, number: SeenNumber, near: tuple[float, float]) -> float:
    """A percentage as percent, where the data are in percent: `above 14%` beside values such as 14.2."""
    value = number.value
    percent = round(value * 100, 10)
    if number.item.percent and argument.name in LIKE_DATA and math.isfinite(near[0]):
        return percent if not near[0] <= value <= near[1] and near[0] <= percent <= near[1] else value
    return value


def _sized(argument: Argument, number: SeenNumber, near: tuple[float, float]) -> bool:
    """Whether it could be a mean or a limit of the data by its size."""
    return argument.name not in LIKE_DATA or near[0] <= _in_unit_of_data(argument, number, near) <= near[1]


def _score(argument: Argument, number: SeenNumber, operation: str, wanted: bool) -> tuple[float, str]:
    if not _allowed(argument, number, operation) or f"{operation}.{argument.name}" in STATED_ONLY:
        return 0.0, ""
    role = number.item.role
    roles = roles_of(argument.name, operation)
    if role in _STRANGERS and role not in roles:
        return 0.0, ""
    words = words_of(argument)
    if argument.place and number.figure == str(argument.place) and (number.stem in words or number.last in words):
        return NAMED, f"named {number.item.name} in the question"
    if number.name and number.name in words and not (argument.place and number.figure):
        return (
            NAMED_OTHER if role and roles and role not in roles else NAMED - 0.02
        ), f"named {number.item.name} in the question"
    if len(number.last) == 1 and number.last != number.name and number.last in words and not argument.place:
        return NAMED_OTHER, f"named {number.last} in the question"
    patterns = patterns_around(argument.name, operation)
    if patterns and (patterns[0].search(number.before) or patterns[1].search(number.behind)):
        return TOLD, f"said to be the {argument.name.replace('_', ' ')}"
    if role and role in roles:
        return (FIRST_ROLE if role == roles[0] else LATER_ROLE), f"the question's {role.replace('_', ' ')}"
    if _beside(argument, number):
        return (BESIDE if role in ("", *roles) else BESIDE_OTHER), f"stands beside {argument.name.replace('_', ' ')}"
    if wanted and argument.name in LIKE_DATA and number.item.percent:
        return ANY, "the percentage of the question"
    if wanted and (not role or not roles):
        return ANY, "the number that is left"
    return 0.0, ""


def _beside(argument: Argument, number: SeenNumber) -> bool:
    before, behind = words_around(argument)
    return bool(before.search(number.before) or behind.search(number.behind))


def _allowed(argument: Argument, number: SeenNumber, operation: str) -> bool:
    value = number.value
    if argument.kind == "whole" and (not _is_count(value) or value < 0 or number.is_time):
        return False
    if argument.kind == "share" and not 0 < value < 1:
        return False
    scaled = value * 100 if f"{operation}.{argument.name}" in IN_PERCENT else value
    if argument.low is not None and scaled < argument.low:
        return False
    return argument.high is None or scaled <= argument.high
