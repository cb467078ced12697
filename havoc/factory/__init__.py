"""Verified training examples, made by PRIME and the real tools. Empty as yet; jobs.seed writes a small seed set."""
