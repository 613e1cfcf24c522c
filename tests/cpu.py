"""CPU time, for ratios that are measured in one run."""

from __future__ import annotations

import resource
from collections.abc import Callable


def spent_by(work: Callable[[], object]) -> float:
    """CPU seconds of this process, and of the children that it has waited for, while it worked."""
    before = _spent()
    _ = work()
    return _spent() - before


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
