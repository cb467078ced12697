"""Minimum aberration fractions of two-level factorials, in up to 128 runs."""

from havoc.tools.doe.fraction_words import Fraction
from havoc.tools.doe.fraction_words import resolution as resolution_of

CATALOGUE: dict[int, dict[int, tuple[int, ...]]] = {
    4: {
        3: (3,),
    },
    8: {
        4: (7,),
        5: (3, 5),
        6: (3, 5, 6),
        7: (3, 5, 6, 7),
    },
    16: {
        5: (15,),
        6: (7, 14),
        7: (7, 14, 13),
        8: (14, 13, 7, 11),
        9: (7, 14, 13, 11, 15),
        10: (7, 14, 13, 11, 15, 3),
        11: (7, 14, 13, 11, 15, 3, 5),
        12: (7, 14, 13, 11, 15, 3, 5, 9),
        13: (7, 14, 13, 11, 15, 3, 5, 9, 6),
        14: (7, 14, 13, 11, 15, 3, 5, 9, 6, 10),
        15: (7, 14, 13, 11, 15, 3, 5, 9, 6, 10, 12),
    },
    32: {
        6: (31,),
        7: (15, 27),
        8: (7, 11, 30),
        9: (30, 29, 27, 23),
        10: (15, 23, 27, 29, 30),
        11: (7, 14, 28, 13, 25, 26),
        12: (31, 7, 11, 21, 25, 13, 14),
        13: (31, 7, 11, 21, 25, 13, 14, 19),
        14: (31, 7, 11, 21, 25, 13, 14, 19, 22),
        15: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26),
        16: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28),
        17: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3),
        18: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5),
        19: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9),
        20: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17),
        21: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 30),
        22: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23),
        23: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23, 27),
        24: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23, 27, 29),
        25: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23, 27, 29, 6),
        26: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23, 27, 29, 6, 10),
        27: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23, 27, 29, 6, 10, 18),
        28: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23, 27, 29, 6, 10, 18, 30),
        29: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23, 27, 29, 6, 10, 18, 30, 12),
        30: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23, 27, 29, 6, 10, 18, 30, 12, 20),
        31: (31, 7, 11, 21, 25, 13, 14, 19, 22, 26, 28, 3, 5, 9, 17, 15, 23, 27, 29, 6, 10, 18, 30, 12, 20, 24),
    },
    64: {
        7: (63,),
        8: (15, 51),
        9: (15, 53, 60),
        10: (46, 45, 27, 23),
        11: (28, 15, 35, 58, 57),
        12: (31, 39, 41, 51, 42, 60),
        13: (31, 39, 41, 51, 42, 21, 22),
        14: (31, 39, 41, 51, 13, 21, 11, 52),
        15: (31, 39, 41, 51, 13, 21, 11, 52, 58),
        16: (31, 39, 41, 51, 13, 21, 11, 52, 58, 22),
        17: (31, 39, 41, 51, 13, 21, 11, 52, 58, 22, 25),
        18: (31, 39, 41, 51, 13, 21, 11, 52, 58, 22, 25, 28),
        19: (31, 39, 41, 51, 13, 21, 11, 52, 58, 22, 25, 28, 46),
        20: (31, 39, 41, 51, 13, 21, 11, 52, 58, 22, 25, 28, 46, 61),
        21: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25),
        22: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49),
        23: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22),
        24: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22, 41),
        25: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22, 41, 38),
        26: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22, 41, 38, 26),
        27: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22, 41, 38, 26, 28),
        28: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22, 41, 38, 26, 28, 42),
        29: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22, 41, 38, 26, 28, 42, 47),
        30: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22, 41, 38, 26, 28, 42, 47, 50),
        31: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22, 41, 38, 26, 28, 42, 47, 50, 56),
        32: (31, 35, 13, 52, 14, 55, 37, 61, 11, 19, 21, 44, 7, 62, 25, 49, 22, 41, 38, 26, 28, 42, 47, 50, 56, 59),
    },
    128: {
        8: (127,),
        9: (31, 103),
        10: (31, 103, 43),
        11: (31, 103, 43, 85),
        12: (31, 103, 43, 85, 121),
    },
}
"""Runs -> factors -> columns of the added factors, as sums of 1 (A), 2 (B), 4 (C), 8 (D), 16, 32, 64.

Found by adding columns one by one to all designs (of resolution IV in 64 and 128 runs) that differ in their word counts. Up
to 20 factors in 64 runs the tests compare word length patterns with those of Chen, Sun and Wu (1993), Int. Stat. Rev. 61,
131-145; those of more factors and of 128 runs rest on the enumeration. Where the generators in Montgomery's Table 8.14 and
Box, Hunter and Hunter's Table 6.22 have the same word length pattern, they are taken.
"""


def minimum_aberration(factors: int, *, runs: int | None = None, resolution: int | None = None) -> Fraction | None:
    """The fraction of `factors` in `runs`, or the smallest that has at least `resolution`; None where there is none.

    A full factorial is not a fraction.
    """
    for size in [runs] if runs is not None else CATALOGUE:
        added = CATALOGUE.get(size, {}).get(factors)
        if added is None:
            continue
        fraction = _fraction(added, factors)
        if resolution is None or _resolution(fraction) >= resolution:
            return fraction
    return None


def available_runs(factors: int) -> list[int]:
    """Numbers of runs in which the catalogue has a fraction of `factors`."""
    return [runs for runs, designs in CATALOGUE.items() if factors in designs]


def _fraction(added: tuple[int, ...], factors: int) -> Fraction:
    basic = factors - len(added)
    return Fraction((*(1 << i for i in range(basic)), *added), (1,) * factors, basic)


def _resolution(fraction: Fraction) -> int:
    return resolution_of(fraction.columns, fraction.basic) or 0
