"""Questions to the DuckDB warehouse that a sync wrote."""
