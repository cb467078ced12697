"""Rank tests of more than two samples: Kruskal-Wallis with Dunn's comparisons, and Friedman."""

import math
from itertools import combinations
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.ranks import TOPIC
from havoc.tools.math.sided import finding
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import MAX_VALUES, SETTING, Alpha, Groups, Labels, Matrix

MAX_COMPARED = 50
"""Groups up to which all pairs are compared."""
FEW = 5
"""Values per group below which the chi-square approximation is poor (Conover 1999, section 5.2)."""


class DunnComparison(BaseModel):
    """Two groups compared by their mean ranks."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    group1: str
    group2: str
    mean_rank_difference: float
    """First minus second."""
    z: float
    p_value: float
    """Two-sided, of this pair alone."""
    p_value_adjusted: float
    significant: bool
    """p_value_adjusted < alpha."""


class KruskalWallisResult(Result):
    """The comparison of several samples by ranks."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "df", "p_value", "epsilon_squared")

    statistic: float
    """H, corrected for ties."""
    df: int
    p_value: float
    """From the chi-square distribution."""
    mean_ranks: dict[str, float]
    medians: dict[str, float]
    epsilon_squared: float
    """Share of the variation of the ranks between the groups: H / (n - 1)."""
    comparisons: list[DunnComparison] | None = None
    """Dunn's comparisons of all pairs, where asked for."""
    significant: bool
    """p_value < alpha."""


class KruskalWallis(Arguments):
    """Independent samples."""

    aliases: ClassVar = {"data": "groups", "samples": "groups", "adjust": "adjustment"}

    groups: Groups
    dunn: Annotated[bool, SETTING] = False
    """Also compare all pairs by Dunn's test."""
    adjustment: Annotated[Literal["holm", "bonferroni", "none"], SETTING] = "holm"
    """Of Dunn's p values for the number of pairs."""
    alpha: Alpha = 0.05


class FriedmanResult(Result):
    """The comparison of treatments within blocks by ranks."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "df", "p_value", "kendalls_w")

    statistic: float
    """Friedman's chi-square, corrected for ties."""
    df: int
    p_value: float
    """From the chi-square distribution."""
    f_statistic: float | None
    """Iman and Davenport's F, which is closer to its nominal level; None where all blocks agree completely."""
    f_p_value: float | None
    kendalls_w: float
    """Agreement of the blocks, from 0 to 1."""
    rank_sums: list[float]
    """Of the treatments, in their order."""
    medians: list[float]
    """Of the treatments."""
    significant: bool
    """p_value < alpha."""


class Friedman(Arguments):
    """Every treatment once in every block."""

    aliases: ClassVar = {"data": "blocks", "table": "blocks", "matrix": "blocks", "names": "treatments"}

    blocks: Matrix
    """One list for each block (person, batch, day): its values in the order of the treatments."""
    treatments: Labels | None = None
    """Names of the treatments, for the conclusion."""
    alpha: Alpha = 0.05


@operation(
    "kruskal_wallis",
    topic=TOPIC,
    source="Kruskal and Wallis (1952), JASA 47, 583-621; Dunn, O. J. (1964), Technometrics 6, 241-252",
    examples=(
        {
            "groups": {"A": [2.9, 3.0, 2.5, 2.6, 3.2], "B": [3.8, 2.7, 4.0, 2.4], "C": [2.8, 3.4, 3.7, 2.2, 2.0]},
            "dunn": True,
        },
        {"groups": [[1.2, 1.9, 2.2], [3.1, 2.8, 4.0]]},
    ),
)
def kruskal_wallis(arguments: KruskalWallis) -> KruskalWallisResult:
    """Does one of several independent samples tend to larger values?

    For skewed data, outliers or ordered categories; where the data are roughly normal one_way_anova tells more. `dunn` tells
    which groups differ. With a block such as person or batch use friedman; for two samples mann_whitney.
    """
    names = list(arguments.groups)
    pooled = np.concatenate([np.asarray(group) for group in arguments.groups.values()])
    sizes = np.array([len(group) for group in arguments.groups.values()])
    n = pooled.size
    if n > MAX_VALUES:
        raise ToolError("groups", "", f"{n:,} values", f"give at most {MAX_VALUES:,}")
    if pooled.min() == pooled.max():
        raise ToolError("groups", "", "all values are equal", "check the data")
    if n <= len(names):
        raise ToolError("groups", "", "one value in every group", "give repeated values of at least one group")
    ranks = stats.rankdata(pooled)
    means = np.add.reduceat(ranks, np.concatenate([[0], sizes.cumsum()[:-1]])) / sizes
    # Variance of a rank; with ties it is smaller than n (n + 1) / 12.
    variance = float(((ranks - (n + 1) / 2) ** 2).sum()) / (n - 1)
    statistic = float((sizes * (means - (n + 1) / 2) ** 2).sum()) / variance
    df = len(names) - 1
    p = float(stats.chi2.sf(statistic, df))
    return KruskalWallisResult(
        method="Kruskal-Wallis test",
        n_used=n,
        statistic=statistic,
        df=df,
        p_value=p,
        mean_ranks=dict(zip(names, means.tolist(), strict=True)),
        medians={name: float(np.median(group)) for name, group in arguments.groups.items()},
        epsilon_squared=statistic / (n - 1),
        comparisons=_dunn(arguments, names, means, sizes, variance) if arguments.dunn else None,
        significant=p < arguments.alpha,
        conventions={
            "ties": "corrected; Minitab also prints H without the correction",
            "distribution": "chi-square with groups - 1 degrees of freedom",
        }
        | ({"Dunn": f"z of mean ranks with ties, {arguments.adjustment} adjustment"} if arguments.dunn else {}),
        assumptions=[
            Assumption(
                name="groups large enough for chi-square",
                holds=bool(sizes.min() >= FEW),
                detail=f"the smallest group has {sizes.min()} values, needed {FEW}",
            )
        ],
        conclusion=finding("The difference in location", p, arguments.alpha),
    )


