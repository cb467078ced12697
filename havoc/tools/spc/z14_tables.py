"""Tables of ANSI/ASQ Z1.4 (MIL-STD-105E): code letters, sample sizes, single and double sampling plans.

The tables are printed as the standard prints them, so that they can be compared by eye: a row for each code letter, a column
for each AQL, and in each cell the acceptance number, `v` (use the first plan below) or `^` (use the first plan above).
"""

from havoc.tools.errors import ToolError

AQLS: tuple[float, ...] = (
    *(0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5),
    *(4.0, 6.5, 10.0, 15.0, 25.0, 40.0, 65.0, 100.0, 150.0, 250.0, 400.0, 650.0, 1000.0),
)
"""Percent nonconforming (to 10), or nonconformities per hundred units."""

_LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
"""Largest lot of each line of Table I; the last line has no end."""

_LETTERS = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
"""Table I: code letter of each lot size, by inspection level."""

_SIZE_SERIES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
_SIZES = dict(zip("ABCDEFGHJKLMNPQRS", _SIZE_SERIES, strict=True))
_REDUCED_SIZES = dict(zip("ABCDEFGHJKLMNPQR", (2, 2, *_SIZE_SERIES[:14]), strict=True))

_NORMAL = """
A  v  v  v  v  v  v  v  v  v  v  v  v  v  v  0  v  v  1  2  3  5  7 10 14 21 30
B  v  v  v  v  v  v  v  v  v  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21 30 44
C  v  v  v  v  v  v  v  v  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21 30 44  ^
D  v  v  v  v  v  v  v  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21 30 44  ^  ^
E  v  v  v  v  v  v  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21 30 44  ^  ^  ^
F  v  v  v  v  v  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^
G  v  v  v  v  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^
H  v  v  v  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^  ^
J  v  v  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^  ^  ^
K  v  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
L  v  v  v  v  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
M  v  v  v  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
N  v  v  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
P  v  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
Q  0  ^  v  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
R  ^  ^  1  2  3  5  7 10 14 21  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
"""
"""Table II-A. The rejection number is one more."""

_TIGHTENED = """
A  v  v  v  v  v  v  v  v  v  v  v  v  v  v  v  v  v  v  1  2  3  5  8 12 18 27
B  v  v  v  v  v  v  v  v  v  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18 27 41
C  v  v  v  v  v  v  v  v  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18 27 41  ^
D  v  v  v  v  v  v  v  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18 27 41  ^  ^
E  v  v  v  v  v  v  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18 27 41  ^  ^  ^
F  v  v  v  v  v  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^
G  v  v  v  v  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^
H  v  v  v  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^  ^
J  v  v  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^  ^  ^
K  v  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
L  v  v  v  v  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
M  v  v  v  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
N  v  v  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
P  v  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
Q  v  0  v  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
R  0  ^  v  1  2  3  5  8 12 18  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
S  ^  ^  1  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
"""
"""Table II-B. The rejection number is one more. Letter S is reached by the arrows at AQL 0.025 only."""

_REDUCED_AC = """
A  v  v  v  v  v  v  v  v  v  v  v  v  v  v  0  v  v  1  2  3  5  7 10 14 21 30
B  v  v  v  v  v  v  v  v  v  v  v  v  v  0  ^  v  0  1  2  3  5  7 10 14 21 30
C  v  v  v  v  v  v  v  v  v  v  v  v  0  ^  v  0  1  1  2  3  5  7 10 14 21  ^
D  v  v  v  v  v  v  v  v  v  v  v  0  ^  v  0  1  1  2  3  5  7 10 14 21  ^  ^
E  v  v  v  v  v  v  v  v  v  v  0  ^  v  0  1  1  2  3  5  7 10 14 21  ^  ^  ^
F  v  v  v  v  v  v  v  v  v  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^
G  v  v  v  v  v  v  v  v  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^
H  v  v  v  v  v  v  v  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^  ^
J  v  v  v  v  v  v  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^  ^  ^
K  v  v  v  v  v  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
L  v  v  v  v  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
M  v  v  v  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
N  v  v  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
P  v  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
Q  0  ^  v  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
R  ^  ^  0  1  1  2  3  5  7 10  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
"""
"""Table II-C, acceptance numbers."""

