"""Templates of connectors and their catalogue."""
