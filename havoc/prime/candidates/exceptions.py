"""What single operations need beyond what their schemas tell."""

ONE_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "process_capability": (("data", "lsl"), ("data", "usl"), ("subgroups", "lsl"), ("subgroups", "usl")),
    "ewma_chart": (("sample",), ("subgroups",)),
    "cusum_chart": (("sample",), ("subgroups",)),
    "tolerance_interval_normal": (("sample",), ("mean", "standard_deviation", "n")),
    "cohen_kappa": (("table",), ("ratings1", "ratings2")),
    "life_data_analysis": (("times",), ("start", "end")),
    "power_t_test": (("difference", "power"), ("n", "difference"), ("n", "power")),
    "power_anova": (
        ("groups", "maximum_difference", "power"),
        ("groups", "effect_size", "power"),
        ("means", "power"),
        ("means", "n"),
        ("groups", "n", "maximum_difference"),
        ("groups", "n", "effect_size"),
        ("groups", "n", "power"),
    ),
    "power_equivalence": (("power",), ("n",)),
    "power_correlation": (("correlation", "power"), ("n", "correlation"), ("n", "power")),
    "power_variance": (("sd_ratio", "power"), ("n", "sd_ratio"), ("n", "power")),
    "power_one_proportion": (("proportion", "power"), ("proportion", "n"), ("n", "power")),
    "power_two_proportions": (("proportion2", "power"), ("proportion2", "n"), ("n", "power")),
    "power_chi_square": (("effect_size", "df"), ("proportions",), ("table",)),
    "process_capability_from_summary": (
        ("overall_sd", "lsl"),
        ("overall_sd", "usl"),
        ("within_sd", "lsl"),
        ("within_sd", "usl"),
    ),
    "capability_nonnormal": (("lsl",), ("usl",)),
    "capability_between_within": (("lsl",), ("usl",)),
    "acceptance_sampling_single": (("aql", "ltpd"), ("sample_size", "acceptance_number")),
    "variables_sampling_plan": (("aql", "ltpd"), ("sample_size", "k")),
    "variables_lot": (
        ("sample", "lsl"),
        ("sample", "usl"),
        ("sample_mean", "lsl", "k"),
        ("sample_mean", "usl", "k"),
        ("sample_mean", "lsl", "maximum_percent"),
        ("sample_mean", "usl", "maximum_percent"),
    ),
    "mtbf_demonstration": (("mtbf",), ("test_time",)),
    "reliability_demonstration": (("reliability",), ("n",)),
    "find_root": (("bracket",), ("start",)),
    "t_test_one_sample": (("mean",),),
    "fractional_factorial": (("runs",), ("resolution",), ("generators",)),
    "fold_over": (("runs",), ("resolution",), ("generators",), ("design",)),
    "tost": (("group2",), ("mean",)),
    "p_chart": (("sample_sizes",),),
}
"""Arguments of which the schema requires none, and of which one set must be there all the same."""

LEFT_OVER = frozenset({"one_rate.exposure"})
"""`operation.argument` that may be left out, and takes a number without any sign all the same, where one is left."""

SOLVED_FOR: dict[str, tuple[str, ...]] = {
    "power_t_test": ("n", "difference", "power"),
    "power_anova": ("n", "maximum_difference", "power"),
    "power_chi_square": ("n", "effect_size", "power"),
    "power_correlation": ("n", "correlation", "power"),
    "power_variance": ("n", "sd_ratio", "power"),
    "power_one_proportion": ("n", "proportion", "power"),
    "power_two_proportions": ("n", "proportion2", "power"),
    "power_equivalence": ("n", "power"),
    "reliability_demonstration": ("n", "reliability"),
    "mtbf_demonstration": ("test_time", "mtbf"),
}
"""Arguments of which an operation computes the one that is left out."""

ONE_WAY: dict[str, tuple[str, tuple[str, ...]]] = {
    "tolerance_interval_normal": ("sample", ("mean", "standard_deviation", "n")),
    "variables_lot": ("sample", ("sample_mean", "sample_sd", "sample_size")),
    "tost": ("group2", ("mean",)),
}
"""Operation -> an argument, and those that are refused beside it."""

INSTEAD: tuple[tuple[str, str, str, str, str], ...] = (
    ("variables_lot", "sample_sd", "sigma", "known; sigma method", "unknown; not known; s method; isn't known"),
    (
        "process_capability_from_summary",
        "overall_sd",
        "within_sd",
        "cp; cpk; within; short term",
        "pp; ppk; overall; long term; cpm",
    ),
)
"""Operation, argument, the one that takes its value instead, where the first phrases stand in the question and none of the
others."""

TOGETHER = ("center", "sigma")
"""Of an earlier period: one alone is refused."""
