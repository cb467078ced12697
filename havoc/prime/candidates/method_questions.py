"""Questions about a method, which the handbook answers and no calculation."""

from havoc.prime.candidates.phrases import says
from havoc.prime.candidates.words import split
from havoc.prime.evidence import EvidenceSet

ASKS = split(
    "how do i choose; how do i select; how do i decide; how do i know; how to choose; how to select; how to decide; "
    "how do we; how can i; how should; how big should; how often; is it better; is it correct; must i; why is; "
    "why are; why does; "
    "what do; can i run; can i do; can we use; is it valid; is it allowed; am i allowed; recommended; usually; typically; "
    "in general; normally used; common practice; what is the difference between; "
    "difference between a; when should; when do i; when do we; when to use; when would; why; explain; "
    "what does .. mean; meaning of; how do i interpret; how to interpret; interpret; which assumptions; "
    "what assumptions; assumptions of; "
    "definition of; define; should i use; should we use; pros and cons; advantage; disadvantage; how does .. work; "
    "tell me about; "
    "rule of thumb; is it ok to; is it okay; what is a; what is an; what is meant; what are the assumptions; "
    "what is the purpose; "
    "what is the meaning; how is .. defined; how are .. defined; compare .. methods; which is better; "
    "what are the steps; teach me; "
    "in simple terms; what do .. mean; can you describe; what are; purpose of; how many subgroups; good practice; "
    "how should i; "
    "how do you; describe the; which test should; which test do i; which chart should; which design should; "
    "which method; what kind of; "
    "what sort of; when is; when are; is there a rule; can i use; may i use; do i have to; what happens if; "
    "what if; advice on; difference of"
)
"""How such questions are asked."""


ORDERS = split(
    "run a; run the; do a; do the; make; create; give me; calculate; compute; perform; carry out; build; generate; "
    "please; test these; "
    "test this; test the; solve; plot; draw; fit; analyse; analyze; list the; set up; my data; our data; the data; "
    "these values; these data"
)
"""How something is asked for that needs data, even where none are there."""


FIELD = split(
    "significan*; interaction; p value; sigma; sample; experiment; distribution; statistic*; chart; measurement; "
    "confidence; hypothes*; "
    "variance; process; quality; regression; design; mean; average; median; test; error; probability; random*; "
    "capab*; cp; cpk; limit; "
    "control; normal*; correlation; anova; effect; factor; factorial; level; run; replicat*; block; model; "
    "response; fit; residual; "
    "outlier; data; value; interval; tolerance; gage; gauge; repeatab*; inspect*; lot; defect*; aql; plan; reliab*; "
    "failure; weibull; "
    "mtbf; power; degrees of freedom; rank; bias; uncertain*; deviation; standard; taguchi; latin; screening; "
    "centre point; center point; "
    "equation; matrix; derivative; integral; kappa; pareto; fishbone; fmea; ppm; dpmo; six sigma; spc; doe; msa; "
    "subgroup; rules; bayes*; "
    "likelihood; bootstrap; permutation; survival; censor*; estimate; proportion; rate; chance; trend; forecast; "
    "histogram; plot; quartile; variation; cause; variability; spread; scatter; skew*; percentile; capable; "
    "calibrat*; measure*; inspection; subset; dataset; predict*; forecast; significance"
)
"""Words of the field: a question without any of them is about something else."""


def about_method(prose: str, evidence: EvidenceSet) -> float:
    """Logit for that a question is about a method: high where it asks so and gives no data.

    Args:
        prose: from `phrases.prose_of`.
        evidence: of the question.
    """
    if not says(prose, *FIELD):
        return -2.2
    asks = says(prose, *ASKS)
    data = sum(1 for item in evidence.items if item.kind in ("values", "labels", "expression", "range"))
    numbers = sum(1 for item in evidence.items if item.kind == "number" and item.role not in ("alpha", "confidence"))
    if data:
        return -3.0 if not asks else -1.8
    if numbers:
        return -2.6 - 0.2 * numbers if not asks else 0.9 - 0.5 * numbers
    if asks:
        return 2.6
    return 0.8 if "?" in prose and not says(prose, *ORDERS) else -2.2
