"""What the installed SDK says of itself: signatures and command-line options, read and not copied."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import metadata, requires
from pathlib import Path

from ..process import run
from ..validate.columns import TYPES

_PLACEHOLDER = re.compile(r"^\{\{ (\w+) \}\}$", re.MULTILINE)
_HELP_SECONDS = 60
_MAX_HELP_BYTES = 100_000


def fill(body: str) -> str:
    """A page with its placeholder lines, like `{{ operations }}`, replaced by what the installed SDK says."""
    return _PLACEHOLDER.sub(lambda match: _READERS[match[1]](), body)


@cache
def _signatures(name: str, prefix: str) -> str:
    owner = getattr(importlib.import_module("fivetran_connector_sdk"), name)
    lines = [
        f"{prefix}.{method}{inspect.signature(getattr(owner, method))}"
        for method in sorted(dir(owner))
        if not method.startswith("_") and _is_public(owner, method)
    ]
    return "```text\n" + "\n".join(lines) + "\n```"


def _is_public(owner: type, method: str) -> bool:
    """Whether a connector calls it: any operation, but of the log only what is named as a level."""
    levels = getattr(owner, "Level", None)
    named = levels is None or method.upper() in levels.__members__
    return named and inspect.isroutine(getattr(owner, method))


@cache
def _connector() -> str:
    owner = importlib.import_module("fivetran_connector_sdk").Connector
    return f"```text\nConnector{inspect.signature(owner)}\n```"


@cache
def _cli() -> str:
    fivetran = str(Path(sys.executable).parent / "fivetran")
    parts: list[str] = []
    for arguments in (["--help"], ["debug", "--help"]):
        done = run(
            [fivetran, *arguments],
            env={"PATH": os.defpath, "HOME": str(Path.home()), "DO_NOT_TRACK": "1", "COLUMNS": "100"},
            timeout_seconds=_HELP_SECONDS,
            max_output_bytes=_MAX_HELP_BYTES,
        )
        parts.append(f"```text\n{done.stdout.decode(errors='replace').strip()}\n```")
    return "\n\n".join(parts)


@cache
def _environment() -> str:
    sdk = metadata("fivetran-connector-sdk")
    needs = [line.partition(";")[0].strip() for line in requires("fivetran-connector-sdk") or []]
    lines = [
        f"fivetran-connector-sdk {sdk['Version']}, Python {sdk['Requires-Python']}",
        *(f"- {need}" for need in needs),
    ]
    return "```text\n" + "\n".join(lines) + "\n```"


_READERS: dict[str, Callable[[], str]] = {
    "types": lambda: f"`{' '.join(TYPES)}`",
    "environment": _environment,
    "operations": lambda: _signatures("Operations", "op"),
    "logging": lambda: _signatures("Logging", "log"),
    "connector": _connector,
    "cli": _cli,
}
