"""Words that many operations share."""

PAIRED = (
    "and then with; each .. with the old and; old and then; with both; first the .. then the; own control; "
    "each one .. both; "
    "paired; pairwise measured; before and after; before after; before .. after; pre .. post; same patient; same subject; "
    "same people; same person; same persons; same item; same part; same piece; same specimen; same sample; same unit; "
    "same athlete; same volunteer; same student; same batch; same tyre; same tire; matched; twice; each .. both; "
    "both .. each; on the same *; the same .. were measured; same * shaft; same six; same five; same eight; "
    "same ten; repeat visit"
)
SPREAD = (
    "variance; spread; scatter; variab*; more variable; less variable; standard deviation .. differ; homogen*; "
    "equal variance; "
    "heteroscedas*; homoscedas*; uniformity; steadier; more consistent; consistency; erratic; precision"
)
RANKS = (
    "distribution unknown; unknown distribution; nonparametric; non parametric; distribution free; not normal; "
    "non normal; skewed; outlier; heavy tail*; "
    "ordinal; rank; rank "
    "based; ranks; median; robust; without assuming normal*; no normal*; cannot assume normal*"
)
MEANS = (
    "mean; average; differ*; compare; comparison; different; the same; equal; higher; lower; better; worse; "
    "change*; effect; "
    "improve*; increase*; decrease*; reduce*; raise*; affect*; difference; influence; matter"
)
PLANNING = (
    "sample size; how many; power; enough samples; required n; necessary n; plan the; planning; to detect; detectable; "
    "samples do we need; samples do i need; number of samples needed; how large a sample"
)
