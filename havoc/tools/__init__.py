"""Operations of statistics, DOE and SPC as pure functions with typed arguments and results. Empty as yet."""