@operation(
    "friedman",
    topic=TOPIC,
    source="Friedman, M. (1937), JASA 32, 675-701; Iman and Davenport (1980), Communications in Statistics A9, 571-595",
    examples=(
        {"blocks": [[5.40, 5.50, 5.55], [5.85, 5.70, 5.75], [5.20, 5.60, 5.50], [5.55, 5.50, 5.40], [5.90, 5.85, 5.70]]},
        {"blocks": [[1, 2, 3], [1, 3, 2], [2, 1, 3], [1, 2, 3]], "treatments": ["A", "B", "C"]},
    ),
)
def friedman(arguments: Friedman) -> FriedmanResult:
    """Do treatments that were all tried in every block differ?

    The rank form of an analysis of variance with blocks: values are only compared within a block. Without blocks use
    kruskal_wallis; for two treatments wilcoxon has more power; for yes/no values cochran_q.
    """
    table = np.asarray(arguments.blocks, dtype=np.float64)
    blocks, treatments = table.shape
    if blocks < 2 or treatments < 2:
        raise ToolError(
            "blocks", arguments.blocks, f"{blocks} blocks of {treatments}", "give two blocks and treatments or more"
        )
    if arguments.treatments is not None and len(arguments.treatments) != treatments:
        raise ToolError(
            "treatments", arguments.treatments, f"{len(arguments.treatments)} names for {treatments}", "give one for each"
        )
    ranks = stats.rankdata(table, axis=1)
    centre = (treatments + 1) / 2
    within = float(((ranks - centre) ** 2).sum())
    if within == 0:
        raise ToolError("blocks", "", "the values of every block are all equal", "check the data")
    sums = ranks.sum(axis=0)
    between = float(((sums - blocks * centre) ** 2).sum()) / blocks
    statistic = (treatments - 1) * between * blocks / within
    df = treatments - 1
    p = float(stats.chi2.sf(statistic, df))
    left = within - between
    f = f_p = None
    if left > 1e-9 * within:
        f = (blocks - 1) * between / left
        f_p = float(stats.f.sf(f, df, df * (blocks - 1)))
    names = arguments.treatments or [f"treatment {index + 1}" for index in range(treatments)]
    highest = names[int(sums.argmax())]
    return FriedmanResult(
        method="Friedman test",
        n_used=table.size,
        statistic=statistic,
        df=df,
        p_value=p,
        f_statistic=f,
        f_p_value=f_p,
        kendalls_w=min(1.0, between / within),
        rank_sums=sums.tolist(),
        medians=np.median(table, axis=0).tolist(),
        significant=p < arguments.alpha,
        undefined={} if f is not None else dict.fromkeys(("f_statistic", "f_p_value"), "all blocks agree completely"),
        conventions={
            "ties": "corrected, average ranks within the block",
            "medians": "of each column; Minitab estimates treatment medians adjusted for blocks",
        },
        conclusion=finding("The difference of the treatments", p, arguments.alpha)[:-1]
        + f"; {highest} has the highest ranks.",
    )


def _dunn(
    arguments: KruskalWallis, names: list[str], means: NDArray[np.float64], sizes: NDArray[np.int_], variance: float
) -> list[DunnComparison]:
    if len(names) > MAX_COMPARED:
        raise ToolError("dunn", True, f"{len(names)} groups", f"compare at most {MAX_COMPARED}, or leave dunn out")
    pairs = list(combinations(range(len(names)), 2))
    gaps = [float(means[one] - means[two]) for one, two in pairs]
    scores = [
        gap / math.sqrt(variance * (1 / sizes[one] + 1 / sizes[two])) for gap, (one, two) in zip(gaps, pairs, strict=True)
    ]
    alone = [float(2 * stats.norm.sf(abs(z))) for z in scores]
    adjusted = _adjusted(alone, arguments.adjustment)
    return [
        DunnComparison(
            group1=names[one],
            group2=names[two],
            mean_rank_difference=gap,
            z=z,
            p_value=p,
            p_value_adjusted=shared,
            significant=shared < arguments.alpha,
        )
        for (one, two), gap, z, p, shared in zip(pairs, gaps, scores, alone, adjusted, strict=True)
    ]


def _adjusted(p_values: list[float], adjustment: str) -> list[float]:
    if adjustment == "none":
        return p_values
    from statsmodels.stats.multitest import multipletests

    return [float(p) for p in multipletests(p_values, method=adjustment)[1]]
