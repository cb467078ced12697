"""The application's instruments on Ray's Prometheus endpoint, under vLLM's names where it has them."""

from typing import Literal

from ray.serve.metrics import Counter, Gauge, Histogram

from havoc.engine import Metrics
from havoc.prime import PrimeResult

_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
_STEPS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

Kind = Literal["counter", "gauge", "histogram"]
NAMES: dict[str, tuple[Kind, str, tuple[str, ...]]] = {
    "havoc_engine_requests": ("counter", "generations that were begun", ()),
    "havoc_engine_failures": ("counter", "generations that ended with an error", ()),
    "havoc_engine_steps": ("counter", "steps of the model", ()),
    "havoc_prompt_tokens": ("counter", "tokens of prompts that were computed", ()),
    "havoc_prefix_cache_hits": ("counter", "tokens of prompts that the prefix cache spared", ()),
    "havoc_generation_tokens": ("counter", "tokens chosen by the model", ()),
    "havoc_forced_tokens": ("counter", "tokens forced by grammars and by the runtime", ()),
    "havoc_spec_decode_num_draft_tokens": ("counter", "tokens guessed ahead", ()),
    "havoc_spec_decode_num_accepted_tokens": ("counter", "guesses that were right", ()),
    "havoc_num_preemptions": ("counter", "sequences that gave up their blocks", ()),
    "havoc_num_requests_running": ("gauge", "generations in the batch", ()),
    "havoc_num_requests_waiting": ("gauge", "generations that wait for the batch", ()),
    "havoc_waiting_tokens": ("gauge", "tokens of prompts that have still to be computed", ()),
    "havoc_kv_blocks_used": ("gauge", "blocks of keys and values in use", ()),
    "havoc_kv_blocks": ("gauge", "blocks of keys and values", ()),
    "havoc_time_to_first_token_seconds": ("histogram", "from the start of a generation to its first token", ()),
    "havoc_inter_token_latency_seconds": ("histogram", "between tokens of a generation", ()),
    "havoc_iteration_sequences": ("histogram", "sequences in a step", ()),
    "havoc_iteration_tokens": ("histogram", "tokens in a step", ()),
    "havoc_step_seconds": ("histogram", "of a step", ()),
    "havoc_prime_requests": ("counter", "reasoned answers", ("budget", "termination_reason")),
    "havoc_prime_seconds": ("histogram", "of a reasoned answer", ("budget",)),
    "havoc_prime_verification_failures": ("counter", "answers in which verification found a fault", ()),
    "havoc_tool_calls": ("counter", "calls of tools", ("tool", "success")),
    "havoc_tool_seconds": ("histogram", "of a call", ("tool",)),
    "havoc_requests": ("counter", "HTTP requests", ("route", "status")),
    "havoc_request_seconds": ("histogram", "from a request's arrival to its last byte", ("route",)),
    "havoc_queue_waiting": ("gauge", "requests that wait for their turn", ()),
}
"""Name -> kind, description, tags. Ray exports them as `ray_NAME`, counters as `ray_NAME_total`."""

_COUNTS = {
    "requests": "havoc_engine_requests",
    "failures": "havoc_engine_failures",
    "steps": "havoc_engine_steps",
    "prompt_tokens": "havoc_prompt_tokens",
    "prefix_hit_tokens": "havoc_prefix_cache_hits",
    "generated_tokens": "havoc_generation_tokens",
    "forced_tokens": "havoc_forced_tokens",
    "guessed_tokens": "havoc_spec_decode_num_draft_tokens",
    "guesses_right": "havoc_spec_decode_num_accepted_tokens",
    "preemptions": "havoc_num_preemptions",
}
_GAUGES = {
    "running": "havoc_num_requests_running",
    "waiting": "havoc_num_requests_waiting",
    "waiting_tokens": "havoc_waiting_tokens",
    "kv_blocks_used": "havoc_kv_blocks_used",
    "kv_blocks": "havoc_kv_blocks",
}
_OBSERVATIONS = {
    "time_to_first_token_s": "havoc_time_to_first_token_seconds",
    "inter_token_s": "havoc_inter_token_latency_seconds",
    "batch_sequences": "havoc_iteration_sequences",
    "batch_tokens": "havoc_iteration_tokens",
    "step_s": "havoc_step_seconds",
}


class Instruments:
    """The instruments of one process of the application."""

    def __init__(self) -> None:
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._last: dict[str, tuple[float, dict[str, str]]] = {}
        self._histograms: dict[str, Histogram] = {}
        for name, (kind, description, tags) in NAMES.items():
            if kind == "counter":
                self._counters[name] = Counter(name, description=description, tag_keys=tags)
            elif kind == "gauge":
                self._gauges[name] = Gauge(name, description=description, tag_keys=tags)
            else:
                self._histograms[name] = Histogram(name, description, _boundaries(name), tag_keys=tags)

    def add(self, name: str, amount: float = 1, **tags: str) -> None:
        """Add to a counter."""
        if amount > 0:
            self._counters[name].inc(amount, tags=tags)

    def set(self, name: str, value: float, **tags: str) -> None:
        """Set a gauge."""
        self._last[name] = (value, tags)
        self._gauges[name].set(value, tags=tags)

    def refresh(self) -> None:
        """Set every gauge again: Ray forgets one that nobody has set for half a minute."""
        for name, (value, tags) in list(self._last.items()):
            self._gauges[name].set(value, tags=tags)

    def observe(self, name: str, value: float, **tags: str) -> None:
        """Add a value to a distribution."""
        self._histograms[name].observe(value, tags=tags)

    def prime_result(self, result: PrimeResult) -> None:
        """Count a reasoned answer and the calls that it made."""
        budget = result.routing.budget.value
        self.add("havoc_prime_requests", budget=budget, termination_reason=result.termination_reason)
        self.observe("havoc_prime_seconds", result.usage.seconds, budget=budget)
        self.add("havoc_prime_verification_failures", 0 if result.verification.passed else 1)
        for call in result.workspace.calls:
            self.add("havoc_tool_calls", tool=call.tool, success=str(call.success).lower())
            self.observe("havoc_tool_seconds", call.seconds, tool=call.tool)


class EngineMetrics:
    """The engine's figures on these instruments; it also keeps how many tokens wait, which scaling goes by."""

    def __init__(self, instruments: Instruments) -> None:
        self._instruments = instruments
        self.waiting_tokens = 0.0

    def count(self, name: str, amount: int = 1) -> None:
        """See havoc.engine.Metrics."""
        self._instruments.add(_COUNTS[name], amount)

    def gauge(self, name: str, value: float) -> None:
        """See havoc.engine.Metrics."""
        if name == "waiting_tokens":
            self.waiting_tokens = value
        self._instruments.set(_GAUGES[name], value)

    def observe(self, name: str, value: float) -> None:
        """See havoc.engine.Metrics."""
        self._instruments.observe(_OBSERVATIONS[name], value)


_: type[Metrics] = EngineMetrics


def _boundaries(name: str) -> list[float]:
    if name.startswith("havoc_iteration"):
        return [float(size) for size in _SIZES]
    return _STEPS if name in ("havoc_inter_token_latency_seconds", "havoc_step_seconds") else _SECONDS
