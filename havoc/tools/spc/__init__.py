"""Statistical process control, capability, measurement systems and acceptance sampling."""
