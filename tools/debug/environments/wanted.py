"""What a project's environment has to hold: the SDK, and what its requirements name."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ...files import regular_bytes
from ...project import ConnectorProject
from ...validate.requirement_lines import PREINSTALLED, RequirementLine, options, other_files, requirement_lines

# Python 3.10 has no parser of its own.
_TOML: Any = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
_SDK = "fivetran-connector-sdk"
# Another number makes every environment anew.
_FORMAT = 1
_DEPTH = 5
_MOST_BYTES = 1_000_000
_ANOTHER = re.compile(r"(?P<kind>-r|--requirement|-c|--constraint)(?:\s+|=)?(?P<file>\S+)")


@dataclass(frozen=True)
class Wanted:
    """The lines that are installed beside the SDK, and those that are left out because its pins refuse them.

    `changed` is when a local package among them last changed, in nanoseconds: it is installed anew then.
    """

    lines: tuple[str, ...]
    constraints: tuple[str, ...]
    dropped: tuple[str, ...]
    pinned: bool
    changed: int = 0

    @classmethod
    def by(cls, project: ConnectorProject) -> Wanted:
        """By the project's requirements.txt, else by the dependencies of its pyproject.toml."""
        read = _Requirements(project)
        read.file(project.path / "requirements.txt", _DEPTH)
        if not read.files:
            read.text(project.path, _dependencies(read.bytes_of(project.path / "pyproject.toml")), 0)
        found = {line.text: line for line in read.lines if line.name not in PREINSTALLED}
        dropped = [line.text for line in read.lines if line.name in PREINSTALLED and not _is_bare(line.text)]
        changed = [_changed(project.path, line.text) for line in found.values() if line.is_location]
        return cls(
            lines=(*read.options, *sorted(found)),
            constraints=tuple(sorted({line.text for line in read.constraints if line.name not in PREINSTALLED})),
            dropped=tuple(dropped),
            pinned=all(line.is_pinned for line in found.values()),
            changed=max(changed, default=0),
        )

    @property
    def sdk(self) -> str:
        """The SDK, as the server has it."""
        return f"{_SDK}=={version(_SDK)}"

    @property
    def key(self) -> str:
        """The name of the environment: equal for projects that want the same."""
        python = [*sys.version_info[:3], sys.base_prefix]
        text = json.dumps([_FORMAT, self.sdk, python, self.lines, self.constraints, self.changed])
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    @property
    def warnings(self) -> list[str]:
        """What the run says of the lines that were left out."""
        return [
            f"requirements.txt names {line!r}, which Fivetran's environment has in its own version: the run used that. "
            "Remove the line."
            for line in self.dropped
        ]


class _Requirements:
    """The lines of a requirements file and of those that it reads, which have to lie in the workspace."""

    def __init__(self, project: ConnectorProject) -> None:
        self._project = project
        self.files = 0
        self.lines: list[RequirementLine] = []
        self.constraints: list[RequirementLine] = []
        self.options: list[str] = []

    def bytes_of(self, path: Path) -> bytes:
        """What a file holds, nothing where it is none or lies elsewhere."""
        inside = self._project.workspace.contains(path)
        return (regular_bytes(path, most_bytes=_MOST_BYTES) if inside else None) or b""

    def file(self, path: Path, depth: int) -> None:
        """Reads a file and those that it names."""
        data = self.bytes_of(path)
        self.files += bool(data)
        self.text(path.parent, data, depth)

    def text(self, folder: Path, data: bytes, depth: int) -> None:
        """Reads the text of a file of that folder."""
        self.lines += requirement_lines(data)
        self.options += [line.text for line in options(data)]
        for line in other_files(data) if depth else ():
            if match := _ANOTHER.match(line.text):
                path = folder / match["file"]
                if match["kind"].startswith(("-c", "--c")):
                    self.constraints += requirement_lines(self.bytes_of(path))
                else:
                    self.file(path, depth - 1)


def _changed(project: Path, line: str) -> int:
    """When the local folder or archive that a line names last changed; 0 for what is elsewhere."""
    name = re.sub(r"^(?:-e|--editable)[\s=]*|^.*@\s*", "", line).removeprefix("file://").partition("#")[0].strip()
    place = project / name
    if "://" in name or not place.exists():
        return 0
    files = (path for path in place.rglob("*") if "__pycache__" not in path.parts) if place.is_dir() else (place,)
    return max((path.lstat().st_mtime_ns for path in files), default=0)


def _is_bare(text: str) -> bool:
    """Whether a line asks for no version."""
    return not any(sign in text for sign in "=<>~!@")


def _dependencies(data: bytes) -> bytes:
    """The dependencies of a pyproject.toml as lines; none where it is not one."""
    try:
        document: dict[str, dict[str, list[str]]] = _TOML.loads(data.decode("utf-8"))
        return "\n".join(document["project"]["dependencies"]).encode()
    except (ValueError, KeyError, TypeError):
        return b""
