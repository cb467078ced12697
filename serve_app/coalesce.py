"""Fewer, larger messages: what a stream brings within a moment goes out as one list."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from typing import Any

from serve_app.backend import Events, EventStream


class Coalescer:
    """Shares a number of messages a second among the streams of a process.

    A message costs every process on its way a fraction of a millisecond, which on few cores is taken from the model. The
    first message of a stream never waits, so the time to the first token stays what it was.
    """

    def __init__(self, messages_per_s: float) -> None:
        self._rate, self._streams = messages_per_s, 0

    async def stream(self, batches: EventStream) -> EventStream:
        """The same events in the same order, in fewer lists; texts that follow each other are joined."""
        queue: asyncio.Queue[Events | None] = asyncio.Queue()
        pump = asyncio.create_task(_pump(batches, queue))
        next_at = 0.0
        try:
            with self._counted():
                while (batch := await queue.get()) is not None:
                    await asyncio.sleep(next_at - time.monotonic())
                    ended = False
                    while not queue.empty():
                        more = queue.get_nowait()
                        ended = more is None
                        batch = batch + (more or [])
                    next_at = time.monotonic() + self._streams / self._rate
                    yield joined(batch)
                    if ended:
                        break
            await pump
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._streams += 1
        try:
            yield
        finally:
            self._streams -= 1


def joined(batch: Events) -> Events:
    """Events with texts of the same place joined."""
    result: Events = []
    for event in batch:
        last = result[-1] if result else None
        if last is None or not _continues(last, event):
            result.append(dict(event))
            continue
        for key in ("text", "ids", "logprobs"):
            if key in event:
                last[key] = last[key] + event[key]
    return result


def _continues(last: dict[str, Any], event: dict[str, Any]) -> bool:
    if last["type"] != "text" or event["type"] != "text":
        return False
    return all(last.get(key) == event.get(key) for key in ("step", "path")) and last.keys() == event.keys()


async def _pump(batches: EventStream, queue: "asyncio.Queue[Events | None]") -> None:
    try:
        async with aclosing(batches):
            async for batch in batches:
                queue.put_nowait(batch)
    finally:
        queue.put_nowait(None)
