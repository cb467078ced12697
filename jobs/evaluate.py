"""Ask a question set and score the answers: `python -m jobs.evaluate --questions FILE [--checkpoint DIR | --endpoint URL]`.

Writes summary.json and report.html into --output, and prints the table. `--without` leaves a part out, to see what it is
worth; `--against FILE` compares with the summary.json of another run, question by question.
"""

import argparse
import asyncio
import json
import os
from pathlib import Path

import torch
from tqdm import tqdm

from havoc.config import Budget, EngineConfig, PrimeConfig
from havoc.engine import AsyncEngine, EngineCore
from havoc.evaluation import EvaluationError, Summary, System, compare, score
from havoc.evaluation.endpoint_system import EndpointSystem
from havoc.evaluation.local_system import LocalSystem
from havoc.evaluation.report import as_html, as_text
from havoc.evaluation.summary import Row
from havoc.factory import Question, load_questions
from havoc.model import from_pretrained
from havoc.prime import LocalToolCaller, Reasoner
from havoc.prime.candidates import CandidateRanker
from havoc.tools import ToolRegistry
from jobs.command import errors_as_one_line

PARTS = ("prime", "grounding", "grammar", "adversarial", "chrono", "sentences", "likelihood")


def main() -> None:
    """Read the arguments, ask, and report."""
    options = _options()
    with errors_as_one_line():
        questions = load_questions(options.questions)[:: options.every]
        summary = asyncio.run(_endpoint(options, questions) if options.endpoint else _local(options, questions))
        options.output.mkdir(parents=True, exist_ok=True)
        text = json.dumps(summary.as_json(), ensure_ascii=False, indent=1)
        (options.output / "summary.json").write_text(text, encoding="utf-8")
        (options.output / "report.html").write_text(as_html(summary), encoding="utf-8")
        print(as_text(summary))
        if options.against:
            print(f"\nagainst {options.against}: {_compared(summary, options.against)}")


async def evaluate(system: System, questions: list[Question]) -> Summary:
    """Ask one question after the other, and score the replies."""
    rows: list[Row] = []
    for question in tqdm(questions, desc=system.name, disable=None):
        reply = await system.reply(question)
        rows.append((question, reply, score(question, reply)))
    return Summary(system.name, rows)


def prime_config(without: list[str]) -> PrimeConfig:
    """PRIME's settings without some of its parts."""
    config = PrimeConfig()
    policies = {}
    for name in ("light", "medium", "heavy"):
        policy = getattr(config, name)
        if "adversarial" in without:
            policy = policy.model_copy(update={"adversarial_tokens": 0})
        if "chrono" in without:
            policy = policy.model_copy(update={"chrono_rounds": 0, "always_chrono": False})
        policies[name] = policy
    calls = "free" if "grammar" in without else "schema" if "grounding" in without else "grounded"
    changes: dict[str, object] = {**policies, "calls": calls}
    if "sentences" in without:
        changes["free_sentences"] = "never"
    if "likelihood" in without:
        changes["likelihood_weight"] = 0.0
    return config.model_copy(update=changes)


async def _local(options: argparse.Namespace, questions: list[Question]) -> Summary:
    engine_config = EngineConfig(dtype=options.dtype)
    dtype = torch.bfloat16 if options.dtype == "bf16" else torch.float32
    core = EngineCore(*from_pretrained(options.checkpoint, dtype=dtype), engine_config)
    registry = ToolRegistry()
    name = str(options.checkpoint) + "".join(f", no {part}" for part in options.without)
    async with AsyncEngine(core) as engine:
        config = prime_config(options.without)
        reasoner = Reasoner(engine, LocalToolCaller(registry), CandidateRanker(registry), config)
        budget = Budget(options.budget) if options.budget else None
        system = LocalSystem(name, reasoner, enable_prime="prime" not in options.without, budget=budget)
        return await evaluate(system, questions)


async def _endpoint(options: argparse.Namespace, questions: list[Question]) -> Summary:
    key = os.environ.get("HAVOC_API_KEY", "")
    return await evaluate(EndpointSystem(options.endpoint, options.model, key), questions)


def _compared(summary: Summary, file: Path) -> str:
    try:
        other = json.loads(file.read_text(encoding="utf-8"))["questions"]
    except (OSError, ValueError, KeyError) as error:
        raise EvaluationError(f"{file}: no summary.json of an evaluation ({error})") from None
    right = {entry["question"]: bool(entry["score"]["right"]) for entry in other}
    missing = [row[0].text for row in summary.rows if row[0].text not in right]
    if missing:
        raise EvaluationError(f"{file}: it lacks {len(missing)} of the questions; compare runs of the same set")
    return str(compare([row[2].right for row in summary.rows], [right[row[0].text] for row in summary.rows]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m jobs.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--questions", type=Path, required=True, help="YAML or JSON lines; see havoc/factory/question.py")
    parser.add_argument("--checkpoint", type=Path, default=Path("runs/base"), help="what answers (%(default)s)")
    parser.add_argument("--endpoint", help="base URL of an OpenAI-compatible endpoint instead, up to and with /v1")
    parser.add_argument("--model", default="havoc", help="its name at the endpoint (%(default)s); the key is HAVOC_API_KEY")
    parser.add_argument("--without", action="append", default=[], choices=PARTS, help="a part to leave out; repeatable")
    parser.add_argument("--budget", choices=[budget.value for budget in Budget], help="instead of what the router finds")
    parser.add_argument("--dtype", choices=("bf16", "fp32"), default="bf16", help="of a checkpoint (%(default)s)")
    parser.add_argument("--every", type=int, default=1, help="take every n-th question (%(default)s)")
    parser.add_argument("--against", type=Path, help="summary.json of another run on the same questions")
    parser.add_argument("--output", type=Path, default=Path("runs/evaluation"), help="folder (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
