"""Plain completions: a text goes on, without reasoning."""

import time
import uuid
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from havoc.config import ServingConfig
from havoc.engine import SamplingParams
from serve_app.backend import Backend, Prompt
from serve_app.chat import most_tokens
from serve_app.limits import Objects
from serve_app.schemas import CompletionRequest

_FINISH = {"length": "length", "time": "length"}


class Completions:
    """Answers plain completions through a backend."""

    def __init__(self, backend: Backend, config: ServingConfig) -> None:
        self._backend, self._config = backend, config

    def streams(self, request: CompletionRequest) -> list[Objects]:
        """One stream of chunks per prompt and answer, under one id.

        Raises:
            ApiError: more tokens are wanted than the server allows.
        """
        head = {
            "id": f"cmpl-{uuid.uuid4().hex}",
            "object": "text_completion",
            "created": int(time.time()),
            "model": request.model,
        }
        prompts = _prompts(request.prompt)
        most = most_tokens(request.max_tokens, self._config)
        return [
            self._stream(request, head, prompt, place * request.n + number, most)
            for place, prompt in enumerate(prompts)
            for number in range(request.n)
        ]

    async def _stream(
        self, request: CompletionRequest, head: dict[str, Any], prompt: Prompt, index: int, most: int
    ) -> Objects:
        params = SamplingParams(
            max_new_tokens=most,
            temperature=request.temperature,
            top_p=request.top_p,
            seed=((request.seed or 0) + index) % 2**32,
            stop_strings=request.stops,
            logprobs=request.logprobs,
            time_limit_s=self._config.limits.deadline_s,
        )
        offset = 0
        async with aclosing(self._backend.complete(prompt, params)) as batches:
            async for batch in batches:
                text = "".join(event.get("text", "") for event in batch)
                logprobs = _logprobs([token for event in batch for token in event.get("logprobs", ())], offset)
                offset += len(text)
                choice = {"index": index, "text": text, "logprobs": logprobs, "finish_reason": None}
                end = next((event["data"] for event in batch if event["type"] == "end"), None)
                if end is None:
                    if text or logprobs:
                        yield [{**head, "choices": [choice]}]
                    continue
                reason = _FINISH.get(end["termination_reason"], "stop")
                yield [{**head, "choices": [{**choice, "finish_reason": reason}], "usage": _usage(end["usage"])}]


def completion(chunks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Chunks of all prompts and answers as one object."""
    choices: dict[int, dict[str, Any]] = {}
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    for chunk in chunks:
        for name, amount in (chunk.get("usage") or {}).items():
            usage[name] += amount
        for part in chunk["choices"]:
            choice = choices.setdefault(part["index"], {**part, "text": "", "logprobs": None})
            choice["text"] += part["text"]
            choice["finish_reason"] = part["finish_reason"]
            if part["logprobs"] is not None:
                whole = choice["logprobs"] or {key: [] for key in part["logprobs"]}
                choice["logprobs"] = {key: whole[key] + part["logprobs"][key] for key in whole}
    head = {key: chunks[0][key] for key in ("id", "object", "created", "model")}
    return {**head, "choices": [choices[index] for index in sorted(choices)], "usage": usage}


def _prompts(prompt: str | list[str] | list[int] | list[list[int]]) -> list[Prompt]:
    if isinstance(prompt, str):
        return [Prompt(text=prompt)]
    ids = [one for one in prompt if isinstance(one, int)]
    if ids:
        return [Prompt(ids=tuple(ids))]
    return [
        Prompt(text=one) if isinstance(one, str) else Prompt(ids=tuple(one)) for one in prompt if not isinstance(one, int)
    ]


def _usage(used: dict[str, int]) -> dict[str, int]:
    prompt, written = used["prompt_tokens"], used["written_tokens"]
    return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}


def _logprobs(tokens: Sequence[Any], offset: int) -> dict[str, list[Any]] | None:
    if not tokens:
        return None
    offsets = []
    for token, _ in tokens:
        offsets.append(offset)
        offset += len(token["token"])
    return {
        "tokens": [token["token"] for token, _ in tokens],
        "token_logprobs": [token["logprob"] for token, _ in tokens],
        "top_logprobs": [{one["token"]: one["logprob"] for one in top} for _, top in tokens],
        "text_offset": offsets,
    }
