"""The subgoals of a question: what depends on what, and where each stands."""
