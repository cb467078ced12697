"""What a text is about, as far as reading its numbers depends on it."""

import re

from havoc.prime.evidence.reading import TAKEN
from havoc.prime.prompt_words import word_set

CAPABILITY = re.compile(
    r"(?i)\bc_?pm?k?\b|\bp_?pk?\b|\bcapab|\bspecs?\b|\bspecification|\blsl\b|\busl\b|"
    r"\btolerance\b(?! interval)|\bupper limit|\blower limit|"
    r"\bdrawing\b|\bout of spec"
)
DESIGN = re.compile(
    r"(?i)\bdesigns?\b|\bfactorials?\b|\bfactors?\b|\bdoe\b|\bbox[- ]behnken|\bccd\b|\bcentral composite|"
    r"\bresponse surface|\bscreening\b|"
    r"\bplackett|\btaguchi\b|\bexperiment(?:al)?\b|\bd-optimal|\blatin hyper|\bcorners?\b|\bsteepest|\bruns\b|\baxial\b"
)
EQUIVALENCE = re.compile(r"(?i)\bequivalen|\btost\b|\bpractically the same|\bsame\b[^.]{0,40}\bwithin\b|\bnon-?inferior")
PROBABILITY = re.compile(
    r"(?i)\bnormal(?:ly)? distribut|\bbinomial\b|\bpoisson\b|\bexponential\b|\bprobability\b|\bchances?\b|"
    r"\bhow likely\b|\blikelihood\b|\bP\s?\(|"
    r"\bquantile|\bpercentile|\bcritical value|\b(?:is|are) normal\b|\bwhat (?:share|fraction|proportion|"
    r"percentage)\b|\bwhich fraction\b|"
    r"\bnormal variable|\bweibull\b"
)
MATHEMATICS = re.compile(
    r"(?i)\bintegra|\bantiderivative|\bprimitive\b|\bderivative|\bdifferentiat|\bd/dx\b|\bsolve\b|"
    r"\broots?\b|\bzeros?\b|\bfactori[sz]e\b|"
    r"\bfactor\s+[-\d(a-z]*[\^*(]|\bexpand\b|\bsimplify\b|\blimit\s+(?:of|as)\b|\btaylor\b|\bmaclaurin\b|"
    r"\bseries\b|\bsum\s+(?:of|over)\b|\bprod(?:uct)?\s+(?:of|over|from)\b|\bevaluate\b|[\u2211\u03a3\u220f\u222b]|"
    r"\bpolynomial\b(?! regress)|\bfactored\b|\bbrackets\b|\bfraction line\b|\bclosed form\b|"
    r"\bcalculate\b|\bcompute\b|\bminimi[sz]e|\bmaximi[sz]e|\bd[a-z]\s?/\s?d[a-z]\b|\bslope of\b|"
    r"\bequations?\b|\bsubstitut|\bwork out\b|"
    r"\bhow much is\b|\bwhat(?:'s| is)\b|\bgradient\b|\btends? to\b|\bapproach(?:es)?\b|\bdetermine\b|"
    r"\bfind\b|\bpartial fraction|=\s*\?"
)
_SENTENCE_END = re.compile(rf"[.?!;\n](?=\s|{TAKEN})")
_ABBREVIATIONS = word_set("std sig s.d st approx no nr avg min max tol spec vs ca dev e.g i.e temp")
REACH = 70
"""Characters before a number in which the words that say what it is are looked for."""


def sentence_before(rest: str, place: int) -> str:
    """What stands before a place in its sentence, at most `REACH` characters of it."""
    start = max(0, place - REACH)
    before = rest[start:place]
    ends = [match.end() for match in _SENTENCE_END.finditer(before) if not _is_abbreviation(before, match.start())]
    return before[ends[-1] :] if ends else before


def _is_abbreviation(text: str, dot: int) -> bool:
    word = text[:dot].rsplit(None, 1)[-1].lower() if text[:dot].split() else ""
    return text[dot] == "." and word in _ABBREVIATIONS
