"""One worked problem, and the small vocabulary that its texts are made of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from numpy.random import Generator

from jobs.seed.outcome import SIGNIFICANT_DIGITS, Json

ItemT = TypeVar("ItemT")

USUAL_ALPHA = 0.05


@dataclass(frozen=True)
class ToolCall:
    """A call of a tool, and what the tool answered."""

    tool: str
    args: Json
    output: Json

    def __getitem__(self, name: str) -> Any:
        """The number called `name` in the result."""
        return self.output["result"][name]


@dataclass(frozen=True)
class Problem:
    """A question with its data, the call that settles it, and the texts that follow from the numbers."""

    prompt: str
    plan: tuple[str, ...]
    """What is to be done, one line each; numerals only from the prompt."""
    call: ToolCall
    reading: str
    """What the result means, before it is put into an answer."""
    answer: str
    advocate: str
    attack: str
    pragmatist: str


@dataclass(frozen=True)
class Operation:
    """A kind of problem: how one is drawn, and how people ask for it without giving what it needs."""

    draw: Callable[[Generator], Problem]
    vague: str
    missing: str
    measured: bool = True
    """Whether it judges measurements; False for plans."""


@dataclass(frozen=True)
class Quantity:
    """Something that is measured on a shop floor."""

    name: str
    unit: str
    center: float
    sigma: float
    decimals: int

    def draw(self, rng: Generator, n: int, shift: float = 0.0) -> list[float]:
        """n readings, `shift` standard deviations above the center, rounded as an instrument shows them."""
        return rounded(rng.normal(self.center + shift * self.sigma, self.sigma, n), self.decimals)


QUANTITIES = (
    Quantity("shaft diameter", "mm", 25.0, 0.02, 3),
    Quantity("bore diameter", "mm", 40.05, 0.015, 3),
    Quantity("fill weight", "g", 502.0, 1.6, 1),
    Quantity("pull-off force", "kN", 12.4, 0.35, 2),
    Quantity("bath temperature", "°C", 185.0, 1.9, 1),
    Quantity("line pressure", "bar", 6.2, 0.14, 2),
    Quantity("coating thickness", "µm", 42.0, 1.7, 1),
    Quantity("viscosity", "mPa·s", 350.0, 8.5, 0),
    Quantity("cycle time", "s", 31.5, 0.7, 1),
    Quantity("hardness", "HRC", 58.0, 0.9, 1),
    Quantity("leak rate", "ml/min", 3.4, 0.3, 2),
    Quantity("tensile strength", "MPa", 412.0, 6.5, 0),
)


def call(tool: str, operation: Callable[..., Json], **args: Any) -> ToolCall:
    """Compute `operation` on `args`; its name is the function's."""
    return ToolCall(tool, {"operation": operation.__name__, **args}, operation(**args))


def pick(rng: Generator, options: Sequence[ItemT]) -> ItemT:
    """One of `options`."""
    return options[int(rng.integers(len(options)))]


def rounded(values: Iterable[float], decimals: int) -> list[float]:
    """`values` at `decimals` places; whole numbers where there are none."""
    return [round(float(value), decimals) if decimals else round(float(value)) for value in values]


def listed(values: Sequence[float]) -> str:
    """`values` as people paste them."""
    return ", ".join(str(value) for value in values)


def show(value: float, digits: int = 4) -> str:
    """`value` with so many significant digits; a float never looks like a whole number."""
    if isinstance(value, int):
        return str(value)
    if abs(value) >= 1000:
        return f"{value:.1f}"
    short = f"{value:.{digits}g}"
    if float(short) != value:
        return f"{value:#.{digits}g}"
    return short if "." in short or "e" in short else f"{short}.0"


def position(value: float) -> str:
    """A position on the scale of the data, with all six digits of the result: 25.0125 mm is not 25.01 mm."""
    return show(value, SIGNIFICANT_DIGITS)


def interval(bounds: Sequence[float], shown: Callable[[float], str] = show) -> str:
    """`bounds` as [low, high]."""
    return f"[{shown(bounds[0])}, {shown(bounds[1])}]"


def degrees(df: float) -> str:
    """Degrees of freedom: whole where they are whole, never rounded to that."""
    return f"{df:.0f}" if df == int(df) else show(df)


def p_value(p: float) -> str:
    """p with four decimals, or three significant digits where it is small."""
    return f"{p:.4f}" if p >= 0.001 else f"{p:.2e}"


def percent(level: float) -> str:
    """0.95 as 95%."""
    return f"{100 * level:.4g}%"


def compared(p: float, alpha: float) -> str:
    """p against alpha in words."""
    return f"p = {p_value(p)} is {'below' if p < alpha else 'not below'} alpha = {alpha}"


def is_close(p: float, alpha: float) -> bool:
    """Whether a few more values could turn the verdict: p within a factor of two of alpha."""
    return alpha / 2 < p < alpha * 2


def draw_alpha(rng: Generator) -> tuple[float, str]:
    """A significance level and the words that ask for it; the usual level is not always said."""
    alpha = pick(rng, (USUAL_ALPHA, USUAL_ALPHA, USUAL_ALPHA, 0.01, 0.1))
    said = alpha != USUAL_ALPHA or rng.random() < 0.4
    return alpha, pick(rng, (f" Use alpha = {alpha}.", f" Test at alpha = {alpha}.")) if said else ""
