"""`doctor`: what the server stands on, each with its state; and the environments that were built. Imports no mcp."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ...tools.debug.environments.cache import CachedEnvironment, environments, prune
from ...tools.errors import ConnectorSdkError
from ...tools.redact import Redactor
from ..desk import find_workspace
from ..settings import Settings

_LEAST_FREE_BYTES = 1_000_000_000
_PACKAGES = ("fivetran-connector-sdk", "duckdb", "mcp", "uv", "ruff")


def doctor(settings: Settings, prune_days: float | None) -> int:
    """Prints what is found: 1 where something that a tool needs is missing. `prune_days` removes environments that no
    run has used for so long."""
    problems = 0
    for good, line in _checks(settings):
        problems += not good
        print(f"{'ok ' if good else 'BAD'} {line}")
    for each in environments(settings.cache_dir):
        print(f"    environment {_told(each)}")
    if prune_days is not None:
        gone = prune(settings.cache_dir, prune_days)
        print(f"    {len(gone)} environments removed, {sum(each.bytes for each in gone) / 1e6:.0f} MB")
    return 1 if problems else 0


def _checks(settings: Settings) -> Iterator[tuple[bool, str]]:
    yield True, f"Python {sys.version.split()[0]} at {sys.executable}"
    for name in _PACKAGES:
        yield _installed(name)
    fivetran = Path(sys.executable).parent / "fivetran"
    yield fivetran.exists(), f"the fivetran command at {fivetran}"
    yield _workspace(settings)
    for what, folder in (("state", settings.state_dir), ("cache", settings.cache_dir)):
        yield _writable(what, folder)


def _installed(name: str) -> tuple[bool, str]:
    try:
        return True, f"{name} {version(name)}"
    except PackageNotFoundError:
        return False, f"{name} is not installed: install connector-sdk-mcp anew"


def _workspace(settings: Settings) -> tuple[bool, str]:
    try:
        return True, f"workspace {', '.join(str(root) for root in find_workspace(settings, []).roots)}"
    except ConnectorSdkError as error:
        return False, f"workspace: {error}"


def _writable(what: str, folder: Path) -> tuple[bool, str]:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(there, os.W_OK):
        return False, f"{what} folder {folder} cannot be written: set CONNECTOR_SDK_MCP_{what.upper()}_DIR"
    free = shutil.disk_usage(there).free
    return free > _LEAST_FREE_BYTES, f"{what} folder {folder}, {free / 1e9:.1f} GB free"


def _told(each: CachedEnvironment) -> str:
    state = f"last used {each.unused_days:.0f} days ago" if each.whole else "not built to its end"
    holds = ", ".join(line for line in each.holds if not line.startswith("-")) or "nothing"
    return Redactor().text(f"{each.folder.name}: {holds}; {each.bytes / 1e6:.0f} MB, {state}")
