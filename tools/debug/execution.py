"""Runs the connector's process in its shadow, from its start to the end of its last descendant.

Standard library and psutil only: the supervisor of a run imports it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..process import STDOUT, Process, end_group, start
from ..redact import Redactor
from . import family
from .job import Job
from .places import RunPlaces
from .recorder import Recorder
from .watch import Watch

_POLL_SECONDS = 0.03
_READ_SECONDS = 30.0


@dataclass(frozen=True)
class Ran:
    """What is known of a connector's process that is over; `exit_code` is None when it was ended by us."""

    recorder: Recorder
    exit_code: int | None
    seconds: float
    peak_bytes: int


def execute(
    job: Job, places: RunPlaces, redactor: Redactor, stop: Callable[[str], None], ended: Callable[[], bool]
) -> Ran:
    """Runs the job's command until it ends, or `ended` says so; `stop` is called with the reason for a limit."""
    word, begin = os.urandom(16).hex().encode(), time.monotonic()
    process = _start(job, places, word)
    assert process.stdout is not None
    renamed = (str(places.shadow), str(places.project))
    recorder = Recorder(process.stdout, places.log, redactor, renamed, word)
    watch = Watch(job.limits, places, stop)
    watch.attach(process, recorder)
    reader = threading.Thread(target=recorder.read, daemon=True)
    reader.start()
    try:
        while process.poll() is None and not ended():
            watch.look(recorder)
            time.sleep(_POLL_SECONDS)
    finally:
        exit_code, seconds = process.returncode, time.monotonic() - begin
        end_group(process)
        family.end_all()
        # What is in the pipe is read at once; a run ends also where that takes for ever.
        reader.join(_READ_SECONDS)
    places.keep_crash_report(redactor)
    return Ran(recorder, exit_code, seconds, watch.peak_bytes)


def _start(job: Job, places: RunPlaces, word: bytes) -> Process:
    """The connector's process, which is given the word by which it says its end."""
    reading, writing = os.pipe()
    os.write(writing, word)
    os.close(writing)
    python, command, *arguments = job.argv
    argv = [python, str(Path(__file__).with_name("launcher.py")), str(reading), str(places.tally), command, *arguments]
    try:
        return start(argv, env=job.environment, cwd=places.shadow, stderr=STDOUT, pass_fds=[reading], die_with_us=True)
    finally:
        os.close(reading)
