"""The built environments: where they lie, how large they are, and how old ones go."""

from __future__ import annotations

import fcntl
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from ...files import usable_folder
from .building import MARK

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class CachedEnvironment:
    """One environment: what it holds, its size, and when a run last used it."""

    folder: Path
    holds: list[str]
    bytes: int
    unused_days: float
    whole: bool


def default_cache() -> Path:
    """The user's cache folder, or one for temporary files where that cannot be written."""
    return usable_folder(user_cache_path("connector-sdk-mcp", appauthor=False), "connector-sdk-mcp-cache")


def environments(cache: Path) -> list[CachedEnvironment]:
    """What was built, the last used first."""
    home = cache / "environments"
    folders = [path for path in home.iterdir() if path.is_dir()] if home.is_dir() else []
    return sorted((_read(folder) for folder in folders), key=lambda each: each.unused_days)


def prune(cache: Path, unused_days: float) -> list[CachedEnvironment]:
    """Removes what no run has used for so many days, and what was not built to its end; tells what it removed."""
    old = [each for each in environments(cache) if each.unused_days >= unused_days or not each.whole]
    return [each for each in old if _removed(each.folder)]


def _removed(folder: Path) -> bool:
    """Removes an environment, unless it is being built or a run uses it."""
    lock = Path(f"{folder}.lock")
    with lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        shutil.rmtree(folder, ignore_errors=True)
    return True


def _read(folder: Path) -> CachedEnvironment:
    mark = folder / MARK
    used = (mark if mark.exists() else folder).stat().st_mtime
    listed = folder / "requirements.txt"
    size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    holds = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    return CachedEnvironment(folder, holds, size, (time.time() - used) / _DAY_SECONDS, mark.exists())
