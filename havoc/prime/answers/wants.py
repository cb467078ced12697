"""What to ask for where a question lacks something: in people's words, not in a tool's."""

from collections.abc import Sequence

_WANTS: dict[str, str] = {
    "sample": "the data: the measured values (readings), in their order",
    "data": "the data: the measured values (readings), in their order",
    "group1": "the data of the first sample: its measured values",
    "group2": "the data of the second sample: its measured values",
    "groups": "the data: the measured values of each group",
    "before": "the values before, one for each item",
    "after": "the values after, in the same order, so that they make pairs",
    "x": "the data of x: its values",
    "y": "the data of y: its values, in the same order as x",
    "mean": "the value to compare with (the target or reference)",
    "mean1": "the mean of the first sample",
    "mean2": "the mean of the second sample, or the value to compare with",
    "sd1": "the standard deviation of the first sample",
    "sd2": "the standard deviation of the second sample",
    "n": "the sample size: how many values or items there are",
    "n1": "the sample size: how many values or items the first sample has",
    "n2": "the sample size: how many values or items the second sample has",
    "sigma": "the standard deviation (sigma) that is known or claimed",
    "sigma1": "the known standard deviation (sigma)",
    "center": "the centre line: the mean or target that is known",
    "target": "the target value (aim)",
    "reference": "the reference value of the part (master value)",
    "references": "the reference value of each part (master value)",
    "lsl": "a specification limit, lower (LSL) or upper (USL), or the tolerance",
    "usl": "a specification limit, lower (LSL) or upper (USL), or the tolerance",
    "tolerance": "the tolerance: the distance of the specification limits",
    "margin": "the margin: the largest difference that still counts as equal (acceptable)",
    "difference": "the difference that should be detected",
    "standard_deviation": "the standard deviation (spread) to expect",
    "power": "the power: with which probability the difference should be found",
    "proportion": "the proportion (share) to expect",
    "table": "the table of counts: how many of each kind, for both, row by row",
    "counts": "the counts: how many of each kind for every item",
    "observed": "the observed counts of the categories",
    "categories": "the categories and how often each occurred",
    "units": "the number of units that were inspected, or the rows of results of each unit",
    "subgroups": "the data: the measured values of each subgroup",
    "measurements": "the data: the measurements (readings, values)",
    "parts": "which part each measurement belongs to",
    "operators": "which operator made each measurement",
    "appraisers": "which appraiser gave each rating",
    "ratings": "the ratings: each appraiser's decision on each part",
    "nonconforming": "the number of nonconforming items (counts of rejects)",
    "sample_sizes": "the sample size: how many items were inspected in all (each time)",
    "defects": "the number of defects (counts)",
    "nonconformities": "the number of defects (counts)",
    "sizes": "how much was inspected each time: number of units, area or total",
    "response": "the measured response (result) of each run",
    "factors": "the factors (components, ingredients), each with its levels or its limits (range)",
    "runs": "the number of runs",
    "columns": "the data: the values of each characteristic, at least two, row by row",
    "times": "the times: how long each unit lasted or was observed",
    "factor": "which group each value belongs to",
    "factor_a": "the level of the first factor for each value",
    "factor_b": "the level of the second factor for each value",
    "covariates": "the values of the covariate, one for each result",
    "predictors": "the values of the predictors",
    "events": "the number of events (how many had the property)",
    "events1": "the number of events in the first sample",
    "events2": "the number of events in the second sample",
    "aql": "the AQL: the acceptable quality level in percent defective",
    "ltpd": "the RQL (LTPD): the percent defective of a bad lot that should be rejected",
    "lot_size": "the lot size",
    "sample_size": "the sample size: how many items are inspected",
    "acceptance_number": "the acceptance number: the most defectives with which a lot is accepted",
    "shifts": "the shifts of the process to look at, in standard deviations",
    "expression": "the expression or function",
    "equations": "the equation or equations",
    "point": "the point at which it is meant",
    "bracket": "two ends of an interval (bounds) between which to look",
    "lower": "the lower end of the interval (limit, from)",
    "upper": "the upper end of the interval (limit, to)",
    "matrix": "the matrix, row by row",
    "p_values": "the p values of the tests",
    "distribution": "the distribution, with its parameters",
    "p": "the probability",
    "treatments": "the treatments",
    "blocks": "the blocks",
}


def question_back(operation: str, missing: Sequence[str]) -> str:
    """What to ask: `I cannot answer this yet. For a t test please give the data ...`.

    Args:
        operation: that would answer.
        missing: names of its arguments for which the question has nothing.
    """
    wanted = list(dict.fromkeys(_WANTS.get(name, f"the {name.replace('_', ' ')}") for name in missing))
    listed = wanted[0] if len(wanted) == 1 else f"{'; '.join(wanted[:-1])}; and {wanted[-1]}"
    name = operation.replace("_", " ")
    return f"I cannot answer this yet, something is missing. For this ({name}), please give {listed}."
