"""Questions with what a right answer to them has to hold: seeds of examples, and what an evaluation asks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from havoc.factory.errors import FactoryError

Kind = Literal["numbers", "missing", "method"]


@dataclass(frozen=True)
class Question:
    """One question."""

    text: str
    kind: Kind = "numbers"
    """What it wants: numbers; a question back, since data are missing; or words about a method."""
    operation: str = ""
    """That a good statistician would run."""
    also: tuple[str, ...] = ()
    """Others that answer it as well. Of their numbers those are checked that have the same names."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """Names of the result's fields, nested ones with dots, and their values."""
    args: Mapping[str, Any] | None = None
    """The arguments of the call, where they are checked too."""
    needs: tuple[str, ...] = ()
    """Of a question with data missing: words of which an answer has to name one."""
    earlier: tuple[tuple[str, str], ...] = ()
    """Turns before it: question and answer."""
    voice: str = ""
    """How it is worded."""

    @property
    def operations(self) -> tuple[str, ...]:
        """All that are accepted."""
        return (self.operation, *self.also)


def load_questions(path: Path) -> list[Question]:
    """Read a list of questions from YAML, or from JSON lines.

    Raises:
        FactoryError: the file cannot be read, or an entry is wrong; the message says which.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".jsonl":
            entries = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            entries = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise FactoryError(f"{path}: cannot be read as questions ({' '.join(str(error).split())})") from None
    if not isinstance(entries, list) or not entries:
        raise FactoryError(f"{path}: a question set is a list of mappings with `question`; this holds none")
    return [_question(entry, f"{path}: entry {number}") for number, entry in enumerate(entries, start=1)]


def _question(entry: Any, where: str) -> Question:
    turns = entry.get("question") if isinstance(entry, dict) else None
    turns = [turns] if isinstance(turns, str) else turns
    if not isinstance(turns, list) or len(turns) % 2 == 0 or not all(isinstance(turn, str) for turn in turns):
        raise FactoryError(f"{where}: needs a text `question`, or a list of question, answer, ..., question")
    kind: Kind = "missing" if entry.get("missing") else "method" if entry.get("method") else "numbers"
    if kind == "numbers" and not entry.get("operation"):
        raise FactoryError(f"{where}: needs `operation`, or `missing: true`, or `method: true`")
    return Question(
        text=turns[-1],
        earlier=tuple(zip(turns[:-1:2], turns[1::2], strict=True)),
        kind=kind,
        operation=entry.get("operation") or "",
        also=tuple(entry.get("also") or ()),
        numbers=entry.get("numbers") or {},
        args=entry.get("args"),
        needs=_texts(entry.get("needs")),
        voice=str(entry.get("voice", "")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)
