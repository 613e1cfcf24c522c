"""The long matrices that `make proof` runs; their results lie beside them as tables."""
