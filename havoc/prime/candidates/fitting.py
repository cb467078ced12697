"""How well the evidence of a question fits an operation's arguments, and which values they would take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from havoc.prime.candidate import Option
from havoc.prime.candidates.arguments import LISTS, NUMBERS, Argument
from havoc.prime.candidates.chart_levels import fill_chart_levels
from havoc.prime.candidates.chart_points import fill_chart_points
from havoc.prime.candidates.design_filling import factors_of_runs, fill_factors, fill_names
from havoc.prime.candidates.distribution_filling import COUNTED, OTHERS, parameters_of, settle
from havoc.prime.candidates.exceptions import INSTEAD, LEFT_OVER, ONE_OF, ONE_WAY, SOLVED_FOR, TOGETHER
from havoc.prime.candidates.expression_filling import fill_expressions
from havoc.prime.candidates.level_names import fill_level_names
from havoc.prime.candidates.list_filling import fill_columns, fill_groups, fill_lists, fill_rows
from havoc.prime.candidates.mathematical_settings import fill_mathematical_settings
from havoc.prime.candidates.named_values import fill_named_values
from havoc.prime.candidates.number_filling import fill_numbers
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.phrases import says
from havoc.prime.candidates.reference_rows import fill_reference
from havoc.prime.candidates.run_filling import POINTS, fill_models, fill_points, fill_repeats
from havoc.prime.candidates.sampling_plans import fill_sampling_plans
from havoc.prime.candidates.seen import SeenNumber, seen_numbers
from havoc.prime.candidates.settings import fill_settings
from havoc.prime.candidates.stacked_subgroups import fill_stacked
from havoc.prime.candidates.summary_tables import fill_summaries
from havoc.prime.candidates.taken import Options, option
from havoc.prime.candidates.words import split
from havoc.prime.evidence import Evidence

WEIGHTS = {"values": 1.0, "labels": 0.6, "range": 0.7, "expression": 0.9, "number": 0.5}
"""How much speaks against an operation that leaves an item of this kind alone."""
SURE_ROWS = 0.7
"""Score from which lists are taken for subgroups rather than for one of them."""
STRAY = 0.12
"""The same for a number without a role: it may mean nothing."""


@dataclass(frozen=True)
class Fitting:
    """An operation's arguments as the evidence fills them."""

    options: dict[str, Options]
    missing: tuple[str, ...]
    used: frozenset[str]
    """Evidence that is taken, or that only counts the rows of a table."""
    quality: float
    """From 0 to 1: how well the values fit that are taken, on average."""
    waste: float
    """From 0: how much of the evidence is left alone, by weight."""


