"""Small numbers in words: `seven`, `seventh`, `twenty-one`."""

import re

_ONES = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINAL_ONES = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
]  # fmt: skip
_ORDINAL_TENS = ["twentieth", "thirtieth", "fortieth", "fiftieth"]


def _all(ones: list[str], tens: list[str]) -> dict[str, int]:
    words = {word: value for value, word in enumerate(ones, start=1)}
    words |= {word: 10 * value for value, word in enumerate(tens, start=2)}
    for value, ten in enumerate(_TENS, start=2):
        words |= {f"{ten}-{one}": 10 * value + place for place, one in enumerate(ones[:9], start=1)}
    return words


CARDINALS: dict[str, int] = _all(_ONES, _TENS)
"""`one` to `ninety-nine`."""
ORDINALS: dict[str, int] = _all(_ORDINAL_ONES, _ORDINAL_TENS)
"""`first` to `ninety-ninth`, without the tens from `sixtieth` on."""
CARDINAL = "|".join(sorted(CARDINALS, key=len, reverse=True)).replace("-", r"[\s-]")
ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True)).replace("-", r"[\s-]")
"""As parts of patterns, the longest first."""


def spoken(word: str) -> int:
    """The value of a number in words or in digits, ordinals included. KeyError where it is none."""
    digits = re.match(r"\d{1,9}(?=$|st$|nd$|rd$|th$)", word.strip().lower())
    if digits:
        return int(digits[0])
    plain = re.sub(r"\s+", "-", word.strip().lower())
    return CARDINALS[plain] if plain in CARDINALS else ORDINALS[plain]
