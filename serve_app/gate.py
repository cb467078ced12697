"""Admission: so many requests at work, so many waiting, and an honest refusal for the rest."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from serve_app.errors import RETRY_AFTER_S, ApiError


class Gate:
    """Lets requests through in the order in which they came."""

    def __init__(self, at_work: int, waiting: int, tell: Callable[[int], None] = lambda waiting: None) -> None:
        """Take limits.

        Args:
            at_work: requests that may run at the same time.
            waiting: requests that may wait besides.
            tell: gets the number that waits whenever it changes.
        """
        self._places = asyncio.Semaphore(at_work)
        self._most_waiting, self._tell = waiting, tell
        self.num_waiting = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place while the context is open.

        Raises:
            ApiError: 429, where too many wait already.
        """
        if self._places.locked() and self.num_waiting >= self._most_waiting:
            raise ApiError(
                429,
                f"{self.num_waiting} requests wait; try again shortly",
                "overloaded",
                retry_after_s=RETRY_AFTER_S,
            )
        self._count(1)
        try:
            await self._places.acquire()
        finally:
            self._count(-1)
        try:
            yield
        finally:
            self._places.release()

    def _count(self, change: int) -> None:
        self.num_waiting += change
        self._tell(self.num_waiting)
