"""Where a sync reads and writes which key of its state."""

from __future__ import annotations

from .parameter_reads import ParameterReads


class StateReads(ParameterReads):
    """The state, from update()."""

    NAME = "state"
    POSITIONS = {"update": 1}
