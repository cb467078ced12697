"""Any endpoint that speaks OpenAI's chat interface, as a system under test."""

import json
import time
from typing import Any

import aiohttp

from havoc.evaluation.reply import MadeCall, Reply
from havoc.factory.question import Question

TIMEOUT_S = 600.0


class EndpointSystem:
    """Asks over HTTP, as a stream. HAVOC's own endpoint tells its calls beside the text; others tell their text alone."""

    def __init__(self, base_url: str, model: str, key: str = "") -> None:
        """Take an address.

        Args:
            base_url: up to and with `/v1`.
            model: its name there.
            key: sent as a bearer token, where there is one.
        """
        self.name = f"{model} at {base_url}"
        self._url, self._model = base_url.rstrip("/") + "/chat/completions", model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def reply(self, question: Question) -> Reply:
        """See System."""
        said = [text for turn in question.earlier for text in turn]
        messages = [
            {"role": "assistant" if place % 2 else "user", "content": text}
            for place, text in enumerate([*said, question.text])
        ]
        body = {"model": self._model, "messages": messages, "stream": True, "temperature": 0}
        began = time.perf_counter()
        stream = _Stream(began)
        try:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
            async with (
                aiohttp.ClientSession(headers=self._headers, timeout=timeout) as session,
                session.post(self._url, json=body) as response,
            ):
                if response.status != 200:
                    return Reply("", error=f"status {response.status}: {(await response.text())[:300]}")
                async for line in response.content:
                    stream.take(line)
        except (aiohttp.ClientError, TimeoutError) as error:
            return Reply("", error=f"{type(error).__name__}: {error}", total_s=time.perf_counter() - began)
        return stream.reply(time.perf_counter() - began)


class _Stream:
    def __init__(self, began: float) -> None:
        self._began, self._first = began, 0.0
        self._content: list[str] = []
        self._answer: list[str] = []
        self._havoc: dict[str, list[dict[str, Any]]] = {}
        self._error = ""

    def take(self, line: bytes) -> None:
        if not line.startswith(b"data: {"):
            return
        chunk = json.loads(line[6:])
        if "error" in chunk:
            self._error = str(chunk["error"].get("message"))
        if event := chunk.get("havoc"):
            self._havoc.setdefault(event["type"], []).append(event["data"])
        for choice in chunk.get("choices", ()):
            delta = choice.get("delta", {})
            if text := delta.get("content"):
                self._first = self._first or time.perf_counter() - self._began
                self._content.append(text)
                if not delta.get("reasoning"):
                    self._answer.append(text)

    def reply(self, total_s: float) -> Reply:
        calls = [
            MadeCall(
                str(call["args"].get("operation", call["tool"])),
                call["args"],
                call["answer"].get("result") or {} if call["answer"].get("success") else {},
            )
            for call in self._havoc.get("call", ())
        ]
        routing = (self._havoc.get("routing") or [{}])[-1]
        verification = (self._havoc.get("verification") or [{}])[-1]
        return Reply(
            answer="".join(self._answer if self._havoc else self._content),
            calls=calls,
            tells_calls=bool(self._havoc),
            budget=str(routing.get("budget", "")),
            verified=verification.get("passed"),
            first_s=self._first,
            total_s=total_s,
            error=self._error,
        )
