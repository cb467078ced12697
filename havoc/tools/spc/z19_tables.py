"""Tables of inspection by variables, standard deviation method, variability unknown: MIL-STD-414 (1957) and Z1.9 (1980).

The tables of k and M are printed as MIL-STD-414 prints them, so that they can be compared by eye: a row for each sample
size, a column for each AQL, and in each cell the number or `v` (use the first plan below, its sample size too). Z1.9 has the
same k, without the sample sizes 30 and 40, and other code letters. k and M agree through `percent_nonconforming`.
"""

import math
from dataclasses import dataclass

from scipy import special

from havoc.tools.errors import ToolError

_AQLS = (0.04, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0, 15.0)
"""Percent nonconforming, normal inspection. Under tightened inspection each AQL has the column to the left of its own."""

_K = """
  3     v     v     v     v     v     v     v     v     v  1.12  .958  .765  .566  .341
  4     v     v     v     v     v     v     v  1.45  1.34  1.17  1.01  .814  .617  .393
  5     v     v     v     v     v     v  1.65  1.53  1.40  1.24  1.07  .874  .675  .455
  7     v     v     v     v  2.00  1.88  1.75  1.62  1.50  1.33  1.15  .955  .755  .536
 10     v     v     v  2.24  2.11  1.98  1.84  1.72  1.58  1.41  1.23  1.03  .828  .611
 15  2.64  2.53  2.42  2.32  2.20  2.06  1.91  1.79  1.65  1.47  1.30  1.09  .886  .664
 20  2.69  2.58  2.47  2.36  2.24  2.11  1.96  1.82  1.69  1.51  1.33  1.12  .917  .695
 25  2.72  2.61  2.50  2.40  2.26  2.14  1.98  1.85  1.72  1.53  1.35  1.14  .936  .712
 30  2.73  2.61  2.51  2.41  2.28  2.15  2.00  1.86  1.73  1.55  1.36  1.15  .946  .723
 35  2.77  2.65  2.54  2.45  2.31  2.18  2.03  1.89  1.76  1.57  1.39  1.18  .969  .745
 40  2.77  2.66  2.55  2.44  2.31  2.18  2.03  1.89  1.76  1.58  1.39  1.18  .971  .746
 50  2.83  2.71  2.60  2.50  2.35  2.22  2.08  1.93  1.80  1.61  1.42  1.21  1.00  .774
 75  2.90  2.77  2.66  2.55  2.41  2.27  2.12  1.98  1.84  1.65  1.46  1.24  1.03  .804
100  2.92  2.80  2.69  2.58  2.43  2.29  2.14  2.00  1.86  1.67  1.48  1.26  1.05  .819
150  2.96  2.84  2.73  2.61  2.47  2.33  2.18  2.03  1.89  1.70  1.51  1.29  1.07  .841
200  2.97  2.85  2.73  2.62  2.47  2.33  2.18  2.04  1.89  1.70  1.51  1.29  1.07  .845
"""
"""Tables B-1, Form 1."""

_M = """
  3     v     v     v     v     v     v     v     v     v  7.59 18.86 26.94 33.69 40.47
  4     v     v     v     v     v     v     v  1.53  5.50 10.92 16.45 22.86 29.45 36.90
  5     v     v     v     v     v     v  1.33  3.32  5.83  9.80 14.39 20.19 26.56 33.99
  7     v     v     v     v  .422  1.06  2.14  3.55  5.35  8.40 12.20 17.35 23.29 30.50
 10     v     v     v  .349  .716  1.30  2.17  3.26  4.77  7.29 10.54 15.17 20.74 27.57
 15  .099  .186  .312  .503  .818  1.31  2.11  3.05  4.31  6.56  9.46 13.71 18.94 25.61
 20  .135  .228  .365  .544  .846  1.29  2.05  2.95  4.09  6.17  8.92 12.99 18.03 24.53
 25  .155  .250  .380  .551  .877  1.29  2.00  2.86  3.97  5.97  8.63 12.57 17.51 23.97
 30  .179  .280  .413  .581  .879  1.29  1.98  2.83  3.91  5.86  8.47 12.36 17.24 23.58
 35  .170  .264  .388  .535  .847  1.23  1.87  2.68  3.70  5.57  8.10 11.87 16.65 22.91
 40  .179  .275  .401  .566  .873  1.26  1.88  2.71  3.72  5.58  8.09 11.85 16.61 22.86
 50  .163  .250  .363  .503  .789  1.17  1.71  2.49  3.45  5.20  7.61 11.23 15.87 22.00
 75  .147  .228  .330  .467  .720  1.07  1.60  2.29  3.20  4.87  7.15 10.63 15.13 21.11
100  .145  .220  .317  .447  .689  1.02  1.53  2.20  3.07  4.69  6.91 10.32 14.75 20.66
150  .134  .203  .293  .413  .638  .949  1.43  2.05  2.89  4.43  6.57  9.88 14.20 20.02
200  .135  .204  .294  .414  .637  .945  1.42  2.04  2.87  4.40  6.53  9.81 14.12 19.92
"""
"""Table B-3 of MIL-STD-414, Form 2, percent."""


