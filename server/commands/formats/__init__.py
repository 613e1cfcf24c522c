"""How `validate` prints what it has found: one module a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ....tools.validate.engine import Validated
from .as_github import as_github
from .as_json import as_json
from .as_sarif import as_sarif
from .as_text import as_text

FORMATS: dict[str, Callable[[Sequence[Validated]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
