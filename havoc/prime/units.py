"""Units behind numbers, kept as text."""

import re

_MEASURES = (
    "mm cm dm m km µm μm um nm in ft mil mils g kg mg µg μg ug lb lbs oz t kN mN N Nm N·m J kJ MJ W kW MW V mV kV A mA µA "
    "Ω mΩ kΩ MΩ ohm ohms Hz kHz MHz GHz °C °F K ℃ ℉ C F bar mbar Pa kPa MPa GPa hPa psi ksi atm Torr torr rpm RPM s ms µs "
    "us ns min h hr hrs d L l mL ml µL dL cL gal m² m³ cm² cm³ mm² mm³ mm2 mm3 cm2 cm3 m2 m3 mol mmol µmol M mM dB lx lm "
    "cd ppm ppb cP mPa·s Pa·s HRC HRB HV HB µin kWh deg ° sec secs mins wt% vol% °"
)
"""Symbols, with their case: `mm` is a length and `MM` is none."""
_WORDS = (
    "seconds second minutes minute hours hour days day weeks week months month years year degrees degree microns micron "
    "inches inch feet volts volt amps ampere amperes watts watt pounds pound grams gram kilograms kilogram litres litre "
    "liters liter parts units items pieces pcs pc cycles newtons newton newton-metres millimetres millimeters mm metres "
    "meters tons tonnes percent shifts deliveries kilometres kilometers miles"
)
_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(set(_MEASURES.split()), key=lambda one: (-len(one), one)))
_WORD = "|".join(sorted(set(_WORDS.split()), key=lambda one: (-len(one), one)))
_ONE = rf"(?:{_SYMBOL}|(?i:{_WORD}))"
_UNIT = re.compile(
    rf"[ \u00a0\u202f]?(?P<unit>{_ONE}(?:\^-?\d|[²³])?(?:(?:/|·| per )(?:{_ONE})(?:\^-?\d|[²³])?)?)(?![\w²³])"
)
_LONE_LETTERS = frozenset("ACFKMNVWdhltLmsgJ")
"""Units of one letter are names elsewhere: `12 A` may begin the next group, so a word may not follow them."""
_COUNTED = frozenset({"parts", "units", "items", "pieces", "pcs", "pc", "cycles", "shifts", "deliveries"})


def unit_at(text: str, place: int) -> tuple[str, int]:
    """The unit that begins at `place`, after at most one space, and the place behind it; ("", place) where there is none."""
    match = _UNIT.match(text, place)
    if match is None:
        return "", place
    unit = match["unit"]
    if len(unit) == 1 and unit in _LONE_LETTERS and _names_something(text, match.start("unit"), match.end()):
        return "", place
    if unit == "in" and re.match(r"\s+(?:[A-Za-z]{2,}|\d)", text[match.end() : match.end() + 20]):
        return "", place
    return unit, match.end()


def _names_something(text: str, start: int, end: int) -> bool:
    """Whether one letter behind a number is a name: a colon or numbers follow it."""
    return re.match(r"\s*(?:[:=(\[]|-?\d)", text[end : end + 8]) is not None and text[start - 1 : start].isspace()


def is_counted(unit: str) -> bool:
    """Whether `unit` names things that were counted: no unit of measurement, but it says what a number counts."""
    return unit.lower() in _COUNTED
