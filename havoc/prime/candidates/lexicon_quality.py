"""Words for capability, measurement systems, problem analysis and acceptance sampling."""

from havoc.prime.candidates.words import Words

_LIMITS = (
    "specification; spec; lsl; usl; tolerance; limits; within limits; spec limits; customer limit; drawing; "
    "requirement; nominal"
)
_COUNTS = "defective; defectives; nonconforming; rejects; rejected; bad items; fail*; reject; scrapped; faulty; scrap; bad"
_LOT = "lot; batch; accept*; sampling plan; inspection; aql; incoming; acceptance; sample size"

QUALITY: dict[str, Words] = {
    "process_capability": Words(
        "process capability; capability study; capability analysis; capability; cp; cpk; pp; ppk; cpm; capable; "
        "process performance; "
        "capability index; capability indices; cpk value; cp and cpk",
        f"{_LIMITS}; able to hold; meet* .. spec*; within spec; ppm; out of spec; hold .. tolerance; "
        "keep .. tolerance; can .. hold",
        f"attribute; nonconforming; defectives; defects; not normal; non normal; skewed; between within; {_LOT}; "
        "gage; gauge; cg; cgk; "
        "r&r; measurement system; difference between; z1; batches differ; dpmo; dpu; report says; transform",
        0.45,
    ),
    "process_capability_from_summary": Words(
        "capability from summary; capability .. from mean; capability from mean",
        f"cp; cpk; ppk; pp; capab*; {_LIMITS}; mean; average; standard deviation; sigma; report; parts; n =; cpm; summary",
        f"not normal; {_LOT}; gage; gauge; dpmo; t test; difference between; tolerance interval; p(x; share .. below",
        0.35,
    ),
    "capability_nonnormal": Words(
        "nonnormal capability; non normal capability; capability .. nonnormal; capability .. non normal; "
        "capability .. not normal; non normal .. capab*; nonnormal .. capab*; not normal .. capab*; skewed .. capab*; "
        "non normal .. cpk; skewed .. cpk; skewed .. ppk; "
        "capability .. skewed; weibull capability; percentile method; capability .. lognormal; capability .. weibull",
        f"not normal; non normal; skewed; lognormal; weibull; nonnormal; asymmetric; {_LIMITS}; ppk; cpk",
        f"transform only; {_LOT}; gage; gauge; tolerance interval",
        0.1,
    ),
    "capability_between_within": Words(
        "between within; between/within; between within; between and within; between within capability; "
        "b/w capability; between-within",
        f"batches differ; batch to batch; {_LIMITS}; batch; rolls; setups; capab*; lots differ",
        "anova; gage; gauge",
        0.05,
    ),
    "binomial_capability": Words(
        "binomial capability; attribute capability; capability .. attribute; capability .. nonconforming; "
        "process z; capability of an "
        "attribute process; sigma level; capability .. defectives",
        f"{_COUNTS}; capab*; attribute; ppm; in samples of; inspected; z bench; percent defective",
        "defects per; dpmo; opportunities; dpu; control chart; p chart; lsl; usl",
        0.1,
    ),
    "poisson_capability": Words(
        "dpmo; dpu; poisson capability; defects per million; defects per unit; dpo; "
        "defects per million opportunities; capability .. defects",
        "opportunit*; defects; boards; sigma level; units; yield; capab*; per unit",
        "c chart; u chart; control chart; pareto; chart",
        0.1,
    ),
    "box_cox_transform": Words(
        "box cox; box-cox; box cox lambda; box cox transformation; power transformation",
        "transform*; lambda; make .. normal; nearly normal; transformation; normalise; normalize",
        "ewma; capab*; johnson; model; factors; usl; lsl; experiment",
        0.15,
    ),
    "johnson_transform": Words(
        "johnson; johnson transformation; johnson curve; johnson su; johnson sb; johnson transform",
        "transform*; negative values",
        "capab*; usl; lsl",
        0.1,
    ),
    "gage_rr_anova": Words(
        "gage r&r; gauge r&r; gage rr; gauge rr; grr; repeatability and reproducibility; r&r; r & r; gage study; "
        "gauge study; msa; measurement "
        "system analysis; crossed gage; r and r; gage r and r; repeatability; reproducibility; %grr; "
        "number of distinct categories",
        "operator; appraiser; measurement system; operators; parts; every operator; variation .. measurement; gage; "
        "gauge; appraisers; "
        "measuring device; anova method; inspectors measured; ndc; measurement error",
        "range method; average and range; nested; destructive; attribute; rating; linearity; bias; cg; cgk; "
        "reference; type 1; kappa; agree; "
        "aiag average; averages and ranges; ok; pass",
        0.4,
    ),
    "gage_rr_range": Words(
        "average and range method; range method; averages and ranges; xbar and r method; aiag average; "
        "aiag .. range; average-range; "
        "averages and ranges method; x bar r method",
        "gage r&r; gauge r&r; grr; operator; aiag; appraiser; r&r; gage; gauge; measurement system; parts",
        "control chart; subgroup; subgroups; sampled; nested; anova method",
        0.1,
    ),
    "gage_rr_nested": Words(
        "nested gage; nested gauge; destructive; nested gage r&r; nested r&r; nested",
        "gage r&r; gauge; own parts; destroyed; operator; destructive test; gage; grr; parts of their own",
        "",
        0.05,
    ),
    "gage_bias": Words(
        "bias study; gage bias; gauge bias; bias; measurement bias; biased; accuracy of the gage; systematic error; "
        "gauge accuracy",
        "reference value; reference part; master; gauge; gage; reference; true value; certified; "
        "repeated measurements; micrometer; calliper; "
        "caliper; instrument; standard value; systematically; reads too high; reads too low; reads high",
        "linearity; cg; cgk; coin; tolerance; operators; parts; heads; range of; type 1; over its range",
        0.15,
    ),
    "gage_type1": Words(
        "cg; cgk; type 1 gage; type 1 gauge; type 1 study; type-1; cg and cgk; type i gage study; gage capability; "
        "gauge capability; msa type 1",
        "reference; master; tolerance; repeated measurements; gauge; gage; one part; one operator; resolution",
        "linearity; operators",
        0.1,
    ),
    "gage_linearity": Words(
        "linearity; gage linearity; linearity study; bias and linearity; gauge linearity; linearity and bias",
        "range; reference; gage; gauge; measuring range; bias .. range; over its range; over the range; measured",
        "nonlinear; linear regression",
        0.1,
    ),
    "attribute_agreement": Words(
        "attribute agreement; attribute agreement analysis; attribute msa; attribute gage; attribute gauge; "
        "agreement analysis; "
        "attribute measurement system; effectiveness of inspectors",
        "appraiser; inspectors; rating; standard; agree; agreement; pass fail; ok; classify; within appraiser; "
        "known standard; trials",
        "measurements; tolerance; kappa",
        0.15,
    ),
    "cohen_kappa": Words(
        "cohen; cohen's kappa; kappa; weighted kappa; cohens kappa; kappa statistic",
        "agree*; beyond chance; two raters; two inspectors; raters; inspector; rating; agreement; same items; "
        "two judges; two appraisers; "
        "classif*; judge; concordance",
        "fleiss; cohen's d; cohen's w; cohen's f; three raters; four raters; several raters; chi square; mcnemar",
        0.15,
    ),
    "fleiss_kappa": Words(
        "fleiss; fleiss kappa; fleiss' kappa; kappa",
        "several raters; four raters; three raters; raters; agree*; five raters; beyond chance; many raters; "
        "counts of ratings",
        "cohen; two raters; two inspectors; weighted kappa",
        0.08,
    ),
    "pareto_analysis": Words(
        "pareto; vital few; 80/20; 80 20; pareto chart; pareto analysis; pareto diagram",
        "categories; few causes; most complaints; causes; which few; most frequent; make up most; biggest; "
        "account for; cause; rank .. "
        "defect types; where to start; main causes; most of the",
        "control chart; independence",
        0.15,
    ),
    "acceptance_sampling_single": Words(
        "single sampling plan; acceptance sampling; sampling plan; attribute plan; single plan; acceptance plan; n and c; "
        "attributes sampling plan; attribute sampling; attributes plan; acceptance sampling plan",
        f"{_LOT}; ltpd; rql; producer's risk; consumer's risk; producer; consumer; acceptance number; lq; "
        "rejectable quality",
        "variables; z1.4; mil std; double; z1.9; iso 2859; measurements; oc curve; k method; 105; capab*; mean; "
        "standard deviation; chart; "
        "operating characteristic; iso 3951",
        0.3,
    ),
    "acceptance_sampling_double": Words(
        "double sampling; double sampling plan; two stage plan; double plan; second sample; two-stage sampling",
        f"{_LOT}; n1; c1; n2; c2; first sample",
        "z1.4; t test",
        0.1,
    ),
    "oc_curve": Words(
        "oc curve; operating characteristic; operating characteristic curve; oc; probability of acceptance; "
        "acceptance probability; "
        "aoq; aoql; average outgoing quality; chance to accept; chance of accept*; probability to accept; "
        "probability .. accept*; accept a lot with",
        f"{_LOT}; plan; c = ; n = .. c =; accept* .. lot",
        "control chart; xbar; find a; roc; double; ltpd; chart",
        0.15,
    ),
    "z14_plan": Words(
        "z1.4; z14; ansi z1.4; ansi/asq z1.4; mil std 105; iso 2859; mil-std-105; milstd 105; 105e; ansi asq z1.4; "
        "z 1.4; asq z1.4; "
        "iso 2859-1; mil-std-105e; code letter",
        f"{_LOT}; level ii; general level; normal inspection; tightened; lot size; reduced inspection; inspection level",
        "z1.9; 414; variables; ltpd; 3951",
        0.15,
    ),
    "z19_plan": Words(
        "z1.9; z19; ansi z1.9; mil std 414; iso 3951; mil-std-414; ansi/asq z1.9; z 1.9; variables .. lot size .. aql",
        f"{_LOT}; variables; lot size; by variables",
        "z1.4; 105; 2859; ltpd",
        0.1,
    ),
    "variables_sampling_plan": Words(
        "variables sampling; variables sampling plan; k method; variables plan; sampling by variables; "
        "acceptance sampling by variables; "
        "variables acceptance; n and k; n, k; variable sampling plan; variables .. plan",
        f"{_LOT}; ltpd; standard deviation unknown; acceptance constant; rql; measured; measurements",
        "z1.9; attribute; lot acceptance .. measurements; 414; accept the lot",
        0.15,
    ),
    "variables_lot": Words(
        "lot acceptance by variables; variables lot; form 1; form 2; lot .. by variables",
        f"{_LOT}; accept the lot; is the lot accepted; judge .. lot; lot .. accepted; accept or reject the lot; k =; "
        "measurements; acceptability constant; estimated percent nonconforming; m =; lot",
        "which plan; find .. plan; oc curve; defectives",
        0.15,
    ),
}
"""Operation -> words, for capability, measurement systems and acceptance sampling."""
