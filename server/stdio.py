"""Serves over standard input and output, and leaves nothing behind at a signal or at the end of input."""

from __future__ import annotations

import os
import signal
import sys

import anyio

from .app import App


def serve_stdio(app: App) -> None:
    """Serves until the client closes its end, or a signal comes."""
    if hasattr(sys.stdout, "reconfigure"):
        # A print that is not flushed would reach the protocol's channel when the interpreter ends.
        sys.stdout.reconfigure(line_buffering=True)  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]
    try:
        anyio.run(_serve, app)
    finally:
        app.close()


async def _serve(app: App) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(_end_at_signal, app)
        await app.server.run_stdio_async()
        group.cancel_scope.cancel()


async def _end_at_signal(app: App) -> None:
    """The reader of standard input cannot be interrupted, so the process ends here, after its runs."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals:
        async for number in signals:
            app.close()
            os._exit(128 + number)
