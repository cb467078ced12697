"""Settings of PRIME: what a request may cost under each budget, and what all budgets share."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from havoc.config.base import ConfigError, Settings

TOKEN_PARTS = ("reason_tokens", "tool_tokens", "adversarial_tokens", "answer_tokens")
"""The fields of a policy that share the tokens of a request."""
MIN_ANSWER = 16
"""Tokens below which an answer cannot hold one number with its name."""
MIN_PART = 4
"""Tokens below which any other part that a policy has is not worth beginning."""


class Budget(StrEnum):
    """How much thought a question gets."""

    MICRO = "MICRO"
    """A direct answer, its arithmetic checked."""
    LIGHT = "LIGHT"
    """A graph of a few subgoals."""
    MEDIUM = "MEDIUM"
    """More subgoals, checks of assumptions, advocate and attack; repeated only where something was found."""
    HEAVY = "HEAVY"
    """All of it, and repetitions that show whether the conclusion is stable."""


class BudgetPolicy(Settings):
    """What one request may cost. Tokens are those that the model chooses; what the runtime inserts does not count."""

    max_subgoals: int = Field(ge=0, le=64)
    """Subgoals of the graph, the decision included; 0 for no graph."""
    tool_calls: int = Field(ge=0, le=256)
    """Calls, repairs included."""
    branches: int = Field(1, ge=1, le=64)
    """Subgoals that run side by side."""
    chrono_rounds: int = Field(0, ge=0, le=32)
    """Repetitions under perturbation, at most."""
    always_chrono: bool = False
    """Repeat every conclusion; otherwise only one that verification or the attack found something about."""
    repairs: int = Field(0, ge=0, le=16)
    """Further attempts at a call that failed, per subgoal."""
    reason_tokens: int = Field(0, ge=0)
    """For thinking."""
    tool_tokens: int = Field(0, ge=0)
    """For the open choices in calls."""
    adversarial_tokens: int = Field(0, ge=0)
    """For advocate, attack and pragmatist together; 0 leaves them out."""
    answer_tokens: int = Field(ge=MIN_ANSWER)
    """For the answer. Reserved: no other part can use them up."""
    wall_time_s: float = Field(gt=0)
    """Seconds after which no further subgoal begins."""

    @model_validator(mode="after")
    def _parts_belong_together(self) -> Self:
        if self.always_chrono and not self.chrono_rounds:
            raise ValueError("always_chrono asks for repetitions and chrono_rounds is 0; set it to 1 or more")
        if self.max_subgoals and not self.tool_calls:
            raise ValueError(f"max_subgoals {self.max_subgoals} without tool_calls: a graph calls tools; allow 1 or more")
        if not self.max_subgoals and (self.chrono_rounds or self.adversarial_tokens):
            raise ValueError("without a graph (max_subgoals 0) there is nothing to repeat or to argue about; set "
                             "chrono_rounds and adversarial_tokens to 0")  # fmt: skip
        too_small = [name for name in TOKEN_PARTS if 0 < getattr(self, name) < MIN_PART]
        if too_small:
            raise ValueError(f"{too_small[0]} is below {MIN_PART}; give 0 to leave the part out, or more")
        return self

    @property
    def total_tokens(self) -> int:
        """All parts together."""
        return sum(getattr(self, name) for name in TOKEN_PARTS)

    @property
    def min_total_tokens(self) -> int:
        """The fewest tokens to which the policy can be scaled."""
        needed = MIN_PART * len(self._others)
        if not needed:
            return MIN_ANSWER
        # floor(m * rest / total) >= needed, solved for m: what the answer leaves holds every other part.
        rest = self.total_tokens - self.answer_tokens
        return max(MIN_ANSWER + needed, -(-needed * self.total_tokens // rest))

    def scaled(self, max_new_tokens: int) -> "BudgetPolicy":
        """The policy with its parts cut down, so that they are at most `max_new_tokens` together.

        The answer's share of the whole is kept: it is rounded up, the other parts down. A policy that fits stays as it is.

        Args:
            max_new_tokens: tokens that the model may write.

        Raises:
            ConfigError: that is too few for every part to be of use; the message names the smallest number that is enough.
        """
        if max_new_tokens >= self.total_tokens:
            return self
        if max_new_tokens < self.min_total_tokens:
            raise ConfigError(
                f"max_new_tokens {max_new_tokens} is too few for an answer and what goes before it under this budget; "
                f"give at least {self.min_total_tokens}"
            )
        others = self._others
        answer = max(MIN_ANSWER, -(-self.answer_tokens * max_new_tokens // self.total_tokens))
        # Every part gets its minimum first; the rest is shared in proportion to what a part has above it.
        left = max_new_tokens - answer - MIN_PART * len(others)
        above = max(1, sum(others.values()) - MIN_PART * len(others))
        parts = {name: MIN_PART + left * (tokens - MIN_PART) // above for name, tokens in others.items()}
        return self.model_copy(update={**parts, "answer_tokens": answer})

    @property
    def _others(self) -> dict[str, int]:
        """Tokens of the parts beside the answer, as far as the policy has them."""
        return {name: getattr(self, name) for name in TOKEN_PARTS if name != "answer_tokens" and getattr(self, name)}


class PrimeConfig(Settings):
    """Settings of PRIME."""

    micro: BudgetPolicy = BudgetPolicy(max_subgoals=0, tool_calls=1, answer_tokens=64, wall_time_s=30)
    """Policy of MICRO: no graph; one call checks the arithmetic."""
    light: BudgetPolicy = BudgetPolicy(
        max_subgoals=3, tool_calls=4, branches=2, repairs=1,
        reason_tokens=64, tool_tokens=64, answer_tokens=128, wall_time_s=60,
    )  # fmt: skip
    """Policy of LIGHT."""
    medium: BudgetPolicy = BudgetPolicy(
        max_subgoals=7, tool_calls=10, branches=4, chrono_rounds=1, repairs=2,
        reason_tokens=96, tool_tokens=96, adversarial_tokens=120, answer_tokens=200, wall_time_s=180,
    )  # fmt: skip
    """Policy of MEDIUM: at most one repetition, and only where something was found."""
    heavy: BudgetPolicy = BudgetPolicy(
        max_subgoals=12, tool_calls=24, branches=6, chrono_rounds=3, always_chrono=True, repairs=3,
        reason_tokens=224, tool_tokens=200, adversarial_tokens=240, answer_tokens=360, wall_time_s=600,
    )  # fmt: skip
    """Policy of HEAVY."""
    noise_std: float = Field(0.05, ge=0, le=10)
    """Of the chrono-loop: noise on the embeddings, relative to their root mean square. 0 repeats the same thing."""
    likelihood_weight: float = Field(0.1, ge=0)
    """Weight of the model's likelihood against what words and evidence say, where it chooses between calls, for a model that
    knows the form of transcripts; for others it shrinks with the probability that they give to the first block. Fitted by
    `jobs.bench.prime --only weight`: for a base model the best is 0, which it shrinks to."""
    calls: Literal["grounded", "schema", "free"] = "grounded"
    """How calls are written: data only from the question and earlier results; or whatever the operation's schema allows; or
    as the model likes. The latter two are there to show what grounding and grammar are worth."""
    option_margin: float = Field(0.1, ge=0, le=1)
    """Options of an argument whose score is this close to the best one's are left to the model; 0 takes the best."""
    free_sentences: Literal["trained", "always", "never"] = "trained"
    """Whether the model adds sentences of its own, whose numerals are facts: only one that knows the form of transcripts
    (it expects the first block at least with the probability `min_fluency`), always, or never."""
    min_fluency: float = Field(0.2, ge=0, le=1)
    """See `free_sentences`."""
    min_log_likelihood: float = Field(-2.0, le=0)
    """Of such a sentence, by the model without the grammar: natural logarithm, mean of its tokens. What only the grammar
    has made is less likely than that, and is not said."""
    temperature: float = Field(0.0, ge=0, le=5)
    """Of the model's own sentences, where a request names none; 0 takes the likeliest."""
    seed: int = Field(0, ge=0)
    """Of all that is random, where a request names none."""
    tool_timeout_s: float = Field(30.0, gt=0)
    """Seconds after which a tool call counts as failed."""
    max_result_chars: int = Field(2000, ge=100)
    """Characters of a tool's answer that are written into the transcript; the facts are kept in full."""

    def policy(self, budget: Budget) -> BudgetPolicy:
        """What a request may cost under `budget`."""
        return {
            Budget.MICRO: self.micro, Budget.LIGHT: self.light, Budget.MEDIUM: self.medium, Budget.HEAVY: self.heavy
        }[budget]  # fmt: skip
