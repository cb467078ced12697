"""What an answer needs of all that is known, within a number of tokens."""

from collections.abc import Callable, Iterator

from havoc.prime.answers.asked import asked_for, headline_of
from havoc.prime.workspace import Fact, GlobalWorkspace, ToolCall

MAX_ENTRIES = 6
"""Entries of one list, of a result or of the question, that go before all that is less wanted."""


class FinalCompression:
    """Picks facts. The same workspace gives the same ones every time."""

    def compress(
        self, workspace: GlobalWorkspace, question: str, max_tokens: int, count_tokens: Callable[[str], int]
    ) -> list[Fact]:
        """The facts that matter most, as many as fit.

        In this order: what was asked for, each operation's main numbers, the question's numbers that went into the calls,
        what assumptions say where they fail, what reasoning has counted, the rest of the results, the rest of the data. A
        fact that is too long is left out, and shorter ones behind it are taken.

        Args:
            workspace: what is known.
            question: what is asked.
            max_tokens: of all facts together, one per line as `name = value`, values in full.
            count_tokens: of a text.
        """
        chosen: list[Fact] = []
        left = max_tokens
        for fact in dict.fromkeys(_ranked(workspace, question)):
            if left <= 0:
                break
            cost = count_tokens(f"{_line(fact)}\n")
            if cost <= left:
                chosen.append(fact)
                left -= cost
        # A tokenizer may need more for the whole than for its lines.
        while chosen and count_tokens("\n".join(map(_line, chosen))) > max_tokens:
            chosen.pop()
        return chosen


def _ranked(workspace: GlobalWorkspace, question: str) -> Iterator[Fact]:
    calls = [call for call in workspace.calls if call.success]
    facts: dict[str, dict[str, Fact]] = {call.id: {} for call in calls}
    for fact in workspace.facts:
        if fact.provenance.kind == "tool" and fact.provenance.source in facts:
            facts[fact.provenance.source][fact.provenance.path] = fact
    for call in calls:
        for asked in asked_for(question, call.answer, str(call.args.get("operation", ""))):
            yield from _at(facts[call.id], asked.path)
    for call in calls:
        for field in headline_of(call.answer, str(call.args.get("operation", ""))):
            yield from _at(facts[call.id], f"result.{field}")
    used = {source for call in calls for source in call.sources}
    data = [fact for fact in workspace.facts if fact.provenance.kind == "evidence" and fact.provenance.source in used]
    yield from (fact for fact in data if _index(fact) < MAX_ENTRIES)
    for call in calls:
        yield from (fact for path, fact in facts[call.id].items() if _fails(call, path))
    yield from (fact for fact in workspace.facts if fact.provenance.kind == "reasoning")
    for call in calls:
        yield from (fact for path, fact in facts[call.id].items() if path.startswith("result.") and "[" not in path)
    yield from data


def _at(facts: dict[str, Fact], path: str) -> Iterator[Fact]:
    """The fact at a path, or the first ones inside of the list or mapping there."""
    if path in facts:
        yield facts[path]
        return
    inside = (fact for where, fact in facts.items() if where.startswith((f"{path}[", f"{path}.")))
    yield from (fact for _, fact in zip(range(MAX_ENTRIES), inside, strict=False))


def _index(fact: Fact) -> int:
    """Its place in the list that it was read from; 0 for a number by itself."""
    path = fact.provenance.path
    return int(path.strip("[]")) if path else 0


def _fails(call: ToolCall, path: str) -> bool:
    """Whether a path leads to an assumption that does not hold."""
    if not path.startswith("assumptions["):
        return False
    number = int(path[len("assumptions[") :].split("]")[0])
    return call.answer["assumptions"][number].get("holds") is False


def _line(fact: Fact) -> str:
    return " ".join(f"{fact.name} = {fact.value}".split())
