"""What an answer has to say: limits that were not kept, steps that were not done, assumptions that failed."""

import operator
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from havoc.prime.claims.reader import read_claims
from havoc.prime.verification.ground import content
from havoc.prime.verification.grounds import Grounds
from havoc.prime.verification.report import Check
from havoc.prime.workspace import GlobalWorkspace

if TYPE_CHECKING:  # the graph's module is of no use here but for its type
    from havoc.prime.graph.operator_graph import OperatorGraph

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_ADMITS = re.compile(
    r"\bnot done\b|\b(?:could|can) ?not\b|\bcannot\b|\bunable\b|\bfailed\b|\bremains? open\b|\bmissing\b|\bincomplete\b|"
    r"\bwas not\b|"
    r"\bhas not been\b|\bopen\b",
    re.IGNORECASE,
)
_EXCEEDS = re.compile(
    r"\b(?:not kept|not met|exceed\w*|violat\w*|more than|fewer than|less than|instead of|cannot be kept)\b", re.IGNORECASE
)
_TOLD = re.compile(
    r"\b(?:contradict|violat|fail|not hold|doubt|reject|departs?|not (?:normal|equal|met)|caution|unequal|non-?normal|"
    r"too small)\w*",
    re.IGNORECASE,
)


def check_constraints(answer: str, workspace: GlobalWorkspace, grounds: Grounds) -> list[Check]:
    """Limits that the question sets on the result: `at most 20 runs`, `power of at least 0.9`."""
    checks = []
    for constraint in workspace.constraints:
        claims = [claim for claim in read_claims(constraint, grounds.fields) if claim.kind == "value" and claim.quantities]
        for claim in claims:
            known = [one for one in grounds.of(claim.quantities) if one.source == "result" and not one.labels]
            plain = [one for one in known if not one.qualifiers] or known
            if not plain:
                checks.append(Check("constraints", "not_applicable", f"{constraint}: no result decides it"))
                continue
            limit = claim.numeral.value
            compare = _COMPARE.get(claim.relation)
            kept = [one for one in plain if (compare(one.value, limit) if compare else abs(one.value - limit) < 1e-9)]
            said = not kept and _EXCEEDS.search(answer) is not None and bool(content(constraint) & content(answer))
            verdict = "kept" if kept else f"the result is {plain[0].value:g}"
            detail = f"{constraint}: {verdict}{', as the answer says' if said else ''}"
            ids = tuple(one.fact_id for one in plain[:3] if one.fact_id)
            checks.append(Check("constraints", "pass" if kept or said else "fail", detail, fact_ids=ids))
        if not claims:
            checks.append(Check("constraints", "not_applicable", f"{constraint}: no number in it to check"))
    return checks


def check_subgoals(answer: str, workspace: GlobalWorkspace, graph: "OperatorGraph | None") -> list[Check]:
    """Steps that failed or were left out are admitted. The decision that is the answer itself does not count."""
    if graph is None:
        return [Check("subgoals", "not_applicable", "no graph was run")]
    open_ = [one for one in graph.subgoals if one.kind in ("tool", "retrieve") and one.status != "done"]
    if not open_:
        return [Check("subgoals", "pass", "all steps were done")]
    names = ", ".join(f"{one.id} ({one.status})" for one in open_)
    if _ADMITS.search(answer):
        return [Check("subgoals", "pass", f"{names}: the answer says that something is open")]
    return [Check("subgoals", "fail", f"not done and not said: {names}")]


def check_assumptions(answer: str, workspace: GlobalWorkspace) -> list[Check]:
    """Assumptions that the data contradict are mentioned."""
    checks, said = [], content(answer)
    for call in workspace.calls:
        for assumption in call.answer.get("assumptions", ()) if call.success else ():
            if assumption["holds"] is not False:
                continue
            words = content(assumption["name"]) - content("data sample groups values residuals large enough approximation")
            mentioned = bool((words or content(assumption["name"])) & said) and _TOLD.search(answer) is not None
            detail = f"{assumption['name']} is contradicted{', as the answer says' if mentioned else ' and not mentioned'}"
            checks.append(Check("assumptions", "pass" if mentioned else "fail", detail))
    return checks


def summary(name: str, checks: Sequence[Check]) -> list[Check]:
    """The checks, or one that says that there was nothing to check."""
    return list(checks) or [Check(name, "not_applicable", f"the answer states none: {name}")]
