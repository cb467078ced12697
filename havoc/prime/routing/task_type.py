"""The kinds of task that PRIME tells apart."""

from enum import StrEnum

from havoc.config import Budget


class TaskType(StrEnum):
    """What a question is about."""

    ARITHMETIC = "arithmetic"
    """Numbers to be combined, and nothing else."""
    METHOD = "method"
    """A definition, a choice of method, an explanation: words, not numbers."""
    DESCRIBE = "describe"
    """Centre, spread and shape of data; Pareto."""
    HYPOTHESIS_TEST = "hypothesis_test"
    """Tests and intervals for means, proportions, variances and tables; outliers and normality."""
    REGRESSION = "regression"
    """Correlation and models of a response."""
    DISTRIBUTION = "distribution"
    """Probabilities and quantiles; which distribution fits."""
    POWER = "power"
    """Sample size and power."""
    DOE_DESIGN = "doe_design"
    """Runs of an experiment that is still to be made."""
    DOE_ANALYSIS = "doe_analysis"
    """Results of an experiment that was made."""
    CONTROL_CHART = "control_chart"
    """Is a process stable?"""
    CAPABILITY = "capability"
    """Does a process keep its specification?"""
    MEASUREMENT_SYSTEM = "measurement_system"
    """How good are a gage, or appraisers?"""
    ACCEPTANCE_SAMPLING = "acceptance_sampling"
    """Lots and plans."""
    RELIABILITY = "reliability"
    """Lives, failures, survival."""
    CALCULUS = "calculus"
    """Calculus, algebra, matrices, equations, optimisation."""
    MULTI_PART = "multi_part"
    """Several separate questions."""
    OUTSIDE = "outside"
    """Nothing of this field."""
    EMPTY = "empty"
    """Nothing at all."""


BUDGETS: dict[TaskType, Budget] = {
    TaskType.EMPTY: Budget.MICRO,
    TaskType.OUTSIDE: Budget.MICRO,
    TaskType.ARITHMETIC: Budget.MICRO,
    TaskType.METHOD: Budget.LIGHT,
    TaskType.DESCRIBE: Budget.LIGHT,
    TaskType.DISTRIBUTION: Budget.LIGHT,
    TaskType.HYPOTHESIS_TEST: Budget.MEDIUM,
    TaskType.REGRESSION: Budget.MEDIUM,
    TaskType.POWER: Budget.MEDIUM,
    TaskType.RELIABILITY: Budget.MEDIUM,
    TaskType.ACCEPTANCE_SAMPLING: Budget.MEDIUM,
    TaskType.CALCULUS: Budget.MEDIUM,
    TaskType.DOE_DESIGN: Budget.HEAVY,
    TaskType.DOE_ANALYSIS: Budget.HEAVY,
    TaskType.CONTROL_CHART: Budget.HEAVY,
    TaskType.CAPABILITY: Budget.HEAVY,
    TaskType.MEASUREMENT_SYSTEM: Budget.HEAVY,
}
"""What a single question of a kind gets. Several questions get what the dearest of them needs; see `router`."""
