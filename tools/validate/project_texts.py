"""The text files of a project that are neither its modules nor read for a rule of their own."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

_SUFFIXES = frozenset(
    {".py", ".json", ".yml", ".yaml", ".toml", ".ini", ".cfg", ".conf", ".properties", ".txt", ".md", ".rst"}
    | {".sh", ".sql", ".xml", ".html", ".js", ".ts", ".ipynb", ".pem", ".key", ".tf", ".graphql"}
)
_NAMES = frozenset({".env", ".gitignore", ".netrc", ".npmrc", ".pypirc", "Dockerfile", "Makefile"})
# Not the connector: environments, what a run writes, tests.
_SKIPPED = frozenset({"files", "venv", "env", "node_modules", "__pycache__", "site-packages", "tests", "test", "build"})
_MOST_FILES = 300
_MAX_FILE_BYTES = 1_000_000
_DEEPEST = 5


def project_texts(folder: Path, known: Collection[str]) -> dict[str, bytes]:
    """Further text files of the folder by relative path, at most 300; links are not followed."""
    found: dict[str, bytes] = {}
    for path in _paths(folder, _DEEPEST):
        name = path.relative_to(folder).as_posix()
        if name in known:
            continue
        if len(found) == _MOST_FILES:
            break
        data = _content(path)
        if data is not None:
            found[name] = data
    return found


def _paths(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_symlink():
            continue
        if entry.is_file(follow_symlinks=False) and _is_text(entry.name):
            yield Path(entry.path)
        elif entry.is_dir(follow_symlinks=False) and depth and _is_read(Path(entry.path)):
            yield from _paths(Path(entry.path), depth - 1)


def _is_text(name: str) -> bool:
    return name in _NAMES or (not name.startswith(".") and Path(name).suffix.lower() in _SUFFIXES)


def _is_read(folder: Path) -> bool:
    return not (folder.name.startswith(".") or folder.name in _SKIPPED or (folder / "pyvenv.cfg").exists())


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.stat().st_size <= _MAX_FILE_BYTES else None
    except OSError:
        return None
