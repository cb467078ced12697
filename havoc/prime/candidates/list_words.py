"""What tells that a list is for an argument: words in its name, and its place."""

import re

LIST_WORDS: dict[str, str] = {
    "response": (
        "response; yield; strength; result; output; y; outcome; failed; failure; event; complaints; counts; count; score"
    ),
    "factor": "group; treatment; machine; method; supplier; factor; line",
    "factor a": "factor a; a",
    "factor b": "factor b; b; block",
    "parts": "part; piece; specimen; sample; item; unit; work piece",
    "operators": "operator; appraiser; inspector; person; technician; worker; tester; name",
    "appraisers": "appraiser; operator; inspector; person; rater; judge",
    "ratings": "rating; decision; verdict; result; assessment; judgement; call; response",
    "standard": "standard; std; reference; ref; truth; true; known; master; expert; correct; actual",
    "measurements": "measurement; measured; value; reading; result; measure; y; length; diameter; thickness; observed",
    "references": "reference; master; true; nominal; standard; certified; ref",
    "nonconforming": "defective; nonconforming; reject; bad; fail; scrap; np; non conforming; faulty; defect; rejected; d",
    "sample sizes": (
        "inspected; sample size; n; checked; size; sample; lot size; tested; produced; total; items; units; quantity"
    ),
    "defects": "defect; flaw; blemish; error; count; nonconformit; fault; scratch; c; complaints; number",
    "nonconformities": "defect; flaw; blemish; error; count; nonconformit; fault",
    "sizes": (
        "area; unit; size; length; inspected; n; amount; metre; "
        "meter; m2; hours; volume; sheets; patient; "
        "bed days; pages; miles; km; visits; exposure; opportunities"
    ),
    "units": "unit; board; inspected; n; size",
    "counts": "count; frequency; number; complaint; cost; n; occurrence; quantity; total",
    "categories": "category; cause; defect; type; reason; problem; fault; complaint",
    "times": "time; hour; week; day; cycle; life; month; failure; km; year; survival; minutes; distance",
    "censored": "censor; status; suspend; suspension; running; survived; alive; event; censored",
    "frequencies": "frequency; count; number; quantity; how many",
    "trials": "trial; n; tested; total; exposed; number",
    "exposure": "exposure; time; area; hours; units; length; population",
    "covariates": "covariate; before; initial; baseline; age; x",
    "before": "before; first; pre; old; initial; test 1; visit 1",
    "after": "after; second; post; new; final; test 2; visit 2",
    "products": "product; part; item; type; order",
    "whole plots": "whole plot; plot; furnace run; oven run; wp; batch; set up",
    "blocks": "block; replicate; rep",
    "expected": "expected; hypothes; theor; ratio; proportion; probabilit; model",
    "observed": "observed; count; actual; frequency; seen",
    "controls": "control; constant; covariate",
    "groups": "group; arm; treatment; cohort",
    "paired with": "after; second; post; new",
    "names": "name; effect; term; label",
    "right hand side": "b; right; rhs; vector",
    "p values": "p; p value",
    "x": "x; input; predictor",
    "y": "y; response; output; result; yield",
}
"""Argument -> words in the names of lists that it takes."""

LAST = frozenset({"response", "y", "measurements", "ratings", "right hand side"})
"""Arguments that stand last among columns without telling names."""

LEADING = frozenset({"partial_correlation"})
"""Operations whose own two lists stand before what is set aside."""

NAMED_ONLY = frozenset(
    {
        "exposure",
        "trials",
        "frequencies",
        "blocks",
        "row names",
        "column names",
        "conditions",
        "treatments",
        "names",
        "means",
        "proportions",
        "null proportions",
        "new points",
        "standard",
        "category order",
        "reference",
        "covariance",
        "existing",
        "design",
        "points",
        "start",
        "end",
        "sizes of groups",
    }
)
"""Optional lists that are taken only where a list has such a name."""

INDEPENDENT = frozenset({"group1", "group2", "sample", "second", "left", "right", "coefficients", "right_hand_side"})
"""Lists whose lengths may differ."""

PARAMETERS = re.compile(r"(?i)\bcov(?:ariance)?\b|\bmean vector\b|\bvector of means\b|\bcorrelation matrix\b")
"""Names of lists that hold parameters beside the data."""