_REDUCED_RE = """
A  v  v  v  v  v  v  v  v  v  v  v  v  v  v  1  v  v  2  3  4  6  8 11 15 22 31
B  v  v  v  v  v  v  v  v  v  v  v  v  v  1  ^  v  2  3  4  5  6  8 11 15 22 31
C  v  v  v  v  v  v  v  v  v  v  v  v  1  ^  v  2  3  4  5  6  8 10 13 17 24  ^
D  v  v  v  v  v  v  v  v  v  v  v  1  ^  v  2  3  4  5  6  8 10 13 17 24  ^  ^
E  v  v  v  v  v  v  v  v  v  v  1  ^  v  2  3  4  5  6  8 10 13 17 24  ^  ^  ^
F  v  v  v  v  v  v  v  v  v  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^
G  v  v  v  v  v  v  v  v  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^
H  v  v  v  v  v  v  v  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^  ^
J  v  v  v  v  v  v  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^  ^  ^
K  v  v  v  v  v  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
L  v  v  v  v  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
M  v  v  v  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
N  v  v  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
P  v  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
Q  1  ^  v  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
R  ^  ^  2  3  4  5  6  8 10 13  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^  ^
"""
"""Table II-C, rejection numbers."""

_DOUBLE = {
    "normal": {
        1: (0, 2, 1, 2),
        2: (0, 3, 3, 4),
        3: (1, 4, 4, 5),
        5: (2, 5, 6, 7),
        7: (3, 7, 8, 9),
        10: (5, 9, 12, 13),
        14: (7, 11, 18, 19),
        21: (11, 16, 26, 27),
        30: (17, 22, 37, 38),
        44: (25, 31, 56, 57),
    },
    "tightened": {
        1: (0, 2, 1, 2),
        2: (0, 3, 3, 4),
        3: (1, 4, 4, 5),
        5: (2, 5, 6, 7),
        8: (3, 7, 11, 12),
        12: (6, 10, 15, 16),
        18: (9, 14, 23, 24),
        27: (15, 20, 34, 35),
        41: (23, 29, 52, 53),
    },
}
"""Tables III-A and III-B: Ac1, Re1, Ac2, Re2 of the plan that matches the single plan with this acceptance number."""


def code_letter(lot_size: int, level: str) -> str:
    """Table I."""
    line = sum(lot_size > largest for largest in _LOTS)
    return _LETTERS[level][line]


def _read(table: str) -> dict[str, list[str]]:
    return {line[0]: line[1:].split() for line in table.split("\n") if line}


_TABLES = {
    "normal": (_SIZES, _read(_NORMAL), None),
    "tightened": (_SIZES, _read(_TIGHTENED), None),
    "reduced": (_REDUCED_SIZES, _read(_REDUCED_AC), _read(_REDUCED_RE)),
}


def single_plan(letter: str, aql: float, inspection: str) -> tuple[str, int, int, int]:
    """Tables II-A to II-C: letter that the arrows lead to, sample size, acceptance and rejection number."""
    sizes, accept, reject = _TABLES[inspection]
    column = column_of(aql)
    letters = list(accept)
    at = letters.index(letter)
    while accept[letters[at]][column] in "v^":
        at += 1 if accept[letters[at]][column] == "v" else -1
    found = letters[at]
    number = int(accept[found][column])
    return found, sizes[found], number, int(reject[found][column]) if reject is not None else number + 1


def double_plan(letter: str, aql: float, inspection: str) -> tuple[str, int, tuple[int, int, int, int]] | None:
    """Tables III-A and III-B: letter, size of a sample, and Ac1, Re1, Ac2, Re2; None where a single plan is to be used."""
    found, _, number, _ = single_plan(letter, aql, inspection)
    if number == 0 or found == "A":
        return None
    sizes = list(_SIZES)
    return found, _SIZES[sizes[sizes.index(found) - 1]], _DOUBLE[inspection][number]


def column_of(aql: float) -> int:
    """Position of a preferred AQL.

    Raises:
        ToolError: it is none; the message names the nearest.
    """
    for index, preferred in enumerate(AQLS):
        if abs(aql - preferred) <= 1e-6 * preferred:
            return index
    nearest = min(AQLS, key=lambda preferred: abs(preferred - aql))
    raise ToolError("aql", aql, "not an AQL of the standard", f"give one in percent, nearest is {nearest:g}")
