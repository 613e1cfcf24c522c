"""Reads what the rules look at: connector.py, what it imports from the project, and the project's text files."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from .module import Module
from .parse import Broken, parse_module

CONNECTOR = "connector.py"
CONFIGURATION = "configuration.json"
REQUIREMENTS = "requirements.txt"
PYPROJECT = "pyproject.toml"
BASELINE = ".connector-sdk-mcp-baseline.json"
_OTHERS = (CONFIGURATION, REQUIREMENTS, "README.md", PYPROJECT, BASELINE)
_MAX_FILE_BYTES = 5_000_000


def module_name(file: str) -> str:
    """The dotted name under which the project imports a file."""
    parts = file.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def unread(folder: Path, name: str) -> str | None:
    """Why a file that stands in the folder is not read; None where there is none, or it can be read."""
    path = folder / name
    try:
        if not os.path.lexists(path):
            return None
        if not path.resolve().is_relative_to(folder.resolve()):
            return "it is a link that leads out of the project"
        if not path.is_file():
            return "it is not a file"
        with path.open("rb"):
            return f"it is larger than {_MAX_FILE_BYTES // 1_000_000} MB" if _is_large(path) else None
    except (OSError, RuntimeError) as error:
        return f"it cannot be read ({getattr(error, 'strerror', None) or 'links that lead in a circle'})"


class Reader:
    """The files of one folder by relative path; of links only those that stay inside it are followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._names = _listed(self._folder)
        self.files: dict[str, bytes] = {}
        self.parsed: dict[str, Module | Broken] = {}
        for name in _OTHERS:
            self._take(name)
        self._read_modules()

    def _read_modules(self) -> None:
        waiting = [CONNECTOR] if self._take(CONNECTOR) else []
        while waiting:
            file = waiting.pop(0)
            self.parsed[file] = parsed = parse_module(module_name(file), file, self.files[file])
            for name in _imports(parsed) if isinstance(parsed, Module) else ():
                path = name.replace(".", "/")
                waiting += [file for file in (f"{path}.py", f"{path}/__init__.py") if self._take(file)]

    def _take(self, name: str) -> bool:
        """Whether `name` is a new file of the project."""
        # Most imports are not of the project: for them nothing is asked of the disk.
        if name in self.files or name.partition("/")[0] not in self._names:
            return False
        path = self._folder / name
        try:
            if not path.is_file():
                return False
            # The folder itself is resolved: only a link, or a folder that is one, leads elsewhere.
            if ("/" in name or path.is_symlink()) and not path.resolve().is_relative_to(self._folder):
                return False
            if _is_large(path):
                return False
            self.files[name] = path.read_bytes()
        except (OSError, RuntimeError, ValueError):
            return False
        return True


def _is_large(path: Path) -> bool:
    return path.stat().st_size > _MAX_FILE_BYTES


def _listed(folder: Path) -> frozenset[str]:
    """The names in a folder, as the disk spells them."""
    try:
        return frozenset(path.name for path in folder.iterdir())
    except OSError:
        return frozenset()


def _imports(module: Module) -> Iterator[str]:
    for node in module.each(ast.Import):
        for alias in node.names:
            yield from _prefixes(alias.name)
    for node in module.each(ast.ImportFrom):
        base = module.absolute(node)
        yield from _prefixes(base)
        for alias in node.names:
            yield from _prefixes(f"{base}.{alias.name}" if base else alias.name)


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        if parts[count - 1].isidentifier():
            yield ".".join(parts[:count])
        else:
            return
