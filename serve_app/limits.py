"""What bounds an answer in number and time, whoever asks for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from serve_app.errors import ApiError
from serve_app.gate import Gate

Objects = AsyncGenerator[list[dict[str, Any]], None]
"""Lists of JSON objects, in the order in which they came about."""


async def limited(objects: Objects, gate: Gate, deadline_s: float) -> Objects:
    """The same objects, under the gate and the deadline. Leaving the loop frees all that the request held.

    Raises:
        ApiError: 429 where too many wait, 504 where the time is up.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline_s
    async with aclosing(_held(objects, gate)) as held:
        while True:
            try:
                batch = await asyncio.wait_for(anext(held), max(0.0, end - loop.time()))
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise ApiError(
                    504, f"the answer took longer than {deadline_s:g} s; ask for less at a time", "timeout"
                ) from None
            yield batch


async def gathered(objects: Objects) -> list[dict[str, Any]]:
    """All objects of a stream."""
    async with aclosing(objects):
        return [one async for batch in objects for one in batch]


async def in_turn(streams: list[Objects]) -> Objects:
    """Several streams, one behind the other."""
    for one in streams:
        async with aclosing(one):
            async for batch in one:
                yield batch


async def _held(objects: Objects, gate: Gate) -> Objects:
    async with gate.place():
        async for batch in objects:
            yield batch
