"""Runs of `fivetran debug`: shadow folder, supervisor, log, store."""
