"""Checks of a warehouse's data, carried out by the query worker."""
