"""What a question gives: numbers, lists, tables, ranges and settings, each with its name, its unit and its place."""

from havoc.prime.evidence.item import Assumption, Evidence, EvidenceSet, Kind, Layout
from havoc.prime.evidence.reader import read_evidence
from havoc.prime.evidence.roles import ROLES

__all__ = ["ROLES", "Assumption", "Evidence", "EvidenceSet", "Kind", "Layout", "read_evidence"]
