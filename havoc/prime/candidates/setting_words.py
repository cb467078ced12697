"""Words that ask for a setting."""

CHOICE_WORDS: dict[str, dict[str, str]] = {
    "method": {
        "spearman": "spearman; rank correlation",
        "kendall": "kendall; tau",
        "stiff": "stiff",
        "howe": "howe",
        "percentile": "percentile bootstrap; plain percentile",
        "bca": "bca; bias corrected",
        "box_cox": "box cox",
        "johnson": "johnson",
        "weibull": "weibull",
        "lognormal": "lognormal",
        "gamma": "gamma",
    },
    "test": {
        "shapiro-wilk": "shapiro",
        "lilliefors": "lilliefors; kolmogorov smirnov",
        "jarque-bera": "jarque",
        "dagostino-pearson": "dagostino; d'agostino",
    },
    "adjustment": {
        "bonferroni": "bonferroni",
        "sidak": "sidak",
        "hochberg": "hochberg step",
        "benjamini-hochberg": "benjamini hochberg; fdr; false discovery; bh",
        "benjamini-yekutieli": "yekutieli",
        "none": "unadjusted; without adjustment",
    },
    "interval": {"exact": "exact; clopper", "log": "log interval", "plain": "plain interval; greenwood interval"},
    "center": {"mean": "original levene; levene .. mean; around the mean", "trimmed": "trimmed"},
    "criterion": {
        "bic": "bic",
        "anderson_darling": "anderson darling",
        "aicc": "aicc",
        "A": "a optimal",
        "I": "i optimal",
        "discrepancy": "discrepancy",
        "random": "random latin",
    },
    "statistic": {"median": "median", "standard_deviation": "standard deviation", "variance": "variance"},
    "comparison": {"ratio": "ratio of"},
    "weights": {
        "linear": "linear weight; linearly weighted",
        "quadratic": "quadratic weight; quadratically weighted; weighted kappa",
    },
    "rules": {
        "nelson": "nelson",
        "aiag": "aiag",
        "three_sigma": (
            "only points beyond; only points outside; only a point beyond; only a point outside; just points outside; "
            "points outside the limits only; points beyond the limits only; three sigma only; 3 sigma only; "
            "3 sigma rule only; "
            "three sigma rule only; 3 sigma limits only; three sigma limits only; only the 3 sigma; only the three sigma; "
            "only 3 sigma; only three sigma; just the 3 sigma; just the three sigma; only points out; "
            "no run rule; no runs rule; without run rule; without runs rule; no extra rule; no supplementary rule; "
            "no additional rule; no other rule; only test 1; only test one; test 1 only; only rule 1; rule 1 only; "
            "only rule one; only the limits; nothing but points outside; only .. beyond the limits should count"
        ),
        "western_electric": "western electric; we rules",
    },
    "sigma_method": {
        "rbar": "rbar; r bar; average range; range / d2; r/d2",
        "sbar": "sbar; s bar",
        "pooled": "pooled standard deviation; pooled sigma",
        "median_mr": "median moving range; median of the moving range",
        "range": "range method; range over d2; range / d2; range divided by d2; from the range; d2",
    },
    "estimator": {"median": "median moving range; median of the moving range; median of moving range; median mr; mr median"},
    "limits": {"steady-state": "steady state; asymptotic; settled limits; constant limits; final limits"},
    "phase": {"II": "phase ii; phase 2"},
    "chart": {
        "cusum": "cusum",
        "ewma": "ewma",
        "p": "p chart; np chart",
        "c": "c chart",
        "xbar": "xbar; x bar; mean chart; means chart; chart of means; average chart; averages chart; chart of averages",
    },
    "distribution": {
        "normal": "normal; standard normal; gaussian; z value; p(z; normally; z critical; z",
        "t": "t distribution; student; critical value of t; t value; t critical; t quantile; t with; of t",
        "chi_square": "chi square; chi squared; chi2; \u03c7\u00b2; \u03c72",
        "f": "f distribution; f critical; f value; of f; f quantile; f with; f table; f(",
        "binomial": "binomial; trials; defectives",
        "poisson": "poisson",
        "exponential": "exponential; exponentially; constant failure rate",
        "weibull": "weibull",
        "lognormal": "lognormal; log normal; lognormally",
        "gamma": "gamma",
        "beta": "beta distribution",
        "uniform": "uniform; uniformly",
        "hypergeometric": "hypergeometric; without replacement",
        "negative_binomial": "negative binomial",
        "geometric": "geometric; until the first",
        "loglogistic": "loglogistic; log logistic",
    },
    "tail": {
        "both": "two sided; two tailed; both tails; two-sided; central",
        "upper": "upper; exceeded by; upper tail; right tail; above it; exceeded with; exceeded in",
    },
    "side": {
        "lower": "lower tolerance; lower bound; one sided lower; lower limit; lower one sided; at least; only below",
        "upper": "upper tolerance; upper bound; one sided upper; upper limit; upper one sided; only above",
        "one-sided": "one sided; one-sided",
        "low": "smallest value; lowest; minimum is; low outlier; too low; suspiciously low",
        "high": "largest value only; one sided high; maximum only",
    },
    "bound": {"lower": "lower bound; lower confidence; one sided; lower limit; at least"},
    "termination": {
        "failure": (
            "failure terminated; failure truncated; type ii; until the last failure; until the .. failure; "
            "stopped at the .. failure"
        )
    },
    "design": {
        "paired": "paired; pairs; matched",
        "one-sample": (
            "one sample; single sample; against a fixed; against a target; against the target; from the nominal; "
            "a single group; from target"
        ),
        "two-sample": (
            "two sample; two samples; two machines; two standard deviations; each other; both machines; two processes"
        ),
    },
    "kind": {
        "lattice": "lattice",
        "centroid": "centroid",
        "vertices": "extreme vertices; vertices",
        "paired": "paired; same parts; same items; before",
        "one-sample": "one sample; target value; to the reference; to the nominal",
        "nominal": "nominal is best; nominal the best; nominal best",
        "larger": "larger is better; larger the better; bigger is better; larger is the better",
        "smaller": "smaller is better; smaller the better; smaller is the better",
    },
    "alpha": {
        "face_centered": "face centered; face centred; ccf; face-centered cubic; three levels",
        "rotatable": "rotatable",
        "spherical": "spherical",
        "orthogonal": "orthogonal ccd; orthogonal axial; orthogonal central",
        "inscribed": "inscribed; cci",
    },
    "core": {"full": "full core", "fraction": "fractional core; half fraction core; fraction core"},
    "region": {"cube": "within the cube; cuboidal", "sphere": "spherical region; sphere"},
    "model": {
        "linear": "linear model; main effects model; first order; main effects only; linear blending; additive model",
        "interaction": "interaction model; two factor interactions model; with interactions only; 2fi",
        "quadratic": "quadratic model; second order; full quadratic; quadratic",
        "special cubic": "special cubic",
    },
    "goal": {
        "minimize": (
            "minimi*; smallest; least; cheapest; lowest cost; descent; fall fastest; lowest; as small as possible; minimum"
        ),
        "maximize": "maximi*; largest; greatest; highest; most profit; as large as possible; maximum; best profit",
    },
    "domain": {"real": "real solutions; real roots; over the reals; real solution"},
    "direction": {
        "from_above": "from above; from the right; right hand limit; 0+",
        "from_below": "from below; from the left; left hand limit; 0-",
    },
    "level": {
        "I": "level i; inspection level i; general level i; level 1",
        "II": "level ii; level 2",
        "III": "level iii; level 3",
        "S-1": "s-1; s 1",
        "S-2": "s-2",
        "S-3": "s-3",
        "S-4": "s-4",
        "S3": "level s3; s3",
        "S4": "level s4; s4",
        "IV": "level iv",
        "V": "level v",
    },
    "inspection": {"tightened": "tightened", "reduced": "reduced inspection; reduced"},
    "sampling": {"double": "double sampling; double"},
    "standard": {"MIL-STD-414": "414"},
    "sigma": {
        "known": (
            "known sigma; known \u03c3; sigma known; \u03c3 known; standard deviation known; sigma is known; "
            "known standard deviation; "
            "standard deviation is known; \u03c3 is known; sigma method; \u03c3 method"
        )
    },
    "spread": {"pooled": "pooled; same spread; one sigma for all", "relative to size": "relative to size; proportional to"},
    "percentile_method": {"linear": "percentile.inc; excel; linear interpolation", "hazen": "hazen"},
    "units": {
        "natural": "natural units",
        "data": (
            "in data units; in units of the data; in the units of the measurement; in the unit of the measurement; "
            "in measurement units; in original units; in the original units; in units of measurement"
        ),
    },
}
"""Argument -> choice -> phrases that ask for it. Only the choices that an operation's schema has are looked at."""

