"""Words for sample sizes, distributions and reliability."""

from havoc.prime.candidates.words import Words

_SIZE = (
    "sample size; how many; power; enough; required n; needed; do i need; do we need; plan*; how large; number of samples; "
    "required number; n per group; per group"
)

PLANNING: dict[str, Words] = {
    "power_t_test": Words(
        "power .. t test; sample size .. t test; power of a t test; t test power; power of the t test; "
        "sample size for a t test; "
        "t test .. power; t test .. sample size; power analysis .. mean*; power calculation .. mean*",
        f"{_SIZE}; detect a difference; detect* .. difference; detectable difference; difference of; per group; "
        "shift of; see a "
        "difference; find a difference; to detect; smallest detectable; mean difference; pairs; detect* .. shift; "
        "find .. difference; "
        "notice .. difference; power 80; power 90",
        "proportion; anova; groups; correlation; equivalen*; margin of error; to within; reliab*; "
        "tolerance interval; variance ratio; "
        "chi square; without failure; aql; ratio of standard deviations; estimate the mean; %  of the population; "
        "coverage; survive",
        0.4,
    ),
    "power_anova": Words(
        "power .. anova; sample size .. anova; anova .. power; anova .. sample size; power of an anova; anova .. how many; "
        "how many .. anova; analysis of variance .. power",
        f"{_SIZE}; groups; several means; maximum difference; effect size f; cohen's f; largest difference; means; "
        "treatments",
        "t test; two groups; proportion; correlation",
        0.2,
    ),
    "sample_size_for_mean": Words(
        "sample size for a mean; sample size to estimate .. mean; sample size .. margin of error; "
        "estimate the mean .. within; "
        "estimate the average .. within; sample size for estimating a mean",
        f"{_SIZE}; margin of error; to within; within ±; estimate the mean; estimate the average; half width; accuracy of; "
        "precision of; confidence interval .. no wider; precise to; plus or minus; to be within; known to",
        "proportion; percentage points; poll; voters; detect; power; equivalen*; share; voting; power of",
        0.25,
    ),
    "sample_size_for_proportion": Words(
        "sample size for a proportion; sample size to estimate .. proportion; sample size .. poll; poll; survey size",
        f"{_SIZE}; margin of error; percentage points; proportion; poll; voters; people; respondents; survey; share; "
        "interview; "
        "estimate the proportion; within; defect rate; estimate .. percentage; households; customers",
        "detect; power; two proportions; standard deviation; versus; equivalence; distinguish; sigma",
        0.2,
    ),
    "power_chi_square": Words(
        "power .. chi square; sample size .. chi square; chi square .. power; chi square .. sample size; cohen's w",
        f"{_SIZE}; effect size w; chi square; contingency",
        "t test; two proportions",
        0.1,
    ),
    "power_correlation": Words(
        "power .. correlation; sample size .. correlation; detect a correlation; correlation .. power; "
        "correlation .. how many; "
        "detect .. correlation; how many .. correlation",
        f"{_SIZE}; correlation; pairs",
        "",
        0.1,
    ),
    "power_variance": Words(
        "power .. variance; sample size .. variance; power .. standard deviation test; sample size .. standard deviations; "
        "detect .. increase in standard deviation; detect .. ratio of standard deviations; variance ratio .. power; "
        "ratio of .. standard "
        "deviations; detect .. standard deviation",
        f"{_SIZE}; ratio; variance; standard deviation increased; sd ratio",
        "difference of; t test; margin; equivalen*; difference",
        0.05,
    ),
    "power_one_proportion": Words(
        "power .. one proportion; one sample proportion .. power; power .. proportion .. against; "
        "sample size .. one proportion",
        f"{_SIZE}; proportion .. from .. to; increase .. from .. to; against the fixed; one sample; fixed value; "
        "detect .. proportion; "
        "against a value; rises to; rise from; historical proportion",
        "two groups; per group; margin; between two; both groups; estimate",
        0.15,
    ),
    "power_two_proportions": Words(
        "power .. two proportions; sample size .. two proportions; compare two proportions .. power; "
        "two proportions .. power",
        f"{_SIZE}; distinguish proportions; detect .. proportions; conversion; versus; per group; each group; "
        "in each arm; per arm; "
        "proportions; from .. to; response rate; cure rate; both",
        "one sample; margin of error; standard deviation; fixed value; mean",
        0.2,
    ),
    "power_equivalence": Words(
        "power .. equivalence; sample size .. equivalence; show equivalence; demonstrate equivalence; equivalence .. power; "
        "equivalence .. sample size; prove equivalence; equivalence study; how many .. equivalence",
        f"{_SIZE}; equivalen*; practically equal; equivalence limits",
        "bioequivalence data",
        0.05,
    ),
    "tolerance_sample_size": Words(
        "sample size .. tolerance interval; how many .. tolerance interval; values .. needed .. tolerance interval; "
        "sample size .. tolerance; wilks formula; wilks; tolerance interval .. how many; tolerance interval .. sample size",
        f"{_SIZE}; distribution free; coverage; nonparametric tolerance",
        "",
        0.05,
    ),
    "tolerance_interval_normal": Words(
        "tolerance interval; normal tolerance interval; statistical tolerance; tolerance limit; tolerance bound; "
        "statistical tolerance interval; k factor; tolerance factor",
        "cover*; percent of the population; % of the population; of all parts; of all units; contain* .. of; "
        "coverage; howe; "
        "share of the population; normal",
        "distribution free; nonparametric; non parametric; how many values; sample size; gage; gauge; capab*",
        0.3,
    ),
    "tolerance_interval_nonparametric": Words(
        "nonparametric tolerance interval; distribution free tolerance interval; non parametric tolerance interval; "
        "nonparametric tolerance; distribution free tolerance",
        "distribution free; nonparametric; not normal; any distribution; coverage; without assuming normal*",
        "how many values; sample size; number of values needed",
        0.05,
    ),
    "distribution_probability": Words(
        "cumulative probability; cdf; tail probability; distribution function; p(x; p(z; p(t; p(x<; p(z<; p(x>; "
        "binomial probability; "
        "poisson probability; normal probability; p value of; how likely; probability of; probability that; "
        "chance of; chance that; chances of; what are the odds",
        "probability; at most; at least; or fewer; or less; or more; exceed*; share .. below; share .. above; "
        "what fraction; "
        "what percentage; what proportion; what share; how likely; chance; chances; fraction below; less than; "
        "more than; between; "
        "normally distributed; normal with mean; is normal with; exactly; binomial distribution; poisson distribution; "
        "exponential distribution; lies below; lie below; lie above; below; above; arrive; no more than; survive; odds",
        f"quantile; critical value; percentile; {_SIZE}; t test; plan; chart; oc curve; regression; capab*; "
        "confidence interval; lot; aql; "
        "which value; exceeded by; top; signal; arl; goodness; interval; fit",
        0.35,
    ),
    "distribution_quantile": Words(
        "quantile; critical value; inverse cdf; percentile of the; percent point; critical values; table value; "
        "quantile function; "
        "inverse normal; inverse distribution; t critical; z critical; percentile point; z value for; t value for; ppf",
        "which value is exceeded; value has; value leaves; above it; below it; exceeded by; lies below .. %; "
        "upper tail; lower tail; degrees of freedom; two sided; top; "
        "cut off; cutoff; value such that; bottom; percent of .. below which; standard normal; what value; percentile",
        f"data; sample; power; p(x; {_SIZE}; at most",
        0.2,
    ),
    "weibull_analysis": Words(
        "weibull analysis; weibull plot; weibull fit; weibull; weibull parameters; weibull distribution",
        "b10; l10; lives; failure times; suspen*; shape; characteristic life; eta; beta; times to failure; b50; bearing; "
        "reliability at; mission; "
        "life; hours to failure",
        "capab*; lognormal; which distribution; probability that; kaplan; interval censored; test plan; "
        "demonstrate; loglogistic; "
        "fits better; p(x",
        0.3,
    ),
    "life_data_analysis": Words(
        "life data analysis; life data; censored data; interval censored; left censored; lognormal life; exponential life; "
        "loglogistic life; life distribution; reliability analysis; interval censoring; life test data",
        "lognormal; loglogistic; exponential; censored; inspection interval; between inspections; right censored; "
        "lives; life",
        "kaplan; capab*; weibull; complete data",
        0.15,
    ),
    "kaplan_meier": Words(
        "kaplan meier; survival curve; product limit; log rank; logrank; survival function; survival analysis; "
        "survival probability; "
        "median survival",
        "survival; relapse; remission; censored; still alive; time to event; survive",
        "weibull; parametric; demonstrate; lognormal",
        0.15,
    ),
    "mtbf_interval": Words(
        "mtbf; mean time between failures; mttf; mean time to failure; mtbf interval; confidence .. mtbf",
        "total hours; total operating; failures; ran; fleet; repairable; total time; in total; operating hours; accumulated",
        "demonstrate; how long must; test .. to show; to prove; need to test; prove; demonstration; weibull",
        0.3,
    ),
    "mtbf_demonstration": Words(
        "mtbf demonstration; demonstrate an mtbf; demonstrate .. mtbf; mtbf .. demonstrate*; prove an mtbf; prove .. mtbf; "
        "mtbf test plan; show an mtbf; mtbf .. test time",
        "how long; test time; allowed failures; demonstrate; failures allowed; failures are allowed; test plan; mtbf; prove",
        "ran; observed",
        0.1,
    ),
    "reliability_demonstration": Words(
        "reliability demonstration; demonstrate .. reliability; success run; zero failure test; "
        "reliability .. demonstrate*; "
        "success run theorem; prove .. reliability; show .. reliability; bayes success run; zero failure; "
        "reliability test plan; "
        "without failure .. reliability; r90c90; r95c90; reliability .. confidence",
        f"{_SIZE}; without failure; survive; no failures; units must; reliability; test plan; zero failures; "
        "confidence; must survive; "
        "without a failure; units on test",
        "mtbf; kaplan; weibull analysis; failure times",
        0.15,
    ),
}
"""Operation -> words, for planning, distributions and reliability."""
