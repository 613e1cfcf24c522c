"""Runs a blocking domain function beside the event loop, and ends its processes when the caller goes away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from ..tools.process import Cancelled, cancellable

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """What `work` gives. When the call is cancelled, the processes of `work` are killed before this returns."""
    with cancellable() as cancelled:
        try:
            return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
        except anyio.get_cancelled_exc_class():
            cancelled.set()
            raise
        except Cancelled:
            raise anyio.get_cancelled_exc_class()() from None
