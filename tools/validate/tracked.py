"""Which files of a folder git keeps: what is in a commit is out of one's hands."""

from __future__ import annotations

import os
from pathlib import Path

from ..process import run

# A repository's own settings may name programs that git runs: none of them is asked for.
_ARGV = ("git", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "ls-files", "-z")
_TIMEOUT_SECONDS = 20
_MAX_OUTPUT_BYTES = 10_000_000


def tracked_files(folder: Path) -> frozenset[str]:
    """The relative paths that git tracks; none where there is no repository, or no git."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        finished = run(
            list(_ARGV), env=env, cwd=folder, timeout_seconds=_TIMEOUT_SECONDS, max_output_bytes=_MAX_OUTPUT_BYTES
        )
    except OSError:
        return frozenset()
    return frozenset(finished.stdout.decode("utf-8", "replace").split("\0")) - {""}
