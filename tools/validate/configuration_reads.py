"""Where the connector reads which key of its configuration."""

from __future__ import annotations

from .parameter_reads import ParameterReads


class ConfigurationReads(ParameterReads):
    """The configuration, from update() and schema()."""

    NAME = "configuration"
    POSITIONS = {"update": 0, "schema": 0}
