"""The engine as coroutines see it: one thread steps the core, and updates arrive as an asynchronous stream."""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import AsyncGenerator, Callable
from collections.abc import Sequence as Several
from concurrent.futures import Future
from types import TracebackType
from typing import Protocol, TypeVar

from havoc.engine.core import EngineCore
from havoc.engine.errors import EngineError
from havoc.engine.request import EmbeddingNoise, SamplingParams
from havoc.engine.sequence import Generation, Sequence, Update
from havoc.tokens import Tokenizer

_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Engine(Protocol):
    """What reasoning asks of an engine. Errors are EngineErrors, which concern one call alone."""

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer of the model."""

    @property
    def max_seq_len(self) -> int:
        """Longest sequence, in tokens."""

    async def open(self, ids: Several[int], noise: EmbeddingNoise | None = None) -> Sequence:
        """A new sequence that begins with `ids`."""

    async def append(self, sequence: Sequence, ids: Several[int]) -> None:
        """Put `ids` behind what an idle sequence holds."""

    async def fork(self, sequence: Sequence, noise: EmbeddingNoise | None = None) -> Sequence:
        """A second sequence with the same history, which shares all that was computed."""

    async def compute(self, sequence: Sequence) -> None:
        """Compute a sequence up to its last id, so that forks of it share that."""

    async def score(self, sequence: Sequence, start: int) -> list[float]:
        """Log-probabilities of the ids of `sequence` from place `start` on; they must not be computed yet."""

    def generate(self, sequence: Sequence, params: SamplingParams) -> AsyncGenerator[Update, None]:
        """Extend `sequence`; the last update carries a finish reason. Leaving the loop early cancels the generation."""

    async def close(self, sequence: Sequence) -> None:
        """Let go of a sequence."""


class AsyncEngine:
    """An `Engine` over a core in this process. Use it as `async with AsyncEngine(core) as engine`.

    The core is touched by the engine's own thread only: whatever is asked of it waits until the step that runs has ended.
    """

    def __init__(self, core: EngineCore) -> None:
        self._core = core
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._broken: BaseException | None = None
        self._listeners: list[Callable[[None], None]] = []

    @property
    def tokenizer(self) -> Tokenizer:
        """See Engine."""
        return self._core.tokenizer

    @property
    def max_seq_len(self) -> int:
        """See Engine."""
        return self._core.max_seq_len

    async def __aenter__(self) -> "AsyncEngine":
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._calls.put(None)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def check_health(self) -> None:
        """Raise RuntimeError if the engine's thread has ended over a bug."""
        if self._broken is not None:
            raise RuntimeError("the engine has stopped") from self._broken

    async def open(self, ids: Several[int], noise: EmbeddingNoise | None = None) -> Sequence:
        """See Engine."""
        return await self._call(lambda: self._core.open(ids, noise))

    async def append(self, sequence: Sequence, ids: Several[int]) -> None:
        """See Engine."""
        await self._call(lambda: self._core.append(sequence, ids))

    async def fork(self, sequence: Sequence, noise: EmbeddingNoise | None = None) -> Sequence:
        """See Engine."""
        return await self._call(lambda: self._core.fork(sequence, noise))

    async def close(self, sequence: Sequence) -> None:
        """See Engine."""
        await self._call(lambda: self._core.close(sequence))

    async def compute(self, sequence: Sequence) -> None:
        """See Engine."""
        async for update in self._stream(lambda deliver: self._core.compute(sequence, deliver)):
            if update.error is not None:
                raise update.error

    async def score(self, sequence: Sequence, start: int) -> list[float]:
        """See Engine."""
        scores: list[float] = []
        async for update in self._stream(lambda deliver: self._core.score(sequence, start, deliver)):
            if update.error is not None:
                raise update.error
            scores += [token.logprob for token in update.logprobs]
        return scores

    async def generate(self, sequence: Sequence, params: SamplingParams) -> AsyncGenerator[Update, None]:
        """See Engine."""
        if params.grammar is not None:
            # Compiling may take a while, and must not hold up the steps of others; `start` then finds it done.
            await asyncio.to_thread(self._core.grammars.matcher, params.grammar)
        async for update in self._stream(lambda deliver: self._core.start(sequence, params, deliver)):
            yield update

    async def _stream(self, start: Callable[[Callable[[Update], None]], Generation]) -> AsyncGenerator[Update, None]:
        loop = asyncio.get_running_loop()
        updates: asyncio.Queue[Update | None] = asyncio.Queue()

        def deliver(update: Update | None) -> None:
            with contextlib.suppress(RuntimeError):  # the listener's loop was closed; its finally clause has cancelled
                loop.call_soon_threadsafe(updates.put_nowait, update)

        self._listeners.append(deliver)
        generation: Generation | None = None
        try:
            generation = await self._call(lambda: start(deliver))
            while True:
                update = await updates.get()
                if update is None:
                    raise self._stopped() from self._broken
                yield update
                if update.finish_reason is not None:
                    return
        finally:
            self._listeners.remove(deliver)
            if generation is not None and generation.finish_reason is None and self._broken is None:
                ended = generation
                self._calls.put(lambda: self._core.cancel(ended))

    async def _call(self, what: Callable[[], Answer]) -> Answer:
        """Run `what` between two steps."""
        if self._thread is None or not self._thread.is_alive():
            raise self._stopped() from self._broken
        answer: Future[Answer] = Future()

        def run() -> None:
            try:
                answer.set_result(what())
            except EngineError as error:
                answer.set_exception(error)

        self._calls.put(run)
        # The thread may end between the look at it and now; then nobody runs the call.
        waiting = asyncio.wrap_future(answer)
        while not waiting.done() and self._thread.is_alive():
            await asyncio.wait([waiting], timeout=1)
        if not waiting.done():
            waiting.cancel()
            raise self._stopped() from self._broken
        return waiting.result()

    def _run(self) -> None:
        try:
            while self._drain():
                self._core.step()
        except BaseException as error:  # noqa: BLE001 - a bug: everybody who waits has to hear of it
            self._broken = error
            _log.exception("the engine has stopped over an error that is not a request's")
        for deliver in list(self._listeners):
            deliver(None)

    def _drain(self) -> bool:
        """Run the calls that wait, and wait for one while there is nothing to compute; False at the end."""
        while True:
            try:
                call = self._calls.get(block=not self._core.has_work)
            except queue.Empty:
                return True
            if call is None:
                return False
            call()

    def _stopped(self) -> EngineError:
        return EngineError("closed", "engine: it is not running; start it again")
