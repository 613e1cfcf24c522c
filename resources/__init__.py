"""Texts that an assistant reads."""
