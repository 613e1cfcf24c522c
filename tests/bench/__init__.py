"""Measurements: ratios of CPU time, each taken in one run."""
