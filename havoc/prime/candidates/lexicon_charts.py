"""Words for control charts."""

from havoc.prime.candidates.words import Words

_CHART = (
    "control chart; in control; out of control; under control; control limits; stable; stability; special cause; "
    "shewhart; chart; monitor; just chance; or chance; exceptional; unusual; normal variation; common cause; "
    "statistical control; drift*; signals; unusual points; process behaviour; process behavior; process control; controlled"
)
_COUNTS = "defective; defectives; nonconforming; rejects; rejected; bad items; fail*; reject; scrapped; faulty; scrap; bad"

CHARTS: dict[str, Words] = {
    "xbar_r_chart": Words(
        "xbar r; x bar r; xbar and r; x bar and r; xbar-r chart; average and range; averages and ranges; "
        "mean and range chart; "
        "x̄-r; x̄ and r; r chart; xbar chart; x bar chart; x̄; range chart; means and ranges; average and range chart",
        f"{_CHART}; subgroup; subgroups; samples of; hourly; at a time; rational subgroup; every hour",
        "standard deviations; xbar s; x bar s; individuals; moving range; capab*; cp; cpk; arl; run length; "
        "proportion; gage; gauge; "
        "r&r; appraiser; operator; between within",
        0.4,
    ),
    "xbar_s_chart": Words(
        "xbar s; x bar s; xbar and s; x bar and s; average and standard deviation chart; "
        "averages and standard deviations; s chart; "
        "mean and standard deviation chart; x̄-s; x̄ and s; x bar s chart",
        f"{_CHART}; subgroups of ten; large subgroups; varying size; subgroup; subgroups",
        "range; capab*; cp; cpk; individuals; gage; gauge; cusum; ewma",
        0.2,
    ),
    "i_mr_chart": Words(
        "i mr; individuals chart; imr; xmr; x mr; individual values chart; moving range; "
        "individuals and moving range; i chart; "
        "individuals; shewhart individuals; x-mr; individual chart; i-mr chart; individuals control chart",
        f"{_CHART}; one .. per; one reading; single values; one at a time; per batch; daily; each batch; every day; "
        "reading per; weekly; "
        "in time order; per shift; per day",
        "subgroup; proportion; defects; defectives; capab*; cp; cpk; ewma; cusum; gage; gauge; rare; run chart; "
        "short run; several products; "
        "arl; multivariate; correlated; infections; between failures; flaws; blemishes",
        0.45,
    ),
    "p_chart": Words(
        "p chart; p-chart; fraction defective chart; proportion chart; fraction nonconforming; proportion nonconforming; "
        "chart .. proportion; chart for fraction; proportion defective; percent defective chart; "
        "control chart for proportion*; "
        "fraction defective",
        f"{_CHART}; {_COUNTS}; inspected; sample sizes; proportion; fraction; daily; varying sample size",
        "laney; np chart; p'; capab*; defects per; flaws; blemishes; u chart; dpmo; process z; number of defects; "
        "oc curve; p' chart",
        0.35,
    ),
    "np_chart": Words(
        "np chart; np-chart; number nonconforming; number defective chart; number of defectives chart; np control chart",
        f"{_CHART}; {_COUNTS}; constant sample size; samples of; sample size",
        "laney; varying; u chart; capab*; dpmo; process z",
        0.2,
    ),
    "c_chart": Words(
        "c chart; c-chart; count chart; number of defects chart; c control chart; chart for defects; defects per unit chart",
        f"{_CHART}; number of; defects per; flaws; blemishes; defects; number of .. per; errors per; scratches; "
        "imperfections; pinholes; bubbles; "
        "faults; counts; accidents per; complaints per",
        "varying; area; sizes; defectives; p chart; u chart; rare; dpmo; pareto; capab*; opportunities; c = ; "
        "n and c; inspected",
        0.3,
    ),
    "u_chart": Words(
        "u chart; u-chart; defects per unit; nonconformities per unit; u control chart",
        f"{_CHART}; flaws; varying area; defects; area; sizes; inspected amount; per metre; per square metre; "
        "units inspected; lengths; "
        "per roll; varying size; blemishes; varying",
        "laney; defectives; np; p chart; u test; dpmo; capab*; opportunities; u'",
        0.25,
    ),
    "laney_p_chart": Words(
        "laney p; laney p'; laney p' chart; laney; p' chart; p prime; overdispers*",
        f"{_CHART}; large samples; {_COUNTS}",
        "laney u; u'; defects",
        0.05,
    ),
    "laney_u_chart": Words(
        "laney u; laney u'; laney u' chart; laney; u' chart; u prime",
        f"{_CHART}; defects; overdispers*",
        "laney p; p'; nonconforming; defectives",
        0.03,
    ),
    "g_chart": Words(
        "g chart; g-chart; geometric chart; cases between; days between; patients between; number between events",
        f"{_CHART}; rare events; between infections; infections; between .. incidents; rare; cases between events; "
        "units between",
        "hours between; time between; gage; gram",
        0.1,
    ),
    "t_chart": Words(
        "t chart; t-chart; time between events; time between .. failures chart; hours between",
        f"{_CHART}; rare; time between; between failures; hours between rare; between events; days between",
        "t test; t squared; mtbf; hotelling; t-squared; patients between; cases between",
        0.1,
    ),
    "ewma_chart": Words(
        "ewma; exponentially weighted; exponentially weighted moving average; ewma chart",
        f"{_CHART}; small shift; lambda; small shifts",
        "mewma; arl; run length; multivariate",
        0.15,
    ),
    "cusum_chart": Words(
        "cusum; cumulative sum; cusum chart; tabular cusum",
        f"{_CHART}; small shift; decision interval; k=0.5; small lasting; h=5; h=4; reference value",
        "arl; run length",
        0.15,
    ),
    "t_squared_chart": Words(
        "t squared; hotelling; t2 chart; t^2; t² chart; multivariate control chart; hotelling t2; t²; "
        "multivariate chart; t-squared; t2",
        f"{_CHART}; correlated; several characteristics; jointly; multivariate; two dimensions; together",
        "mewma; small shifts; generalized variance; generalised variance",
        0.1,
    ),
    "mewma_chart": Words(
        "multivariate exponentially weighted; mewma; multivariate ewma; mewma chart",
        f"{_CHART}; small shift; correlated; jointly; multivariate",
        "",
        0.03,
    ),
    "generalized_variance_chart": Words(
        "generalized variance; generalised variance; |s| chart; joint spread; determinant of the covariance; |s|",
        f"{_CHART}; covariance; joint; multivariate variability",
        "matrix",
        0.03,
    ),
    "target_chart": Words(
        "target chart; deviation from nominal; short run chart; dnom; difference chart; delta chart; nominal chart",
        f"{_CHART}; short run; several products; products; nominals",
        "",
        0.05,
    ),
    "z_mr_chart": Words(
        "z mr; zmr; z-mr chart; standardised chart; standardized chart; z chart; z and mr",
        f"{_CHART}; short run; several products; products",
        "z test",
        0.05,
    ),
    "run_test": Words(
        "run chart; run chart tests; run test; clustering; mixtures; oscillation; runs about the median; runs up and down",
        "trend*; oscillat*; time order; random; drift; clusters; alternat*; cluster*",
        "control limits; run rules; experiment; runs test; design",
        0.15,
    ),
    "run_rules": Words(
        "run rules; rules of special causes; which rules; nelson rules; western electric rules; run rule; "
        "rule violation; rules .. violated; "
        "tests for special causes; rules .. broken; violat* .. rules; break* .. rules; nelson; western electric; we rules",
        "centre line .. sigma; center line .. sigma; rules; points; special cause; zone",
        "chart for; arl; i mr; individuals; xbar; p chart; c chart; u chart; run length; chart with",
        0.1,
    ),
    "average_run_length": Words(
        "arl; average run length; run length; average number of points until; false alarm rate of the chart; ats",
        "shift of; shifts; signal; how long until; how soon; until .. finds; until .. detect*; until .. see*; "
        "until .. signal*; until a chart; chart; how many points; on average; in control run length; "
        "detect a shift; false alarm",
        "operating characteristic; oc curve; random",
        0.1,
    ),
    "oc_curve_chart": Words(
        "oc curve .. chart; operating characteristic .. chart; beta risk .. chart; probability .. chart .. miss; "
        "chart's oc; oc curve of a "
        "control chart; oc curve of an xbar; power of .. control chart; "
        "operating characteristic of .. control chart; probability of not "
        "detecting",
        "miss a shift; not detect; type ii; next point; xbar chart; next sample; operating characteristic",
        "sampling plan; average run length; lot; acceptance",
        0.05,
    ),
}
"""Operation -> words, for control charts."""
