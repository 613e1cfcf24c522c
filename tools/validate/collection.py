"""Fewer garbage collections while many trees are built: they find nothing, and cost a quarter of the time."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Generator

# Nothing of a project ends in a circle (test_validation_leaves_no_circles), so that it is freed without a collection.
_THRESHOLD = 5_000_000
_LOCK = threading.Lock()


@contextlib.contextmanager
def rare_collections() -> Generator[None]:
    """Raises the collector's threshold for the while; a second caller at the same time leaves it as it is."""
    mine = _LOCK.acquire(blocking=False)
    before = gc.get_threshold()
    if mine:
        gc.set_threshold(_THRESHOLD, *before[1:])
    try:
        yield
    finally:
        if mine:
            gc.set_threshold(*before)
            _LOCK.release()
