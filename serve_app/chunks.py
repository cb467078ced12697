"""Events of a request as OpenAI's objects: chunks of a stream, or one answer."""

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from havoc.tokens import StepKind
from serve_app.stop_text import StopText

TOLD = ("routing", "evidence", "graph", "verification", "facts", "chrono")
"""Events of which an answer holds the last one."""
LISTED = {"call": "calls", "figure": "figures", "problem": "problems"}
"""Events of which an answer holds all, and under which name."""
_CUT_SHORT = {"token_budget", "context_full", "time_budget", "length", "time"}


class ChatAnswer:
    """One choice of a chat completion, as it grows."""

    def __init__(self, model: str, stops: Sequence[str] = (), index: int = 0, answer_id: str | None = None) -> None:
        self.id = answer_id or f"chatcmpl-{uuid.uuid4().hex}"
        self.model, self.index = model, index
        self.created = int(time.time())
        self.usage: dict[str, Any] = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        self.finish_reason = "stop"
        self._content: list[str] = []
        self._reasoning: list[str] = []
        self._logprobs: list[dict[str, Any]] = []
        self._calls: list[dict[str, Any]] = []
        self._havoc: dict[str, Any] = {}
        self._stop = StopText(stops)

    @property
    def is_stopped(self) -> bool:
        """Whether a stop string has ended the answer."""
        return self._stop.stopped

    def first(self) -> dict[str, Any]:
        """The chunk that opens a stream."""
        return self._chunk({"role": "assistant", "content": ""})

    def take(self, event: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The chunks of one event; the end of a request has none, see `last`."""
        kind, data = event["type"], event.get("data", {})
        if kind == "text":
            return self._text(event)
        if kind == "tool_call":
            self._calls.append(data)
            self.finish_reason = "tool_calls"
            return [self._chunk({"tool_calls": [{"index": len(self._calls) - 1, **data}]})]
        if kind == "end":
            self._end(data)
            return []
        if kind in TOLD:
            self._havoc[kind] = data["facts"] if kind == "facts" else data
        elif kind in LISTED:
            self._havoc.setdefault(LISTED[kind], []).append(data)
        return [self._chunk({}, {"type": kind, "path": list(event.get("path", ())), "data": data})]

    def last(self, *, include_usage: bool) -> list[dict[str, Any]]:
        """The chunks that close a stream."""
        held = self._stop.rest()
        chunks = []
        if held:
            self._content.append(held)
            chunks.append(self._chunk({"content": held}))
        chunks.append(self._chunk({}, None, self.finish_reason))
        if include_usage:
            chunks.append({**self.head("chat.completion.chunk"), "choices": [], "usage": self.usage})
        return chunks

    def choice(self) -> dict[str, Any]:
        """The choice of an answer that is not streamed."""
        reasoning = "".join(self._reasoning) or None
        message: dict[str, Any] = {
            "role": "assistant",
            "content": "".join(self._content) or (None if self._calls else ""),
            "refusal": None,
            "reasoning": reasoning,
            "reasoning_content": reasoning,
        }
        if self._calls:
            message["tool_calls"] = self._calls
        if self._havoc:
            message["havoc"] = self._havoc
        logprobs = {"content": self._logprobs, "refusal": None} if self._logprobs else None
        return {"index": self.index, "message": message, "finish_reason": self.finish_reason, "logprobs": logprobs}

    def head(self, kind: str) -> dict[str, Any]:
        """What every object of this answer begins with."""
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def _text(self, event: Mapping[str, Any]) -> list[dict[str, Any]]:
        text, step = event["text"], event.get("step")
        reasoning = step is not None and step != StepKind.ANSWER
        delta: dict[str, Any] = {}
        if not event.get("beside"):
            # A stop string ends answers; in a reasoned transcript it says nothing about the blocks before.
            shown = text if reasoning else self._stop.feed(text)
            if shown:
                self._content.append(shown)
                delta["content"] = shown
        if reasoning or event.get("beside"):
            self._reasoning.append(text)
            delta |= {"reasoning": text, "reasoning_content": text}
        logprobs = [{**token, "top_logprobs": top} for token, top in event.get("logprobs", ())]
        self._logprobs += logprobs
        if not delta and not logprobs:
            return []
        chunk = self._chunk(delta)
        if logprobs:
            chunk["choices"][0]["logprobs"] = {"content": logprobs, "refusal": None}
        return [chunk]

    def _end(self, data: Mapping[str, Any]) -> None:
        self._havoc["termination_reason"] = data["termination_reason"]
        if data["termination_reason"] in _CUT_SHORT:
            self.finish_reason = "length"
        used = data["usage"]
        by_part = used.get("by_part", {})
        prompt, written = used["prompt_tokens"], sum(by_part.values()) or used["written_tokens"]
        answer = by_part.get(StepKind.ANSWER, written)
        self.usage = {
            "prompt_tokens": prompt,
            "completion_tokens": written,
            "total_tokens": prompt + written,
            "completion_tokens_details": {"reasoning_tokens": sum(by_part.values()) - answer if by_part else 0},
        }
        self._havoc["usage"] = dict(used)

    def _chunk(
        self, delta: dict[str, Any], havoc: dict[str, Any] | None = None, finish_reason: str | None = None
    ) -> dict[str, Any]:
        choice = {"index": self.index, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return {**self.head("chat.completion.chunk"), "choices": [choice]} | ({"havoc": havoc} if havoc else {})


def chat_completion(answers: Sequence[ChatAnswer]) -> dict[str, Any]:
    """The object of an answer that is not streamed, with all its choices."""
    usage = dict(answers[0].usage)
    usage["completion_tokens"] = sum(answer.usage["completion_tokens"] for answer in answers)
    usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]
    return {**answers[0].head("chat.completion"), "choices": [answer.choice() for answer in answers], "usage": usage}
