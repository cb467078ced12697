"""PRIME measured: `python -m jobs.bench.prime [--only PART] [--checkpoint DIR | --untrained]`.

answers     questions with known numbers: how many answers have them, and whether each numeral has its origin
sampled     answers at a temperature of 1.2, every sentence of the model said: numerals without an origin
fanout      four subgoals and slow tools: the graph side by side against the same graph one after the other
stability   questions whose answer is determined against ones that leave the method open
weight      how much the model's likelihood should count in the choice of a call
"""

import argparse
import asyncio
import math
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
import yaml

from havoc.config import Budget, EngineConfig, PrimeConfig
from havoc.engine import AsyncEngine, EngineCore, RecordedMetrics
from havoc.factory.solver import untrained
from havoc.model import from_pretrained
from havoc.prime import LocalToolCaller, PrimeRequest, PrimeResult, Reasoner
from havoc.prime.candidates import CandidateRanker
from havoc.prime.choice import combine
from havoc.prime.events import Emit, PrimeEvent
from havoc.prime.numerals import find_numerals
from havoc.prime.quantities.precision import supports
from havoc.prime.verification import unfounded
from havoc.tools import ToolRegistry
from jobs.command import errors_as_one_line

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "prime"
QUESTIONS = FOLDER.parents[1] / "havoc" / "factory" / "seeds" / "first_questions.yaml"
FOUR = (
    "Four things please. 1) Describe A: 1, 2, 3, 4, 7. 2) Is B: 5.1, 5.3, 4.9, 5.2, 5.0, 5.4, 5.1, 4.8 normal? "
    "3) Build a Box-Behnken design for 3 factors. 4) What is the 0.975 quantile of the standard normal distribution?"
)
TOOL_SECONDS = 0.2
"""What a tool takes in the fan-out part."""
WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5)


