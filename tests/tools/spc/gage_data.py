"""Published gage studies that several tests use."""

# AIAG, Measurement Systems Analysis, 4th ed., gage R&R study: 10 parts, appraisers A, B, C, three trials (a row a trial).
_AIAG = """
0.29 -0.56 1.34 0.47 -0.80 0.02 0.59 -0.31 2.26 -1.36
0.41 -0.68 1.17 0.50 -0.92 -0.11 0.75 -0.20 1.99 -1.25
0.64 -0.58 1.27 0.64 -0.84 -0.21 0.66 -0.17 2.01 -1.31
0.08 -0.47 1.19 0.01 -0.56 -0.20 0.47 -0.63 1.80 -1.68
0.25 -1.22 0.94 1.03 -1.20 0.22 0.55 0.08 2.12 -1.62
0.07 -0.68 1.34 0.20 -1.28 0.06 0.83 -0.34 2.19 -1.50
0.04 -1.38 0.88 0.14 -1.46 -0.29 0.02 -0.46 1.77 -1.49
-0.11 -1.13 1.09 0.20 -1.07 -0.67 0.01 -0.56 1.45 -1.77
-0.15 -0.96 0.67 0.11 -1.45 -0.49 0.21 -0.49 1.87 -2.16
"""
# Houf and Berman (1988), thermal impedance; Montgomery, Introduction to Statistical Quality Control, chapter 8:
# 10 parts, three inspectors, three tests each (a row a part).
_IMPEDANCE = """
37 38 37 41 41 40 41 42 41
42 41 43 42 42 42 43 42 43
30 31 31 31 31 31 29 30 28
42 43 42 43 43 43 42 42 42
28 30 29 29 30 29 31 29 29
42 42 43 45 45 45 44 46 45
25 26 27 28 28 30 29 27 27
40 40 40 43 42 42 43 43 41
25 25 25 27 29 28 26 26 26
35 34 34 35 35 34 35 34 35
"""


def _study(text: str, *, row_is_part: bool) -> dict[str, list]:
    parts, operators, values = [], [], []
    for row, line in enumerate(text.split("\n")[1:-1]):
        for column, entry in enumerate(line.split()):
            part, operator = (row, column // 3) if row_is_part else (column, row // 3)
            parts.append(str(part + 1))
            operators.append("ABC"[operator])
            values.append(float(entry))
    return {"parts": parts, "operators": operators, "measurements": values}


AIAG = _study(_AIAG, row_is_part=False)
IMPEDANCE = _study(_IMPEDANCE, row_is_part=True)
