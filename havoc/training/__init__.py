"""Training on Ray Train with DeepSpeed: the planner, the worker loop of phases 1-3, checkpoints and metrics.

Nothing is imported here: the planner answers in a second, and torch, Ray and DeepSpeed load where they are used.
"""
