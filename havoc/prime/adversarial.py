"""Advocate, attack and pragmatist: what speaks for an answer, what against it, and what follows from both."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from havoc.prime.points import Point
from havoc.tokens import StepKind

MAX_POINTS = 4
"""Points that one side brings forward."""


@dataclass(frozen=True)
class Argument:
    """What one side says."""

    kind: StepKind
    points: tuple[Point, ...]

    @property
    def text(self) -> str:
        """The points as sentences."""
        return " ".join(point.text for point in self.points)


class Advocate:
    """Argues for the answer."""

    kind: ClassVar = StepKind.ADVOCATE

    def argue(self, points: Sequence[Point]) -> Argument:
        """The weightiest points for it; that there is none is said."""
        chosen = tuple(point for point in points if point.side == "for")[:MAX_POINTS]
        nothing = Point("for", "nothing", "No check speaks for this result beyond the calculation itself.", 1, "")
        return Argument(self.kind, chosen or (nothing,))


class HavocAttack:
    """Looks for what is wrong with the answer."""

    kind: ClassVar = StepKind.ATTACK

    def argue(self, points: Sequence[Point]) -> Argument:
        """The weightiest points against it; that there is none is said."""
        chosen = tuple(point for point in points if point.side == "against")[:MAX_POINTS]
        nothing = Point("against", "nothing", "No check found a fault with this result.", 1, "")
        return Argument(self.kind, chosen or (nothing,))


@dataclass(frozen=True)
class Synthesis:
    """What follows from both sides."""

    support: float
    """Weight of the checks that speak for the answer, as a share of all; 0.5 where there were none."""
    verdict: str
    """One of `use`, `use_with_care`, `confirm_first`."""
    cautions: tuple[Point, ...]
    """What a reader must know, weightiest first."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


class AdversarialSynthesizer:
    """Weighs the two sides by their checks."""

    def combine(self, advocate: Argument, attack: Argument) -> Synthesis:
        """Support is the weight for, over all weight; a point of weight 3 against asks for confirmation whatever it is."""
        in_favour = sum(point.weight for point in advocate.points if point.code != "nothing")
        against = tuple(point for point in attack.points if point.code != "nothing")
        total = in_favour + sum(point.weight for point in against)
        heaviest = max((point.weight for point in against), default=0)
        verdict = "confirm_first" if heaviest == 3 else "use_with_care" if heaviest == 2 else "use"
        return Synthesis(in_favour / total if total else 0.5, verdict, against)


class Pragmatist:
    """Says what to do."""

    kind: ClassVar = StepKind.PRAGMATIST

    def argue(self, synthesis: Synthesis) -> Argument:
        """The verdict and the remedies of the weightiest cautions."""
        opening = {
            "use": "The result can be used as it stands.",
            "use_with_care": "The result can be used, with the reservations named.",
            "confirm_first": "The result should be confirmed before anything is decided by it.",
        }[synthesis.verdict]
        points = [Point("for", synthesis.verdict, opening, 2, "")]
        remedies = dict.fromkeys(point.remedy for point in synthesis.cautions if point.remedy)
        for remedy in list(remedies)[: MAX_POINTS - 1]:
            points.append(Point("for", "remedy", f"{remedy[0].upper()}{remedy[1:]}.", 1, ""))
        return Argument(self.kind, tuple(points))
