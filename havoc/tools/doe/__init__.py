"""Design of experiments: designs, their properties, and the analysis of what was measured."""
