"""`[tool.connector-sdk-mcp]` of a project's pyproject.toml: which rules count for which files."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, cast

from .models import Finding
from .reader import PYPROJECT

# Python 3.10 has no parser of its own.
_TOML: Any = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
TABLE = "connector-sdk-mcp"
KEYS = ("select", "ignore", "per-file-ignores")


@dataclass(frozen=True)
class ProjectSettings:
    """What the table says; `problems` are what it says wrongly, each with the text to look for in the file."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    problems: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, data: bytes | None) -> ProjectSettings:
        """The settings of a pyproject.toml; what cannot be read counts as not written, and is a problem."""
        try:
            document = _document(data)
        except (ValueError, RecursionError) as error:
            return cls(problems=(("", f"{PYPROJECT} is not TOML: {str(error).splitlines()[0]}"),))
        tool: Any = document.get("tool", {})
        table: object = tool.get(TABLE, {}) if hasattr(tool, "get") else {}
        return _Reading(table).settings()

    def hides(self, finding: Finding) -> bool:
        """Whether the finding's rule is switched off for its file."""
        return any(
            finding.rule_id in rule_ids and (fnmatchcase(finding.file, pattern) or _is_below(finding.file, pattern))
            for pattern, rule_ids in self.per_file_ignores.items()
        )


def pyproject_document(data: bytes | None) -> Mapping[str, object]:
    """The content of a pyproject.toml; empty where it cannot be read."""
    try:
        return _document(data)
    except (ValueError, RecursionError):
        return {}


def _document(data: bytes | None) -> Any:
    return _TOML.loads((data or b"").decode("utf-8"))


def _is_below(file: str, folder: str) -> bool:
    return file.startswith(folder.rstrip("/") + "/")


class _Reading:
    """One table, key by key."""

    def __init__(self, table: object) -> None:
        self._problems: list[tuple[str, str]] = []
        self._table = self._mapping(TABLE, table)

    def settings(self) -> ProjectSettings:
        self._problems += [
            (key, f"There is no setting {key!r}; there are {', '.join(KEYS)}") for key in self._table if key not in KEYS
        ]
        per_file = self._mapping("per-file-ignores", self._table.get("per-file-ignores", {}))
        ignores = {pattern: self._texts(pattern, rule_ids) for pattern, rule_ids in per_file.items()}
        return ProjectSettings(self._listed("select"), self._listed("ignore"), ignores, tuple(self._problems))

    def _listed(self, key: str) -> tuple[str, ...]:
        return self._texts(key, self._table.get(key, []))

    def _mapping(self, key: str, value: object) -> dict[str, object]:
        if isinstance(value, dict):
            return cast("dict[str, object]", value)
        self._problems.append((key, f"{key} has to be a table"))
        return {}

    def _texts(self, key: str, value: object) -> tuple[str, ...]:
        listed = cast("list[object]", value) if isinstance(value, list) else [value]
        if isinstance(value, list) and all(isinstance(part, str) for part in listed):
            return tuple(cast("list[str]", listed))
        self._problems.append((key, f"{key} has to be a list of rule ids"))
        return ()
