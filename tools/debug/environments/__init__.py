"""The interpreter in which a connector runs, and the environments that are built for it."""
