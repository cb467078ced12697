"""Words for designs, and for what comes out of them."""

from havoc.prime.candidates.words import Words

_DATA = (
    "analyse; analyze; analysis of; results; which effects matter; which effects are; responses measured; "
    "which factors matter; "
    "measured"
)
_PLAN = "design; plan; experiment; runs; doe; layout; set up; list the runs; generate; create; build; make; test plan; trial"

DESIGNS: dict[str, Words] = {
    "full_factorial": Words(
        "full factorial; factorial design; 2^k; 2^2; 2^3; 2^4; 3^2; 3^3; complete factorial; all combinations; "
        "every combination; "
        "2k factorial; two level factorial; full-factorial; 2x2 factorial; 2x2x2; 3x3 factorial; "
        "all factor combinations; 2x3 factorial; "
        "full 2; full two level; full three level",
        f"{_PLAN}; all runs; every run; all interactions; at two levels; levels each; levels; each factor at",
        f"fraction*; half fraction; taguchi; plackett; {_DATA}; box behnken; central composite; resolution; "
        "screening; split plot; "
        "mixture; optimal; as few runs as possible; response surface",
        0.35,
    ),
    "fractional_factorial": Words(
        "fractional factorial; half fraction; quarter fraction; resolution iii; resolution iv; resolution v; "
        "2^(5-1); fraction; "
        "2^(k-p); 2^(; half replicate; resolution; fraction of a; fractional; 2 level fraction; one half fraction; "
        "generators; "
        "two level fraction",
        f"{_PLAN}; confounded; alias*; in 8 runs; in 16 runs; defining relation; generator; fewer runs; screening; "
        "clear of; two level; "
        "16 runs; 8 runs; 32 runs",
        f"plackett; fold; {_DATA}; taguchi; definitive; gage; gauge; fraction defective; fraction nonconforming; "
        "box behnken; "
        "resolution of the gage",
        0.25,
    ),
    "plackett_burman": Words(
        "plackett burman; plackett; pb design; 12 run screening; plackett-burman design; only main effects; "
        "main effects only",
        f"{_PLAN}; screen*; main effects; many factors; as few runs; 11 factors; 12 runs",
        "interaction .. clear; definitive; resolution; curvature",
        0.2,
    ),
    "definitive_screening": Words(
        "definitive screening; dsd; definitive screening design",
        f"{_PLAN}; screen*; curvature; three levels; quadratic",
        "",
        0.1,
    ),
    "box_behnken": Words(
        "box behnken; bbd; box-behnken design",
        f"{_PLAN}; response surface; quadratic; no runs at the corners; no corner; without corner; avoid corner; "
        "corners .. dangerous; "
        "three levels; curvature; no extreme combination; extreme combinations",
        f"central composite; ccd; {_DATA}; fit; rotatable; axial; star points; screening; fractional",
        0.3,
    ),
    "central_composite": Words(
        "central composite; ccd; ccf; face centered; face centred; rotatable; star points; axial points; inscribed; "
        "cci; ccc; "
        "box wilson; central-composite",
        f"{_PLAN}; response surface; quadratic; centre point; center point; second order; curvature; optimum; optimisation; "
        "optimization",
        f"box behnken; {_DATA}; fit; no corner; corners; fractional; screening",
        0.3,
    ),
    "optimal_design": Words(
        "d optimal; optimal design; i optimal; a optimal; d-optimality; custom design; computer generated design; "
        "doptimal; augment",
        f"{_PLAN}; interaction model; quadratic model; constraint; odd number of runs; irregular region; infeasible",
        "optimal settings; optimise; best settings; taguchi",
        0.1,
    ),
    "taguchi": Words(
        "taguchi; orthogonal array; l4; l8; l9; l12; l16; l18; l25; l27; l32; l36; inner array; taguchi design",
        f"{_PLAN}; three levels; robust design; robust; levels",
        "signal to noise; s/n; loss function; sn ratio",
        0.15,
    ),
    "latin_square": Words(
        "latin square; 4x4 square; latin-square",
        f"{_PLAN}; rows and columns; operators and days; treatments; two nuisance",
        "graeco; greco; latin hypercube",
        0.1,
    ),
    "graeco_latin_square": Words(
        "graeco latin; greco latin; graeco latin square; euler square; graeco",
        f"{_PLAN}; three nuisance; treatments",
        "",
        0.05,
    ),
    "randomized_block_design": Words(
        "randomized complete block; randomised complete block; rcbd; randomized block; randomised block; "
        "complete block design; "
        "block design; blocked design",
        f"{_PLAN}; treatments; blocks; each treatment once; days; batches; randomize; randomise; in random order",
        f"incomplete; bibd; factorial; {_DATA}; anova; latin; friedman",
        0.2,
    ),
    "balanced_incomplete_block_design": Words(
        "balanced incomplete block; bibd; incomplete block; balanced incomplete",
        f"{_PLAN}; block size; cannot hold all; equally often; treatments",
        "",
        0.05,
    ),
    "mixture_design": Words(
        "mixture design; simplex lattice; simplex centroid; mixture experiment; blending design; extreme vertices; "
        "simplex design; "
        "scheffe design; formulation design",
        f"{_PLAN}; components; ingredients; blend; add up to; sum to; proportions .. sum; recipe; mixture; formulation",
        f"{_DATA}; simplex method; linear program; fit",
        0.15,
    ),
    "latin_hypercube": Words(
        "latin hypercube; lhs; space filling; hypercube; maximin design; lhd",
        f"{_PLAN}; computer experiment; simulation; points; spread evenly",
        "sobol; latin square",
        0.1,
    ),
    "sobol_design": Words(
        "sobol; sobol'; quasi random; low discrepancy; quasi monte carlo; sobol sequence",
        f"{_PLAN}; points; sequence",
        "",
        0.05,
    ),
    "split_plot_design": Words(
        "split plot; split plot design; split-plot; whole plot",
        f"{_PLAN}; hard to change; difficult to change; cannot be reset; expensive to change; oven",
        f"{_DATA}",
        0.1,
    ),
    "fold_over": Words(
        "fold over; foldover; folding; fold-over; folded; mirror image runs", f"{_PLAN}; free .. aliases; de-alias", "", 0.05
    ),
    "design_properties": Words(
        "design properties; evaluate .. design; variance inflation; d efficiency; design efficiency; "
        "orthogonality of; power of the design; "
        "evaluate this design; alias matrix; is .. design orthogonal; leverage of the design; properties of .. design",
        "efficien*; orthogonal; vif; power; coded runs",
        "orthogonal array; gage; regression of",
        0.1,
    ),
    "analyze_factorial": Words(
        "analyse .. factorial; analyze .. factorial; factorial analysis; analysis of a factorial; "
        "factorial experiment; effects of a "
        "factorial; main effects and interaction*; analysis of .. factorial; factorial anova; effects and interactions",
        f"{_DATA}; which factors; which effects; effect of each; main effects; interaction; significant effects; "
        "2^3; 2^2; 2x2; "
        "half normal; active; effects; influence; two level",
        "quadratic; response surface; stationary; split plot; central composite; mixture; optimum; squares; "
        "best settings; lenth; "
        "gage; regression; hard to change; steepest; predict; covariate; signal to noise; canonical",
        0.35,
    ),
    "analyze_response_surface": Words(
        "response surface model; response surface analysis; analyse .. response surface; second order model; "
        "quadratic model; "
        "quadratic response surface; fit .. response surface; rsm; full quadratic; analyze .. response surface; "
        "fit a second order",
        f"{_DATA}; fit; central composite; box behnken; squares; curvature; lack of fit; surface",
        "design .. for; stationary; saddle; canonical; predict .. at; steepest; plan; polynomial; "
        "several responses; desirability; no runs",
        0.3,
    ),
    "canonical_analysis": Words(
        "canonical analysis; stationary point; saddle point; ridge analysis; canonical",
        "saddle; maximum or; optimum; eigenvalues; where is the; ridge; peak; maximum; best point",
        "desirability; several responses; matrix; function",
        0.15,
    ),
    "optimize_desirability": Words(
        "desirability; several responses; multiple responses; response optimi*; multi response; derringer; "
        "all responses; both responses",
        "best settings; optimal settings; at once; simultaneous*; target; maximize .. minimize; compromise; goals; "
        "optimum settings",
        "linear program; one response",
        0.1,
    ),
    "predict_response": Words(
        "predict .. response; prediction at; predict .. at; predicted response; confirmation run; predicted yield; "
        "predicted value",
        "at settings; prediction interval; what .. expect at; settings; expected at; predict; second order model; "
        "quadratic model",
        "regression",
        0.1,
    ),
    "reduce_model": Words(
        "backward elimination; reduce .. model; stepwise; drop* .. terms; model reduction; remov* .. insignificant; "
        "term elimination; "
        "which terms .. left out; simplify the model; aicc; drop terms; prune .. model",
        "insignificant terms; model; terms; leave out; simplif*; dropped; removing",
        "",
        0.1,
    ),
    "steepest_ascent": Words(
        "steepest ascent; steepest descent; path of steepest; climb; gradient path",
        "direction; steps; fastest; path; next runs; first order",
        "",
        0.05,
    ),
    "lenth_effects": Words(
        "lenth; lenth's; pseudo standard error; pse; lenth's method; half normal plot of effects",
        "unreplicated; effects; active; which effects are active; contrasts; estimated effects",
        "",
        0.15,
    ),
    "box_cox_transform_model": Words(
        "box cox .. model; box cox .. experiment; transform the response; power of the response; "
        "transformation of the response; "
        "box cox .. response",
        "transform*; model; factors",
        "",
        0.05,
    ),
    "analyze_mixture": Words(
        "analyse .. mixture; analyze .. mixture; scheffe; mixture model; blending; scheffe polynomial; "
        "mixture analysis; mixture data",
        f"{_DATA}; components; blend; proportions; ingredients; mixture",
        "",
        0.1,
    ),
    "signal_to_noise": Words(
        "signal to noise; s/n ratio; sn ratio; signal-to-noise; larger is better; smaller is better; "
        "nominal is best; larger the better; "
        "smaller the better; nominal the best; s/n; taguchi analysis",
        "robust; noise; taguchi; levels",
        "",
        0.1,
    ),
    "analyze_split_plot": Words(
        "analyse .. split plot; analyze .. split plot; split plot analysis; split plot experiment; "
        "split plot anova; analysis of .. split plot",
        f"{_DATA}; whole plot; hard to change; subplot; split plot",
        "design",
        0.05,
    ),
}
"""Operation -> words, for design of experiments."""
