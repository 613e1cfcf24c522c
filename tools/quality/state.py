"""The state that the next sync begins with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..debug.job import read_json
from ..redact import MASK, Redactor
from ..secrets import known_formats
from ..warehouse.models import QualityCheck

_SQL = "SELECT 1 -- files/state.json is not in the warehouse"


def check_state(state: Path, redactor: Redactor) -> Iterator[QualityCheck]:
    """It can be read, and holds no credential."""
    if not state.is_file():
        return
    value = read_json(state)
    text = json.dumps(value, ensure_ascii=False)
    leaks = MASK in redactor.text(text).replace(MASK, MASK if MASK not in text else "") or known_formats().search(text)
    yield QualityCheck(
        check="secret-in-state",
        table="files/state.json",
        status="fail" if leaks else "pass",
        observed="a credential is among what op.checkpoint saved" if leaks else "no credential is in it",
        expected="no credential is saved with a checkpoint",
        sql=_SQL,
    )
    unread = not isinstance(value, dict)
    yield QualityCheck(
        check="state-unreadable",
        table="files/state.json",
        status="fail" if unread else "pass",
        observed="it is no JSON object" if unread else "a JSON object",
        expected="one JSON object, as op.checkpoint saves it",
        sql=_SQL,
    )
