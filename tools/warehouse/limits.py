"""What ends a query worker from outside DuckDB: address space, file size, a hard alarm, the death of its caller.

DuckDB's own memory_limit and interrupt do not stop a wide repeat() nor the planning of a long expression.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading

# DuckDB maps memory that it does not use: with 2 threads and memory_limit 1 GB, 2 GB leave it room for all of it.
ADDRESS_SPACE_BYTES = 2 * 1024**3
ALARM_MARGIN_SECONDS = 2.0


def set_limits(timeout_seconds: float) -> None:
    """From here on the process cannot grow without end, write to a file, leave a core, or outlive its time."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The default action ends the process also while C code runs; a Python handler would wait for it.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, timeout_seconds + ALARM_MARGIN_SECONDS)


def read_request(descriptor: int = 0) -> bytes:
    """The first line of a pipe; its end, at any later time, ends the process."""
    line = b""
    while not line.endswith(b"\n") and (chunk := os.read(descriptor, 65536)):
        line += chunk
    threading.Thread(target=_end_with_caller, args=(descriptor,), daemon=True).start()
    return line


def _end_with_caller(descriptor: int) -> None:
    while os.read(descriptor, 65536):
        pass
    os._exit(1)
