"""The state that the next sync begins with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..debug.job import read_json
from ..redact import Redactor
from ..secrets import known_formats
from ..warehouse.models import QualityCheck

_SQL = "SELECT 1 -- files/state.json is not in the warehouse"


def check_state(state: Path, redactor: Redactor) -> Iterator[QualityCheck]:
    """It can be read, and holds no credential."""
    if not state.is_file():
        return
    value = read_json(state)
    text = json.dumps(value, ensure_ascii=False)
    leaks = redactor.text(text) != text or known_formats().search(text) is not None
    seen = "a credential is among what op.checkpoint saved" if leaks else "no credential is in it"
    yield _told("secret-in-state", leaks, seen, "no credential is saved with a checkpoint")
    unread = not isinstance(value, dict)
    seen = "it is no JSON object" if unread else "a JSON object"
    yield _told("state-unreadable", unread, seen, "one JSON object, as op.checkpoint saves it")


def _told(check: str, wrong: bool, observed: str, expected: str) -> QualityCheck:
    status = "fail" if wrong else "pass"
    return QualityCheck(
        check=check, table="files/state.json", status=status, observed=observed, expected=expected, sql=_SQL
    )
