"""Words for proportions, rates and tables of counts."""

from havoc.prime.candidates.lexicon_common import MEANS, PLANNING
from havoc.prime.candidates.words import Words

COUNTS: dict[str, Words] = {
    "one_proportion": Words(
        "one proportion; one sample proportion; binomial test; clopper pearson; wilson interval; proportion test; "
        "1 proportion; "
        "wilson score; confidence interval for a proportion; interval .. for the proportion; test .. for a proportion",
        "proportion; share; percentage; fraction; scrap rate; defect rate; reject rate; failure rate; out of; "
        "defective; in favour; "
        "voters; success*; error rate; error proportion; coin; biased; heads; errors; yield; rate different from; "
        "%; scrapped; "
        "leak*; failed; pass*; exceed*; estimate; survey",
        f"{PLANNING}; two proportions; chart; capab*; compare; aql; lot; per hour; per metre; per meter; poisson; "
        "inspected every; "
        "how many units must; reliability; ppm; dpmo",
        0.4,
    ),
    "two_proportions": Words(
        "two proportions; two sample proportion*; difference of proportions; difference .. proportions; "
        "compare .. proportions; "
        "a/b test; ab test; difference in proportions; 2 proportions",
        f"{MEANS}; proportion; rate; share; percentage; defective; out of; conversion; click; respond*; cure*; "
        "fail*; versus; vs; "
        "placebo; defectives; both lines",
        f"{PLANNING}; poisson; per hour; same people; same units; chart; accidents; breakdowns; flaws; per m2; hours",
        0.4,
    ),
    "one_rate": Words(
        "one rate; poisson rate; one sample poisson; poisson test; poisson interval; rate of occurrence; poisson mean; "
        "exact poisson; 1 sample poisson",
        "per day; per hour; per metre; per meter; per m; per unit; per week; per month; per year; per square; "
        "accident; flaw; "
        "breakdown; rate; occurrences; incident; counts of; poisson; events; emission; failures per; how large is the rate",
        f"{PLANNING}; mtbf; two rates; regress*; chart; compare; dpmo; proportion; probability of; at most; "
        "or fewer; or more; "
        "exactly; mean time; arrive; probability; capab*; opportunities",
        0.3,
    ),
    "two_rates": Words(
        "two rates; two poisson rates; two sample poisson; compare .. rates; rate ratio; poisson rates; "
        "difference of rates; "
        "2 sample poisson; comparison of two rates",
        f"{MEANS}; per hour; per day; breakdowns; hours; accidents; flaws; rates differ; defects on; poisson; m2; "
        "versus; stops; "
        "incident; exposure; poisson rate",
        f"{PLANNING}; proportion; chart; mtbf; regress*",
        0.3,
    ),
    "chi_square_independence": Words(
        "chi square test of independence; chi square independence; test of independence; contingency table; "
        "chi square test; "
        "chi square; chi squared; chi2; test of homogeneity; chi square test of association; association test; "
        "crosstab; cross table; "
        "cross tabulation; pearson chi square",
        "related to; depend* on; associat*; independent of; independence; linked to; relationship between; "
        "connection; row .. column; "
        "differ .. between; homogene*; table of counts; shares of; different shares; share of bad; good .. bad; "
        "pass .. fail; proportions differ; ill .. healthy",
        "goodness; variance; standard deviation; quantile; critical value; expected ratio; df; fisher; mcnemar; "
        "same people; kappa; "
        f"agree*; {PLANNING}; correlation; fair; degrees of freedom; p(x",
        0.4,
    ),
    "chi_square_goodness_of_fit": Words(
        "goodness of fit; chi square goodness of fit; chi square gof; gof test; fit to expected; one way chi square",
        "expected; fair; equally likely; agree with; mendel*; ratio; uniformly; expected proportion; "
        "hypothesised proportion; "
        "dice; die; evenly; equally often; as expected; uniform; same frequency; equally frequent; ratio of; equally; match",
        f"independence; contingency; distribution fit; regression; normality; {PLANNING}",
        0.25,
    ),
    "fisher_exact": Words(
        "fisher's exact; fisher exact; exact test; fisher's exact test; fisher test; fisher irwin",
        "2x2; small counts; few counts; odds ratio; 2 x 2; small numbers; rare; small sample",
        f"lsd; {PLANNING}; proportion .. interval; mcnemar; same people",
        0.15,
    ),
    "mcnemar": Words(
        "mcnemar; mcnemar's; paired proportions; matched proportions; mc nemar",
        "same people; changed; two surveys; both inspectors; yes/yes; before and after; same patients; same units; "
        "switch*; opinion; "
        "twice; discordant; changed their; same respondents; same voters; same parts; same items; paired yes",
        f"kappa; {PLANNING}; independent samples",
        0.05,
    ),
    "cochran_q": Words(
        "cochran's q; cochran q; cochran",
        "pass fail; success; 0 and 1; conditions; 0/1; yes no; same units",
        "cochran's c; mantel",
        0.05,
    ),
}
"""Operation -> words, for counts."""
