"""All checks of an answer against what is known."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from havoc.prime.claims.claim import Claim
from havoc.prime.claims.reader import read_claims
from havoc.prime.numerals import find_numerals
from havoc.prime.spans import Text
from havoc.prime.verification.arithmetic import check_arithmetic
from havoc.prime.verification.citations import check_citations
from havoc.prime.verification.completeness import check_assumptions, check_constraints, check_subgoals, summary
from havoc.prime.verification.conclusions import check_conclusions
from havoc.prime.verification.designs import check_designs
from havoc.prime.verification.grounds import Grounds
from havoc.prime.verification.numbers import check_numbers
from havoc.prime.verification.report import Check, Provenanced, VerificationReport
from havoc.prime.workspace import GlobalWorkspace

if TYPE_CHECKING:  # as in completeness
    from havoc.prime.graph.operator_graph import OperatorGraph

MAX_ANSWER = 20_000
"""Characters of an answer that are looked at; what is behind them is reported as not checked."""
MIN_QUOTE = 16
"""Characters from which on a tool's sentence in an answer is a quotation."""


class GlobalVerification:
    """Checks answers. The numbers of the last workspace are kept, since one request checks many texts against it."""

    def __init__(self) -> None:
        self._last: tuple[GlobalWorkspace, tuple[object, ...], Grounds] | None = None

    def verify(
        self, answer: str, workspace: GlobalWorkspace, graph: "OperatorGraph | None" = None, question: str = ""
    ) -> VerificationReport:
        """Check every number, conclusion, design, calculation and citation of an answer, and what it had to say.

        Args:
            answer: the text.
            workspace: what is known.
            graph: the steps, where a graph was run.
            question: what was asked; its numbers may be repeated. The workspace's where it is left out.
        """
        grounds = self._grounds(workspace, question)
        said = answer[:MAX_ANSWER]
        text, claims = Text(said), read_claims(said, grounds.fields)
        quotes = _quotes(said, grounds)
        quoted = {
            claim.start: fact_id
            for claim in claims
            for start, end, fact_id in quotes
            if start <= claim.start and claim.end <= end
        }
        spans = [(start, end) for start, end, _ in quotes]
        checks = [
            *summary("numbers", check_numbers(claims, text, grounds, quoted)),
            *summary("conclusions", check_conclusions(claims, text, workspace.calls, spans)),
            *summary("design", check_designs(claims, text, grounds, workspace.calls)),
            *summary("arithmetic", check_arithmetic(said)),
            *summary("citations", check_citations(said, workspace, grounds)),
            *summary("constraints", check_constraints(said, workspace, grounds)),
            *check_subgoals(said, workspace, graph),
            *summary("assumptions", check_assumptions(said, workspace)),
        ]
        if len(answer) > MAX_ANSWER:
            checks.append(
                Check("numbers", "fail", f"behind {MAX_ANSWER:,} characters nothing was checked", MAX_ANSWER, len(answer))
            )
        return VerificationReport(tuple(checks))

    def provenance(self, text: str, workspace: GlobalWorkspace, question: str = "") -> list[Provenanced]:
        """Every numeral of a text, ordinals and names such as `2^3` left out, with the facts that it rests on."""
        grounds = self._grounds(workspace, question)
        said = text[:MAX_ANSWER]
        spans, claims = Text(said), read_claims(said, grounds.fields)
        quotes = _quotes(said, grounds)
        found = []
        for claim in claims:
            if claim.kind in ("notation", "reference") or claim.is_word:
                continue
            found.append(_provenance(claim, spans, grounds, quotes, said))
        behind = [
            Provenanced(numeral.start, numeral.end, numeral.text, (), "")
            for numeral in find_numerals(text, start=MAX_ANSWER)
        ]
        return found + behind

    def _grounds(self, workspace: GlobalWorkspace, question: str) -> Grounds:
        state = (
            len(workspace.facts), len(workspace.calls), len(workspace.assumptions), len(workspace.constraints),
            len(workspace.unresolved), workspace.evidence is None, question or workspace.question,
        )  # fmt: skip
        if self._last is None or self._last[0] is not workspace or self._last[1] != state:
            self._last = (workspace, state, Grounds(workspace, question))
        return self._last[2]


def provenance(text: str, workspace: GlobalWorkspace) -> list[Provenanced]:
    """See `GlobalVerification.provenance`."""
    return GlobalVerification().provenance(text, workspace)


def unfounded(text: str, workspace: GlobalWorkspace) -> list[Provenanced]:
    """The numerals of a text that rest on nothing."""
    return [one for one in provenance(text, workspace) if not one.is_founded]


def _provenance(
    claim: Claim, spans: Text, grounds: Grounds, quotes: Sequence[tuple[int, int, str]], said: str
) -> Provenanced:
    numeral = claim.numeral
    for start, end, fact_id in quotes:
        if start <= claim.start and claim.end <= end:
            return Provenanced(claim.start, claim.end, numeral.text, (fact_id,) if fact_id else (), "quoted")
    checks = check_numbers([claim], spans, grounds, {})
    found = grounds.supporting(claim)
    named = [one for one in found if not one.quantities.isdisjoint(claim.quantities)] or found
    ids = tuple(dict.fromkeys(one.fact_id for one in named if one.fact_id))[:5]
    origin = next((one.origin for one in named), "")
    if not named and checks and checks[0].status == "pass":
        ids, origin = checks[0].fact_ids, checks[0].detail
    if not named and not origin and _is_calculated(claim, said):
        origin = "calculated in the text"
    return Provenanced(claim.start, claim.end, numeral.text, ids, origin)


def _is_calculated(claim: Claim, said: str) -> bool:
    return any(
        check.status == "pass" and check.start <= claim.start and claim.end <= check.end for check in check_arithmetic(said)
    )


def _quotes(said: str, grounds: Grounds) -> list[tuple[int, int, str]]:
    """Where the answer repeats a sentence of a tool or of the workspace word for word: start, end, fact id."""
    found = []
    for sentence, fact_id, origin in grounds.texts:
        sentence = sentence.strip().rstrip(".")
        if len(sentence) < MIN_QUOTE or origin == "question" or origin.startswith("question,"):
            continue
        found += [(match.start(), match.end(), fact_id) for match in re.finditer(re.escape(sentence), said)]
    return found
