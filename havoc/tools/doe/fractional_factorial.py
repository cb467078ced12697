"""Two-level fractional factorial designs, by generators or of minimum aberration."""

import re
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from havoc.tools.doe.confounding import block_generators, block_numbers, confounded_effects
from havoc.tools.doe.design import (
    CenterPoints,
    Design,
    DesignArguments,
    Texts,
    order_conventions,
    require_middle,
    require_two_levels,
    run_table,
    with_centers,
    yates,
)
from havoc.tools.doe.fraction_catalogue import available_runs, minimum_aberration
from havoc.tools.doe.fraction_words import (
    ROMAN,
    Fraction,
    alias_chains,
    clear_interactions,
    defining_words,
    factor_letters,
    from_generators,
    generator_words,
    resolution,
    word_length_pattern,
)
from havoc.tools.errors import BadValueError, ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import DATA

MAX_BASIC = 12
"""Basic factors: up to 4096 runs."""
MAX_BLOCKED = 9
"""Basic factors up to which block generators are searched."""


def _resolution(value: object) -> object:
    if isinstance(value, str):
        text = re.sub(r"(?i)^resolution\s*", "", value.strip()).upper()
        if text in ROMAN[3:]:
            return ROMAN.index(text)
        raise BadValueError("not a resolution", 'give 3, 4, 5, ... or "III", "IV", "V"', value=value)
    return value


Resolution = Annotated[int, Field(ge=3, le=12), BeforeValidator(_resolution), DATA]
"""Resolution, as a number or a Roman numeral."""


