"""Words for arguments besides their names and aliases."""

ARGUMENT_WORDS: dict[str, str] = {
    "weight": "lambda \u03bb",
    "width": "L",
    "sd": "s sd std stdev sigma s.d. standard_deviation",
    "mean": "mean average xbar x\u0304 m",
    "overall_sd": "s sd std stdev overall",
    "within_sd": "within short-term",
    "n": "n_per_group per_group each_group observations",
    "maximum_difference": "largest_difference maximum_difference greatest_difference",
    "treatments": "treatments varieties levels size",
    "block_size": "per_block block_size blocks_of plots_per_block",
    "max_outliers": "outliers up_to at_most",
    "resamples": "resamples resamplings replications iterations bootstrap_samples",
    "opportunities": "opportunities chances",
    "subgroup_size": "subgroups_of samples_of groups_of subgroup_size",
    "runs": "runs points experiments trials samples",
    "points": "points steps",
    "terms": "terms",
    "replicates": "replicates replications",
    "fake_factors": "fake dummy",
    "degree": "degree order",
    "factors": "factors variables dimensions components ingredients inputs",
    "discard": "discard discarded left_out",
    "population": "population",
    "mission_time": "mission",
    "mtbf": "mtbf",
    "reliability": "r",
    "run_length": "run_length arl",
    "threshold": "threshold",
    "steps": "steps",
    "difference": "mean_difference shift",
    "end": "t x time",
    "margin": "margin margin_of_error error_margin",
    "aql": "p1 good_lots good_quality good_lots_have accepted_quality",
    "ltpd": "p2 bad_lots bad_quality bad_lots_have rejected_quality limiting_quality LTPD",
    "process_sd": "process_standard_deviation process_sigma total_standard_deviation total_sigma process_variation",
    "sd_ratio": "factor ratio_of_standard_deviations",
}
"""Further words for an argument, separated by blanks; `_` stands for a blank within."""

ARGUMENT_PATTERNS: dict[str, tuple[str, str]] = {
    "opportunities": (
        r"(?:each|every|an?|per|one) [a-z]+ (?:has|have|contains?|with|offers?)(?: about)? $",
        r"^ [a-z]+(?: [a-z]+)? (?:per|in each|on each|on every|in every|for each) "
        r"(?!lot|shift|day|week|month|hour|sample|batch)[a-z]+",
    ),
    "gage_type1.resolution": (
        r"(?:gau?ge|scale|instrument|display|digital|reading|smallest) (?:step|division|increment|digit|graduation)s?"
        r"(?: of| is| =|:)* ?$|(?:reads?|resolves?|readable|resolution)(?: down)? (?:to|in steps of|of) $",
        r"^ ?\S{0,3} (?:resolution|graduations?|divisions?|steps?)\b",
    ),
    "gage_type1.percent_of_tolerance": (r"(?!)", r"^ ?(?:percent )?of (?:the )?tolerance"),
    "pareto_analysis.threshold": (
        r"(?:at least|reach\w*|make up|cut-?off (?:at|of|is)|account\w* for|first|vital few[^.]{0,20}|up to|cover\w*) $",
        r"^[ -]?(?:line|mark|cut-?off|threshold|rule)",
    ),
    "pareto_analysis.other_below": (r"(?:less|fewer|smaller|lower|rarer) than $|(?:below|under) $", r"(?!)"),
    "mewma_chart.run_length": (
        r"false alarms? (?:every|once in|each|only every)(?: about| some)? $|"
        r"(?:arl|run length)s?(?:_?0| zero)?(?: of| is| =|:)* ?$",
        r"^ (?:[a-z]+ )?(?:between|until|to) (?:two |a )?false alarms?|^ (?:points|samples|observations) on average",
    ),
    "gage_type1.reference": (
        r"\b(?:master|certified|calibrated|gau?ge block|reference|standard(?! dev| err))(?: [a-z]+){0,3}?"
        r"(?: of| is| =|:)? ?$",
        r"^ ?\S{0,4} (?:gau?ge block|master|reference|standard(?! dev| err)|setting ring|check weight)\b",
    ),
    "process_capability_from_summary.within_sd": (r"\b(?:within|short[- ]term|st)\b[^\d.,;\n]{0,30}$", r"^ ?\(?within\b"),
    "process_capability_from_summary.overall_sd": (
        r"\b(?:overall|long[- ]term|total|lt)\b[^\d.,;\n]{0,30}$",
        r"^ ?\(?overall\b",
    ),
}
"""Argument, or `operation.argument` -> what stands right before or right behind its number: surer than a word nearby."""
