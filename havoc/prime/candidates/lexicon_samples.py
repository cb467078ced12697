"""Words for the description and the distribution of samples, for outliers, and for tests by ranks."""

from havoc.prime.candidates.lexicon_common import PAIRED, PLANNING, RANKS
from havoc.prime.candidates.words import Words

SAMPLES: dict[str, Words] = {
    "describe": Words(
        "descriptive statistic*; describe; summary statistic*; summarise; summarize; five number summary; basic statistics; "
        "descriptives",
        "mean and standard deviation; average; mean; median; standard deviation; quartile; percentile; variance; "
        "range; skewness; "
        "kurtosis; mode; mad; iqr; interquartile range; summary; standard error; minimum; maximum; spread; "
        "confidence interval for the mean; confidence interval .. mean; key figures; coefficient of variation; overview",
        "differ*; compare; test; chart; control; capab*; cp; cpk; ppk; outlier; normal*; regress*; correlat*; "
        f"{PLANNING}; fit; "
        "tolerance interval; bootstrap; distribution; lsl; usl; weibull; transform*; summary figures",
        0.5,
    ),
    "normality_test": Words(
        "normality; shapiro wilk; shapiro; anderson darling; lilliefors; jarque bera; dagostino; d'agostino; "
        "test .. for normal*; "
        "normality test; kolmogorov smirnov; compatible with a normal*; consistent with a normal*; "
        "are .. normally distributed; is .. normally distributed; could .. be normal; follow* a normal; "
        "follow* the normal; deviate* from normal*; come from a normal; look* normal; look* gaussian; is .. gaussian",
        "are .. normal; normally distributed; come from a normal; normal distribution; bell shaped; bell curve; gaussian; "
        "follow* a normal; look* normal; approximately normal; is .. normal; be normal; assume normal*; these normal",
        f"non normal; {PLANNING}; probability that; what share; what fraction; p(x; capab*; transform*; "
        "tolerance interval; which distribution; quantile; outlier; equal variance; skewed; chart",
        0.2,
    ),
    "grubbs": Words(
        "grubbs; grubbs' test; grubbs test; maximum normed residual",
        "outlier; most extreme; suspicious*; discard; odd value; stray; reject .. value; too far off; an outlier; "
        "doubtful; suspect",
        "several outliers; more than one outlier; multiple outliers; up to; dixon; q test; regression; esd; "
        "not normal; robust; "
        "residual; heavy outliers; chart",
        0.3,
    ),
    "generalized_esd": Words(
        "generalized esd; generalised esd; esd test; rosner; rosner's test; esd",
        "several outliers; multiple outliers; more than one outlier; outliers; up to .. outliers; two outliers; masking",
        "dixon; grubbs; heavy outliers; chart; an outlier",
        0.15,
    ),
    "dixon": Words(
        "dixon; dixon's q; q test; dixon's r; q-test",
        "outlier; replicates; suspicious*; doubtful; few values",
        "cochran; grubbs; esd; heavy outliers",
        0.1,
    ),
    "fit_distribution": Words(
        "fit .. distribution; distribution fit*; best fitting distribution; which distribution; "
        "distribution identification; "
        "individual distribution identification; identify the distribution; best distribution",
        "lognormal; weibull; gamma; fits better; fit best; describe* .. best; what distribution; aic; bic; model these data",
        "censored; suspen*; b10; p(x; probability that; quantile; capab*; survival; normality; reliability at; "
        "still running; unfailed; poisson process",
        0.2,
    ),
    "mann_whitney": Words(
        "mann whitney; mann whitney u; wilcoxon rank sum; rank sum test; u test; wilcoxon mann whitney; rank sum; "
        "two sample wilcoxon; wmw",
        f"{RANKS}; rank test .. two",
        f"{PAIRED}; signed rank; kruskal; more than two; three groups; {PLANNING}; correlat*; capab*; bootstrap; "
        "permutation; "
        "outlier test",
        0.2,
    ),
    "wilcoxon": Words(
        "wilcoxon signed rank; signed rank; signed ranks; wilcoxon; wilcoxon matched pairs; one sample wilcoxon; "
        "signed-rank test",
        f"{RANKS}; symmetric; {PAIRED}",
        f"rank sum; mann whitney; independent; three groups; sign test; {PLANNING}; correlat*; bootstrap",
        0.15,
    ),
    "sign_test": Words(
        "sign test", "median .. differ*; only signs; plus or minus; better or worse only", "signed rank; t test", 0.05
    ),
    "kruskal_wallis": Words(
        "kruskal wallis; kruskal; h test; dunn's test; dunn test; nonparametric anova; rank anova",
        f"{RANKS}; several groups; more than two groups",
        f"{PAIRED}; same taster; blocks; two samples; {PLANNING}; mood",
        0.15,
    ),
    "friedman": Words(
        "friedman; friedman's test; friedman test; rank .. blocks",
        f"{RANKS}; each judge; taster; every judge; each block; judges; rankings; panel; each person; same people",
        f"pass fail; {PLANNING}; freedman diaconis; proportion; independent",
        0.1,
    ),
    "mood_median": Words(
        "mood's median; mood median; median test; mood", "median*; heavy outliers; medians", "sign test", 0.05
    ),
    "runs_test_randomness": Words(
        "runs test; wald wolfowitz; test .. for randomness; test of randomness; randomness",
        "random order; in random; random sequence; drift or alternate; independent .. sequence; alternate",
        "run rules; run chart; sample size; clustering; oscillat*; mixtures; permutation",
        0.15,
    ),
    "bootstrap_interval": Words(
        "bootstrap; bootstrapped; bootstrapping; bca; resampling interval; bca interval",
        "resamples; without assuming a distribution",
        "",
        0.05,
    ),
    "permutation_test": Words(
        "permutation test; randomization test; randomisation test; permutation; rearrang*; reshuffl*; shuffl*",
        "",
        "design; run order",
        0.05,
    ),
}
"""Operation -> words, for samples."""
