"""One request while it is being answered: what it asks, what it may cost, where it stands. It can be saved and resumed."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from havoc.config import Budget, BudgetPolicy, PrimeConfig
from havoc.engine import Engine, Grammar, SamplingParams
from havoc.prime.candidate import Candidate
from havoc.prime.choice import Choice, choose, judged
from havoc.prime.events import Emit, EventType, PrimeEvent
from havoc.prime.evidence import EvidenceSet
from havoc.prime.graph.operator_graph import OperatorGraph
from havoc.prime.routing.router import Routing
from havoc.prime.tool_caller import ToolCaller
from havoc.prime.transcript import Transcript
from havoc.prime.verification import GlobalVerification, VerificationReport
from havoc.prime.workspace import GlobalWorkspace, ToolCall


@dataclass(frozen=True)
class PrimeRequest:
    """What is asked, and how."""

    question: str
    enable_prime: bool = True
    budget: Budget | None = None
    """Fixed by the caller; None lets the router decide."""
    max_new_tokens: int = 512
    """Ids that the model may write. What the runtime inserts, tool results for example, does not count."""
    temperature: float = 0.0
    seed: int = 0
    system: str = ""
    """Instructions before the question."""
    earlier: tuple[tuple[str, str], ...] = ()
    """Turns before this one: question and visible answer."""
    figures: bool = False
    """Draw the figures of the results too; they come last."""


@dataclass
class State:
    """All of a request that has to outlive the process, as plain values."""

    request: PrimeRequest
    output: list[int] = field(default_factory=list)
    """Ids of the transcript so far."""
    routing: Routing | None = None
    graph: OperatorGraph | None = None
    workspace: GlobalWorkspace = field(default_factory=GlobalWorkspace)
    branches: dict[str, list[int]] = field(default_factory=dict)
    """Subgoal -> what its branch wrote, where the branch has ended and is not part of the transcript yet."""
    num_written: int = 0

    def to_json(self) -> str:
        """For `from_json`."""
        request = {**asdict(self.request), "budget": self.request.budget and self.request.budget.value}
        fields = {
            "request": request,
            "output": self.output,
            "routing": self.routing and self.routing.as_json(),
            "graph": self.graph and self.graph.as_json(),
            "workspace": json.loads(self.workspace.to_json()),
            "branches": self.branches,
            "num_written": self.num_written,
        }
        return json.dumps(fields, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "State":
        """What `to_json` wrote."""
        fields = json.loads(text)
        request = fields["request"]
        request["budget"] = request["budget"] and Budget(request["budget"])
        request["earlier"] = tuple((question, answer) for question, answer in request["earlier"])
        return State(
            request=PrimeRequest(**request),
            output=fields["output"],
            routing=fields["routing"] and Routing.from_json(fields["routing"]),
            graph=fields["graph"] and OperatorGraph.from_json(fields["graph"]),
            workspace=GlobalWorkspace.from_json(json.dumps(fields["workspace"])),
            branches=fields["branches"],
            num_written=fields["num_written"],
        )


Save = Callable[[str], None]
"""Keeps a state; called after every step that would be lost otherwise."""


@dataclass
class Session:
    """A request at work."""

    state: State
    transcript: Transcript
    caller: ToolCaller
    config: PrimeConfig
    emit: Emit
    save: Save | None = None
    policy: BudgetPolicy | None = None
    candidates: list[Candidate] = field(default_factory=list)
    rank: Callable[[str, EvidenceSet], list[Candidate]] | None = None
    """Ranks operations for a part of the question."""
    offered: dict[tuple[int, int], list[Candidate]] = field(default_factory=dict)
    """Stretch of the question -> its candidates by words and evidence."""
    ranked: dict[tuple[int, int], list[Candidate]] = field(default_factory=dict)
    """The same in the order that the model's judgement has given them."""
    choices: dict[tuple[int, int], Choice] = field(default_factory=dict)
    """What it was given by."""
    prompt: Callable[[str], list[int]] = field(default=lambda text: [])
    """Ids of a question put to the model, with what was said before; of an empty text, of the request's own question."""
    speaks: bool = False
    """Whether the model adds sentences of its own."""
    likelihood_weight: float = 0.0
    """What the model's likelihood counts in choices: the setting, times what this model's likelihoods are worth."""
    verification: GlobalVerification = field(default_factory=GlobalVerification)
    started: float = field(default_factory=time.monotonic)

    @property
    def engine(self) -> Engine:
        """Where the model runs."""
        return self.transcript.engine

    @property
    def request(self) -> PrimeRequest:
        """What is asked."""
        return self.state.request

    @property
    def workspace(self) -> GlobalWorkspace:
        """What is known."""
        return self.state.workspace

    @property
    def left(self) -> int:
        """Ids that the model may still write."""
        return self.request.max_new_tokens - self.state.num_written

    @property
    def elapsed(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self.started

    @property
    def overdue(self) -> bool:
        """Whether the wall time of the budget is used up."""
        return self.policy is not None and self.elapsed > self.policy.wall_time_s

    def rank_part(self, start: int, end: int) -> list[Candidate]:
        """The candidates for `question[start:end]`, with the data that stand in it; worked out once."""
        evidence, question = self.workspace.evidence, self.workspace.question
        if evidence is None or self.rank is None:
            return []
        if (start, end) not in self.ranked:
            part = evidence if (start, end) == (0, len(question)) else evidence.within(start, end)
            self.offered[start, end] = self.ranked[start, end] = self.rank(question[start:end], part)
        return self.ranked[start, end]

    async def judge_part(self, start: int, end: int) -> list[Candidate]:
        """The same, once the model was asked too.

        Raises:
            EngineError: the question does not fit into the context.
        """
        candidates = self.rank_part(start, end)
        if candidates and (start, end) not in self.choices:
            choice = await choose(self.engine, self.prompt_of(start, end), candidates, self.likelihood_weight)
            self.choices[start, end] = choice
            self.ranked[start, end] = judged(candidates, choice)
        return self.ranked.get((start, end), [])

    def prompt_of(self, start: int, end: int) -> list[int]:
        """Ids of the question, or of a part of it put alone."""
        question = self.workspace.question
        return self.prompt("" if (start, end) == (0, len(question)) else question[start:end])

    def check(self, text: str) -> VerificationReport:
        """Verify a text against what is known."""
        return self.verification.verify(text, self.workspace, self.state.graph, self.workspace.question)

    def add_call(self, call: ToolCall, path: tuple[str, ...] = ()) -> None:
        """Take over a call that was made, and tell of it."""
        self.workspace.add_call(call)
        fields = {"id": call.id, "tool": call.tool, "args": dict(call.args), "answer": dict(call.answer)}
        self.tell("call", fields | {"seconds": call.seconds}, path)

    def tell(self, type_: EventType, data: dict[str, Any], path: tuple[str, ...] = ()) -> None:
        """Emit an event that is no text."""
        self.emit(PrimeEvent(type_, path, data=data))

    def keep(self) -> None:
        """Save the state."""
        self.state.output = self.transcript.ids
        if self.save is not None:
            self.save(self.state.to_json())

    def params(self, most: int, grammar: Grammar | None = None, stop: frozenset[int] = frozenset()) -> SamplingParams:
        """How the model writes the next part, of at most `most` ids."""
        return SamplingParams(
            max_new_tokens=max(1, most),
            temperature=self.request.temperature,
            seed=self.request.seed + self.state.num_written,
            grammar=grammar,
            stop_ids=stop,
        )
