"""The ids of all rules, from the names of their files: for rules that speak of rules."""

from __future__ import annotations

import pkgutil
from functools import cache
from pathlib import Path


@cache
def rule_ids() -> frozenset[str]:
    """Every id that a comment, a setting or a call may name."""
    folder = str(Path(__file__).parent / "rules")
    return frozenset(info.name.replace("_", "-") for info in pkgutil.iter_modules([folder]))
