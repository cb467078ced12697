"""Problems that plan experiments: Box-Behnken, two-level factorial and central composite designs."""

from numpy.random import Generator

from jobs.seed import designs
from jobs.seed.designs import Factors
from jobs.seed.problem import Operation, Problem, ToolCall, call, pick, show

DSL = "dsl_executor"
FACTORS = (  # name, unit, usual low, usual high
    ("temperature", "°C", 100, 200),
    ("pressure", "bar", 10, 50),
    ("speed", "RPM", 50, 150),
    ("time", "min", 5, 30),
    ("force", "kN", 2, 9),
    ("concentration", "g/l", 20, 80),
    ("feed", "mm/min", 100, 400),
)
RANDOMISE = "Run it in random order; the list is in standard order."


def box_behnken(prompt: str, factors: Factors) -> Problem:
    """A request for a Box-Behnken design."""
    design = call(DSL, designs.box_behnken, factors=factors)
    runs, full = design["runs"], design["full_factorial_runs"]
    return _planned(
        prompt,
        factors,
        design,
        "Box-Behnken",
        result=f"{runs} runs: {design['non_centre_runs']} on the edges and {design['centre_runs']} centre points",
        conclusion=f"the design fits the {design['quadratic_model_terms']} coefficients of a quadratic model",
        advocate=f"It needs {runs} runs where all combinations of three levels would take {full}.",
        attack="It has no corner points: the response where all factors are extreme is extrapolated.",
        pragmatist="Take it once the important factors are known. To screen many, use Plackett-Burman or a fraction; "
        "if the corners matter, a central composite design.",
    )


def _draw_box_behnken(rng: Generator) -> Problem:
    factors, text = _draw_factors(rng, 3 if rng.random() < 0.7 else 4)
    prompt = pick(
        rng,
        (
            f"Design a Box-Behnken DOE for {text}.",
            f"I want to optimise {text}. Plan a Box-Behnken experiment.",
            f"Box-Behnken for {text}?",
        ),
    )
    return box_behnken(prompt, factors)


def _draw_full_factorial(rng: Generator) -> Problem:
    factors, text = _draw_factors(rng, int(rng.integers(2, 5)))
    prompt = pick(
        rng,
        (f"Plan a two-level full factorial for {text}.", f"Which factor matters? Full factorial at two levels: {text}."),
    )
    design = call(DSL, designs.full_factorial, factors=factors)
    runs, effects, pairs = design["runs"], design["main_effects"], design["two_factor_interactions"]
    return _planned(
        prompt,
        factors,
        design,
        "two-level full factorial",
        result=f"{runs} runs, all corners",
        conclusion=f"all {effects} main effects and {_counted(pairs, 'two-factor interaction')} "
        "can be estimated clear of each other",
        advocate=f"Each of the {runs} runs serves every effect, "
        "so each effect is known as well as if it were studied alone.",
        attack="Without centre points a curvature stays unseen, "
        "and without replicates there is no estimate of the pure error.",
        pragmatist="Add a few centre points if a quadratic response is possible.",
    )


def _draw_central_composite(rng: Generator) -> Problem:
    factors, text = _draw_factors(rng, int(rng.integers(2, 4)))
    prompt = pick(
        rng,
        (
            f"Set up a central composite design for {text}.",
            f"Response surface for {text}: give me a rotatable central composite design.",
        ),
    )
    design = call(DSL, designs.central_composite, factors=factors)
    runs, distance = design["runs"], show(design["axial_distance"])
    return _planned(
        prompt,
        factors,
        design,
        "central composite",
        result=f"{runs} runs: {design['factorial_runs']} corners, {design['axial_runs']} axial points at {distance} (coded) "
        f"and {design['centre_runs']} centre points",
        conclusion="the design is rotatable and fits the "
        f"{design['quadratic_model_terms']} coefficients of a quadratic model",
        advocate="The corners can be run first, and the axial points added only if there is curvature.",
        attack=f"Axial points at {distance} lie outside the stated ranges; they may be impossible or unsafe to run.",
        pragmatist="Check the axial settings with the process owner. If they cannot be run, take a faced design.",
    )


def _planned(
    prompt: str,
    factors: Factors,
    design: ToolCall,
    name: str,
    *,
    result: str,
    conclusion: str,
    advocate: str,
    attack: str,
    pragmatist: str,
) -> Problem:
    """What all designs have in common."""
    first = "; ".join(", ".join(show(value) for value in row) for row in design["first_rows"][:2])
    named = () if isinstance(factors, int) else [str(factor["name"]) for factor in factors]
    units = f"natural units, {', '.join(named)}" if named else "coded units"
    return Problem(
        prompt=prompt,
        plan=(
            f"Plan a {name} design.",
            "Identify the factors and their ranges.",
            "Generate the runs.",
            "Say what it can and cannot fit.",
        ),
        call=design,
        reading=f"The tool gives {result}.",
        answer=f"Result: {result}. First runs ({units}): {first}.\nConclusion: {conclusion}. {RANDOMISE}",
        advocate=advocate,
        attack=attack,
        pragmatist=pragmatist,
    )


def _draw_factors(rng: Generator, count: int) -> tuple[Factors, str]:
    """A number of factors, or factors with ranges around the usual ones; and the words for them."""
    if rng.random() < 0.15:
        return count, f"{count} factors in coded units"
    chosen = sorted(rng.choice(len(FACTORS), count, replace=False))
    factors, words = [], []
    for index in chosen:
        name, unit, low, high = FACTORS[index]
        span = high - low
        low += int(rng.integers(0, 5)) * max(1, span // 10)
        high = low + span + int(rng.integers(0, 4)) * max(1, span // 10)
        factors.append({"name": name, "low": low, "high": high})
        words.append(f"{name} ({low}-{high} {unit})")
    return factors, ", ".join(words[:-1]) + f" and {words[-1]}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def specified_designs() -> list[Problem]:
    """The requests of the specification: 3 factors in coded units, and its third example; each has 15 runs."""
    ranges = [
        {"name": "temperature", "low": 100, "high": 200},
        {"name": "pressure", "low": 10, "high": 50},
        {"name": "speed", "low": 50, "high": 150},
    ]
    example = "Design a Box-Behnken DOE for temperature (100-200°C), pressure (10-50 bar), and speed (50-150 RPM)"
    return [
        box_behnken("Design a Box-Behnken DOE for 3 factors", 3),
        box_behnken("Design a 3-factor Box-Behnken DOE", 3),
        box_behnken(example, ranges),
    ]


EXPERIMENTS = (
    Operation(
        _draw_box_behnken,
        "Optimise my process.",
        "the factors with their ranges, and the response you want to improve",
        measured=False,
    ),
    Operation(
        _draw_full_factorial,
        "Find out what drives our scrap.",
        "the factors you suspect, with a low and a high setting each",
        measured=False,
    ),
    Operation(_draw_central_composite, "I need a response surface.", "the factors with their ranges", measured=False),
)
