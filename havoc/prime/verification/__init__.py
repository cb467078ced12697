"""Whether an answer's numbers, conclusions, designs and sources are what the tools gave and the question says."""

from havoc.prime.verification.global_verification import GlobalVerification, provenance, unfounded
from havoc.prime.verification.report import Check, Provenanced, VerificationReport

__all__ = ["Check", "GlobalVerification", "Provenanced", "VerificationReport", "provenance", "unfounded"]
