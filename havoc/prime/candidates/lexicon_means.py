"""Words for tests of means and of spreads."""

from havoc.prime.candidates.lexicon_common import MEANS, PAIRED, PLANNING, RANKS, SPREAD
from havoc.prime.candidates.words import Words

MEANS_AND_SPREADS: dict[str, Words] = {
    "t_test": Words(
        "two sample t test; t test; t-test; ttest; student's t; student t test; welch's t test; welch t test; welch test; "
        "unpaired t test; independent samples t test; independent t test; pooled t test; 2 sample t; "
        "means .. pooled variance*; pooled variance .. means",
        f"{MEANS}; two groups; two machines; two suppliers; independent samples; versus; vs; treatment .. control; "
        "compare the means",
        f"{PAIRED}; {RANKS}; {SPREAD}; one sample; equivalen*; correlat*; regress*; sigma .. known; known sigma; "
        f"{PLANNING}; "
        "permutation; bootstrap; control chart; chart",
        0.6,
    ),
    "t_test_one_sample": Words(
        "one sample t test; one sample t; single sample t test; 1 sample t",
        "mean .. differ .. from; differ* from; different from; nominal; target; claim*; claims; hypothes*; h0; "
        "specified value; "
        "on target; average .. still; on average; mu0; stated; advertised; standard value; reference; average .. below; "
        "average .. above; average .. less than; average .. more than; average .. greater than; average .. lower than",
        f"{RANKS}; {SPREAD}; known sigma; sigma .. known; known standard deviation; {PLANNING}; capab*; cpk; ppk; "
        "gage; gauge; "
        "bias study; control chart; chart; z test; equivalen*; outlier; lot",
        0.5,
    ),
    "t_test_paired": Words(
        "paired t test; paired t; matched pairs t test; dependent t test; paired samples t test; t test for pairs; "
        "paired comparison; paired test",
        f"{PAIRED}; difference per; each * measured",
        f"{RANKS}; independent; unpaired; correlat*; regress*; sign test; signed rank; {PLANNING}; proportion; "
        "mcnemar; yes no; "
        "repeated measures; inspectors; raters; agreement",
        0.5,
    ),
    "t_test_from_summary": Words(
        "t test from summary; t test from summar*; summary statistics t test; summary data t test",
        f"only .. summary; summary figures; summary statistics; {MEANS}; t test; report*; paper; significant",
        f"{PLANNING}; capab*; cp; cpk; ppk; tolerance interval; z test; proportion; cover*; equivalen*; "
        "normally distributed",
        0.4,
    ),
    "z_test": Words(
        "z test; one sample z test; two sample z test; z-test; gauss test",
        "known sigma; sigma .. known; known standard deviation; standard deviation .. known; known variance; "
        "historical sigma; "
        "population standard deviation",
        f"{PLANNING}; chart; capab*",
        0.1,
    ),
    "one_way_anova": Words(
        "one way anova; anova; analysis of variance; one-way analysis of variance; oneway anova; "
        "single factor anova; f test .. means",
        f"{MEANS}; three or more; more than two groups; several groups; among; any difference; all equal; all the same; "
        "three groups; four groups",
        f"{RANKS}; {SPREAD}; which .. differ; which pairs; pairwise; post hoc; all pairs; versus control; "
        "control only; two way; "
        "interaction; covariate; same subject; same subjects; same patients; repeated measures; same people; gage; gauge; "
        f"{PLANNING}; capab*; control chart; unequal variance; without assuming equal variance; effects of; chart; "
        "anova was significant; significant anova; after the anova; "
        "multiple comparisons; anova is significant; f test was significant",
        0.5,
    ),
    "welch_anova": Words(
        "welch anova; welch's anova; welch analysis of variance; anova .. unequal variance*; welch f test; "
        "heteroscedastic anova",
        "unequal variance; different variance; variances differ; without assuming equal variance; heteroscedas*; "
        "unequal spread; different spreads; not .. equal variance",
        f"pairwise; which pairs; t test; {PLANNING}; tukey; games howell",
        0.1,
    ),
    "tukey_hsd": Words(
        "tukey; tukey's hsd; tukey kramer; hsd; honest* significant difference; pairwise comparison; all pairwise; pairwise",
        "all pairs; which .. differ from; which groups differ; which .. differ; post hoc; multiple comparison; family "
        "error rate; familywise; pairs of means; between which; which ones differ; all comparisons",
        f"control only; versus control; unequal variance; correlation; rank; {PLANNING}",
        0.3,
    ),
    "games_howell": Words(
        "games howell", "pairwise .. unequal variance; all pairs .. unequal variance; post hoc .. unequal variance", "", 0.05
    ),
    "dunnett": Words(
        "dunnett; dunnett's test; many to one",
        "with the control; against the control; control only; versus control; to the control; against a control; "
        "with a control; with control; to control; against control; vs control; placebo; untreated; "
        "each .. control; every .. control; against one standard; compared .. control; than the control; "
        "against the standard",
        "control chart; in control; statistical control; process control",
        0.05,
    ),
    "fisher_lsd": Words("fisher lsd; fisher's lsd; lsd test; least significant difference; lsd", "", "tukey; lsl", 0.0),
    "adjust_p_values": Words(
        "adjust .. p value; adjusted p value; bonferroni; holm; benjamini hochberg; benjamini; fdr; false discovery rate; "
        "multiple testing; multiplicity; sidak; hochberg; benjamini yekutieli",
        "p value; p values; several tests; correct .. for multiple",
        "dunn; kruskal",
        0.0,
    ),
    "two_way_anova": Words(
        "two way anova; two factor anova; two-way analysis of variance; 2 way anova; anova .. interaction; two way analysis",
        "interaction; depend* on the; two factors; both factors; effect of .. depends; blocks; randomized block; "
        "randomised block",
        f"one way; gage; gauge; measurement system; r&r; operator .. part; 2^; factorial; covariate; {PLANNING}; taguchi",
        0.3,
    ),
    "ancova": Words(
        "ancova; analysis of covariance",
        "covariate; adjust* for; adjusting for; after allowing for; allow* for; correct* for; controlling for; "
        "adjusted mean",
        f"partial correlation; {PLANNING}",
        0.1,
    ),
    "repeated_measures_anova": Words(
        "repeated measures; repeated measures anova; within subjects anova; within subject; repeated measurement",
        "same subject; same subjects; same patient; same people; same persons; each subject; each patient; "
        "conditions; over time; "
        "under all; under four; at three times; at each time; every subject; sphericity; all three; same six; "
        "same five; same ten",
        f"independent; {PLANNING}; gage; gauge; reference part; rank; friedman; pass fail; chart",
        0.2,
    ),
    "f_test_variances": Words(
        "f test for equal* .. variance*; variances .. equal; variances .. differ*; variances .. different; "
        "variance .. equal; f test .. variance*; variance ratio test; two sample f test; "
        "ratio of variances; f test; "
        "compare .. two variances; equality of two variances; two variances; scatters more; scatter more; "
        "more variable than; less variable than; varies more; vary more; more erratic; greater spread; "
        "larger spread; more scatter; bigger spread; bigger variation; larger variation; more consistent than",
        f"{SPREAD}",
        f"anova; three; non normal; not normal; not necessarily normal; {PLANNING}; regression; levene; bartlett",
        0.25,
    ),
    "levene": Words(
        "levene; levene's test; variances .. equal; variances .. differ*; brown forsythe; differ* .. in .. scatter; "
        "differ* .. in .. spread; "
        "differ* .. in .. variability; equal scatter; "
        "equal spread; same spread; same scatter; same variability; compare .. variability; compare .. spread; "
        "equally variable; equal variability",
        f"{SPREAD}; equal spread; not necessarily normal; homogeneity of variance*",
        f"{PLANNING}; unequal variance; bartlett; f test; without assuming equal variance; control chart",
        0.3,
    ),
    "bartlett": Words(
        "bartlett; bartlett's test; variances .. equal; variances .. differ*",
        f"{SPREAD}; normal .. variances",
        f"unequal variance; {PLANNING}",
        0.1,
    ),
    "variance_chi_square": Words(
        "chi square .. one variance; chi square .. single variance; chi square test .. variance; "
        "chi square test .. standard "
        "deviation; one variance test; test .. for one variance; one sample variance test; test of one standard deviation",
        "standard deviation .. larger than; standard deviation .. smaller than; standard deviation .. exceed*; "
        "standard deviation "
        ".. differ*; sigma .. larger; h0 sigma; h0: sigma; variance .. larger; variance .. exceed*; variability .. exceed*; "
        "standard deviation .. greater; standard deviation .. below; standard deviation .. above; "
        "standard deviation .. less; "
        "standard deviation .. more than; spread .. exceed*; scatter .. exceed*; sigma .. greater; "
        "sigma .. differ*; variance .. "
        "differ*; variance .. greater; sigma0",
        f"{PLANNING}; known sigma; mean .. differ; capab*; chart",
        0.1,
    ),
    "tost": Words(
        "tost; differences up to; difference up to; equivalence test; two one sided tests; bioequivalen*; "
        "test for equivalence; equivalence testing; practically the same; practically equal; "
        "practically equivalent; interchangeable; same .. to within; equivalent within; equivalent to within; "
        "is equivalent; are equivalent; show .. equivalen*",
        "equivalen*; practically equal; practically the same; interchangeable; no relevant difference; as good as; "
        "close enough",
        f"{PLANNING}; equivalence ratio",
        0.05,
    ),
}
"""Operation -> words, for means and spreads."""
