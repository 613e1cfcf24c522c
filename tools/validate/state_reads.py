"""Where a sync reads and writes which key of its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from .parameter_reads import ParameterReads


class StateReads(ParameterReads):
    """The state, from update()."""

    NAME = "state"
    POSITIONS: ClassVar[Mapping[str, int]] = {"update": 1}

    @property
    def is_saved(self) -> bool:
        """Whether a checkpoint saves it."""
        calls = [call.node for call in self._source.operations if call.name == "checkpoint"]
        given = (part for call in calls for part in (*call.args, *(keyword.value for keyword in call.keywords)))
        return any(self.is_whole(part) for part in given)
