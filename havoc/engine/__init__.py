"""Inference: paged KV blocks, sequences with fork, scheduler, sampler, grammar. Empty as yet; see havoc.model.generation."""