class Fitter:
    """Fits one question's evidence to operations."""

    def __init__(self, offers: Offers, prose: str) -> None:
        self.offers, self.prose = offers, prose

    @cached_property
    def _weights(self) -> dict[str, float]:
        beside = bool(self.offers.lists)
        return {item.id: _weight(item, beside) for item in self.offers.evidence.items}

    @cached_property
    def _weight(self) -> float:
        return sum(self._weights.values())

    @cached_property
    def _seen(self) -> tuple[SeenNumber, ...]:
        return seen_numbers(self.offers.evidence)

    @cached_property
    def _groups(self) -> Options:
        return fill_groups(self.offers)

    def fit(self, operation: str, arguments: Sequence[Argument]) -> Fitting:
        """The arguments' options, what is missing and what is left over."""
        parametric = {"distribution", "probability"} <= {argument.name for argument in arguments}
        certain: frozenset[str] = frozenset()
        if parametric:
            arguments, certain = self._of_distribution(operation, arguments)
        options = self._lists(operation, arguments)
        options |= fill_summaries(arguments, self.offers)
        options |= fill_expressions(arguments, self.offers)
        formula = next((options[name][0].value for name in ("expression", "equations") if name in options), None)
        if formula is not None:
            options |= fill_mathematical_settings(operation, arguments, str(formula), self.offers.evidence)
        options |= self._designs(arguments, options)
        options |= fill_points(arguments, options, self.offers)
        options |= fill_chart_points(arguments, options, self.offers)
        options |= fill_reference(arguments, options, self.offers)
        options |= fill_stacked(arguments, options, self.offers)
        options |= fill_named_values(arguments, options, self.offers)
        options |= fill_sampling_plans(operation, arguments, options, self.offers)
        options |= fill_chart_levels(operation, arguments, options, self.offers)
        options |= self._numbers(operation, arguments, options, certain)
        asked = [argument for argument in arguments if argument.name not in options or not argument.data]
        used = {source for one in options.values() for source in one[0].sources}
        for name, setting in fill_settings(asked, self.offers.evidence, self.prose, operation).items():
            if not used.intersection(setting.sources):
                options.setdefault(name, (setting,))
        options = settle(options) if parametric else options
        options |= fill_models(arguments, options)
        options = self._one_way(operation, {argument.name for argument in arguments}, options)
        order = [argument.name for argument in arguments if argument.name in options]
        options = {name: options[name] for name in order} | self._unit(options)
        return self._judged(operation, arguments, _without_unknown(operation, options))

    def _of_distribution(self, operation: str, arguments: Sequence[Argument]) -> tuple[Sequence[Argument], frozenset[str]]:
        """The arguments without the parameters of distributions that the question does not mean, and those among them that
        take a number without any sign."""
        by_name = {argument.name: argument for argument in arguments}
        found = fill_settings([by_name["distribution"]], self.offers.evidence, self.prose, operation)
        roles = {item.role for item in self.offers.numbers}
        name = str(found["distribution"].value) if found else None
        kept = parameters_of(name, roles)
        # Of a normal one nothing may be given, if it is the standard one.
        certain = COUNTED if name in (None, "normal") else COUNTED | frozenset(kept) - {"threshold"}
        return [argument for argument in arguments if argument.name in kept or argument.name not in OTHERS], certain

    def _lists(self, operation: str, arguments: Sequence[Argument]) -> dict[str, Options]:
        offers, options = self.offers, dict[str, Options]()
        if not (offers.lists or offers.blocks or offers.tally or offers.amounts):
            return options
        options |= fill_lists([one for one in arguments if one.kind in LISTS], offers, self.prose, operation)
        sizes = [item.numbers[0] for item in offers.evidence.of_role("subgroup_size")]
        options |= fill_rows(arguments, offers, int(sizes[0]) if sizes else None)
        options |= fill_repeats(arguments, offers)
        options |= fill_level_names(arguments, options, offers)
        taken = frozenset(source for one in options.values() for source in one[0].sources)
        lengths = {len(options[one.name][0].value) for one in arguments if one.kind in LISTS and one.name in options}
        for argument in arguments:
            if argument.kind == "groups":
                if self._groups:
                    options[argument.name] = self._groups
            elif argument.kind == "columns" and argument.required and argument.name not in (*options, *POINTS):
                columns = fill_columns(argument, offers, taken, min(lengths) if len(lengths) == 1 else None)
                if columns:
                    options[argument.name] = columns
        return options

    def _designs(self, arguments: Sequence[Argument], options: Mapping[str, Options]) -> dict[str, Options]:
        filled: dict[str, Options] = {}
        names = {argument.name for argument in arguments}
        for argument in arguments:
            found: Options = ()
            if argument.kind == "factors" and "data" in names:
                data = options.get("data")
                if data:
                    found = (
                        option(
                            factors_of_runs(data[0].value, self.offers), data[0].sources, 0.85, "as its columns have them"
                        ),
                    )
            elif argument.kind == "factors":
                found = fill_factors(argument, self.offers)
            elif argument.kind == "names":
                found = fill_names(argument, self.offers)
            if found:
                filled[argument.name] = found
        return filled

    def _numbers(
        self, operation: str, arguments: Sequence[Argument], options: Mapping[str, Options], certain: frozenset[str]
    ) -> dict[str, Options]:
        single = [
            argument
            for argument in arguments
            if (argument.kind in NUMBERS or (argument.kind in LISTS and (argument.numeric or argument.name in _ONE_OR_MANY)))
            and argument.name not in options
            and argument.name != "alpha"
        ]
        wanted = {argument.name for argument in single if argument.name in certain}
        wanted |= {argument.name for argument in single if argument.required or f"{operation}.{argument.name}" in LEFT_OVER}
        for sets in ONE_OF.get(operation, ()):
            wanted |= set(sets) if len(ONE_OF[operation]) == 1 else set()
        taken = {source for one in options.values() for source in one[0].sources}
        left = [number for number in self._seen if number.item.id not in taken]
        data = next(
            (
                options[one.name][0].value
                for one in arguments
                if one.name in _MAIN and one.kind in LISTS and one.name in options
            ),
            (),
        )
        filled = fill_numbers(single, left, operation, frozenset(wanted), data)
        last = self._last(operation, {*filled, *options})
        if last:
            filled = fill_numbers(single, left, operation, frozenset({*wanted, last}), data)
        many = {argument.name for argument in single if argument.kind in LISTS and not argument.numeric}
        return {
            name: tuple(Option([one.value], one.sources, one.score, one.reason) for one in found) if name in many else found
            for name, found in filled.items()
        }

    def _last(self, operation: str, filled: set[str]) -> str:
        """The one argument that a set of `ONE_OF` lacks, where no set is complete; empty where it is not one."""
        sets = ONE_OF.get(operation, ())
        lacking = [[name for name in one if name not in filled] for one in sets]
        if not sets or not all(lacking):
            return ""
        return next((names[0] for names, one in zip(lacking, sets, strict=True) if len(names) == 1 < len(one)), "")

    def _one_way(self, operation: str, names: set[str], options: dict[str, Options]) -> dict[str, Options]:
        """Without the arguments that stand in for others that are there: `data` or `subgroups`, never both."""
        for owner, argument, other, phrases, against in INSTEAD:
            if (
                operation == owner
                and argument in options
                and says(self.prose, *split(phrases))
                and not says(self.prose, *split(against))
            ):
                options[other] = options.pop(argument)
        if "sigma" in options and "target" in options and "center" in names:
            options.setdefault("center", options["target"])
            del options["target"]
        own, others = ONE_WAY.get(operation, ("", ()))
        if own in options:
            options = {name: found for name, found in options.items() if name not in others}
        if names.issuperset(TOGETHER) and len([name for name in TOGETHER if name in options]) == 1:
            options.pop("sigma", None)
            center = options.pop("center", None)
            if center and operation in _EITHER:
                options["target"] = center
        if operation in _EITHER and "subgroups" in options and ("data" in options or "sample" in options):
            stacked = len(options["subgroups"][0].value) > 1 and options["subgroups"][0].score >= SURE_ROWS
            dropped = ("data", "sample", "subgroup_size") if stacked else ("subgroups",)
            return {name: value for name, value in options.items() if name not in dropped}
        return options

    def _unit(self, options: Mapping[str, Options]) -> dict[str, Options]:
        """The unit of the lists that are taken, where they have one."""
        used = {source for one in options.values() for source in one[0].sources}
        items = [item for item in self.offers.evidence.items if item.id in used and item.kind == "values" and item.unit]
        units = {item.unit for item in items}
        if len(units) != 1:
            return {}
        return {"unit": (option(units.pop(), tuple(item.id for item in items), 0.9, "the unit of the values"),)}

    def _judged(self, operation: str, arguments: Sequence[Argument], options: dict[str, Options]) -> Fitting:
        missing = [argument.name for argument in arguments if argument.required and argument.name not in options]
        sets = ONE_OF.get(operation)
        if sets and not any(all(name in options for name in one) for one in sets):
            nearest = min(sets, key=lambda one: sum(name not in options for name in one))
            missing += [name for name in nearest if name not in options and name not in missing]
        used = {source for one in options.values() for source in one[0].sources} | self.offers.index_ids
        data = {argument.name for argument in arguments if argument.data or argument.required}
        scores = [one[0].score for name, one in options.items() if name in data]
        quality = sum(scores) / len(scores) if scores else 0.0
        waste = self._weight - sum(self._weights.get(source, 0.0) for source in used)
        return Fitting(options, tuple(missing), frozenset(used), quality, max(0.0, waste))


