"""Notation from which the kind of a task is told, and turns that ask for words instead of numbers."""

import re

from havoc.prime.routing.lexicon import HINT, NAMED, TOLD, Cue
from havoc.prime.routing.task_type import TaskType

_NOTATION: tuple[tuple[str, str, TaskType, int], ...] = (
    ("P(X < x)", r"\b[Pp]r?\s?\(\s?[A-Za-z]\w?\s?[<>=\u2264\u2265]", TaskType.DISTRIBUTION, NAMED),
    ("P(a < X < b)", r"\bP\s?\(\s?-?[\d.]+\s?[<\u2264]", TaskType.DISTRIBUTION, NAMED),
    ("N(mu, sigma)", r"~\s?[A-Za-z]{1,12}\(|\b[NB]\(\s?-?\d", TaskType.DISTRIBUTION, NAMED),
    ("2^(k-p)", r"\b[23]\s?(?:\^|\*\*)\s?\(?\s?[\dk]{1,2}\s?[-\u2013]\s?[\dp]\b", TaskType.DOE_DESIGN, NAMED),
    ("2^k", r"\b2\s?\^\s?[2-9k]\b|\b2[\u00b2\u00b3\u2074\u2075]|\b2x2(?:x2)+\b", TaskType.DOE_DESIGN, TOLD),
    ("generator", r"\b[D-H]\s?=\s?-?[A-H]{2,6}\b", TaskType.DOE_DESIGN, NAMED),
    ("array", r"\b[Ll](?:4|8|9|12|16|18|25|27|32|36|50|54)\b(?!\s?(?:life|lives))", TaskType.DOE_DESIGN, NAMED),
    ("model in coded factors",
     r"\d\s?\*?\s?(?:x[1-9]|[A-F])\s?[-+]\s?\d[\d.]*\s?\*?\s?(?:x[1-9]|[A-F])\b", TaskType.DOE_ANALYSIS, TOLD),
    ("hypothesis", r"\bH_?[01aA\u2080\u2081]\s?[:=]", TaskType.HYPOTHESIS_TEST, NAMED),
    ("mean of a sample", r"(?:x\u0304|\bx-?bar)\s?=\s?-?\d", TaskType.HYPOTHESIS_TEST, NAMED),
    ("chi-square", r"\u03c7\s?\u00b2|\bchi-?2\b", TaskType.HYPOTHESIS_TEST, TOLD),
    ("F(2, 12)", r"\b[Ft]\s?\(\s?\d+\s?(?:,\s?\d+\s?)?\)\s?=", TaskType.HYPOTHESIS_TEST, TOLD),
    ("R\u00b2", r"\b[Rr](?:\u00b2|\^2|2)(?![\w.])", TaskType.REGRESSION, NAMED),
    ("B10 life", r"\b[BL](?:1|2|5|10|20|50)[\s-]?(?:life|lives|\?|$|,|=)", TaskType.RELIABILITY, NAMED),
    ("censored values", r"\d\+(?=[\s,;)]).{0,200}\d\+(?=[\s,;).]|$)", TaskType.RELIABILITY, NAMED),
    ("sampling standard", r"\bZ\s?1\.[49]\b|\b(?:2859|3951)\b|\b105[DE]\b", TaskType.ACCEPTANCE_SAMPLING, NAMED),
    ("sampling plan",
     r"\bn1?\s?=\s?\d+\s{0,2}[,;]?\s{0,2}(?:and\s)?(?:c1?|Ac)\s?=\s?\d", TaskType.ACCEPTANCE_SAMPLING, NAMED),
    ("specification", r"\d\s?(?:\u00b1|\+\s?/?\s?-)\s?\d", TaskType.CAPABILITY, HINT),
    ("R&R", r"\bR\s?&\s?R\b", TaskType.MEASUREMENT_SYSTEM, NAMED),
    ("n - 1", r"\bn\s?[-\u2212]\s?1\b", TaskType.METHOD, NAMED),
    ("90% power", r"\d\s?%?\s?power\b|\bpower\s?(?:of|=|is|:)?\s?[01]?[.,]?\d", TaskType.POWER, TOLD),
    ("how many are needed",
     r"(?i)\bhow (?:many|large|big|long)\b[^?.\n]{1,60}\b(?:needed?|must|should|required|necessary|have to|"
     r"ask|sample|test)\b",
     TaskType.POWER, TOLD),
    ("which settings matter", r"(?i)\bwhich\b[^?.\n]{0,40}\b(?:factor|setting|parameter|variable|input)s?\b[^?.\n]{0,25}"
     r"\b(?:influence|affect|matter|important|drive|significant)", TaskType.DOE_DESIGN, TOLD),
    ("number of factors", r"(?i)\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s(?:[\w-]+\s){0,2}"
     r"factors\b", TaskType.DOE_DESIGN, NAMED),
    ("number of settings", r"(?i)\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s(?:[\w-]+\s){0,2}"
     r"(?:variables|parameters|settings)\b", TaskType.DOE_DESIGN, TOLD),
    ("list of factors", r"(?i)\bfactors?\s?:", TaskType.DOE_DESIGN, NAMED),
    ("number of runs",
     r"(?i)\b(?:\d+|eight|nine|ten|twelve|sixteen|twenty)\s(?:experimental\s)?(?:runs|trials|experiments)\b",
     TaskType.DOE_DESIGN, TOLD),
    ("analyse an experiment",
     r"(?i)\banaly[sz]\w*\s[^.?\n]{0,40}(?:\b(?:experiment|design|doe|factorial|ccd|box.behnken)\b|\d\^)",
     TaskType.DOE_ANALYSIS, NAMED),
    ("results at coded settings", r"\(\s?[-+]?\d[\d.]*\s?,[^()\n]{1,40}\)\s?[:=]\s?-?\d", TaskType.DOE_ANALYSIS, TOLD),
    ("share of a population", r"\d\s?% of (?:all|the|future)\b", TaskType.HYPOTHESIS_TEST, TOLD),
    ("S/N", r"\bS/N\b", TaskType.DOE_ANALYSIS, NAMED),
    ("fit y = ...",
     r"\bfit(?:ting)?\s(?:the\s|a\s)?(?:model\s|curve\s|function\s|equation\s)?[a-z]\s?=", TaskType.REGRESSION, NAMED),
    ("derivative", r"\bd\s?/\s?d[a-z]\b|\bd\^?2?[a-z]\s?/\s?d[a-z]\b|\b[a-zA-Z]''?\s?(?:\(|=)", TaskType.CALCULUS, NAMED),
    ("power of a variable", r"\b\d*\s?\*?\s?[a-z]\s?(?:\^|\*\*)\s?[-\d(]|\b[a-z][\u00b2\u00b3]", TaskType.CALCULUS, TOLD),
    ("function of a variable",
     r"\b(?:sin|cos|tan|exp|ln|log|sqrt)(?:\s?\(\s?[-\d.*]*\s?[a-z]\b|\s[a-z]\b)", TaskType.CALCULUS, TOLD),
    ("equation in a variable",
     r"\b\d*\s?\*?\s?[xyz]\s?[-+]\s?\d[\d.]*\s?=|\d\s?\*?[xyz]\b[^\n]{0,40}=\s?-?\d", TaskType.CALCULUS, TOLD),
    ("sum of variables", r"\(\s?[a-z]\s?[-+]\s?[a-z]\s?\)|\b1/[a-z]\b", TaskType.CALCULUS, TOLD),
    ("sign of calculus", r"[\u222b\u2211\u220f\u2202\u221e]|\blim\b", TaskType.CALCULUS, NAMED),
)  # fmt: skip
_COMPILED = [(name, re.compile(pattern), Cue(task, weight)) for name, pattern, task, weight in _NOTATION]
MAX_NOTATION = 20_000
"""Characters of a stretch in which notation is looked for."""

