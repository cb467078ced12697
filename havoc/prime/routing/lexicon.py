"""Words from which the kind of a task is told. General names and turns of the field; nothing from single questions."""

from dataclasses import dataclass

from havoc.prime.prompt_words import PhraseBook, read_words
from havoc.prime.routing.task_type import TaskType

NAMED, TOLD, HINT = 3, 2, 1
"""How much a phrase says: it is the name of a method; it belongs to the field; it belongs to it among numbers only, since
everyday language has it too (`control`, `plan`, `test`)."""


@dataclass(frozen=True)
class Cue:
    """What a phrase says."""

    task: TaskType
    weight: int


_EXPERIMENT = TaskType.DOE_DESIGN
"""Cues of experiments in general stand under design; whether one is to be made or was made, the router tells by the data."""

_PHRASES: dict[TaskType, dict[int, str]] = {
    TaskType.DESCRIBE: {
        NAMED: """mean and standard deviation, mean and sd, descriptive statistics, summary statistics, standard
            deviation, skewness, kurtosis, interquartile range, iqr, quartile, pareto, pareto chart, pareto analysis,
            five number summary, coefficient of variation, geometric mean, harmonic mean, trimmed mean, standard error
            of the mean, histogram, box plot, boxplot, vital few, stem and leaf, root mean square""",
        TOLD: """mean of, mean for, median, mean value, the mean, average of, variance, describe, summarise, summarize,
            summary of, basic stats, stdev, std dev, std, descriptives, mode of, percentile, n minus one, degrees of
            freedom, standard error, arithmetic mean, sample variance, biggest contributors, most frequent, basic
            statistics, central tendency, spread of, scatter of, key figures""",
        HINT: """average, spread, range, scatter, typical, sd, mean, sum up, overview, max, min, mode, stats""",
    },
    TaskType.HYPOTHESIS_TEST: {
        NAMED: """t test, ttest, z test, student test, welch, anova, analysis of variance, ancova, manova, mann whitney,
            wilcoxon, rank sum, signed rank, kruskal, kruskal wallis, mood median, sign test, levene, bartlett, brown
            forsythe, f test, chi square test, chi squared test, chi square test of independence, chisquare, goodness of
            fit, fisher exact, mcnemar, cochran q, tukey, tukey hsd, games howell, dunnett, bonferroni, scheffe,
            multiple comparison, post hoc, grubbs, esd, rosner, outlier, shapiro, shapiro wilk, anderson darling,
            kolmogorov smirnov, ryan joiner, normality, normality test, test of normality, tost, equivalence test, p
            value, null hypothesis, hypothesis test, significance test, significance level, test statistic, confidence
            interval, confidence limit, tolerance interval, permutation test, randomization test, runs test, repeated
            measures, paired test, two sample, one sample, contingency table, two proportion, one proportion, equal
            variances, equality of variances, two by two table, statistically significant, significantly different,
            significant difference, statistical significance, normally distributed, mood test, crosstab, cross
            tabulation, binomial test, margin of equivalence, cramer v, odds ratio, non inferiority, hypothesis testing,
            significance testing, equivalence testing, chi squared, ks test""",
        TOLD: """claim that, mean exceeds, average exceeds, test if, test whether, stand out, evidence that, bootstrap,
            friedman, dixon, holm, different from, equal to, differ from, differ, difference between, significant,
            significantly, reject, equivalence, equivalent, alternative hypothesis, from a normal distribution, follow a
            normal distribution, gaussian, normal distribution, normally distributed, nonparametric, non parametric,
            distribution free, independence, independent of, compare the means, compare two, compare groups, any
            difference, make a difference, variances, variance equal, paired, pairwise, prove that, prove, true mean,
            population mean, better than, worse than, larger than, higher than, lower than, stronger than, faster than,
            before and after, statistically, tolerance limit, ci for, ci of, percent ci, unusual value, stands out,
            equally variable, same mean, same average, means equal, treatment effect, versus placebo, control group,
            changed since, improvement over, coverage of, of the population, deviate from, deviates from, average is,
            mean is, gone up, gone down, went down""",
        HINT: """fair, claim, whether, really, test, compare, comparison, vs, versus, difference, different, same,
            equal, change, improve, improvement, help, before, after, afterward, normal, group, significance, effect,
            alpha, ci, outlying, hypothesis, treatment, evidence, confidence, better, worse, supplier, batch, placebo,
            independent, slower, faster, higher, lower, larger, smaller, longer, shorter, stronger, weaker, deviate,
            worse than, reduce, raise, increase, decrease, affect, lies""",
    },
    TaskType.REGRESSION: {
        NAMED: """regression, linear regression, regress, straight line fit, least squares, correlation, correlation
            coefficient, correlated, pearson, spearman, kendall tau, r squared, scatter plot, scatterplot, polynomial
            fit, fit a line, fit a straight line, fit a quadratic, fit a polynomial, fit a curve, fit a model, best fit
            line, trend line, trendline, logistic, logit, poisson regression, multicollinearity, vif, cook distance,
            prediction interval, partial correlation, calibration curve, calibration line, linear model, predictor,
            explanatory variable, quadratic polynomial, curve fitting, line of best fit, straight line through,
            correlate, correlating""",
        TOLD: """slope, residual, leverage, intercept, fit a, fit the, relationship between, relation between,
            association between, depend on, dependence of, linear trend, straight line, related to, as a function of,
            predict, extrapolate, explain the variation, line through, go together, linearly, dependent on, regressed,
            function of, influence of, response variable, quadratic, cubic, increase with, increases with, decrease
            with, decreases with, rise with, grows with, varies with, vary with, depends on""",
        HINT: """fit, line, relation, relationship, linked, trend, linear, curve, dose, rho, model, predicted, together,
            strongly""",
    },
    TaskType.DISTRIBUTION: {
        NAMED: """probability of, probability that, quantile, inverse cdf, cdf, pdf, cumulative probability, critical
            value, critical t, critical z, critical f, z score, z value, z table, t table, t value, standard normal,
            binomial distribution, poisson distribution, weibull distribution, exponential distribution, lognormal
            distribution, hypergeometric, gamma distribution, beta distribution, negative binomial, geometric
            distribution, uniform distribution, without replacement, with replacement, which distribution, distribution
            fit, fit a distribution, fit the distribution, best fitting distribution, distribution fits, fitted
            distribution, tail probability, distribution identification, bell curve, central limit theorem, identify the
            distribution, student distribution, normal distribution""",
        TOLD: """probability, chance of, chance to, chance that, likelihood of, how likely, odds of, poisson, binomial,
            percentile of, chi square, what share, what fraction, what proportion, share of parts, fraction of parts,
            percentage of parts, what percentage, exceed, distribution, random variable, expected value, expected
            number, at most, at least, urn, density, quantile of""",
        HINT: """coin, dice, toss, breakdown, arrival, chance, likely, draw, share, fraction, odds, gaussian, tail,
            normal""",
    },
    TaskType.POWER: {
        NAMED: """sample size, power of, power analysis, power calculation, statistical power, effect size, detectable
            difference, minimum detectable, smallest detectable, difference detectable, margin of error, number of
            samples needed, samples do i need, samples do we need, samples are needed, parts do i need, parts do we
            need, how many replicates, standardised effect, standardized effect, cohen d, type ii error, power curve,
            required n, what n, big a sample, large a sample, how large a sample, how big a sample, sample big enough,
            underpowered, sample sizes, number of samples""",
        TOLD: """enough to, percentage points, points of the truth, big enough, large enough, to detect, detect a,
            detect an, detectable, percent power, how large must n, items needed, number needed, how many parts, how
            many samples, how many measurements, how many observations, how many items, how many specimens, how many
            values, how many pieces, how many subjects, how many patients, how many runs, how many people, number of
            items, number of parts, to within, within plus minus, we can afford, n per group, per arm, observations
            needed, samples needed, how large, how big, beta risk, values needed, how many replicate, large must n, can
            i see, can we see, can i detect, can we detect, could we detect, could i detect, known to, enough for,
            sufficient to, sufficient for, for detecting""",
        HINT: """power, detect, enough, afford, per group, how many, replicate, need, precision""",
    },
    _EXPERIMENT: {
        NAMED: """doe, design of experiments, design of experiment, box behnken, bbd, central composite, ccd, full
            factorial, fractional factorial, half fraction, quarter fraction, factorial design, factorial experiment,
            factorial, plackett burman, definitive screening, dsd, screening design, screening experiment, response
            surface, rsm, response surface design, taguchi, orthogonal array, latin square, graeco latin, randomized
            block, randomised block, rcbd, block design, incomplete block, bibd, latin hypercube, sobol, space filling,
            d optimal, i optimal, a optimal, optimal design, split plot, strip plot, hard to change, mixture design,
            simplex lattice, simplex centroid, extreme vertices, design matrix, experimental design, designed
            experiment, fold over, foldover, de alias, aliased, alias structure, alias pattern, confounded, confounding,
            resolution iii, resolution iv, resolution v, defining relation, factorial runs, run sheet, face centred,
            face centered, star point, axial point, rotatable, design an experiment, plan an experiment, experimental
            plan, test matrix, run order, randomised layout, randomized layout, supersaturated, experimental runs, plan
            of experiments, augment the design, design with, pb design, factors at two levels, factors at three levels,
            crossed design, main effect plot, interaction plot, interaction effect, two factor interaction, order of the
            runs""",
        TOLD: """test plan, process settings, interaction, alias, generator, experiment, main effect, centre point,
            center point, two level, three level, factors at, level factor, screen, screening, factors in, runs for, in
            runs, block layout, randomise, randomize, replicate runs, treatment combination, ofat, one factor at a time,
            design for, blend, levels each, levels of, trial runs, experimental, mixture of, continuous factor,
            categorical factor, numeric factor, number of runs, pb""",
        HINT: """design, run, level, trial, block, plan, layout, mixture, randomised, randomized, setting, factor""",
    },
    TaskType.DOE_ANALYSIS: {
        NAMED: """smaller the better, larger the better, nominal the best, bigger is better, effects are active, active
            effect, half normal, lenth, lenth method, canonical analysis, stationary point, steepest ascent, steepest
            descent, path of steepest, signal to noise, s n ratio, sn ratio, desirability, lack of fit, pure error, fit
            the response surface, analyse the experiment, analyze the experiment, box cox transformation, estimate the
            effects, effect estimates, effects plot, analyse the factorial, analyze the factorial, ridge analysis, multi
            response, significant effects, larger is better, smaller is better, nominal is best, reduce the model,
            curvature, analyse the design, analyze the design, analysis of the experiment, scheffe model, backward
            elimination, results of the doe, factors have an effect, factors matter, analyse this design, analyze this
            design, factors are significant, factors are important, pareto of effects, coded coefficients""",
        TOLD: """standard order, experimental data, responses were, optimum settings, optimal settings, best settings,
            best setting, optimum, settings that maximise, settings that maximize, stationary, which factors, which
            effects, sweet spot, main effects from, robust settings, run in duplicate, in duplicate""",
        HINT: """effect, active, optimise, optimize, response, yield, results""",
    },
    TaskType.CONTROL_CHART: {
        NAMED: """control chart, shewhart, xbar r, x bar r, xbar s, x bar s, xbar chart, x bar chart, r chart, s chart,
            individuals chart, i mr, imr, x mr, xmr, moving range, p chart, np chart, c chart, u chart, laney, ewma,
            cusum, mewma, t squared, hotelling, generalized variance, g chart, t chart, control limit, upper control
            limit, lower control limit, ucl, lcl, run rule, nelson rule, western electric, westgard, out of control, in
            control, special cause, common cause, assignable cause, average run length, arl, spc, statistical process
            control, rational subgroup, short run chart, z mr, target chart, attribute chart, phase i, phase ii, run
            chart, process stability, zone rule, median chart, individual chart, behaviour chart, behavior chart""",
        TOLD: """stand out, stands out, nelson, centre line, center line, xbar, x bar, drift upward, drift downward,
            drifting, stable process, upward trend, downward trend, process stable, stability of the process, subgroup,
            defects per, flaws per, faults per, nonconformities per, points in a row, point in a row, false alarm,
            drift, shift of, under control, statistically stable, is it stable, is stable, is the process stable,
            anything unusual, subgroup size, successive points, consecutive points, monitor the, monitoring, grand mean,
            mean range, average range, rbar, r bar, xbarbar, x bar bar, sbar, s bar, double bar, trend or shift, shift
            or trend, shift in""",
        HINT: """special, weekly, daily, hourly, per shift, per day, per week, consecutive, over time, stability,
            control, chart, stable, noise, signal, unusual, monitor, defect, nonconformity, rule, trend up, every hour,
            plot""",
    },
    TaskType.CAPABILITY: {
        NAMED: """cp, cpk, pp, ppk, cpm, cpu, cpl, process capability, capability index, capability analysis, capability
            study, machine capability, cmk, sigma level, process sigma, six sigma level, dpmo, dpm, ppm, spec limit,
            specification limit, lsl, usl, process performance, six pack, sixpack, defects per million, nonconforming
            parts per million, upper specification, lower specification, upper spec, lower spec, out of spec, out of
            specification, in spec, within spec, johnson transformation, opportunities each, dpu, z bench, short term
            sigma, long term sigma, short and long term, overall sigma, sigma within""",
        TOLD: """capable, capability, spec, specification, tolerance of, upper limit, lower limit, meet the tolerance,
            hold the tolerance, keep the tolerance, opportunity, can we hold, within tolerance, target value, natural
            tolerance, reject rate, box cox""",
        HINT: """tolerance, hold, limit, nominal, customer""",
    },
    TaskType.MEASUREMENT_SYSTEM: {
        NAMED: """gage r r, gauge r r, gage rr, gauge rr, gage, gage study, r r study, gr r, grr, msa, measurement
            system, measurement systems analysis, repeatability, reproducibility, kappa, attribute agreement, appraiser,
            inter rater, interrater, rater agreement, cg, cgk, type one study, number of distinct categories, ndc,
            measurement uncertainty, linearity study, bias study, linearity and bias, bias and linearity, gage
            linearity, cohen kappa, fleiss, measurement error, instrument bias, percent tolerance, study variation, type
            one gage""",
        TOLD: """gauge, agreement between, caliper, calliper, micrometer, measuring device, instrument, reference part,
            reference value, rater, inspector agree, inspectors agree, agree with each other, master part, linearity,
            scale reading, measuring instrument, agreement, measuring system, operators measure, operators measured,
            repeat measurement, reference standard, bias of, reads too high, reads too low, read too high, read too low""",
        HINT: """inspector, scale, operator, bias, reading, reference, judge, measure""",
    },
    TaskType.ACCEPTANCE_SAMPLING: {
        NAMED: """aql, ltpd, rql, acceptance sampling, sampling plan, single sampling, double sampling, oc curve,
            operating characteristic, aoq, aoql, ati, mil std, ansi asq, acceptance number, lot size, inspection level,
            tightened inspection, reduced inspection, skip lot, consumer risk, producer risk, accept the lot, reject the
            lot, lots accepted, lot acceptance, incoming inspection, accepting lots, lot tolerance, variables plan,
            outgoing quality, code letter, accepting a lot, inspection plan""",
        TOLD: """lot of, lots with, lots of, delivery, shipment, consignment, incoming, inspect from, sentencing, accept
            or reject, accept the batch, reject the batch, inspected""",
        HINT: """lot, inspect, inspection, accept, bad one, plan, sampling, level ii""",
    },
    TaskType.RELIABILITY: {
        NAMED: """mtbf, mttf, mttr, weibull, weibull analysis, kaplan meier, survival curve, survival analysis, failure
            rate, hazard rate, time to failure, times to failure, failure times, cycles to failure, life test, life
            data, censored, censoring, bathtub, accelerated life, still running, reliability demonstration, mission
            time, log rank, lifetime, failure time, mean time between failures, warranty claims, without failure, hours
            to failure, zero failures, reliability at, characteristic life, success run""",
        TOLD: """survival, reliability, suspension, demonstrate, fail, failure, failed, survive, survival time, eta,
            failures in, wear out, hours of operation, endurance, failures allowed, unfailed""",
        HINT: """hour, cycle, lasted, broke, still alive, life, unfailed""",
    },
    TaskType.METHOD: {
        NAMED: """heteroscedasticity, homoscedasticity, six sigma, dmaic, law of large numbers, type i error, maximum
            likelihood, bayesian, bayes, frequentist, estimator, unbiased, sampling distribution, randomisation,
            randomization, replication, blocking, simpson paradox, regression to the mean, random sampling, stratified,
            margin of safety, quality control, process control, degrees of freedom, central limit theorem, nuisance
            factor, covariate, overfitting, cross validation, standard deviation, variance, law of total probability""",
        TOLD: "statistics, statistical, statistician, quality engineer, process engineer",
    },
    TaskType.CALCULUS: {
        NAMED: """derivative, differentiate, integral, integrate, antiderivative, taylor, maclaurin, power series, ode,
            differential equation, eigenvalue, eigenvector, determinant, inverse of the matrix, linear system, system of
            equations, simultaneous equations, linear program, linear programming, root of, solve for, factorise,
            factorize, factor the polynomial, factor the expression, polynomial root, newton method, bisection, partial
            derivative, characteristic polynomial, second derivative, laplace, sum of the series, infinite sum, minimum
            of the function, maximum of the function, prime factor, prime factorisation, prime factorization, dot
            product, matrix product, objective function, definite integral, indefinite integral, local minimum, local
            maximum, rank of the matrix, initial value problem, partial sum, find x, quadratic equation, area under,
            tangent line, quadratic formula""",
        TOLD: """solve, expand, simplify, equation, matrix, limit of, converge, gradient, inverse of, transpose,
            maximise, maximize, minimise, minimize, subject to, constraint, tends to, goes to, approaches, to infinity,
            sum of, product of, with respect to, expression, function, zeros of, zero of, numerically, critical points,
            where is the maximum, where is the minimum""",
        HINT: """root, factor, series, maximum, minimum, evaluate""",
    },
}  # fmt: skip


def _cues() -> PhraseBook[tuple[Cue, ...]]:
    """All phrases; one that several tasks have says something about each."""
    cues: dict[str, dict[TaskType, int]] = {}
    for task, by_weight in _PHRASES.items():
        for weight, phrases in by_weight.items():
            for phrase in phrases.split(","):
                folded = " ".join(word.text for word in read_words(phrase))
                found = cues.setdefault(folded, {})
                found[task] = max(weight, found.get(task, 0))
    return PhraseBook({phrase: tuple(Cue(*said) for said in found.items()) for phrase, found in cues.items()})


CUES = _cues()
