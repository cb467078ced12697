"""What the quantities of this field are called: by people, and by the fields of results."""

from dataclasses import dataclass


@dataclass(frozen=True)
class QuantityWords:
    """One quantity."""

    name: str
    phrases: str
    """What people call it, separated by `; `. A blank stands for blanks or hyphens. `=` behind a symbol: only before a
    sign."""
    fields: str
    """Names of result fields that hold it, `*` for anything, separated by blanks."""
    computed: bool = True
    """Whether only a calculation gives it: no such number is right where no result has one."""


_Q = QuantityWords
WORDS: tuple[QuantityWords, ...] = (
    _Q("p_value", "p value; p values; p val; probability value; observed significance; p; pvalue; asymptotic significance",
       "p_value *_p_value p_value_* p_a p_b p_interaction p_lower p_upper p_equal_slopes p_greenhouse_geisser p_huynh_feldt "
       "p_covariates p_clustering p_mixtures p_trends p_oscillation adjusted"),
    _Q("statistic", "test statistic; t statistic; f statistic; z statistic; t stat; f stat; z stat; t value; f value; z "
                    "value; "
       "f ratio; t ratio; chi square; chi squared; chi square statistic; chi squared statistic; chi2; statistic; "
       "anderson darling statistic; anderson darling; w statistic; u statistic; h statistic; g statistic; q statistic; "
       "likelihood ratio; wald statistic; t=; f=; z=; w=; h=; u=; q=; g=; t; f; z score; χ²; χ2; x2=; a2=; a squared; "
       "shapiro wilk w; shapiro wilk; brown forsythe w; brown forsythe; mauchly w; mauchlys w; hosmer lemeshow",
       "statistic *_statistic f z f_equal_slopes likelihood_ratio anderson_darling* statistic_yates hosmer_lemeshow "
       "mauchly_w "
       "breusch_pagan log_likelihood_ratio minimum u2 rank_sum statistic_*", computed=False),
    _Q("df", "degrees of freedom; degree of freedom; df; d f; dof; error df; residual df",
       "df df* *_df *_df_* degrees_of_freedom* df_*"),
    _Q("mean", "mean; means; average; averages; sample mean; sample means; x bar; xbar; grand mean; group means; overall "
               "mean; "
       "arithmetic mean; mean value; average value; process mean; adjusted mean; adjusted means",
       "mean means mean_* *_mean estimate center adjusted_mean mu average_* process_mean constant log_mean", computed=False),
    _Q("median", "median; medians; median life; median survival; grand median", "median medians grand_median pseudomedian "
                                                                                "estimate"),
    _Q("standard_deviation", "standard deviation; standard deviations; std dev; std deviation; stdev; sd; sds; s=; sigma; "
       "st dev; s d; σ; root mean square error; rmse; residual standard deviation; residual standard error; "
       "residual sd; sigma within; within sigma; overall sigma; error standard deviation; standard error of the regression; "
       "sigma hat; within subgroup standard deviation; process standard deviation",
       "standard_deviation standard_deviations sd s sigma sigma_* *_sigma residual_sd standard_error_of_regression "
       "pooled_* log_standard_deviation study_variation estimate", computed=False),
    _Q("variance", "variance; variances; mean square; mean squares; ms; mse; variance component; variance components",
       "variance *_variance mean_square mean_square_* variances", computed=False),
    _Q("standard_error", "standard error; standard errors; std error; se; s e; sem; std "
                         "err", "standard_error standard_errors "
       "*_standard_error"),
    _Q("sum_of_squares", "sum of squares; sums of squares; ss", "sum_of_squares* *_sum_of_squares press"),
    _Q("difference", "difference; differences; mean difference; difference of the means; difference in means; "
       "difference between the means; difference of means; differ by; differs by; location shift; shift",
       "difference mean_rank_difference maximum_difference *_difference estimate", computed=False),
    _Q("effect_size", "effect size; cohens d; cohen d; cohens f; cohens w; hedges g; d=; w=; f=; standardized difference",
       "effect_size", computed=False),
    _Q("eta_squared", "eta squared; η²; partial eta squared; eta2", "eta_squared partial_eta_squared"),
    _Q("omega_squared", "omega squared; ω²", "omega_squared"),
    _Q("r_squared", "r squared; r square; r2; r sq; r²; coefficient of determination; r^2; multiple r squared; explained "
                    "variation",
       "r_squared r_squared_deviance transformed_r_squared"),
    _Q("r_squared_adjusted", "adjusted r squared; adj; adjusted r2; adj r2; adj r squared; r sq adj; adjusted r²; r2 adj; "
       "r squared adjusted; adjusted r square; adjusted r sq; adj r²; r² adj; r2adj",
       "r_squared_adjusted adjusted_r_squared"),
    _Q("r_squared_predicted", "predicted r squared; pred; predicted r2; pred r2; pred r squared; r sq pred; predicted r²; "
       "r squared predicted; r2 pred; predicted r sq", "r_squared_predicted predicted_r_squared"),
    _Q("interval_low", "lower confidence limit; lower confidence bound; lower bound; lower end; lower tolerance limit; "
       "lower prediction limit; ci low; lower ci", "*_low ci_low lower lower_limit lower_bounds median_ci_low"),
    _Q("interval_high", "upper confidence limit; upper confidence bound; upper bound; upper end; upper tolerance limit; "
       "upper prediction limit; ci high; upper ci", "*_high ci_high upper upper_limit upper_bounds"),
    _Q("slope", "slope; slopes; regression coefficient", "slope slopes"),
    _Q("intercept", "intercept; intercepts; constant term", "intercept constant"),
    _Q("coefficient", "coefficient; coefficients; estimate; estimates", "coefficient coefficients estimate"),
    _Q("equation", "regression equation; fitted equation; model equation", "natural_coefficients slopes constant",
       computed=False),
    _Q("correlation", "correlation; correlation coefficient; pearson r; pearsons r; spearman rho; spearmans rho; rho; r=; "
       "kendalls tau; kendall tau; partial correlation; pearson correlation; spearman correlation",
       "coefficient correlation simple", computed=False),
    _Q("ucl", "ucl; ucls; upper control limit; upper control limits; upper limit of the chart", "ucl ucl_*"),
    _Q("lcl", "lcl; lcls; lower control limit; lower control limits; lower limit of the chart", "lcl lcl_*"),
    _Q("center", "center line; centre line; centerline; centreline; cl; center; centre; grand average; x double bar; p bar; "
       "pbar; u bar; c bar; np bar; process average; average proportion; mean chart center",
       "center center_line dispersion_center"),
    _Q("range_mean", "r bar; rbar; average range; mean range; average moving range; mean moving range; mr bar; mrbar",
       "dispersion_center moving_range_mean mean_range center"),
    _Q("cp", "cp", "cp"), _Q("cpk", "cpk", "cpk"), _Q("pp", "pp", "pp"), _Q("ppk", "ppk", "ppk"), _Q("cpm", "cpm", "cpm"),
    _Q("cpl", "cpl", "cpl"), _Q("cpu", "cpu", "cpu"), _Q("ppl", "ppl", "ppl"), _Q("ppu", "ppu", "ppu"),
    _Q("cg", "cg", "cg"), _Q("cgk", "cgk", "cgk"),
    _Q("ppm", "ppm; parts per million; defective ppm; expected ppm; ppm expected; nonconforming ppm", "ppm ppm_* total "
       "above_usl below_lsl", computed=False),
    _Q("dpmo", "dpmo; defects per million opportunities", "dpmo"),
    _Q("dpu", "dpu; defects per unit", "dpu center center_line points rate rate1 rate2", computed=False),
    _Q("sigma_level", "sigma level; process sigma; z bench; zbench; process z; sigma quality "
                      "level", "sigma_level z z_bench*"),
    _Q("yield", "yield; throughput yield; rolled throughput yield; first pass yield", "throughput_yield", computed=False),
    _Q("ndc", "ndc; number of distinct categories; distinct categories", "ndc"),
    _Q("grr", "gage r&r; gauge r&r; grr; %grr; gage rr; total gage r&r; study variation; %study variation; "
       "percent study variation; % study variation; percent of study variation; %contribution; percent contribution; "
       "%tolerance; percent tolerance; percent of tolerance",
       "percent_* sigma_grr percent"),
    _Q("kappa", "kappa; cohens kappa; fleiss kappa; κ", "kappa"),
    _Q("odds_ratio", "odds ratio; odds ratios; or=", "odds_ratio odds_ratio_* ratio", computed=False),
    _Q("relative_risk", "relative risk; risk ratio; rate ratio", "relative_risk rate_ratio ratio"),
    _Q("proportion", "proportion; proportions; fraction nonconforming; fraction defective; share; defect rate; defective "
                     "rate; "
       "percent nonconforming; percent defective; failure fraction; success rate; reject rate; nonconforming rate",
       "proportion* *_at percent_nonconforming percent_* probability* p_hat points center center_line observed_agreement",
       computed=False),
    _Q("probability", "probability; acceptance probability; probability of acceptance; chance; likelihood",
       "probability* *_probability power between density pass_probability proportion beta producer_risk consumer_risk "
       "upper_probability reliability survival", computed=False),
    _Q("producer_risk", "producer risk; producers risk", "producer_risk", computed=False),
    _Q("consumer_risk", "consumer risk; consumers risk", "consumer_risk", computed=False),
    _Q("suspect", "suspect; suspect value; suspected value", "suspect outliers", computed=False),
    _Q("power", "power; statistical power; power of the test; achieved power; actual power",
       "power *_power exact_power target_power", computed=False),
    _Q("alpha", "alpha; α; significance level; level of significance; type i error; type 1 error; alpha level; "
       "significance threshold", "alpha exact_alpha", computed=False),
    _Q("axial_distance", "alpha; axial distance; star distance; axial points are at; axial alpha", "alpha"),
    _Q("confidence", "confidence; confidence level; level of confidence", "confidence *_confidence", computed=False),
    _Q("coverage", "coverage; of the population; of the population lies", "coverage", computed=False),
    _Q("n", "n; sample size; sample sizes; number of observations; number of values; number of samples; "
       "total sample size; total n; per group; n per group; units per group; samples per group; observations per group; "
       "values per group; sample size per group; items per group; parts per group; per sample",
       "n n1 n2 n_used n_parts n_operators n_trials n_nonzero n_matched total_n sample_size sample_sizes "
       "*_sample_size required_n continuity_corrected_n *_n mean_between_events resamples runs "
       "whole_plot_size size block_size", computed=False),
    _Q("n_unrounded", "unrounded; unrounded n; unrounded sample size; before rounding", "n_unrounded"),
    _Q("count", "observations; units; items; parts; values; measurements; data points; samples; readings; pairs; subjects; "
       "specimens; pieces; comparisons; terms; tests; cases; categories; resamples; rearrangements; "
       "solutions; passages; sampled items; runs tests; lots", "count", computed=False),
    _Q("acceptance_number", "acceptance number; accept on; ac=; c=",
       "acceptance_number *_acceptance_number", computed=False),
    _Q("rejection_number", "rejection number; reject on; re=", "rejection_number* *_rejection_number"),
    _Q("aoql", "aoql; average outgoing quality limit", "aoql"),
    _Q("asn", "asn; average sample number", "asn asn_max"),
    _Q("arl", "arl; average run length; in control arl; arl0", "arl_* average_run_lengths"),
    _Q("runs", "runs; number of runs; experimental runs; experiments; trials; experimental trials; total runs; "
       "total number of runs", "runs *_runs n_used n_trials runs_*", computed=False),
    _Q("center_points", "center points; centre points; center point; centre point; center runs; centre runs; centerpoints; "
       "center point runs; centre point runs; replicates at the center; centrepoints; center replicates; "
       "at the center; at the centre", "center_points",
       computed=False),
    _Q("axial_runs", "axial runs; axial points; star points; axial point runs; star runs", "axial_runs"),
    _Q("factorial_runs", "factorial runs; factorial points; corner points; cube points; corner runs; cube runs",
       "factorial_runs factorial_points"),
    _Q("resolution", "resolution", "resolution *_resolution", computed=False),
    _Q("factors", "factors; number of factors; variables; input variables; process variables", "factors n_factors",
       computed=False),
    _Q("blocks", "blocks; number of blocks; block", "block_count", computed=False),
    _Q("groups", "groups; treatments; number of groups; number of treatments", "groups treatments", computed=False),
    _Q("levels", "levels; number of levels", "levels size", computed=False),
    _Q("generators", "generators; number of generators", "generators", computed=False),
    _Q("replicates", "replicates; replications; replicate; number of replicates", "replications replicates", computed=False),
    _Q("signals", "signals; signal; violations; points beyond; points out of control; points outside the limits; "
       "out of control points; points outside; points above; points below; points beyond the limits; rule violations",
       "violations signals", computed=False),
    _Q("outliers", "outliers; suspected outliers", "outliers outlier_count suspect", computed=False),
    _Q("position", "point; row; observation; run number; subgroup; sample number; position; index; point number; "
                   "observation no; "
       "subgroup number; obs", "index position positions window influential high_leverage outliers standard_order",
       computed=False),
    _Q("failures", "failures; failed units; failure", "failures *_failures", computed=False),
    _Q("shape", "shape; shape parameter; weibull shape; weibull modulus; weibull slope; shape beta; "
                "beta=", "shape", computed=False),
    _Q("scale", "scale; scale parameter; characteristic life; eta=", "scale", computed=False),
    _Q("b10", "b10 life; b10; l10; l10 life; b 10 life", "b10"),
    _Q("mttf", "mttf; mean time to failure; mean life", "mttf mean"),
    _Q("mtbf", "mtbf; mean time between failures", "mtbf mttf"),
    _Q("failure_rate", "failure rate; hazard rate; failure rates", "failure_rate failure_rate_* rate"),
    _Q("reliability", "reliability; survival probability; survival; reliability at", "reliability reliabilities "
                                                                                     "test_reliability "
       "survival value", computed=False),
    _Q("skewness", "skewness; skew", "skewness"), _Q("kurtosis", "kurtosis; excess kurtosis", "excess_kurtosis"),
    _Q("minimum", "minimum; smallest value; lowest value; smallest; lowest; min",
       "minimum value largest_* *_min", computed=False),
    _Q("maximum", "maximum; largest value; highest value; largest; highest; max",
       "maximum value largest_* max_* *_max", computed=False),
    _Q("range", "range; ranges", "range *_range points center", computed=False),
    _Q("quartile_low", "first quartile; lower quartile; q1", "q1"),
    _Q("quartile_high", "third quartile; upper quartile; q3", "q3"),
    _Q("iqr", "iqr; interquartile range", "iqr"),
    _Q("coefficient_of_variation", "coefficient of variation; cv", "coefficient_of_variation"),
    _Q("vif", "vif; variance inflation; variance inflation factor; vifs", "vif max_vif"),
    _Q("aic", "aic; akaike information criterion", "aic"), _Q("bic", "bic", "bic"), _Q("aicc", "aicc", "aicc"),
    _Q("log_likelihood", "log likelihood; loglikelihood", "log_likelihood"),
    _Q("deviance", "deviance", "deviance *_deviance"),
    _Q("durbin_watson", "durbin watson; durbin watson statistic", "durbin_watson"),
    _Q("d_efficiency", "d efficiency", "d_efficiency"), _Q("a_efficiency", "a efficiency", "a_efficiency"),
    _Q("g_efficiency", "g efficiency", "g_efficiency"), _Q("cramers_v", "cramers v; cramer v", "cramers_v"),
    _Q("margin", "margin of error; margin", "margin *_margin margin_of_error simultaneous_margin_of_error", computed=False),
    _Q("critical_value", "critical value; critical values; table value", "critical_value"),
    _Q("lenth_pse", "pseudo standard error; pse", "pseudo_standard_error"),
    _Q("effect", "effect; effects; main effect", "effect difference", computed=False),
    _Q("determinant", "determinant; det", "determinant"), _Q("rank", "rank", "rank rank_*", computed=False),
    _Q("trace", "trace", "trace"), _Q("eigenvalue", "eigenvalue; eigenvalues", "eigenvalues eigenvalue value"),
    _Q("desirability", "desirability; composite desirability", "desirability"),
    _Q("bias", "bias; average bias; mean bias", "bias *_bias"), _Q("linearity", "linearity; % linearity", "*linearity"),
    _Q("lambda", "lambda; λ; box cox lambda", "power best_power rounded_power lambda_"),
    _Q("decision_interval", "decision interval; h=", "decision_interval", computed=False),
    _Q("lsl", "lsl; lower spec limit; lower specification limit; lower spec; lower specification", "lsl", computed=False),
    _Q("usl", "usl; upper spec limit; upper specification limit; upper spec; upper specification", "usl", computed=False),
    _Q("target", "target; target value; nominal; nominal value; hypothesized value; hypothesised value; hypothesized mean; "
       "hypothesised mean; reference value; null value; specified value; standard value",
       "target target_* reference_value reference",
       computed=False),
    _Q("k", "k=; k factor; tolerance factor; acceptability constant; acceptance constant", "k k_* *_factor", computed=False),
    _Q("pairs_found", "significant pairs; significant comparisons", "significant_pairs"),
    _Q("prediction", "predicted value; prediction; fitted value; predicted response; predicted mean; fit",
       "fit predicted* fitted response", computed=False),
    _Q("seed", "seed; random seed", "seed", computed=False),
)  # fmt: skip
"""All quantities that are told apart. A field may hold several: the centre of a p chart is a proportion and a centre."""

AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "confidence interval": ("interval_low", "interval_high"), "ci": ("interval_low", "interval_high"),
    "confidence intervals": ("interval_low", "interval_high"), "confidence limits": ("interval_low", "interval_high"),
    "confidence bounds": ("interval_low", "interval_high"), "c i": ("interval_low", "interval_high"),
    "interval": ("interval_low", "interval_high"), "tolerance interval": ("interval_low", "interval_high"),
    "prediction interval": ("interval_low", "interval_high"), "tolerance limits": ("interval_low", "interval_high"),
    "bounds": ("interval_low", "interval_high"), "control limits": ("lcl", "ucl"), "natural limits": ("lcl", "ucl"),
    "limits": ("lcl", "ucl", "interval_low", "interval_high", "lsl", "usl"), "spec limits": ("lsl", "usl"),
    "specification limits": ("lsl", "usl"), "specification": ("lsl", "usl"), "specs": ("lsl", "usl"),
    "lower limit": ("lcl", "interval_low", "lsl"), "upper limit": ("ucl", "interval_high", "usl"),
    "limit": ("lcl", "ucl", "interval_low", "interval_high", "lsl", "usl", "aoql", "field:limit"),
    "quartiles": ("quartile_low", "quartile_high"),
}  # fmt: skip
"""Words that mean one of several quantities. Of two low and high ones the first of a pair is the low one."""

COUNTED = frozenset(
    {"df", "n", "count", "runs", "center_points", "axial_runs", "factorial_runs", "factors", "blocks", "groups", "levels",
     "replicates",
     "signals", "outliers", "failures", "ndc", "ppm", "dpmo", "dpu", "coverage", "grr", "pairs_found", "generators"}
)  # fmt: skip
"""Quantities whose noun stands behind the number: `15 runs`."""