class Bench:
    """An engine with tools, and the questions."""

    def __init__(self, core: EngineCore, questions: list[dict[str, Any]]) -> None:
        self.core, self.questions = core, questions
        self.registry = ToolRegistry()
        self.ranker = CandidateRanker(self.registry)

    def ask(
        self,
        questions: Iterable[str],
        config: PrimeConfig | None = None,
        caller: LocalToolCaller | None = None,
        emit: Emit = lambda event: None,
        **settings: Any,
    ) -> list[PrimeResult]:
        """Answer questions one after the other."""

        async def run() -> list[PrimeResult]:
            async with AsyncEngine(self.core) as engine:
                reasoner = Reasoner(engine, caller or LocalToolCaller(self.registry), self.ranker, config)
                return [await reasoner.answer(PrimeRequest(question, **settings), emit) for question in questions]

        return asyncio.run(run())

    def answers(self) -> None:
        """Right numbers and their origins."""
        computed, said, operations, without = 0, 0, 0, 0
        reasons: Counter[str] = Counter()
        seconds: dict[Budget, list[float]] = {}
        results = self.ask(question["question"] for question in self.questions)
        for question, result in zip(self.questions, results, strict=True):
            names = (question["operation"], *question.get("also", ()))
            calls = [call for call in result.workspace.calls if call.success and call.args.get("operation") in names]
            right = bool(calls) and all(_has(call.answer["result"], question.get("numbers", {})) for call in calls[:1])
            operations += bool(calls)
            computed += right
            said += right and _says(result.answer, question.get("numbers", {}))
            without += len(unfounded(result.answer, result.workspace))
            reasons[result.termination_reason] += 1
            seconds.setdefault(result.routing.budget, []).append(result.usage.seconds)
            if not right:
                print(f"  wrong: {question['operation']}: {' '.join(question['question'].split())[:110]}")
        total = len(self.questions)
        kinds = len({question["operation"] for question in self.questions})
        print(
            f"{total} questions over {kinds} operations: operation {operations / total:.1%}, right numbers "
            f"{computed / total:.1%}, one of them in the answer {said / total:.1%}, numerals without origin {without}"
        )
        print("ends: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()))
        for budget, taken in seconds.items():
            print(f"  {budget.value:<7} {len(taken):>4} answers, median {statistics.median(taken):.2f} s")

    def sampled(self, number: int) -> None:
        """Numerals without an origin where the model says what it likes."""
        config = PrimeConfig(free_sentences="always", min_log_likelihood=-1e9)
        asked = [self.questions[place % len(self.questions)]["question"] for place in range(number)]
        count, without = 0, 0
        for place, question in enumerate(asked):
            (result,) = self.ask([question], config, temperature=1.2, seed=place)
            bare = unfounded(result.answer, result.workspace)
            count += len(find_numerals(result.answer))
            without += len(bare)
            for one in bare:
                print(f"  without origin: {one.text!r} in {result.answer!r}")
        print(f"{number} answers at temperature 1.2: {count} numerals, {without} without origin")

    def fanout(self) -> None:
        """One graph, branches side by side and one after the other."""
        caller = _Slow(self.registry)
        config = PrimeConfig()
        narrow = PrimeConfig(heavy=config.heavy.model_copy(update={"branches": 1}))
        self.ask([FOUR], config, caller, budget=Budget.HEAVY)
        times = {}
        for name, one in (("side by side", config), ("in turn", narrow)):
            metrics = RecordedMetrics()
            self.core.metrics = metrics
            began = time.perf_counter()
            (result,) = self.ask([FOUR], one, caller, budget=Budget.HEAVY)
            times[name] = time.perf_counter() - began
            transcript = result.usage.prompt_tokens + len(result.generated_ids)
            print(f"{name:<13} {times[name]:6.2f} s, {len(result.workspace.calls)} calls, {metrics.counts['prompt_tokens']} "
                  f"prompt tokens computed for a transcript of {transcript}")  # fmt: skip
        print(f"side by side takes {times['side by side'] / times['in turn']:.2f} of the time in turn (goal 0.5)")

    def stability(self) -> None:
        """Shares of agreeing repetitions on both sets, and with no noise."""
        sets = yaml.safe_load((FOLDER / "stability_questions.yaml").read_text(encoding="utf-8"))
        for name, noise in (("determined", None), ("open", None), ("open", 0.0)):
            config = PrimeConfig() if noise is None else PrimeConfig(noise_std=noise)
            results = self.ask(sets[name], config, budget=Budget.HEAVY)
            shares = [result.stability.share for result in results if result.stability is not None]
            stable = sum(share == 1 for share in shares)
            print(f"{name:<11} noise {config.noise_std:g}: {len(shares)} questions, mean share "
                  f"{statistics.mean(shares):.3f}, {stable} always agree")  # fmt: skip

    def weight(self) -> None:
        """The share of right first choices for each weight, by the choices of a run without likelihood."""
        rows = []
        for question in self.questions:
            choices: list[dict[str, Any]] = []
            self.ask([question["question"]], PrimeConfig(free_sentences="never"), emit=_keep_choices(choices))
            if choices:
                rows.append((choices[0]["shares"], (question["operation"], *question.get("also", ()))))
        for weight in WEIGHTS:
            right = 0
            for shares, names in rows:
                priors = [share["prior"] for share in shares]
                probabilities = combine(priors, [share["log_likelihood"] for share in shares], weight)
                right += shares[probabilities.index(max(probabilities))]["operation"] in names
            print(f"weight {weight:<5g} right choice {right / len(rows):.1%} of {len(rows)}")


class _Slow(LocalToolCaller):
    async def execute(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(TOOL_SECONDS)
        return await super().execute(tool, args)


def _keep_choices(choices: list[dict[str, Any]]) -> Emit:
    """Keeps what was chosen between calls; the debate's synthesis is a choice too, and no call."""

    def keep(event: PrimeEvent) -> None:
        if event.type == "choice" and "shares" in event.data:
            choices.append(event.data)

    return keep


def _has(result: Mapping[str, Any], numbers: Mapping[str, Any]) -> bool:
    """Whether a result has all of these numbers; one that it does not have at all belongs to another operation."""
    for path, expected in numbers.items():
        found: Any = result
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        if found is None or isinstance(found, str) or isinstance(expected, str):
            if found is not None and found != expected:
                return False
        elif not math.isclose(found, expected, rel_tol=1e-6, abs_tol=1e-9):
            return False
    return True


def _says(answer: str, numbers: Mapping[str, Any]) -> bool:
    """Whether one of these numbers stands in the answer; nothing to say is said."""
    values = [value for value in numbers.values() if isinstance(value, (int, float))]
    numerals = find_numerals(answer)
    return not values or any(supports(float(value), numeral) for value in values for numeral in numerals)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.bench.prime", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("answers", "sampled", "fanout", "stability", "weight"), help="one part")
    parser.add_argument("--checkpoint", type=Path, default=Path("runs/base"), help="what answers (%(default)s)")
    parser.add_argument("--untrained", action="store_true", help="a toy model with random weights instead")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="YAML (%(default)s)")
    parser.add_argument("--most", type=int, default=0, help="questions that are asked; 0 for all")
    parser.add_argument("--sampled", type=int, default=1000, help="answers of the part `sampled` (%(default)s)")
    arguments = parser.parse_args()
    with errors_as_one_line():
        if arguments.untrained:
            core = EngineCore(*untrained(), EngineConfig(dtype="fp32", kv_cache_gib=0.05))
        else:
            core = EngineCore(*from_pretrained(arguments.checkpoint, dtype=torch.bfloat16), EngineConfig())
        questions = yaml.safe_load(arguments.questions.read_text(encoding="utf-8"))
        step = max(1, len(questions) // arguments.most) if arguments.most else 1
        bench = Bench(core, questions[::step])
        parts = {
            "answers": bench.answers,
            "sampled": lambda: bench.sampled(arguments.sampled),
            "fanout": bench.fanout,
            "stability": bench.stability,
            "weight": bench.weight,
        }
        for name in [arguments.only] if arguments.only else parts:
            print(f"== {name}")
            parts[name]()


if __name__ == "__main__":
    main()
