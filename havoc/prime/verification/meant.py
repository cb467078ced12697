"""Which of several numbers of one name is meant: the plain one, that of a group, or the one that the words tell apart."""

import re

from havoc.prime.claims.claim import Claim
from havoc.prime.verification.ground import Ground
from havoc.prime.verification.grounds import Grounds

_MAIN = frozenset(
    {
        "p_value",
        "runs",
        "resolution",
        "kappa",
        "r_squared",
        "proportion",
        "median",
        "replicates",
        "blocks",
        "statistic",
        "correlation",
        "odds_ratio",
        "power",
    }
)
"""Quantities of which a result may have several: one without further name is the main one."""
_COUNTS_OF_DESIGNS = frozenset({"runs", "replicates", "blocks"})
"""Of these a result's number stands above the one that was asked for."""
_BARE_A = re.compile(r"\b[Aa]\s+[a-z]")
_GROUP_NUMBER = re.compile(
    r"\b(?:group|sample|treatment|machine|line|supplier|method|condition|operator)\s?#?(\d{1,2})\D{0,12}$|"
    r"\b(first|second|third)\s+(?:group|sample|treatment|machine|line|supplier|method|condition|operator)\b\D{0,12}$",
    re.IGNORECASE,
)
_ORDINALS = {"first": 1, "second": 2, "third": 3}
_OF_GROUPS = re.compile(r"(?:^|\.)(?:means|standard_deviations|medians|rank_sums|proportions|sample_sizes)\[(\d+)\]$")
_GROUP_BEHIND = re.compile(r"\s*\w{0,3}\s*(?:for|in|of|at|from)\s+(?:group\s+|machine\s+|the\s+)?([\w*]+)")
_CALLED = re.compile(r"\b(?:of|for|and|vs|versus|between|group|factor|method|machine|supplier)\s$", re.IGNORECASE)


class Meant:
    """What the words around one claim say of the number that is meant."""

    def __init__(self, claim: Claim, sentence: str, near: str, words: frozenset[str], grounds: Grounds) -> None:
        """Take a claim's surroundings.

        Args:
            claim: the number and its name.
            sentence: that it stands in.
            words: of the sentence, as `content` gives them.
            near: what stands between the numbers before and behind it.
            grounds: what is known.
        """
        self._claim, self._grounds = claim, grounds
        self._sentence, self._near = sentence.lower(), near.lower()
        self._words = words

    def main(self, names: frozenset[str], right: list[Ground], known: list[Ground]) -> list[Ground]:
        """Those of `right` that are meant: the plain one, unless the words name another.

        Args:
            names: the quantities that the words name.
            right: numbers of these names with the value that is stated.
            known: all numbers of these names.
        """
        if names.isdisjoint(_MAIN):
            return right
        if not any(one.source == "result" and not one.labels and not one.qualifiers for one in known):
            return right
        above = not names.isdisjoint(_COUNTS_OF_DESIGNS)
        where = self._near if above else self._sentence
        return [one for one in right if self._is_it(one, where) and not (above and one.source == "setting")]

    def of_group(self, found: list[Ground]) -> list[Ground]:
        """Those of `found` that are of the group that the words name, by its name or by its number."""
        labels = self.labels()
        if labels:
            strict = not self._claim.quantities and self._claim.words.lower().endswith(
                tuple(one for one in labels if len(one) <= 2)
            )  # `A 6.1, B 7.9`
            found = [one for one in found if (not one.labels and not strict) or not labels.isdisjoint(one.labels)]
        number = _GROUP_NUMBER.search(self._claim.words)
        if number is None:
            return found
        wanted = int(number[1]) if number[1] else _ORDINALS[number[2].lower()]
        places = [(one, _OF_GROUPS.search(one.origin)) for one in found]
        return [one for one, place in places if place is None or int(place[1]) == wanted - 1]

    def labels(self) -> frozenset[str]:
        """Groups, terms and factors that the words before a number name, if it is one of them."""
        claim, known = self._claim, self._grounds.labels
        near = re.split(r"[,;]|\band\b", claim.words)[-1] if claim.words else ""
        behind = _GROUP_BEHIND.match(claim.behind)
        if behind and behind[1].lower() in known and not _BARE_A.match(behind[1]):
            return frozenset({behind[1].lower()})
        words = near.lower()
        said = {label for label in known if label in words and _names(label, near)}
        # The longest: `Time*Temperature` is neither of its factors.
        return frozenset(label for label in said if not any(label != other and label in other for other in said))

    def _is_it(self, ground: Ground, where: str) -> bool:
        if ground.source == "text":  # said of another thing of this name, unless the answer says much the same
            return 2 * len(ground.words & self._words) >= len(ground.words)
        if not ground.labels and not ground.qualifiers:
            return True
        return any(_is_said(label, self._sentence) for label in ground.labels) or any(
            word[:4] in where for word in ground.qualifiers
        )


def _names(label: str, text: str) -> bool:
    if len(label) == 1:
        return _has_letter(label.upper(), text) or _has_letter(label, text)
    return re.search(rf"(?<![\w*^]){re.escape(label)}(?![\w*^])", text, re.IGNORECASE) is not None


def _is_said(label: str, sentence: str) -> bool:
    """Whether a sentence names the label, or a word of it that is not too common."""
    if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", sentence):
        return True
    return any(len(word) > 3 and word in sentence for word in re.split(r"[^\w]+", label))


def _has_letter(letter: str, text: str) -> bool:
    """Whether a group is called by this letter: the article `A` before a word is none."""
    for match in re.finditer(rf"(?<![\w*^]){re.escape(letter)}(?![\w*^])", text):
        is_article = letter in "Aa" and re.match(r"\s+[a-z]{2,}", text[match.end() :]) is not None
        if not is_article or _CALLED.search(text[: match.start()]):
            return True
    return False
