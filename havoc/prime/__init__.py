"""PRIME: router, evidence, graph, workspace, adversarial branches, verification, compression. Empty as yet."""