_DEFINITION = re.compile(
    r"\b(?:define|definitions? of|meaning of|meant by|mean(?:s)? by|stands? for|what(?:'s|\u2019s|s| is| are) an?\b|"
    r"what (?:do|does) (?!it\b|this\b|that\b)[^?\n]{1,60}\b(?:mean|stand|measure)\b|what exactly (?:is|"
    r"are)|remind me what)",
    re.IGNORECASE,
)
_NAMING = re.compile(r"\bwhat(?:'s|\u2019s|s| is| are)\b", re.IGNORECASE)
_EXPLAIN = re.compile(
    r"\b(?:explain|why|difference between|pros and cons|advantages?|disadvantages?|drawbacks?|"
    r"assumptions? of|rules? of thumb|"
    r"in general|generally|usually|typically|in principle|the principle|interpret\w*|recommend(?:ed)?|advise|advice|"
    r"(?:what )?(?:does|do|did) (?:it|this|that) mean|is an? [^?\n]{1,30} of [\d.]+ ?%? (?:good|bad|ok|"
    r"okay|enough|acceptable|high|low|too)|which [^?\n]{1,30} (?:do|should|can|would) (?:i|we|one|"
    r"you) (?:use|choose|need|take|apply)|matters?\b|is it (?:ok|okay|fine|legitimate|allowed|valid|safe|"
    r"possible)|"
    r"(?:can|may) (?:i|we|one|you) (?:use|apply|trust|skip|ignore|still|combine|mix|just)|"
    r"tell me (?:more )?about|what happens|"
    r"how (?:does|do) [^?\n]{1,60} work|when (?:should|do|is|would|can)|(?:should|would) (?:i|we|one|"
    r"you) (?:use|prefer|choose|take)|"
    r"how (?:to|do (?:i|we|you)|should (?:i|we)|can i|would you) (?:choose|decide|interpret|read|know|"
    r"pick|handle|deal|report)|"
    r"what (?:should|can|shall|could) (?:i|we|one) do|preferred|instead of|rather than|in words|"
    r"conceptually|would you rather|purpose of|idea behind|"
    r"what is the (?:point|purpose|idea|role|use) of|appropriate|assum(?:e|es|ed|ing) by)\b",
    re.IGNORECASE,
)
_ASK_HOW = re.compile(
    r"(?:^|[.!?,]\s)\W{0,3}do (?:i|we) |\b(?:how (?:to|do|does|can|should|are|is)\b|"
    r"which [^?\n]{1,40}(?:should|is best|is better|fits)|what kind|what type|"
    r"can (?:i|we|one)|should (?:i|we|one)|do (?:i|we) (?:need|have) to|is there a)",
    re.IGNORECASE,
)
_SKIP_CHECKS = re.compile(
    r"\b(?:skip|without|no|disable|omit|ignore|drop|turn off|avoid|leave out|don'?t|do not|never)\b[^.\n]{0,25}"
    r"\b(?:verif\w+|checks?|checking|validat\w+|double.check\w*)\b|\bverification\s?[:=]?\s?off\b",
    re.IGNORECASE,
)


def find_notation(text: str) -> list[tuple[str, Cue]]:
    """Notation of the field in `text`, by its name."""
    text = text[:MAX_NOTATION]
    return [(name, cue) for name, pattern, cue in _COMPILED if pattern.search(text)]


def asks_definition(text: str) -> bool:
    """Whether it asks what a term means."""
    return _DEFINITION.search(text[:MAX_NOTATION]) is not None


def asks_naming(text: str) -> bool:
    """Whether it says `what is`: a definition where nothing is to be computed."""
    return _NAMING.search(text[:MAX_NOTATION]) is not None


def asks_explanation(text: str) -> bool:
    """Whether it asks for reasons, advice or an explanation."""
    return _EXPLAIN.search(text[:MAX_NOTATION]) is not None


def asks_how(text: str) -> bool:
    """Whether it asks how to do something, which may be an order to do it."""
    return _ASK_HOW.search(text[:MAX_NOTATION]) is not None


def asks_to_skip_checks(text: str) -> bool:
    """Whether it orders to leave verification out."""
    return _SKIP_CHECKS.search(text[:MAX_NOTATION]) is not None
