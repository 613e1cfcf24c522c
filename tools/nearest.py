"""The names that somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, names: Iterable[str], count: int = 3) -> list[str]:
    """At most `count` of `names`, the most similar first; some even when none is similar."""
    known = sorted(names)
    return difflib.get_close_matches(word, known, n=count, cutoff=0.5) or known[:count]
