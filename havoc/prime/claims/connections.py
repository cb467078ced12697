"""Words between the name of a quantity and its number, and between numbers: whether they hold them together."""

import re

MAX_GAP_WORDS = 9
"""Words between a name and its number."""
_UNIT = r"(?:\s?(?:%|percent|per cent|[a-zA-Z\u00b5\u00b0\u03a9]{1,4}(?:[/^]\w{1,4})?))?"
_SIGNED = re.compile(r"[\s\w*`|]*[=:<>\u2248\u2264\u2265~|(]\s*[<>=\u2248~]?\s*\**$")
_FILLER = re.compile(
    r"\.?(?:\s|[=:<>\u2248\u2264\u2265~|(*`_,\u2013-]|\b(?:is|was|are|were|be|of|equals?|equal|at|to|about|approximately|"
    r"around|roughly|approx\.?|nearly|almost|only|just|exactly|a|an|the|value|values|comes?|came|out|in|turned|turns|works?|amounts?|"
    r"estimated|estimate|calculated|computed|found|given|reported|as|runs?|ranges?|from|between|not|less|than|more|greater|smaller|larger|bigger|fewer|lower|higher|"
    r"below|above|under|over|exceeds?|least|most|up|has|have|had|with|here|then|now|therefore|so|thus|itself|lies?|lie|set|"
    r"should|would|must|will|can|stands?|both|each|gives?|gave|result|results|equalled|being|which|that|this|it|reads?|"
    r"sits?|located|extends?|spans?|goes|go|by|still|low|high|small|large|very|well|far|slightly|clearly|much)\b)*",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\b(?:between|(?:ranges?|runs?|extends?|varies|vary|lies?|anywhere) from)\s+$", re.IGNORECASE)
_SAYS = re.compile(
    r"(?:[=:<>\u2248~]|\b(?:is|was|are|were|equals|equal to|gives|from|between|below|above))\W*$", re.IGNORECASE
)
_BREAK = re.compile(r"[,;]|\b(?:but|while|whereas|although|because|since|when|if|and)\b", re.IGNORECASE)
_ASIDE = re.compile(r",[^,;]{1,80},\s*(?=(?:is|was|are|were|equals|comes|came)\b)")
_AT = re.compile(
    r"\b(?:at|in|on|after|with|by|within|per|every|for|during|under|across|over|until|since)\s+(?:the\s+)?$", re.IGNORECASE
)
_STANDS_AT = re.compile(
    r"\b(?:estimated|is|was|are|were|lies?|sits?|stands?|put|comes?|came|out|set|located|calculated|computed)"
    r"(?:\s+in)?\s+at\s+$",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"\s+(?:of|in|for|between|from|on)\s+(?:(?:the|a|an|its|their|this|our|all|both|each|two|\d+(?:\.\d+)?\s?%)\s+)*"
    r"(?:(?!with\b|and\b|is\b|was\b)[^\W\d]+\s+){0,2}$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:,|and|&|/|, and|or|as well as)\s*(?:the\s+)?", re.IGNORECASE)
_CONTINUED = re.compile(
    rf"{_UNIT}\s*[)\]]?\s*(?:to|and|,|;|,\s?and|or|\u2013|-|\u2212|\u2026|\.\.\.?|through|up to|respectively|/|vs\.?|versus)"
    rf"(?:\s+(?:a|an|the))?\s*[(\[]?\s*",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\s?-?\s?(?:[\w\u00b5%]+\s+){0,2}?$")
_NOT_BEHIND = re.compile(r"\d|\b(?:and|is|was|to|of|for|per|in|with)\b")
_OUTLIER = re.compile(
    r"\s*(?:is|was|looks|appears|seems|must|should|can|may|has)\s+(?:\w+\s+){0,5}?(?:outlier|outlying)", re.IGNORECASE
)
_IS_THE = re.compile(r"\s*(?:as|is|was|being|for)\s+(?:the|a|an|its|your|our)\s+(?:\w+\s+){0,1}$", re.IGNORECASE)
_OF_THEM = re.compile(
    r"\s+of\s+(?:them|these|those|which|whom)(?:\s+(?:is|are|were|was|as|being))?(?:\s+(?:at\s+)?the)?\s+$", re.IGNORECASE
)


def connects(gap: str) -> bool:
    """Whether the number behind `gap` is said of the name before it."""
    if _FILLER.fullmatch(gap):
        return not _AT.search(gap) or _STANDS_AT.search(gap) is not None
    if len(gap.split()) > MAX_GAP_WORDS or _BREAK.search(gap):
        return False
    if _AT.search(gap) and not _STANDS_AT.search(gap):
        return False
    return _SAYS.search(gap) is not None


def is_signed(gap: str) -> bool:
    """Whether only a sign or a bracket stands between name and number: `Cpk = `, `mean (`."""
    return _SIGNED.fullmatch(gap) is not None


def is_range(gap: str) -> bool:
    """Whether the number behind `gap` is the lower end of where something lies: `lies between`."""
    return _RANGE.search(gap) is not None


def continues(between: str) -> bool:
    """Whether a number goes on with what the one before it began: `1.2 to 3.4`, `4, 5 and 6`."""
    return _CONTINUED.fullmatch(between) is not None


def is_circumstance(words: str) -> bool:
    """Whether a number behind `words` only says when or where: `at 20`, `after 3`."""
    return _AT.search(f"{words} ") is not None


def without_asides(words: str) -> str:
    """`words` with what stands between two commas before a verb blanked out: `the mean, as you see, is`."""
    return _ASIDE.sub(lambda match: " " * len(match[0]), words)


def heads(between: str) -> bool:
    """Whether the name before is what the name behind has: `mean of the differences`."""
    return _HEAD.fullmatch(between) is not None


def joins(between: str) -> bool:
    """Whether two names are named side by side: `mean and median`."""
    return _JOINED.fullmatch(between) is not None


def counts_behind(between: str) -> bool:
    """Whether the noun behind `between` is what the number before it counts: `8 error degrees of freedom`."""
    return _BEHIND.fullmatch(between) is not None and _NOT_BEHIND.search(between) is None


def counts_of_them(between: str) -> bool:
    """The same of `3 of them are centre points`."""
    return _OF_THEM.fullmatch(between) is not None


def is_called_outlier(behind: str) -> bool:
    """Whether the number before `behind` is said to be an outlier, or to be none."""
    return _OUTLIER.match(behind) is not None


def predicates(between: str) -> bool:
    """Whether the number is said to be what is named behind it: `1.06 is the Cpk`."""
    return _IS_THE.fullmatch(between) is not None
