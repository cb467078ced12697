"""Charts for short runs of many products: deviations from nominal, and standardised values."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.spc.chart import (
    TOPIC,
    Array,
    ChartArguments,
    ChartResult,
    ControlChart,
    make_chart,
    refuse_no_spread,
    summary,
    used,
)
from havoc.tools.spc.constants import d2, d3
from havoc.tools.spc.sigma import moving_range_sigma
from havoc.tools.values import SETTING, Labels, Numbers, equal_lengths


class ShortRunArguments(ChartArguments):
    """Single values of several products, in time order."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "sample", "values": "sample", "parts": "products", "part": "products"}

    sample: Numbers
    """One value per piece, in time order."""
    products: Labels
    """Product of each piece."""
    nominals: dict[str, float] | None = None
    """Nominal value of each product; the mean of its pieces where it is left out."""


class ZmrArguments(ShortRunArguments):
    """Standardised values."""

    spread: Annotated[Literal["by product", "pooled", "relative to size"], SETTING] = "by product"
    """Sigma of each product by itself, one for all, or one for all in proportion to the nominal."""


class ShortRunResult(ChartResult):
    """One chart for all products."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "lcl", "ucl", "sigma_by_product")

    dispersion_chart: ControlChart
    """Moving ranges of the plotted values."""
    nominal_by_product: dict[str, float]
    sigma_by_product: dict[str, float]


@operation(
    "target_chart",
    topic=TOPIC,
    source="Montgomery, D. C., Introduction to Statistical Quality Control, section 10.1 (deviation-from-nominal charts)",
    examples=(
        {"sample": [50.2, 49.9, 50.1, 25.1, 24.9, 25.2, 50.0], "products": ["A", "A", "A", "B", "B", "B", "A"],
         "nominals": {"A": 50, "B": 25}},
    ),
)  # fmt: skip
def target_chart(arguments: ShortRunArguments) -> ShortRunResult:
    """Are single pieces of several products in control, charted as deviations from nominal?

    One chart for short runs of products that vary alike. Where their spreads differ use z_mr_chart; with one product
    i_mr_chart.
    """
    values, groups, nominal = _read(arguments)
    deviations = values - np.array([nominal[product] for product in arguments.products])
    kept = used(values.size, arguments.exclude)
    sigma = moving_range_sigma(deviations, kept=kept).sigma
    refuse_no_spread(sigma, "sample")
    center = 0.0 if arguments.nominals is not None else float(deviations[kept].mean())
    main = make_chart("deviation from nominal", deviations, center, sigma, arguments.rules)
    moving = make_chart("moving range", np.abs(np.diff(deviations)), d2(2) * sigma, d3(2) * sigma, "three_sigma", floor=0.0)
    common = summary({"deviations": main, "moving range": moving}, arguments, "I")
    common["conventions"] |= {"sigma": "MRbar/d2(2) of all deviations", "center": "0" if arguments.nominals else "mean"}
    return ShortRunResult(
        method="Target (deviation from nominal) chart",
        n_used=len(kept),
        dispersion_chart=moving,
        nominal_by_product=nominal,
        sigma_by_product=dict.fromkeys(groups, sigma),
        **common,
    )


@operation(
    "z_mr_chart",
    topic=TOPIC,
    source="Farnum, N. R. (1992), Journal of Quality Technology 24, 138-144",
    examples=({"sample": [50.2, 49.9, 50.1, 25.01, 24.99, 25.02, 50.0], "products": ["A", "A", "A", "B", "B", "B", "A"]},),
)
def z_mr_chart(arguments: ZmrArguments) -> ShortRunResult:
    """Are single pieces of several products in control, standardised so that one chart serves all?

    For products whose means and spreads differ. Where the spreads are alike target_chart keeps the unit.
    """
    values, groups, nominal = _read(arguments)
    sigma = _sigmas(groups, nominal, arguments.spread)
    z = np.array([(value - nominal[p]) / sigma[p] for value, p in zip(values, arguments.products, strict=True)])
    kept = used(values.size, arguments.exclude)
    main = make_chart("z", z, 0.0, 1.0, arguments.rules)
    moving = make_chart("moving range of z", np.abs(np.diff(z)), d2(2), d3(2), "three_sigma", floor=0.0)
    common = summary({"z": main, "moving range": moving}, arguments, "I")
    common["conventions"] |= {"sigma": f"moving ranges within products, {arguments.spread}"}
    return ShortRunResult(
        method="Z-MR chart",
        n_used=len(kept),
        dispersion_chart=moving,
        nominal_by_product=nominal,
        sigma_by_product=sigma,
        **common,
    )


def _read(
    arguments: ShortRunArguments,
) -> tuple[Array, dict[str, list[float]], dict[str, float]]:
    """Values, values by product, nominal (or mean) by product."""
    equal_lengths(sample=arguments.sample, products=arguments.products)
    groups: dict[str, list[float]] = {}
    for product, value in zip(arguments.products, arguments.sample, strict=True):
        groups.setdefault(product, []).append(value)
    if arguments.nominals is not None:
        for product in groups:
            if product not in arguments.nominals:
                raise ToolError("nominals", product, "this product has no nominal", "give one for each product, or for none")
        nominal = {product: arguments.nominals[product] for product in groups}
    else:
        nominal = {product: float(np.mean(group)) for product, group in groups.items()}
    return np.asarray(arguments.sample), groups, nominal


def _sigmas(groups: Mapping[str, list[float]], nominal: Mapping[str, float], spread: str) -> dict[str, float]:
    ranges = {product: np.abs(np.diff(group)) for product, group in groups.items()}
    if spread == "relative to size":
        for product, value in nominal.items():
            if value == 0:
                raise ToolError("nominals", product, "a size of 0", "take another kind of spread")
        relative = np.concatenate([found / abs(nominal[product]) for product, found in ranges.items()])
        sigma = {product: _mean(relative) * abs(nominal[product]) / d2(2) for product in groups}
    elif spread == "pooled":
        sigma = dict.fromkeys(groups, _mean(np.concatenate(list(ranges.values()))) / d2(2))
    else:
        sigma = {product: _mean(found) / d2(2) for product, found in ranges.items()}
    for product, value in sigma.items():
        if not value > 0:
            raise ToolError("sample", product, "its values do not vary, or there is one only", "use a pooled spread")
    return sigma


def _mean(values: Array) -> float:
    return float(values.mean()) if values.size else 0.0
