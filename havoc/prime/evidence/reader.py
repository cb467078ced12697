"""From a text to its evidence: one reader after the other, the most special first."""

from havoc.prime.evidence.counts import read_counts
from havoc.prime.evidence.derived import derive_parameters
from havoc.prime.evidence.expressions import read_expressions
from havoc.prime.evidence.factors import read_factors
from havoc.prime.evidence.formulas import read_formulas
from havoc.prime.evidence.item import EvidenceSet
from havoc.prime.evidence.labelled import read_labelled
from havoc.prime.evidence.limits import read_limits
from havoc.prime.evidence.lists import read_assigned, read_lists
from havoc.prime.evidence.matrices import read_matrices
from havoc.prime.evidence.pairs import read_pairs
from havoc.prime.evidence.ranges import read_ranges
from havoc.prime.evidence.reading import Reading
from havoc.prime.evidence.records import read_records
from havoc.prime.evidence.setting_tables import read_setting_tables
from havoc.prime.evidence.settings import read_distributions, read_numbers, read_orders, read_rule_numbers
from havoc.prime.evidence.sigma_multiples import read_sigma_multiples
from havoc.prime.evidence.tables import read_tables

READERS = (
    read_distributions, read_rule_numbers, read_matrices, read_pairs, read_labelled, read_records, read_tables,
    read_setting_tables, read_assigned, read_sigma_multiples, read_factors, read_limits, read_expressions,
    read_formulas, read_lists, read_ranges, read_counts, read_orders,
    read_numbers, derive_parameters,
)  # fmt: skip
"""What one of them has taken, none of those behind it reads again."""


def read_evidence(text: str) -> EvidenceSet:
    """All that a text gives: numbers, lists, tables, ranges, expressions and settings, each with its name, unit and place.

    Nothing is invented: what is ambiguous is read in the likelier way and stated as an assumption, and a number that the
    words say nothing about is there without a role.
    """
    reading = Reading(text)
    for read in READERS:
        read(reading)
    return reading.evidence()
