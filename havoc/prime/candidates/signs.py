"""By which signs a number is known to be for an argument."""

import re
from functools import cache

from havoc.prime.candidates.argument_words import ARGUMENT_PATTERNS
from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.number_words import NUMBER_ROLES, NUMBER_ROLES_OF


@cache
def roles_of(name: str, operation: str) -> tuple[str, ...]:
    """Roles of the numbers that the argument `name` takes, the likeliest first."""
    special = NUMBER_ROLES_OF.get(f"{operation}.{name}")
    if special is not None:
        return special
    return NUMBER_ROLES.get(re.sub(r"\d$", "", name).replace("_", " ").strip(), ())


@cache
def words_of(argument: Argument) -> frozenset[str]:
    """Words under which an argument stands in a question, in lower case."""
    exact = {word.lower() for word in argument.words}
    return frozenset(exact | ({argument.name.lower()} if not argument.place else set()))


@cache
def patterns_around(name: str, operation: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """What stands right before and right behind a number for this argument, where that is told; else None."""
    patterns = ARGUMENT_PATTERNS.get(f"{operation}.{name}", ARGUMENT_PATTERNS.get(name))
    return (re.compile(patterns[0], re.IGNORECASE), re.compile(patterns[1], re.IGNORECASE)) if patterns else None


@cache
def words_around(argument: Argument) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The argument's words right before and right behind a number."""
    words = words_of(argument)
    long = "|".join(
        re.escape(word).replace(r"\ ", r"[\s\-]") + "s?"
        for word in sorted(words, key=lambda word: (-len(word), word))
        if len(word) > 2
    )
    short = "|".join(re.escape(word) for word in sorted(words) if len(word) <= 2)
    before = [rf"(?:{long})(?:\s+(?!and\b|with\b)[a-z]+){{0,3}}\s*[=:]?\s*$"] if long else []
    before += [rf"(?<!\w)(?:{short})\s*[=:]\s*$"] if short else []
    behind = rf"^[ \-]{{0,2}}(?:\w+\s){{0,2}}(?:{long})(?!\w)" if long else r"(?!)"
    return re.compile("|".join(before) or r"(?!)", re.IGNORECASE), re.compile(behind, re.IGNORECASE)
