"""The names and values in files that people write line by line: `.env`, YAML, INI, TOML, properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

_SUFFIXES = frozenset({".yml", ".yaml", ".ini", ".cfg", ".conf", ".toml", ".properties"})
_LINE = re.compile(
    r"^[ \t-]*(?:export[ \t]+)?[\"']?(?P<name>[A-Za-z_][\w.-]*)[\"']?[ \t]*[:=][ \t]*(?P<quote>[\"']?)"
    r"(?P<value>[^\s\"'#]+)(?P=quote)[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)


def is_settings_file(file: str) -> bool:
    """Whether a file holds a name and its value in a line."""
    path = PurePosixPath(file)
    return path.name == ".env" or path.suffix in _SUFFIXES


def settings_lines(text: str) -> Iterator[tuple[str, str, int]]:
    """Each name with its value and the value's offset; what is more than one word is left out."""
    for match in _LINE.finditer(text):
        yield match["name"].rpartition(".")[2], match["value"], match.start("value")
