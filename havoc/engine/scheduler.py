"""Whose turn it is: which sequences are computed in a step, how many tokens of each, and who gives way when memory runs
out."""

from collections import OrderedDict

from havoc.config import EngineConfig
from havoc.engine.batch import Stretch
from havoc.engine.blocks import BlockPool
from havoc.engine.guessing import Guesser
from havoc.engine.kv_store import KVStore
from havoc.engine.metrics import Metrics
from havoc.engine.sequence import Generation, Sequence

ROWS_FOR_GUESSES = 16
"""Tokens in a step up to which guesses are added: so many cost hardly more than one while memory is what limits."""


class Scheduler:
    """Earlier arrivals go first. A generation that has begun keeps going, at least one token a step, until it ends or memory
    runs out; then sequences that nobody extends give up their blocks, and after them the latest arrivals, which start again
    later from their ids.
    """

    def __init__(self, pool: BlockPool, config: EngineConfig, store: KVStore, metrics: Metrics) -> None:
        self._pool = pool
        self._config = config
        self._store = store
        self._metrics = metrics
        self._guessers: dict[Generation, Guesser] = {}
        self.waiting: list[Generation] = []
        self.running: list[Generation] = []
        self.idle: OrderedDict[Sequence, None] = OrderedDict()
        """Open sequences with blocks that nothing extends, the one used longest ago first."""

    def add(self, generation: Generation) -> None:
        """Let `generation` wait for its turn."""
        self.idle.pop(generation.sequence, None)
        self._queue(generation)

    def remove(self, generation: Generation) -> None:
        """Take out a generation that ended. Its sequence keeps its blocks while they are not needed."""
        (self.running if generation in self.running else self.waiting).remove(generation)
        self._guessers.pop(generation, None)
        if generation.sequence.blocks:
            self.idle[generation.sequence] = None

    def release(self, sequence: Sequence) -> None:
        """Take all blocks from `sequence`; it would be computed again from its ids."""
        self._pool.release(sequence.blocks)
        sequence.blocks, sequence.num_computed, sequence.num_registered = [], 0, 0
        self.idle.pop(sequence, None)

    def guesser(self, generation: Generation) -> Guesser:
        """What guesses for `generation`."""
        return self._guessers.setdefault(generation, Guesser())

    @property
    def num_uncomputed(self) -> int:
        """Tokens that generations have given and no step has computed yet."""
        return sum(generation.uncomputed for generation in (*self.running, *self.waiting))

    def plan(self) -> list[Stretch]:
        """What to compute next. Every stretch has its blocks, and none of those that it writes to has another holder."""
        stretches: list[Stretch] = []
        # Each running generation is sure of one token; prompts and longer forced stretches share what is left.
        spare = self._config.max_batch_tokens - len(self.running)
        for generation in list(self.running):
            if generation not in self.running:
                continue  # gave way to an earlier one
            sequence = generation.sequence
            count = min(generation.uncomputed, 1 + spare)
            if self._make_room(generation, sequence.num_computed + count, sequence.num_computed):
                spare -= count - 1
                stretches.append(Stretch(generation, sequence.num_computed, count))
        while spare > 0 and self.waiting and len(self.running) < self._config.max_num_seqs:
            stretch = self._admit(self.waiting[0], spare)
            if stretch is None:
                break
            spare -= stretch.count
            stretches.append(stretch)
        return self._with_guesses([stretch for stretch in stretches if stretch.generation in self.running])

    def _queue(self, generation: Generation) -> None:
        self.waiting.append(generation)
        self.waiting.sort(key=lambda one: one.number)

    def _admit(self, generation: Generation, spare: int) -> Stretch | None:
        sequence = generation.sequence
        if not sequence.blocks and self._config.prefix_cache:
            clean = sequence.ids if sequence.noise is None else sequence.ids[: sequence.noise_from + 1]
            # Something is left to compute, even where no logits are wanted; of what is scored they are, from its first id.
            most = min(generation.uncomputed, generation.scored_from or generation.uncomputed)
            sequence.blocks = self._pool.find(clean[:most])
            sequence.num_registered = len(sequence.blocks)
            sequence.num_computed = len(sequence.blocks) * self._pool.block_size
            self._metrics.count("prefix_hit_tokens", sequence.num_computed)
        # A prompt is admitted when all of it fits, not only its first chunk: else several block each other half-way.
        needed = -(-len(sequence.ids) // self._pool.block_size) - len(sequence.blocks) + 1
        if not self._reclaim(needed, sequence) and self.running:
            return None
        count = min(generation.uncomputed, spare)
        self.waiting.pop(0)
        self.running.append(generation)
        self.running.sort(key=lambda one: one.number)
        if not self._make_room(generation, sequence.num_computed + count, sequence.num_computed):
            return None
        return Stretch(generation, sequence.num_computed, count)

    def _with_guesses(self, stretches: list[Stretch]) -> list[Stretch]:
        tokens = sum(stretch.count for stretch in stretches)
        if not self._config.speculative_tokens or not stretches or tokens >= ROWS_FOR_GUESSES:
            return stretches
        each = min(self._config.speculative_tokens, (ROWS_FOR_GUESSES - tokens) // len(stretches))
        return [self._guessed(stretch, each) for stretch in stretches]

    def _guessed(self, stretch: Stretch, most: int) -> Stretch:
        generation, sequence = stretch.generation, stretch.sequence
        most = min(most, generation.max_new_tokens - generation.num_new - 1)
        if most < 1 or stretch.end < len(sequence.ids) or generation.matcher is not None or not generation.num_new:
            return stretch
        guesses = self.guesser(generation).guess(sequence.ids, most)
        end = stretch.end + len(guesses)
        # Guesses never make anyone give way.
        more = -(-end // self._pool.block_size) - len(sequence.blocks)
        if not guesses or more > self._pool.num_free:
            return stretch
        self._extend(sequence, end)
        self._metrics.count("guessed_tokens", len(guesses))
        return Stretch(generation, stretch.start, stretch.count, tuple(guesses))

    def _make_room(self, generation: Generation, end: int, start: int) -> bool:
        """Blocks for the tokens start..end-1 of a running generation; False where it had to give way itself."""
        sequence = generation.sequence
        block_size = self._pool.block_size
        needed = -(-end // block_size) - len(sequence.blocks)
        first = start // block_size
        copied = first < len(sequence.blocks) and self._pool.is_shared(sequence.blocks[first])
        needed += copied
        while self._pool.num_free < needed:
            if self._reclaim(needed, sequence):
                break
            victim = self.running[-1]
            self._preempt(victim)
            if victim is generation:
                return False
        if copied and self._pool.is_shared(sequence.blocks[first]):
            self._copy_on_write(sequence, first)
        self._extend(sequence, end)
        return True

    def _extend(self, sequence: Sequence, end: int) -> None:
        while len(sequence.blocks) * self._pool.block_size < end:
            sequence.blocks.append(self._take())

    def _copy_on_write(self, sequence: Sequence, place: int) -> None:
        old, new = sequence.blocks[place], self._take()
        self._store.copy_block(old, new)
        sequence.blocks[place] = new
        self._pool.release([old])

    def _take(self) -> int:
        block = self._pool.allocate()
        if block is None:
            raise RuntimeError("a block was counted as free and is not: the pool's books are wrong")
        if self._pool.cleanse(block):
            self._store.clear_block(block)
        return block

    def _reclaim(self, needed: int, wanted_by: Sequence) -> bool:
        """Take blocks from sequences that are not being computed until `needed` are free; whether they are."""
        while self._pool.num_free < needed and self.idle:
            self.release(next(iter(self.idle)))
        for generation in reversed(self.waiting):
            if self._pool.num_free >= needed:
                break
            if generation.sequence is not wanted_by and generation.sequence.blocks:
                self.release(generation.sequence)
        return self._pool.num_free >= needed

    def _preempt(self, generation: Generation) -> None:
        self.running.remove(generation)
        self.release(generation.sequence)
        self._queue(generation)
        self._metrics.count("preemptions")
