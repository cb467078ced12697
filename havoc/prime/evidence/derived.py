"""Parameters that a text gives in another form: a variance, a coefficient of variation, the risk of missing an effect."""

import math
import re

from havoc.prime.evidence.reading import Found, Reading

_PLANS = re.compile(r"(?i)\blots?\b|\baql\b|\brql\b|\bltpd\b|\bsampling plan|\bconsumer|\bacceptance\b")


def derive_parameters(reading: Reading) -> None:
    """Add the standard deviation and the power that follow from them, where the text does not give these themselves."""
    _standard_deviation(reading)
    risks = _of_role(reading, "consumer_risk")
    if len(risks) == 1 and not _of_role(reading, "power") and not _PLANS.search(reading.about):
        value = round(1 - float(risks[0].values[0]), 12)
        _add(reading, risks[0], "power", value, f"a risk of {1 - value:g} of missing an effect is a power of {value:g}")


def _standard_deviation(reading: Reading) -> None:
    if _of_role(reading, "standard_deviation"):
        return
    variances, spreads, means = (_of_role(reading, role) for role in ("variance", "variation", "mean"))
    covariance = any("cov" in item.name.lower() for item in reading.found)
    for item in variances if len(variances) <= 2 and not covariance else ():
        value = float(item.values[0])
        if value > 0 and not item.percent:
            root = math.sqrt(value)
            _add(reading, item, "standard_deviation", root, f"a variance of {value:g} is a standard deviation of {root:g}")
    if len(spreads) == len(means) == 1 and not variances:
        share, mean = float(spreads[0].values[0]), float(means[0].values[0])
        value = round(share * abs(mean), 12)
        statement = f"a coefficient of variation of {share:g} around {mean:g} is a standard deviation of {value:g}"
        _add(reading, spreads[0], "standard_deviation", value, statement)


def _of_role(reading: Reading, role: str) -> list[Found]:
    return [item for item in reading.found if item.kind == "number" and item.role == role]


def _add(reading: Reading, item: Found, role: str, value: float, statement: str) -> None:
    reading.found.append(Found("number", role.replace("_", " "), (value,), item.start, item.end, role=role))
    reading.assume(statement, item.start, item.end)
