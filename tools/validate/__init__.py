"""Checks a connector against the rules without running it."""