def _without_unknown(operation: str, options: dict[str, Options]) -> dict[str, Options]:
    """Without the least sure of the arguments that an operation solves for, where a question seems to give all of them."""
    solved = SOLVED_FOR.get(operation, ())
    if not solved or not options.keys() >= set(solved):
        return options
    least = min(solved, key=lambda name: options[name][0].score)
    return {name: found for name, found in options.items() if name != least}


_STORY = frozenset({"events", "sample_size", "time", "rate", "groups", "mean"})
"""Roles of numbers that often only tell about data that are given as lists."""
_ONE_OR_MANY = frozenset(
    {
        "sample_sizes",
        "sizes",
        "units",
        "sample_size",
        "acceptance_number",
        "nonconforming",
        "nonconformities",
        "shifts",
        "levels",
    }
)
"""Lists that may be given as one number."""
_MAIN = ("sample", "data", "measurements", "group1", "points")
"""Arguments whose values say of what size a mean or a limit is."""
_EITHER = frozenset({"process_capability", "ewma_chart", "cusum_chart"})


def _weight(item: Evidence, beside: bool) -> float:
    """How much it speaks against leaving the item alone; `beside`: whether the question gives lists as well."""
    if item.kind == "number" and not item.role:
        return STRAY
    if item.role in ("alpha", "confidence"):
        return 0.05
    if item.role == "label":
        return 0.0
    if beside and item.role in _STORY:
        return STRAY
    return WEIGHTS[item.kind]
