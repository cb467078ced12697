"""What an answer concludes: significant or not, in control or not, normal or not, and who or what it says so of."""

import re
from dataclasses import dataclass
from typing import Literal

from havoc.prime.spans import Text

Topic = Literal[
    "significant", "in_control", "capable", "normal", "equal_variances", "equivalent", "outlier", "accepted", "random",
    "orthogonal", "rotatable", "contains",
]  # fmt: skip
"""What can be true or false of a result. `contains`: whether an interval holds a value."""


@dataclass(frozen=True)
class Statement:
    """One conclusion."""

    topic: Topic
    holds: bool
    """What the text says: true for `is significant`, false for `is not significant`."""
    start: int
    """Place of the words that say it."""
    end: int
    clause: tuple[int, int]
    """The part of the sentence that it is said in: from start to end."""


_PATTERNS: tuple[tuple[Topic, bool, str], ...] = (
    ("equal_variances", True, r"\bvariances?\b[^.;,]{0,40}\b(?:equal|homogeneous|similar|the same|homoscedastic)\b"),
    ("equal_variances", True, r"\bhomogene(?:ity|ous)\b[^.;,]{0,20}\bvariances?\b[^.;,]{0,20}\b(?:holds?|is met|"
                              r"is fulfilled|plausible)\b"),
    ("equal_variances", True, r"\bequal(?:ity of)? variances?\b[^.;,]{0,30}\b(?:holds?|plausible|reasonable|is met|"
                              r"satisfied)\b"),
    ("equal_variances", False, r"\bvariances?\b[^.;,]{0,40}\b(?:differ\w*|unequal|heterogeneous|different)\b"),
    ("equal_variances", False, r"\b(?:difference|differ\w*)\b[^.;,]{0,12}\b(?:in|of|between) (?:the )?variances?\b"),
    ("normal", False, r"\bnon-?normal\w*|\babnormally distributed\b"),
    ("normal", False, r"\b(?:departs?|departed|significant departures?|no(?: \w+)? departures?)(?: \w+)? from (?:a |"
                      r"the )?normal\w*"),
    ("normal", False, r"\bnormality\b[^.;,]{0,30}\b(?:rejected|contradicted|violated|fails|doubtful)\b|"
                      r"\breject\w* (?:the )?normality\b"),
    ("normal", False, r"\bcontradict\w* (?:a |the )?normal\w*|\bevidence against (?:a |the )?normal\w*"),
    ("normal", True, r"\b(?:is|are|be|looks?|appears?|seems?|follows?|with|"
                     r"as)(?: \w+){0,3} normal(?:ly)?(?: distribut\w+)?\b"),
    ("normal", True, r"\bnormality\b[^.;,]{0,30}\b(?:holds?|plausible|assumed|reasonable|satisfied|is met|acceptable)\b"),
    ("in_control", True, r"\bin (?:statistical )?control\b|\bunder control\b|\b(?:is|looks?|appears?|seems?|are|be|"
                         r"remains?) (?:\w+ )?stable\b"),
    ("in_control", False, r"\bout[ -]of[ -]control\b|\bunstable\b|\bspecial[ -]causes?\b|\bassignable causes?\b"),
    ("in_control", False, r"\bsignals?\b(?! to)(?!-to)|\bpoints? (?:is |are |lies? |falls? )?(?:beyond|outside|"
                          r"above the ucl|below the lcl)\b|\bviolat\w+ (?:the )?rules?\b"),
    ("equivalent", True, r"\bequivalen(?:t|ce)\b"),
    ("outlier", True, r"\boutliers?\b|\boutlying\b"),
    ("accepted", True, r"\blot\b[^.;,]{0,30}\b(?:accept\w*|passes|passed)\b|\baccept (?:the|this) lot\b"),
    ("accepted", False, r"\blot\b[^.;,]{0,30}\b(?:reject\w*|fails|failed)\b|\breject (?:the|this) lot\b"),
    ("random", False, r"\bnon-?random\w*|\b(?:departs?|departed|significant departure|"
                      r"no(?: \w+)? departure)(?: \w+)? from (?:a )?random\w*|\bsigns? of (?:mixtures?|clustering|trends?|"
                      r"oscillation)"),
    ("random", True, r"\b(?:is|are|looks?|appears?|seems?|in|of|with)(?: \w+){0,2} random(?:ly)?(?: order)?\b|"
                     r"\brandomness\b[^.;,]{0,20}\bplausible\b"),
    ("capable", False, r"\bincapable\b"),
    ("capable", True, r"\bcapable\b"),
    ("orthogonal", False, r"\bnon-?orthogonal\b"),
    ("orthogonal", True, r"\borthogonal\b(?! (?:array|block|component|polynomial))"),
    ("rotatable", True, r"\brotatable\b"),
    ("contains", True, r"\b(?:interval|limits|ci|it)\b[^.;]{0,40}?\b(?:contains?|includes?|covers?|spans?|"
                       r"holds)\s+(?:the value\s+(?:of\s+)?)?(?:zero|\d)"),
    ("contains", False, r"\b(?:interval|limits|ci|it)\b[^.;]{0,40}?\bexcludes?\s+(?:the value\s+(?:of\s+)?)?(?:zero|\d)"),
    ("significant", False, r"\bn\.\s?s\.(?=[\s,;)]|$)|(?<=[(,;])\s?ns(?=[\s,;.)]|$)"),
    ("significant", True, r"(?<=[\s(])sig\.(?=[\s,;)]|$)(?! level)"),
    ("significant", False, r"\b(?:in|non-?)significan(?:t|ce|tly)\b|\b(?:retain|keep|accept|stands?)\w* (?:the )?(?:null|"
                           r"h_?0|hypothesis)\b"),
    ("significant", True, r"\b(?:reach|attain|achiev)\w* (?:statistical )?significance\b|"
                          r"\bstatistically (?:different|distinguishable)\b"),
    ("significant", True, r"(?<!practical )(?<!practically )\bsignificant(?:ly)?\b(?! (?:level|figure|digit|number))"),
    ("significant", True, r"\breject\w*\b(?: \w+){0,2}? (?:null|h_?0|hypothes[ie]s|equality|that)\b|\b(?:null|h_?0|"
                          r"hypothesis)\b[^.;,]{0,40}?\brejected\b"),
    ("significant", True, r"\b(?:statistical )?(?:evidence|proof) (?:of|for|that)\b[^.;,]{0,40}?\b(?:differ\w*|effects?|"
                          r"associat\w*|shift|correlat\w*|change\w*|depend\w*)\b"),
    ("significant", True, r"\b(?:means?|medians?|groups?|proportions?|rates?|conditions?|treatments?|distributions?|"
                          r"samples?|machines?|suppliers?|lines?|methods?|they|it|shifts?|variet\w+|"
                          r"instruments?)\b(?: \w+){0,2}? differs?\b(?! by\b)"),
    ("significant", True, r"\b[A-Z]\w{0,15} (?:and|or) [A-Z]\w{0,15}\b(?: \w+){0,2}? differs?\b(?! by\b)"),
)  # fmt: skip
_COMPILED = [(topic, holds, re.compile(pattern, re.IGNORECASE)) for topic, holds, pattern in _PATTERNS]
_NEGATION = re.compile(
    r"\b(?:not|no|never|cannot|can't|fails? to|failed to|failing to|without|neither|nor|lack of(?! fit)|insufficient|"
    r"too little|unable to|"
    r"hardly|none|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|couldn't|nothing|absence of|zero|nowhere|little)\b|"
    r"n\u2019t\b|(?<![\w.,])0(?=\s)",
    re.IGNORECASE,
)
_NEGATED_BEHIND = re.compile(
    r"[^.;,]{0,30}?\b(?:cannot|can not|is not|are not|was not|were not|isn't|not been|could not|must not|fails|failed|none|"
    r"does not|do not|did not|nowhere)\b|\s*[:=]\s*(?:none|no\b|false)|\s+(?:is|are)\s+(?:absent|lacking|missing|ruled out)",
    re.IGNORECASE,
)
_TOPICS_NEGATED_BEHIND = frozenset({"equivalent", "outlier", "in_control", "significant", "normal", "equal_variances"})
_HYPOTHETICAL = re.compile(
    r"\b(?:if|whether|would|could|might|may|unless|suppose|assuming|assumes?|assumed|requires?|required|test(?:s|ed|"
    r"ing)? for|"
    r"in case|to be|check(?:s|ed|ing)?|needs?|wanted|want|to detect|detects?|to show|so that|until|before|per|how|which|"
    r"were the|when|where|once|before|usually|always|in general)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b\d+ of (?:the )?\d+\b|\bsignificant (?:pairs?|comparisons?|terms?|effects?|figures?)\s*[=:]\s*\d", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"[:]\s|,?\s\b(?:but|while|whereas|although|though|however|yet|because|since|so|therefore|hence|and so|and hence|"
    r"and thus|"
    r"even though|which means|meaning)\b|,\s*(?:and|which|so|the|we|it|there|nor|not)\b|\sand\s(?=(?:the|we|it|there|they|"
    r"no|is|are|do|does|"
    r"cannot|hence|thus)\b)|\u2014|\s-\s|\s\u2013\s",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(
    r"\b(?P<predicate>significant|in control|normal|capable|random|equivalent)\b[^.;]{0,80}?,?\s(?:but|and|while|whereas)\s+"
    r"(?P<not>not|no)\s+(?:for|in|of)?\s*(?P<who>[^.;,]{1,40})",
    re.IGNORECASE,
)
_PREDICATE = re.compile(r"\b(?:significan|in control|normal|capable|random|equivalent|differ|reject)", re.IGNORECASE)
_NO_OUTLIER = re.compile(r"\boutliers?\s*[=:]|outlier test|test for outliers|outlier (?:p|count)", re.IGNORECASE)
_NO_SIGNAL = re.compile(
    r"signal[- ]to[- ]noise|\b(?:false|first|any|for a|a) signal\b(?! at)|signal (?:is given|ratio)", re.IGNORECASE
)
_MOST = 400
"""Characters before and behind a conclusion that are looked at: no clause is longer."""
_NAMES_ARL = re.compile(r"\b(?:arl|run length|average run)\b", re.IGNORECASE)


def read_statements(text: str) -> list[Statement]:
    """The conclusions that `text` states, left to right; what is only supposed, asked or planned is none."""
    spans = Text(text)
    found: list[Statement] = []
    taken: list[tuple[int, int]] = []
    for topic, holds, pattern in _COMPILED:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            start, end = spans.sentence(match.start())
            if match.end() > end or text[max(start, end - 9) : end].rstrip().endswith("?"):
                continue
            start, end = max(start, match.start() - _MOST), min(end, match.end() + _MOST)
            clause = _clause(text, start, end, match.start(), match.end())
            if _is_no_statement(topic, text, clause, match):
                continue
            taken.append(match.span())
            negated = _is_negated(topic, text, clause, match)
            found.append(Statement(topic, holds != negated, match.start(), match.end(), clause))
    for match in _ELLIPSIS.finditer(text):
        first = next((one for one in found if one.start <= match.start("predicate") < one.end), None)
        if first is not None and first.holds and not _PREDICATE.search(match["who"]):
            who = match.span("who")
            found.append(Statement(first.topic, False, match.start("not"), match.end("not"), who))
    # `The variances do not differ significantly` is said of the variances alone.
    other = [one.clause for one in found if one.topic in ("equal_variances", "normal", "random", "outlier")]
    found = [one for one in found if one.topic != "significant" or one.clause not in other]
    # `The means differ significantly` says it twice.
    found = list({(one.topic, one.holds, one.clause): one for one in reversed(found)}.values())
    return sorted(found, key=lambda statement: statement.start)


def _clause(text: str, start: int, end: int, left: int, right: int) -> tuple[int, int]:
    """The part between words that begin another thought."""
    for match in _CLAUSE.finditer(text, start, end):
        if match.end() <= left:
            start = match.end() if match[0].strip() not in (",",) else start
        elif match.start() >= right:
            end = match.start()
            break
    return start, end


def _is_no_statement(topic: Topic, text: str, clause: tuple[int, int], match: "re.Match[str]") -> bool:
    before, whole = text[clause[0] : match.start()], text[clause[0] : clause[1]]
    if topic != "accepted" and _HYPOTHETICAL.search(before):
        return True
    if topic == "accepted":
        return re.search(r"\b(?:if|when|where|would|probability|unless)\b", whole, re.IGNORECASE) is not None
    if topic == "significant":
        return _COUNTED.search(whole) is not None or re.search(r"\b(?:most|more|less)\s+$", before) is not None
    if topic == "outlier":
        return _NO_OUTLIER.search(whole) is not None
    if topic == "in_control":
        counted = re.search(r"\d\s+(?:\w+\s+)?$", before) is not None
        return _NAMES_ARL.search(whole) is not None or (not counted and _NO_SIGNAL.search(whole) is not None)
    if topic == "equivalent":
        return re.search(r"\bequivalent to\b|\bequivalence (?:test|margin|limits?)", whole, re.IGNORECASE) is not None
    if topic == "capable":
        return (
            re.search(r"\bmeasuring|\bof\s+(?:detect|measur|hold)", whole[match.end() - clause[0] :], re.IGNORECASE)
            is not None
        )
    return False


def _is_negated(topic: Topic, text: str, clause: tuple[int, int], match: "re.Match[str]") -> bool:
    """Whether an odd number of negations stands before the words, or one behind them."""
    inside = text[clause[0] : match.start()].split(",")[-1] if topic != "significant" else text[clause[0] : match.start()]
    words = re.sub(r"\bnot only\b", "", " ".join(inside.split()[-9:]))
    own = re.sub(r"\b(?:zero|0)$", "", match[0])  # of `contains 0`
    count = len(_NEGATION.findall(words)) + len(_NEGATION.findall(own))
    if re.search(r"\bfail\w* to\b.{0,20}$", words, re.IGNORECASE) and count > 1:
        count = 1
    if not count and topic in _TOPICS_NEGATED_BEHIND and _NEGATED_BEHIND.match(text[match.end() : clause[1]]):
        count = 1
    return count % 2 == 1
