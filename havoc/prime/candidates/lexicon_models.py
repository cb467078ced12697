"""Words for correlation and regression."""

from havoc.prime.candidates.lexicon_common import PLANNING
from havoc.prime.candidates.words import Words

MODELS: dict[str, Words] = {
    "correlation": Words(
        "correlation; pearson; spearman; kendall; tau; pearson's r; correlate; rank correlation; correlated; "
        "correlation coefficient; "
        "kendall's tau; spearman's rho; spearman rank",
        "relationship; related; association; go together; linked; connection; strongly; relation between; move together; "
        "associated; depend on each other; monotone",
        f"{PLANNING}; regress*; predict; slope; intercept; partial; hold* .. constant; taken out; autocorrelation; "
        "t squared; "
        "fit; adjust* for; "
        "multivariate; correlated dimensions; correlated characteristics; hotelling; joint*; equation; chi; "
        "detect .. correlation; "
        "contingency; mewma",
        0.3,
    ),
    "partial_correlation": Words(
        "partial correlation; partial correlations; correlation .. taken out; correlation .. holding; "
        "correlation .. controlling; "
        "correlation .. adjust*",
        "partial; hold* .. constant; holding; controlling for; held constant; effect of .. removed; "
        "taking .. out; adjusted for",
        f"regress*; {PLANNING}; ancova",
        0.05,
    ),
    "linear_regression": Words(
        "linear regression; regression; simple regression; multiple regression; least squares; straight line; "
        "regression line; "
        "line of best fit; best fit line; trend line; multiple linear regression; linear model; linear fit; regress; ols; "
        "calibration line; fit a line",
        "slope; intercept; predict*; how does .. depend; depend* on; calibration; fit; model; per unit increase; "
        "estimate .. from; "
        "relationship between .. and; dependence; linear; r squared; forecast; prediction; for each extra; "
        "each additional; extra .. per; per extra; per additional; per degree; "
        "how much .. per",
        "logistic; poisson; polynomial; quadratic; cubic; degree; curved; residual .. influence; leverage; "
        "diagnostic*; cook's; "
        f"response surface; {PLANNING}; pearson; spearman; factorial; bias; gage; weibull; distribution",
        0.45,
    ),
    "polynomial_regression": Words(
        "polynomial regression; polynomial; quadratic regression; cubic regression; quadratic fit; cubic fit; parabola; "
        "second order polynomial; third order polynomial; polynomial fit; quadratic; cubic; second degree; curvilinear",
        "degree; curved; curvature; curve; power of x; squared term; x^2 term; order",
        "response surface; central composite; box behnken; factors; optimum; roots; solve; x^2; logistic; factor; expand",
        0.1,
    ),
    "logistic_regression": Words(
        "logistic regression; logit; binary regression; logistic; probit; binary logistic; logistic model",
        "yes or no; failed or not; probability of failure; 0/1; pass or fail; odds; binary; 0 or 1; dose response; failure",
        "logistic distribution; loglogistic; poisson regression",
        0.15,
    ),
    "poisson_regression": Words(
        "poisson regression; log linear; count regression; loglinear; regression .. counts; poisson model",
        "counts of; complaints; trend in counts; exposure; number of .. depends",
        "poisson rate; two rates",
        0.1,
    ),
    "regression_diagnostics": Words(
        "regression diagnostics; diagnostics; residual analysis; cook's distance; leverage; influential; "
        "studentized residual; "
        "influence; dffits; residual plot; residual; influential points; hat values; durbin watson; vif",
        "regression; assumptions; outlier .. regression; model check",
        "run order; anova; chart",
        0.05,
    ),
}
"""Operation -> words, for correlation and regression."""
