"""Charts for short runs of many products: deviations from nominal, and standardised values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.spc.chart import (
    TOPIC,
    Array,
    ChartArguments,
    ChartResult,
    ControlChart,
    make_chart,
    moving_range_chart,
    refuse_no_spread,
    summary,
    used,
)
from havoc.tools.spc.constants import d2
from havoc.tools.spc.sigma import moving_range_sigma, moving_ranges
from havoc.tools.values import DATA, SETTING, Labels, Named, Number, Numbers, equal_lengths


class ShortRunArguments(ChartArguments):
    """Single values of several products, in time order."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "sample", "values": "sample", "parts": "products", "part": "products"}

    sample: Numbers
    """One value per piece, in time order."""
    products: Labels
    """Product of each piece."""
    nominals: Annotated[Named[Number] | None, Field(min_length=1), DATA] = None
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
    values, kept, groups = _read(arguments)
    nominal = _nominals(groups, arguments.nominals)
    deviations = values - np.array([nominal[product] for product in arguments.products])
    sigma = moving_range_sigma(deviations, kept=kept).sigma
    refuse_no_spread(sigma, "sample")
    center = 0.0 if arguments.nominals else float(deviations[kept].mean())
    main = make_chart("deviation from nominal", deviations, center, sigma, arguments.rules)
    moving = moving_range_chart("moving range", deviations, sigma, kept)
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
    values, kept, groups = _read(arguments)
    nominal = _nominals(groups, arguments.nominals)
    sigma = _sigmas(groups, nominal, arguments.spread)
    z = np.array([(value - nominal[p]) / sigma[p] for value, p in zip(values, arguments.products, strict=True)])
    main = make_chart("z", z, 0.0, 1.0, arguments.rules)
    moving = moving_range_chart("moving range of z", z, 1.0, kept)
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


@dataclass(frozen=True)
class _Product:
    """The pieces of one product in time order, and which of them the limits are made of."""

    values: list[float]
    kept: list[int]


def _read(arguments: ShortRunArguments) -> tuple[Array, list[int], dict[str, _Product]]:
    """Values, 0-based values used, pieces by product."""
    equal_lengths(sample=arguments.sample, products=arguments.products)
    kept = used(len(arguments.sample), arguments.exclude)
    present = set(kept)
    groups: dict[str, _Product] = {}
    for index, (product, value) in enumerate(zip(arguments.products, arguments.sample, strict=True)):
        group = groups.setdefault(product, _Product([], []))
        if index in present:
            group.kept.append(len(group.values))
        group.values.append(value)
    return np.asarray(arguments.sample), kept, groups


def _nominals(groups: Mapping[str, _Product], given: Mapping[str, float] | None) -> dict[str, float]:
    """The nominal, or the mean of the pieces used, of each product."""
    nominal = {}
    for product, group in groups.items():
        if given is not None and product not in given:
            raise ToolError("nominals", product, "this product has no nominal", "give one for each product, or for none")
        if given is None and not group.kept:
            raise ToolError("exclude", product, "no piece of this product is left", "exclude fewer, or give nominals")
        nominal[product] = given[product] if given else float(np.mean([group.values[index] for index in group.kept]))
    return nominal


def _sigmas(groups: Mapping[str, _Product], nominal: Mapping[str, float], spread: str) -> dict[str, float]:
    """From moving ranges of successive pieces of each product."""
    ranges = {product: moving_ranges(group.values, group.kept) for product, group in groups.items()}
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
