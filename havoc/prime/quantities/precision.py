"""How exactly a number is shown, and whether a number that somebody wrote is a known one, rounded."""

import math
import re
from decimal import Decimal
from functools import lru_cache

from havoc.prime.numerals import Numeral
from havoc.prime.workspace import Fact

DIGITS = 4
"""Significant digits of a statistic, where nothing asks for more."""
MAX_DIGITS = 15
"""Decimal digits that every double holds."""
SMALLEST_P = 0.0001
"""Below it a p value is shown as a bound: four decimals have no more to say."""
MOST_FORMS = 8
_WHOLE_ERROR = 0.05
"""Share by which a number rounded to a whole one may be off: 3 for 2.94 is rounding, 2 for 1.58 is another number."""
_ABOUT = {0: 0.05, 1: 0.05, 2: 0.05, 3: 0.005}
"""Digits that say something -> the share by which a number called `about` may be off; with more it is a rounded one."""
_P_NAME = re.compile(r"(?:^|_)p(?:_value)?(?:$|_)")
_NO_P_NAME = re.compile(r"p_error|value_error|^p_chart")
_MANTISSA = re.compile(r"\d[\d.,\u00a0\u202f]*|\.\d+")


def is_p_value(name: str) -> bool:
    """Whether a field is a p value by its name: `p_value`, `p_interaction`, `lack_of_fit_p_value`."""
    return _P_NAME.search(name) is not None and _NO_P_NAME.search(name) is None


def shown(value: float, name: str = "", decimals: int = 0) -> str:
    """`value` as an answer writes it.

    Args:
        value: a finite number.
        name: the field that it comes from. A p value has four decimals, or is `< 0.0001`.
        decimals: at least so many, where the double has them: data in thousandths have means that say more than 74.01.

    Returns:
        A numeral, with `< ` before it only for a tiny p value. Whole numbers are whole, others have four significant digits
        or more, and an exponent where the number is below 0.0001 or has more than 7 digits.
    """
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    if is_p_value(name) and 0 <= value <= 1:
        return f"< {SMALLEST_P}" if value < SMALLEST_P else f"{value:.4f}"
    size = math.floor(math.log10(abs(value)))
    if not -5 < size < 7:
        return f"{value:.{DIGITS}g}"
    places = min(max(DIGITS - 1 - size, decimals, 0), MAX_DIGITS - 1 - size)
    fixed = f"{value:.{places}f}"
    return fixed.rstrip("0").rstrip(".") if "." in fixed else fixed


def supports(value: float, numeral: Numeral) -> bool:
    """Whether `value`, rounded as the numeral is written, gives it.

    A percentage is given by its share and by its percentage alike: `6.2%` by 0.0619 and by 6.19.
    """
    if numeral.percent:
        return _rounds_to(value, numeral.value, numeral) or _rounds_to(value / 100, numeral.value, numeral)
    if numeral.value == 0 and value != 0 and numeral.decimals < 2:
        return abs(value) < 1e-9  # noise of the arithmetic, not a small number
    if _is_plain_whole(numeral) and abs(value - numeral.value) > _WHOLE_ERROR * abs(value):
        return False
    return _rounds_to(value, numeral.value, numeral)


def is_near(value: float, numeral: Numeral) -> bool:
    """Whether the numeral is `value` as far as `about` says: `about 1,200` within 5%, `about 1,234` when rounded."""
    share = _ABOUT.get(len(re.sub(r"\D", "", numeral.text.split("e")[0]).strip("0")), 0.0)
    scales = (1.0, 0.01) if numeral.percent else (1.0,)
    return any(abs(value * scale - numeral.value) <= share * abs(value * scale) for scale in scales)


def show_forms(fact: Fact) -> list[str]:
    """The texts under which an answer may write this fact, the usual one first; none for truth values and texts."""
    value = fact.value
    if isinstance(value, (bool, str)) or not math.isfinite(value):
        return []
    if float(value).is_integer() and abs(value) < 1e15:
        return list(dict.fromkeys([str(int(value)), *([f"{value:,.0f}"] if abs(value) >= 10_000 else [])]))
    forms = [shown(value, fact.name).removeprefix("< ")] if not _is_tiny_p(fact) else []
    forms += [_plain(value, digits) for digits in (4, 3, 2, 5, 6)]
    if 0.001 <= abs(value) < 1 and not is_p_value(fact.name):
        forms += [f"{_plain(value * 100, digits)}%" for digits in (3, 4)]
    if fact.name.startswith("percent") or "_percent" in fact.name:
        forms += [f"{_plain(value, digits)}%" for digits in (4, 3)]
    if abs(value) >= 20:
        forms.append(f"{value:.0f}")
    return list(dict.fromkeys(forms))[:MOST_FORMS]


def _is_tiny_p(fact: Fact) -> bool:
    return is_p_value(fact.name) and isinstance(fact.value, float) and 0 <= fact.value < SMALLEST_P


def _plain(value: float, digits: int) -> str:
    """`value` to significant digits, without an exponent where it can be read without."""
    size = math.floor(math.log10(abs(value))) if value else 0
    if not -5 < size < 7:
        return f"{value:.{digits}g}"
    return f"{value:.{max(0, digits - 1 - size)}f}"


def _rounds_to(value: float, written: float, numeral: Numeral) -> bool:
    # Both ways of rounding a half are right; the last bits of the double are not the writer's.
    slack = 4 * math.ulp(max(abs(value), abs(written)))
    return abs(value - written) <= quantum(numeral) / 2 * (1 + 1e-9) + slack


def _is_plain_whole(numeral: Numeral) -> bool:
    return numeral.decimals == 0 and quantum(numeral) == 1


@lru_cache(maxsize=4096)
def quantum(numeral: Numeral) -> float:
    """The unit of its last digit: 0.01 for `1.25`, 0.0001 for `1.25%`, 1e-7 for `1.25e-5`, 1 for `1,200`."""
    match = _MANTISSA.search(numeral.text)
    mantissa = re.sub(r"[^\d.]", "", match[0].replace(",", "" if numeral.decimals == 0 else ".")) if match else ""
    whole, _, fraction = mantissa.rpartition(".") if numeral.decimals else (mantissa, "", "")
    digits = Decimal(f"{whole.replace('.', '') or 0}.{fraction or 0}")
    value = abs(numeral.value) * (100 if numeral.percent else 1)
    exponent = round(math.log10(value / float(digits))) if digits and value else 0
    return float(10.0 ** (exponent - numeral.decimals)) / (100 if numeral.percent else 1)
