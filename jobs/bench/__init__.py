"""Benchmarks: figures of the README, as ratios against a peer in the same run."""
