"""Where the connector reads which key of its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from .parameter_reads import ParameterReads


class ConfigurationReads(ParameterReads):
    """The configuration, from update() and schema()."""

    NAME = "configuration"
    POSITIONS: ClassVar[Mapping[str, int]] = {"update": 0, "schema": 0}