@dataclass(frozen=True)
class Standard:
    """Code letters, sample sizes and AQLs of one standard."""

    lots: tuple[int, ...]
    """Largest lot of each line but the last, which has no end."""
    letters: dict[str, str]
    """Code letter of each line, by inspection level."""
    sizes: dict[str, int]
    aqls: tuple[float, ...]
    smallest_lot: int
    usual_level: str


STANDARDS = {
    "Z1.9": Standard(
        lots=(8, 15, 25, 50, 90, 150, 280, 400, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000),
        letters={
            "S3": "BBBBBBBCCDEFGHHH",
            "S4": "BBBBBCDEEFGHIJKK",
            "I": "BBBCDEFGGHIJKLMN",
            "II": "BBCDEFGHIJKLMNPP",
            "III": "CDEFGHIJJKLMNPPP",
        },
        sizes=dict(zip("BCDEFGHIJKLMNP", (3, 4, 5, 7, 10, 15, 20, 25, 35, 50, 75, 100, 150, 200), strict=True)),
        aqls=_AQLS[2:13],
        smallest_lot=2,
        usual_level="II",
    ),
    "MIL-STD-414": Standard(
        lots=(8, 15, 25, 40, 65, 110, 180, 300, 500, 800, 1300, 3200, 8000, 22_000, 110_000, 550_000),
        letters={
            "I": "BBBBBBBBCDEFGHIII",
            "II": "BBBBBBCDEFGHIJKKK",
            "III": "BBBBCDEFGHIJLMNOP",
            "IV": "BBCDEFGHIJKLMNOPQ",
            "V": "CDEFGHIJKLLMNOPQQ",
        },
        sizes=dict(zip("BCDEFGHIJKLMNOPQ", (3, 4, 5, 7, 10, 15, 20, 25, 30, 35, 40, 50, 75, 100, 150, 200), strict=True)),
        aqls=_AQLS,
        smallest_lot=3,
        usual_level="IV",
    ),
}
"""Tables A-2, B-1."""


@dataclass(frozen=True)
class Plan:
    """A cell of the master table."""

    letter: str
    n: int
    k: float
    m: float
    """Percent."""


def _read(table: str) -> dict[int, list[float | None]]:
    lines = [line.split() for line in table.strip().split("\n")]
    return {int(line[0]): [None if cell == "v" else float(cell) for cell in line[1:]] for line in lines}


K, M = _read(_K), _read(_M)


def code_letter(standard: Standard, lot_size: int, level: str) -> str:
    """Table A-2."""
    return standard.letters[level][sum(lot_size > largest for largest in standard.lots)]


def plan(standard: Standard, letter: str, aql: float, inspection: str) -> Plan:
    """Tables B-1 and B-3, with the arrows followed.

    Raises:
        ToolError: the standard has no such AQL.
    """
    column = _column(standard, aql, inspection)
    for name in list(standard.sizes)[list(standard.sizes).index(letter) :]:
        n = standard.sizes[name]
        k, m = K[n][column], M[n][column]
        if k is not None and m is not None:
            return Plan(name, n, k, m)
    raise ToolError("aql", aql, "no plan", "give a larger AQL")


def _column(standard: Standard, aql: float, inspection: str) -> int:
    for index, preferred in enumerate(_AQLS):
        if preferred in standard.aqls and abs(aql - preferred) <= 1e-6 * preferred:
            column = index - (inspection == "tightened")
            if column < 0:
                raise ToolError("aql", aql, "no tightened plan", f"tightened inspection begins at {_AQLS[1]:g}")
            return column
    nearest = min(standard.aqls, key=lambda preferred: abs(preferred - aql))
    raise ToolError("aql", aql, "not an AQL of the standard", f"give one in percent, nearest is {nearest:g}")


def percent_nonconforming(quality: float, n: int) -> float:
    """Minimum variance unbiased estimate of the percent beyond a limit from the quality index Q; Table B-5 of the standards.

    The symmetric beta distribution with both parameters n/2 - 1, at (1 - Q sqrt(n) / (n - 1)) / 2 (Lieberman and Resnikoff
    1955).
    """
    at = (1 - quality * math.sqrt(n) / (n - 1)) / 2
    return 100 * float(special.betainc(n / 2 - 1, n / 2 - 1, min(max(at, 0.0), 1.0)))
