"""The engine, one step at a time: sequences are opened, forked and extended here. Not for several threads; see front.py."""

import time
from collections.abc import Callable
from collections.abc import Sequence as Several
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from havoc.config import EngineConfig
from havoc.engine.batch import Stretch, build, by_length
from havoc.engine.blocks import BlockPool
from havoc.engine.errors import EngineError
from havoc.engine.grammar import GrammarCompiler, Matcher
from havoc.engine.mask_job import MaskJob
from havoc.engine.metrics import Metrics, RecordedMetrics
from havoc.engine.noise import noise_of
from havoc.engine.output import Output
from havoc.engine.request import EmbeddingNoise, FinishReason, SamplingParams, check_id
from havoc.engine.runner import Runner
from havoc.engine.sampler import Row, choose, likeliest, logprobs, takes_likeliest
from havoc.engine.scheduler import Scheduler
from havoc.engine.sequence import Generation, Sequence, TokenLogprob, Update
from havoc.engine.text_stream import TextStream
from havoc.model import HavocModel
from havoc.tokens import Tokenizer


class EngineCore:
    """Continuous batching over paged keys and values.

    A sequence is opened with ids, and lives until it is closed. A generation appends to it, sampled id by sampled id, in
    steps
    that it shares with all other generations. Between generations ids may be appended, and the sequence may be forked: both
    then hold the same blocks, and each copies the one that it writes to first.
    """

    def __init__(
        self, model: HavocModel, tokenizer: Tokenizer, config: EngineConfig | None = None, metrics: Metrics | None = None
    ) -> None:
        """Take over `model`, whose weights are moved and rearranged.

        Raises:
            EngineError: device or memory of `config` are not there.
        """
        self.config = config or EngineConfig()
        self.tokenizer = tokenizer
        self.metrics: Metrics = metrics or RecordedMetrics()
        self.grammars = GrammarCompiler(tokenizer)
        self._runner = Runner(model, self.config, tokenizer.vocab_size)
        self.pool = BlockPool(self._runner.num_blocks, self.config.block_size, prefix_cache=self.config.prefix_cache)
        self._scheduler = Scheduler(self.pool, self.config, self._runner.store, self.metrics)
        longest = min(self.config.max_seq_len or model.config.max_seq_len, model.config.max_seq_len)
        self.max_seq_len = min(longest, self.pool.num_blocks * self.config.block_size)
        """Longest sequence, in tokens."""
        self._mask_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="grammar")
        self._steps = 0
        self.bytes_per_block = self._runner.bytes_per_block
        """Memory of the keys and values of one block over all layers."""
        self.metrics.gauge("kv_blocks", self.pool.num_blocks)

    def open(self, ids: Several[int], noise: EmbeddingNoise | None = None) -> Sequence:
        """A new sequence that begins with `ids`. Nothing is computed yet.

        Raises:
            EngineError: there are no ids, too many, or unknown ones.
        """
        sequence = Sequence([], noise)
        self._extend(sequence, ids)
        if not sequence.ids:
            raise EngineError("empty_prompt", "prompt: it has no ids; begin with <bos>")
        return sequence

    def append(self, sequence: Sequence, ids: Several[int]) -> None:
        """Put `ids` behind what `sequence` holds. They are computed in one go with the next generation.

        Raises:
            EngineError: the sequence is closed or being extended by a generation, or the ids are too many or unknown.
        """
        self._check_idle(sequence)
        self._extend(sequence, ids)

    def fork(self, sequence: Sequence, noise: EmbeddingNoise | None = None) -> Sequence:
        """A second sequence with the same history, which shares all that was computed.

        Args:
            sequence: any that is open, also while a generation extends it.
            noise: of the twin's further ids; by default the twin goes on with the sequence's.
        """
        self._check_open(sequence)
        twin = Sequence(list(sequence.ids), sequence.noise, sequence.noise_from)
        if noise is not None:
            twin.noise, twin.noise_from = noise, len(twin.ids)
        twin.blocks, twin.num_computed = list(sequence.blocks), sequence.num_computed
        twin.num_registered = sequence.num_registered
        self.pool.share(twin.blocks)
        if twin.blocks:
            self._scheduler.idle[twin] = None
        return twin

    def close(self, sequence: Sequence) -> None:
        """Let go of a sequence, and cancel what extends it. Closing twice changes nothing."""
        if sequence.generation is not None:
            self.cancel(sequence.generation)
        if not sequence.closed:
            sequence.closed = True
            self._scheduler.release(sequence)
            self._report_load()

    def start(self, sequence: Sequence, params: SamplingParams, on_update: Callable[[Update], None]) -> Generation:
        """Begin to append to `sequence`; `on_update` is called in `step` with whatever comes.

        Raises:
            EngineError: the sequence cannot be extended, a setting names an unknown id, the grammar is not valid, or too
            many
                generations wait already.
        """
        params.check_ids(self.tokenizer.vocab_size)
        matcher = None if params.grammar is None else self.grammars.matcher(params.grammar)
        text = TextStream(self.tokenizer, params.stop_strings)
        return self._start(sequence, params, params.max_new_tokens, matcher, text, on_update)

    def compute(self, sequence: Sequence, on_update: Callable[[Update], None]) -> Generation:
        """Compute all but the last id of `sequence`, so that forks share it. Its one update has no ids. Raises as
        `start`."""
        return self._start(sequence, SamplingParams(), 0, None, TextStream(self.tokenizer), on_update)

    def score(self, sequence: Sequence, start: int, on_update: Callable[[Update], None]) -> Generation:
        """Compute all but the last id of `sequence`, as `compute`; the one update has the log-probabilities of the ids from
        place `start` on, each behind all ids before it.

        Raises:
            EngineError: as `start`; or `start` is no place behind the first id and what is computed already.
        """
        if not max(1, sequence.num_computed + 1) <= start < len(sequence.ids):
            low, high = max(1, sequence.num_computed + 1), len(sequence.ids) - 1
            raise EngineError(
                "bad_setting", f"score.start: {start} must be from {low} to {high}: ids that are not computed yet"
            )
        text = TextStream(self.tokenizer)
        return self._start(sequence, SamplingParams(logprobs=0), 0, None, text, on_update, scored_from=start)

    def fork_generation(self, generation: Generation, seed: int, on_update: Callable[[Update], None]) -> Generation:
        """A twin of a generation's sequence, which a twin of the generation goes on to extend, with another seed.

        Grammar, stop strings and limits stand where they stand for the original. Raises as `start`.
        """
        if generation.finish_reason is not None:
            raise EngineError("closed", "generation: it has ended; fork its sequence and start another")
        params = SamplingParams(**{**vars(generation.params), "seed": seed})
        twin = self.fork(generation.sequence)
        matcher = generation.matcher and generation.matcher.copy()
        started = self._start(twin, params, generation.max_new_tokens, matcher, generation.text.copy(), on_update)
        started.num_new, started.num_sampled, started.started = (
            generation.num_new,
            generation.num_sampled,
            generation.started,
        )
        return started

    def cancel(self, generation: Generation) -> None:
        """End a generation now. Its sequence stays open with what it has. A generation that ended is left alone."""
        if generation.finish_reason is None:
            self._end(generation, "cancelled")

    @property
    def has_work(self) -> bool:
        """Whether a step would compute something."""
        return bool(self._scheduler.running or self._scheduler.waiting)

    def step(self) -> None:
        """Compute one batch, and tell the generations in it what came of it."""
        self._steps += 1
        started = time.monotonic()
        for generation in [*self._scheduler.running, *self._scheduler.waiting]:
            limit = generation.params.time_limit_s
            if limit is not None and started - generation.started > limit:
                self._end(generation, "time")
        stretches = self._scheduler.plan()
        if not stretches:
            return
        self._compute(by_length(stretches))
        self.metrics.count("steps")
        self.metrics.observe("step_s", time.monotonic() - started)
        self.metrics.observe("batch_sequences", len(stretches))
        self.metrics.observe("batch_tokens", sum(stretch.length for stretch in stretches))
        self._report_load()

    def _start(
        self,
        sequence: Sequence,
        params: SamplingParams,
        max_new_tokens: int,
        matcher: Matcher | None,
        text: TextStream,
        on_update: Callable[[Update], None],
        scored_from: int | None = None,
    ) -> Generation:
        self._check_idle(sequence)
        if len(self._scheduler.waiting) > self.config.max_waiting:
            raise EngineError("overloaded", f"engine: {self.config.max_waiting} generations wait already; try again later")
        room = self.max_seq_len - len(sequence.ids)
        if room < 1 and max_new_tokens:
            raise EngineError("too_long", f"prompt: {len(sequence.ids)} ids fill all of {self.max_seq_len}; shorten it")
        most = min(max_new_tokens, room)
        generation = Generation(sequence, params, most, matcher, text, on_update, time.monotonic(), scored_from=scored_from)
        self.metrics.count("requests")
        sequence.generation = generation
        self._scheduler.add(generation)
        output = Output(generation)
        try:
            output.take_forced()
        except EngineError as error:
            self._fail(generation, output, error)
            return generation
        if generation.uncomputed == 0 and max_new_tokens == 0:
            output.finish_reason = "length"
        self._deliver(generation, output)
        return generation

    def _compute(self, stretches: list[Stretch]) -> None:
        """Run `stretches` as one batch; where memory does not allow that, one by one, so that only what is too large
        fails."""
        masks = MaskJob(self._mask_workers, self.grammars, stretches)
        try:
            logits = self._forward(stretches)
        except (MemoryError, RuntimeError) as error:
            if not _is_out_of_memory(error):
                raise
            if len(stretches) > 1:
                for stretch in stretches:
                    self._compute([stretch])
                return
            problem = "computing it takes more memory than there is; shorten the prompt, or lower engine.max_batch_tokens"
            self._fail(stretches[0].generation, Output(stretches[0].generation), EngineError("out_of_memory", problem))
            return
        self._sample(stretches, logits, masks)

    def _forward(self, stretches: list[Stretch]) -> Tensor:
        noise = noise_of(stretches, self._runner.shape.d_model)
        return self._runner.run(build(stretches, self.config.block_size, self.pool.num_blocks, noise, self._runner.device))

    def _sample(self, stretches: list[Stretch], logits: Tensor, masks: MaskJob) -> None:
        best, finite = likeliest(logits)
        first_rows, rows, places = {}, [], []
        row = 0
        errors = masks.wait()
        for stretch in stretches:
            first_rows[stretch] = row
            if not all(finite[row : row + stretch.num_logits]):
                problem = "the model's output is not a number; lower the noise, or check the weights"
                errors[stretch] = EngineError("not_finite", f"generation: {problem}")
            elif stretch.samples and stretch not in errors and not takes_likeliest(stretch.generation.params):
                for number in range(stretch.num_logits):
                    rows.append(self._row(stretch, number, masks.row_of(stretch)))
                    places.append(row + number)
            row += stretch.num_logits
        if rows:
            for place, token_id in zip(places, choose(logits[places], rows, masks.masks), strict=True):
                best[place] = token_id
        for stretch in stretches:
            first = first_rows[stretch]
            span = slice(first, first + stretch.num_logits)
            self._conclude(stretch, best[span], logits[span], errors.get(stretch))

    def _row(self, stretch: Stretch, number: int, mask: int | None) -> Row:
        generation = stretch.generation
        seen = [*stretch.sequence.ids, *stretch.guesses[:number]] if generation.params.repetition_penalty != 1 else ()
        return Row(generation.params, generation.num_sampled + number, seen, mask)

    def _conclude(self, stretch: Stretch, chosen: list[int], logits: Tensor, error: EngineError | None) -> None:
        """Take over what was computed and drawn for one stretch."""
        generation, sequence = stretch.generation, stretch.sequence
        output = Output(generation)
        if error is not None:
            if error.code == "not_finite":
                self.pool.taint(self._runner.store.not_finite(sequence.blocks))
            self._fail(generation, output, error)
            return
        self.metrics.count("prompt_tokens", stretch.count - stretch.samples)
        sequence.num_computed += stretch.count
        sequence.last_used = self._steps
        if stretch.samples:
            try:
                self._take(stretch, chosen, logits, output)
            except EngineError as broken:
                self._fail(generation, output, broken)
                return
        else:
            if generation.scored_from is not None:
                self._score(stretch, logits)
            if generation.uncomputed == 0:
                output.finish_reason = "length"
                output.report([TokenLogprob(sequence.ids[at], score) for at, score in sorted(generation.scores.items())])
        self._register(sequence)
        self._deliver(generation, output)

    def _take(self, stretch: Stretch, chosen: list[int], logits: Tensor, output: Output) -> None:
        """Take the ids drawn behind a stretch, up to the first that makes a guess wrong."""
        generation, sequence = stretch.generation, stretch.sequence
        right = 0
        for number, token_id in enumerate(chosen):
            logprob = None
            if generation.params.logprobs is not None:
                logprob = TokenLogprob(token_id, *logprobs(logits[number], token_id, generation.params.logprobs))
            generation.num_sampled += 1
            output.take(token_id, logprob)
            if output.finish_reason is not None or number == len(stretch.guesses) or token_id != stretch.guesses[number]:
                break
            right += 1
        sequence.num_computed += right
        if stretch.guesses:
            self._scheduler.guesser(generation).learn(len(stretch.guesses), right)
            self.metrics.count("guesses_right", right)

    @staticmethod
    def _score(stretch: Stretch, logits: Tensor) -> None:
        generation, ids = stretch.generation, stretch.sequence.ids
        for row, place in enumerate(range(stretch.end - len(logits) + 1, stretch.end + 1)):
            if generation.scored_from is not None and place >= generation.scored_from:
                generation.scores[place] = logprobs(logits[row], ids[place], 0)[0]

    def _register(self, sequence: Sequence) -> None:
        """Offer the blocks that became full to the prefix cache."""
        size = self.config.block_size
        clean = sequence.num_computed if sequence.noise is None else min(sequence.num_computed, sequence.noise_from)
        for place in range(sequence.num_registered, clean // size):
            before = sequence.blocks[place - 1] if place else None
            self.pool.register(sequence.blocks[place], before, sequence.ids[place * size : (place + 1) * size])
            sequence.num_registered = place + 1

    def _deliver(self, generation: Generation, output: Output, error: EngineError | None = None) -> None:
        """Send what there is, and put a generation that ended away."""
        update = output.update(error)
        if update.ids:
            now = time.monotonic()
            self.metrics.count("generated_tokens", len(update.ids))
            self.metrics.count("forced_tokens", output.num_forced)
            if generation.last_token_at is None:
                self.metrics.observe("time_to_first_token_s", now - generation.started)
            else:
                self.metrics.observe("inter_token_s", (now - generation.last_token_at) / len(update.ids))
            generation.last_token_at = now
        if output.finish_reason is not None:
            generation.finish_reason = output.finish_reason
            generation.sequence.generation = None
            self._scheduler.remove(generation)
        if update.ids or update.text or update.finish_reason is not None:
            generation.on_update(update)

    def _end(self, generation: Generation, reason: FinishReason) -> None:
        output = Output(generation)
        output.finish_reason = reason
        self._deliver(generation, output)

    def _fail(self, generation: Generation, output: Output, error: EngineError) -> None:
        output.finish_reason = "error"
        self.metrics.count("failures")
        self._deliver(generation, output, error)

    def _extend(self, sequence: Sequence, ids: Several[int]) -> None:
        for place, token_id in enumerate(ids):
            check_id(f"prompt[{place}]", token_id, self.tokenizer.vocab_size)
        if len(sequence.ids) + len(ids) > self.max_seq_len:
            raise EngineError(
                "too_long",
                f"prompt: {len(sequence.ids) + len(ids)} ids, and a sequence holds {self.max_seq_len}; shorten it, or raise "
                "engine.max_seq_len and engine.kv_cache_gib as far as the model goes",
            )
        sequence.ids += ids

    def _check_open(self, sequence: Sequence) -> None:
        if sequence.closed:
            raise EngineError("closed", "sequence: it was closed; open another")

    def _check_idle(self, sequence: Sequence) -> None:
        self._check_open(sequence)
        if sequence.generation is not None:
            raise EngineError("closed", "sequence: a generation extends it; wait for its end, cancel it, or fork")

    def _report_load(self) -> None:
        self.metrics.gauge("running", len(self._scheduler.running))
        self.metrics.gauge("waiting", len(self._scheduler.waiting))
        self.metrics.gauge("waiting_tokens", self._scheduler.num_uncomputed)
        self.metrics.gauge("kv_blocks_used", self.pool.num_used)


def _is_out_of_memory(error: Exception) -> bool:
    """torch says so by a class of its own on GPUs, and by a RuntimeError's text on the CPU."""
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "can't allocate memory" in str(error)
