"""Finds the sync that the user runs by hand, in a terminal of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil


def run_by_hand(project: Path) -> int | None:
    """The process of a `fivetran debug` or `python connector.py` of this project that no server started, if any."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            words = process.cmdline()
            if any(name in word for word in words for name in ("fivetran", "connector.py")):
                folder = Path(process.cwd())
                if project in _synced(words, folder) and process.status() != psutil.STATUS_ZOMBIE:
                    return process.pid
    return None


def _synced(words: list[str], folder: Path) -> Iterator[Path]:
    """The projects that a command line syncs when it is given in a folder."""
    by_python = Path(words[0]).name.startswith("python")
    command = words[1:] if by_python else words
    if len(command) > 1 and Path(command[0]).name == "fivetran" and command[1] == "debug":
        yield (folder / next(_positional(command[2:]), ".")).resolve()
    if by_python:
        script = next((word for word in words[1:] if not word.startswith("-") or word in ("-m", "-c")), "")
        if Path(script).name == "connector.py":
            yield (folder / script).resolve().parent


def _positional(words: list[str]) -> Iterator[str]:
    """The arguments that belong to no option; each of the options of `debug` has a value."""
    value = False
    for word in words:
        if not value and not word.startswith("-"):
            yield word
        value = not value and word.startswith("--") and "=" not in word
