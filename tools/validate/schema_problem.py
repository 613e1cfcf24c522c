"""One thing that is wrong with a declared table."""

from __future__ import annotations

from dataclasses import dataclass

from .models import Severity
from .resolve import Located


@dataclass(frozen=True)
class Problem:
    """What is wrong, and the expression to change; without a severity it is the rule's own."""

    place: Located
    message: str
    hint: str | None = None
    severity: Severity | None = None
    fixable: bool = False