class FractionalFactorialDesign(Design):
    """A regular fraction and what it confounds."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "fraction", "resolution", "generators", "word_length_pattern")

    fraction: str
    """As `2^(7-3)`."""
    resolution: int
    """Length of the shortest word of the defining relation."""
    generators: list[str]
    """Added factors in terms of the basic ones, as `E = ABC`; letters stand for the factors in their order."""
    letters: dict[str, str]
    """Letter -> factor."""
    defining_relation: list[str]
    """Words equal to the identity, with sign, shortest first; beyond 255 words those of length 3 and 4 only."""
    word_length_pattern: list[int]
    """Number of words of length 3, 4, ..."""
    aliases: list[str]
    """Main effects and two-factor interactions that share an estimate, as `A + BD + CE`; higher orders neglected."""
    clear_interactions: list[str]
    """Two-factor interactions that share their estimate with no main effect and no other two-factor interaction."""
    clear_interaction_count: int
    block_generators: list[str]
    """Effects that tell the blocks apart."""
    confounded_with_blocks: list[str]
    """Every effect lost to blocks, the generalised ones included; aliased two-factor interactions as `AB + CD`."""


class FractionChoice(DesignArguments):
    """Which fraction: by generators, or the one of minimum aberration by runs or resolution."""

    aliases: ClassVar = {"generator": "generators"}

    generators: Annotated[Texts, Field(min_length=1, max_length=60), DATA] | None = None
    """As `E=ABC`, `E=-ABC` or `I=ABCE`. Letters A, B, C, ... without I stand for the factors in their order."""
    runs: Annotated[int, Field(ge=1, le=2**20), DATA] | None = None
    """Number of factorial runs: 4, 8, 16, 32, 64 or 128."""
    resolution: Resolution | None = None
    """Least resolution; the smallest design that has it is taken."""


class FractionalFactorial(FractionChoice):
    """Without generators, runs and resolution: the smallest fraction of at least resolution IV (3 factors: III)."""

    aliases: ClassVar = FractionChoice.aliases | {"centers": "center_points", "centre_points": "center_points"}

    center_points: CenterPoints = 0
    """Centre runs in each block."""
    blocks: Annotated[int, Field(ge=1, le=64), DATA] = 1
    """Number of blocks of each replicate, a power of 2."""


@operation(
    "fractional_factorial",
    topic="Factorial designs",
    source="Box and Hunter (1961), Technometrics 3, 311-351; Fries and Hunter (1980), Technometrics 22; "
    "Chen, Sun and Wu (1993), Int. Stat. Rev. 61, 131-145",
    examples=(
        {"factors": 5, "generators": ["E=ABCD"]},
        {"factors": 7, "runs": 16},
        {"factors": 6, "resolution": "IV", "center_points": 3},
        {"factors": 7, "generators": ["D=AB", "E=AC", "F=BC", "G=ABC"], "randomize": False},
    ),
)
def fractional_factorial(arguments: FractionalFactorial) -> FractionalFactorialDesign:
    """Which runs does a two-level fraction have, and which effects does it confound?

    The fraction of given generators, or the one of minimum aberration for a number of runs or a resolution. Resolution III
    is for screening, IV keeps main effects clear of two-factor interactions, V keeps those apart too. Where only main
    effects matter and runs are dear, plackett_burman has more sizes; definitive_screening also shows curvature; to free
    effects afterwards use fold_over; for every interaction full_factorial.
    """
    fraction = chosen_fraction(arguments)
    require_two_levels(arguments.factors, "a fractional factorial")
    require_middle(arguments.factors, arguments.center_points)
    letters = factor_letters(arguments.factors)
    chosen = _block_generators(fraction, arguments.blocks)
    blocks = block_numbers(yates(fraction.basic), chosen) if chosen else None
    coded, types, blocks = with_centers(fraction.table(), "factorial", arguments.center_points, blocks)
    table = run_table(arguments.factors, coded, types, arguments, blocks)
    facts = fraction_facts(fraction, letters)
    name = f"2^({len(letters)}-{len(letters) - fraction.basic})"
    return FractionalFactorialDesign(
        **table,
        **facts,
        fraction=name,
        generators=generator_words(fraction, letters),
        letters={letter: factor.name for letter, factor in zip(letters, arguments.factors, strict=True)},
        block_generators=confounded_effects(chosen, fraction.columns, letters),
        confounded_with_blocks=confounded_effects(chosen, fraction.columns, letters, generalised=True),
        method=f"{name} fractional factorial design of resolution {roman(facts['resolution'])}",
        conventions=order_conventions(arguments)
        | {
            "choice": "the generators given" if arguments.generators else "minimum aberration (Fries and Hunter 1980)",
            "aliases": "to order 2; signs are relative to the first effect of a chain",
        },
        warnings=_notices(facts["resolution"]),
        conclusion=f"The {name} fraction has {table['runs']} runs and resolution {facts['resolution']}.",
    )


def chosen_fraction(arguments: FractionChoice) -> Fraction:
    """The fraction that is asked for.

    Raises:
        ToolError: there is none, or the generators make no useful design.
    """
    k = len(arguments.factors)
    letters = factor_letters(arguments.factors)
    if arguments.generators is None:
        return _from_catalogue(arguments, k)
    fraction = from_generators(arguments.generators, letters)
    if fraction.basic > MAX_BASIC:
        raise ToolError(
            "generators", arguments.generators, f"2^{fraction.basic} runs", f"give at least {k - MAX_BASIC} generators"
        )
    found = resolution(fraction.columns, fraction.basic) or 0
    if found < 3:
        raise ToolError("generators", arguments.generators, "two factors always change together", "change a generator")
    if arguments.runs is not None and arguments.runs != 2**fraction.basic:
        raise ToolError("runs", arguments.runs, f"the generators give {2**fraction.basic} runs", "leave runs out")
    if arguments.resolution is not None and found < arguments.resolution:
        raise ToolError("resolution", arguments.resolution, f"the generators give {found}", "leave resolution out")
    return fraction


def fraction_facts(fraction: Fraction, letters: str) -> dict[str, Any]:
    """Resolution, defining relation, word length pattern, aliases and clear interactions, as fields of a result."""
    clear = clear_interactions(fraction, letters)
    return {
        "resolution": resolution(fraction.columns, fraction.basic),
        "defining_relation": defining_words(fraction, letters),
        "word_length_pattern": word_length_pattern(fraction.columns, fraction.basic),
        "aliases": alias_chains(fraction, letters),
        "clear_interactions": clear,
        "clear_interaction_count": len(clear),
    }


def roman(number: int) -> str:
    """A resolution as it is written."""
    return ROMAN[number] if number < len(ROMAN) else str(number)


def _from_catalogue(arguments: FractionChoice, k: int) -> Fraction:
    runs, wanted = arguments.runs, arguments.resolution
    if k < 3:
        raise ToolError("factors", k, "too few factors for a fraction", "use full_factorial")
    possible = available_runs(k)
    if not possible:
        raise ToolError("factors", k, f"no fraction of {k} factors is listed", "give generators, or use plackett_burman")
    if runs is not None and runs not in possible:
        if runs == 2**k:
            raise ToolError("runs", runs, f"that is the full factorial of {k} factors", "use full_factorial")
        known = ", ".join(str(size) for size in possible)
        raise ToolError(
            "runs", runs, f"no fraction of {k} factors has so many runs", f"give {known}, or use plackett_burman"
        )
    default = None if runs is not None else 3 if k == 3 else 4
    found = minimum_aberration(k, runs=runs, resolution=wanted or default)
    if found is None and wanted is None:
        found = minimum_aberration(k, runs=possible[-1])
    if found is None:
        where = f" in {runs} runs" if runs is not None else ""
        best = max(resolution(one.columns, one.basic) or 0 for size in possible if (one := minimum_aberration(k, runs=size)))
        raise ToolError(
            "resolution",
            wanted,
            f"no fraction of {k} factors{where} has it",
            f"the best of {possible[-1]} runs has {best}; ask for less, or use full_factorial or optimal_design",
        )
    return found


def _block_generators(fraction: Fraction, blocks: int) -> list[int]:
    if blocks == 1:
        return []
    if blocks & (blocks - 1):
        raise ToolError("blocks", blocks, "not a power of 2", "give 2, 4, 8, ...")
    if fraction.basic > MAX_BLOCKED or blocks > 2 ** (fraction.basic - 1):
        raise ToolError("blocks", blocks, f"not possible with {2**fraction.basic} runs", "give fewer blocks or fewer runs")
    return block_generators(fraction.columns, fraction.basic, blocks.bit_length() - 1)


def _notices(found: int) -> list[Notice]:
    if found == 3:
        text = "Resolution III: main effects are aliased with two-factor interactions; plan a fold-over."
    elif found == 4:
        text = "Resolution IV: two-factor interactions are aliased with each other."
    else:
        return []
    return [Notice(code="aliased_effects", message=text)]