FLAG_WORDS: dict[str, tuple[bool, str]] = {
    "equal_variances": (
        True,
        "equal variance; pooled; pooling; student's; student t; variances are equal; same variance; "
        "equal variances; homoscedastic; "
        "assume equal; common variance; equal spread",
    ),
    "correction": (True, "continuity correction; with correction; edwards; corrected"),
    "dunn": (True, "dunn; which groups; pairwise; which .. differ; post hoc"),
    "intercept": (
        False,
        "through the origin; without intercept; no intercept; without constant; no constant; without an intercept; "
        "zero intercept",
    ),
    "interaction": (
        False,
        "without interaction; no interaction; blocks; randomized block; randomised block; ignore the interaction; additive",
    ),
    "randomize": (
        False,
        "standard order; not randomized; not randomised; no randomi*; unrandomi*; without randomi*; "
        "do not randomi*; don't randomi*",
    ),
    "block_on_replicates": (
        True,
        "block on replicates; replicates as blocks; each replicate .. block; each replicate a block",
    ),
    "known_standard_deviation": (
        True,
        "sigma is known; known sigma; known standard deviation; standard deviation is known; z interval",
    ),
    "least_squares": (True, "least squares; overdetermined; over-determined"),
    "head_start": (True, "head start; fir; fast initial response"),
    "rounded": (True, "rounded lambda; round lambda; round the lambda; rounded"),
    "axial": (True, "axial; axial blends; axial points"),
    "edges": (True, "edge midpoints; edges; middles of edges"),
    "scramble": (False, "unscrambled; without scrambling; not scrambled; no scrambling"),
    "centered": (False, "anywhere in the cell; not centered; random within the cell"),
    "hierarchy": (False, "without hierarchy; ignore hierarchy; no hierarchy"),
}
"""Argument -> its value where one of the phrases stands in the question. See also `DENIED`."""
DENIED: dict[str, str] = {
    "equal_variances": (
        "not .. equal variance; unequal variance; without assuming equal; variances differ; not assume equal; "
        "not equal variance; welch; different variances; equality of variances; not pooled; cannot assume equal; "
        "variances are not equal; do not pool"
    ),
    "dunn": "without dunn",
    "interaction": "depend* on the; interaction .. matter",
}
"""Phrases that take a flag's phrase back."""
NO_CENTERS = (
    "without centre point; without center point; no center point; no centre point; without centre run; "
    "without center run; no centre run"
)
GREATER = (
    "greater; higher; larger; longer; stronger; more; exceed*; above; increase*; raise*; heavier; over; bigger; faster; "
    "thicker; gain*; taller; warmer; hotter; upper tail; right tail; sided upper; right tailed; towards heads; "
    "too high; gone up; risen; "
    "grew; grown; grow*; doubl*; tripl*; went up; rise*"
)
LESS = (
    "less; lower; smaller; shorter; weaker; fewer; below; decrease*; reduce*; lighter; under; cheaper; slower; "
    "thinner; drop*; reduc*; "
    "cut; decline*; cooler; lower tail; left tail; sided lower; left tailed; too low; fall* short; gone down; "
    "fallen; halv*; shorten*; quicker; "
    "went down; shrunk; shrink*"
)
QUESTION = (
    "is; are; does; do; did; was; were; has; have; whether; if; that; can; show; test; prove; evidence; h1; "
    "ha; tends; claim*; suspect; significantly; really; believe; think; wonder"
)
"""Words that begin what is asked: a comparison behind one of them is the alternative."""
TWO_SIDED = (
    "two sided; two tailed; different; differ*; difference; equal; the same; change*; any effect; affect*; "
    "either way; two-sided; both "
    "directions; unequal"
)
ONE_SIDED = "one sided; one tailed; one-tailed; one-sided"
