"""What a project's environment has to hold: the SDK, and what its requirements name."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ...validate.requirement_lines import PREINSTALLED, RequirementLine, options, other_files, requirement_lines

# Python 3.10 has no parser of its own.
_TOML: Any = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
_SDK = "fivetran-connector-sdk"
# Another number makes every environment anew.
_FORMAT = 1
_DEPTH = 5
_ANOTHER = re.compile(r"(?:-r|--requirement)(?:\s+|=)?(?P<file>\S+)")


@dataclass(frozen=True)
class Wanted:
    """The lines that are installed beside the SDK, and those that are left out because its pins refuse them."""

    lines: tuple[str, ...]
    dropped: tuple[str, ...]
    pinned: bool

    @classmethod
    def by(cls, project: Path) -> Wanted:
        """By the project's requirements.txt, else by the dependencies of its pyproject.toml."""
        data = _read(project / "requirements.txt") or _dependencies(_read(project / "pyproject.toml"))
        every = [*_lines(project, data, _DEPTH)]
        found = {line.text: line for line in every if line.name not in PREINSTALLED}
        dropped = [line.text for line in every if line.name in PREINSTALLED and not _is_bare(line.text)]
        how = tuple(line.text for line in options(data))
        return cls((*how, *sorted(found)), tuple(dropped), all(line.is_pinned for line in found.values()))

    @property
    def sdk(self) -> str:
        """The SDK, as the server has it."""
        return f"{_SDK}=={version(_SDK)}"

    @property
    def key(self) -> str:
        """The name of the environment: equal for projects that want the same."""
        python = [*sys.version_info[:3], sys.base_prefix]
        text = json.dumps([_FORMAT, self.sdk, python, self.lines])
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    @property
    def warnings(self) -> list[str]:
        """What the run says of the lines that were left out."""
        return [
            f"requirements.txt names {line!r}, which Fivetran's environment has in its own version: the run used that. "
            "Remove the line."
            for line in self.dropped
        ]


def _lines(folder: Path, data: bytes, depth: int) -> Iterator[RequirementLine]:
    """The requirements of a file, and of those that it reads by `-r`."""
    yield from requirement_lines(data)
    for line in other_files(data) if depth else ():
        if match := _ANOTHER.match(line.text):
            path = folder / match["file"]
            yield from _lines(path.parent, _read(path), depth - 1)


def _is_bare(text: str) -> bool:
    """Whether a line asks for no version."""
    return not any(sign in text for sign in "=<>~!@")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _dependencies(data: bytes) -> bytes:
    """The dependencies of a pyproject.toml as lines; none where it is not one."""
    try:
        document: dict[str, dict[str, list[str]]] = _TOML.loads(data.decode("utf-8"))
        return "\n".join(document["project"]["dependencies"]).encode()
    except (ValueError, KeyError, TypeError):
        return b""
