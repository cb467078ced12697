"""What the words of a question make of a column: the response, a predictor, or something that is held constant."""

import re
from functools import lru_cache

from havoc.prime.candidates.phrases import prose_of, says
from havoc.prime.candidates.words import split

_RESPONSE = split(
    "@ depend*; of @ on; predict* @; predict* the @; effect on @; effect on the @; @ as a function; @ against; "
    "dependence of @; affect @; "
    "affect the @; influence* @; influence the @; estimate @ from; response @; @ from; @ is the response; "
    "@ changes with; "
    "@ change with; @ varies with; explain* @; @ as response; does the @ depend; does @ change; impact .. on @; "
    "@ vs; @ versus; drive @; "
    "drives @; regress @ on"
)
"""What makes the column @ a response."""
_ASIDE = split(
    "holding @; holding the @; controlling for @; control for @; adjust* for @; adjust* for the @; allow* for @; "
    "@ held; @ constant; "
    "@ as covariate; @ is held; @ fixed; correct* for @; covariate @; effect of @ removed; removing @; given @; "
    "account* for @; @ taken out; taking out @; taking @ out; @ removed; @ partialled out; @ controlled; @ kept constant; "
    "@ kept fixed; @ is kept; beyond @; beyond the @; because of @; because of the @; due to @; due to the @; "
    "net of @; independent* of @; regardless of @"
)
"""What sets the column @ aside."""
_BEFORE_PREDICTORS = ("on", "on the", "with", "from", "and", "against")


_EVENT = re.compile(r"event|fail|die|dead|death|observed|broke|relaps|uncensored")
_LEGEND = re.compile(
    r"(?<![\w.])(?P<value>[01])\s*(?:=|:|is|means|stands for|for)\s*(?:the\s+)?"
    r"(?P<what>event|fail|die|dead|death|observed|broke|relaps|uncensored|censor|suspen|running|alive|surviv|still|right)"
)


@lru_cache(256)
def asked_for(name: str, prose: str) -> bool:
    """Whether the words make this column the response: `strength depends on`, `regression of voltage on`, `predict flow`."""
    column = _column(name)
    return bool(column) and says(_flat(prose), *(phrase.replace("@", column) for phrase in _RESPONSE))


@lru_cache(256)
def held_constant(name: str, prose: str) -> bool:
    """Whether the words set a column aside: `holding temperature constant`, `adjusted for age`."""
    column = _column(name)
    return bool(column) and says(_flat(prose), *(phrase.replace("@", column) for phrase in _ASIDE))


@lru_cache(256)
def predicts(name: str, text: str) -> bool:
    """Whether the words ask what depends on this column: `how does strength depend on time and load`."""
    column = _column(name)
    return bool(column) and says(_flat(prose_of(text)), *(f"{word} {column}" for word in _BEFORE_PREDICTORS))


def _column(name: str) -> str:
    """A column's name as it may stand in a sentence; empty where it is too short or too long for that."""
    plain_name = re.sub(r"\s*[\[(].*", "", name.lower()).strip()
    return plain_name if 2 <= len(plain_name) <= 40 else ""


@lru_cache(256)
def means_failure(name: str, text: str) -> bool:
    """Whether 1 in a column of 0 and 1 is a failure and no censored value, as its name or a legend says."""
    legend = _LEGEND.search(prose_of(text))
    if legend:
        return (legend["value"] == "1") == bool(_EVENT.match(legend["what"]))
    return bool(_EVENT.search(name.lower()))


def _flat(prose: str) -> str:
    """The prose with its lines apart: the head of a table continues no sentence."""
    return prose.replace("\n", " ; ")
