"""What budgets allow, and how a policy is cut down to the tokens that a request has."""

import pytest
from pydantic import ValidationError

from havoc.config import Budget, BudgetPolicy, ConfigError, PrimeConfig
from havoc.config.prime import MIN_ANSWER, MIN_PART, TOKEN_PARTS

POLICIES = [PrimeConfig().policy(budget) for budget in Budget]


def test_budgets_are_what_the_specification_says():
    micro, light, medium, heavy = POLICIES
    assert (micro.max_subgoals, micro.adversarial_tokens, micro.chrono_rounds) == (0, 0, 0)
    assert (light.max_subgoals, light.adversarial_tokens, light.chrono_rounds) == (3, 0, 0)
    assert (medium.max_subgoals, medium.chrono_rounds, medium.always_chrono) == (7, 1, False)
    assert (heavy.max_subgoals, heavy.chrono_rounds, heavy.always_chrono) == (12, 3, True)
    assert medium.adversarial_tokens > 0
    assert heavy.adversarial_tokens > 0
    assert medium.total_tokens <= 512, "example 2 of the specification has room"
    assert heavy.total_tokens <= 1024, "and so has example 3"


@pytest.mark.parametrize("policy", POLICIES)
def test_a_scaled_policy_fits_and_keeps_the_share_of_the_answer(policy):
    share = policy.answer_tokens / policy.total_tokens
    for most in range(policy.min_total_tokens, policy.total_tokens + 2):
        scaled = policy.scaled(most)
        assert scaled.total_tokens <= most
        assert scaled.answer_tokens >= max(MIN_ANSWER, share * min(most, policy.total_tokens) - 1e-9)
        for name in TOKEN_PARTS:
            part, whole = getattr(scaled, name), getattr(policy, name)
            assert part == 0 if whole == 0 else MIN_PART <= part <= whole
        assert BudgetPolicy(**scaled.model_dump()) == scaled
    assert policy.scaled(10**6) == policy


@pytest.mark.parametrize("policy", POLICIES)
def test_too_few_tokens_are_refused_with_the_smallest_number_that_works(policy):
    least = policy.min_total_tokens
    for tokens in (least - 1, 1, 0, -5):
        with pytest.raises(ConfigError, match=f"give at least {least}$"):
            policy.scaled(tokens)


def test_a_policy_that_is_nearly_all_answer_says_what_it_needs():
    policy = BudgetPolicy(max_subgoals=2, tool_calls=1, reason_tokens=4, tool_tokens=4, answer_tokens=992, wall_time_s=1)
    assert policy.min_total_tokens == 1000
    assert policy.scaled(1000) == policy


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"answer_tokens": 3}, "answer_tokens"),
        ({"always_chrono": True}, "chrono_rounds is 0"),
        ({"tool_calls": 0}, "a graph calls tools"),
        ({"max_subgoals": 0, "adversarial_tokens": 60}, "nothing to repeat"),
        ({"reason_tokens": 2}, "reason_tokens is below"),
        ({"wall_time_s": 0}, "wall_time_s"),
        ({"max_subgoal": 3}, "max_subgoal"),
    ],
)
def test_policies_that_cannot_work_are_refused(fields, why):
    with pytest.raises(ValidationError, match=why):
        BudgetPolicy(**{"max_subgoals": 3, "tool_calls": 3, "answer_tokens": 64, "wall_time_s": 10.0, **fields})
