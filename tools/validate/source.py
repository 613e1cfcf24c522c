"""A connector as the rules see it: connector.py, the project's modules that it imports, and the other files."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .module import Broken, Module, parse_module
from .names import OPERATIONS, SDK, Names

CONNECTOR = "connector.py"
CONFIGURATION = "configuration.json"
REQUIREMENTS = "requirements.txt"
_MAX_FILE_BYTES = 5_000_000


@dataclass(frozen=True)
class OperationCall:
    """A call of an SDK operation: `name` is `upsert`, `checkpoint`, ..."""

    module: Module
    node: ast.Call
    name: str


class ProjectSource:
    """The files of one connector, read once. `files` maps relative paths to bytes."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.modules: list[Module] = []
        self.broken: dict[str, Broken] = {}
        self._names: dict[str, Names] = {}
        for name, file in self._python_files():
            parsed = parse_module(name, file, files[file])
            if isinstance(parsed, Module):
                self.modules.append(parsed)
            else:
                self.broken[file] = parsed

    @classmethod
    def read(cls, folder: Path) -> ProjectSource:
        """The source of the connector in `folder`; of links only those that stay inside it are followed."""
        return cls(_Reader(folder).read())

    @property
    def connector(self) -> Module | None:
        """The module of connector.py, unless it is missing or broken."""
        return next((module for module in self.modules if module.file == CONNECTOR), None)

    def names(self, module: Module) -> Names:
        """The names of one module."""
        if module.file not in self._names:
            self._names[module.file] = Names(module)
        return self._names[module.file]

    def qualified(self, module: Module, node: ast.expr) -> str | None:
        """The qualified name of an expression, followed through imports between the project's modules."""
        name = self.names(module).qualified(node)
        for _ in range(len(self.modules) + 1):
            followed = self._follow(module, name)
            if followed == name:
                break
            name = followed
        return name

    @cached_property
    def operations(self) -> list[OperationCall]:
        """Every call of an SDK operation, in the order of files and lines."""
        found: list[OperationCall] = []
        for module in self.modules:
            for node in module.nodes:
                if isinstance(node, ast.Call) and (name := self.operation_name(module, node.func)):
                    found.append(OperationCall(module, node, name))
        return found

    def operation_name(self, module: Module, function: ast.expr) -> str | None:
        """`upsert` for whatever expression means the SDK's `Operations.upsert`, else None."""
        owner, _, name = (self.qualified(module, function) or "").rpartition(".")
        return name if owner == OPERATIONS else None

    def _follow(self, module: Module, name: str | None) -> str | None:
        if name is None or name.startswith(SDK):
            return name
        absolute = self._absolute(module, name)
        for other in self.modules:
            prefix = f"{other.name}."
            if absolute.startswith(prefix):
                head, _, tail = absolute.removeprefix(prefix).partition(".")
                bound = self.names(other).bindings(other.tree, head)
                meaning = {b.qualified or (self.names(other).qualified(b.value) if b.value else None) for b in bound}
                if len(meaning) == 1 and (target := meaning.pop()) and target != f"{other.name}.{head}":
                    target = self._absolute(other, target)
                    return f"{target}.{tail}" if tail else target
        return absolute

    def _absolute(self, module: Module, name: str) -> str:
        if not name.startswith("."):
            return name
        level = len(name) - len(name.lstrip("."))
        package = module.name.split(".")
        base = package[: max(0, len(package) - level + (1 if module.file.endswith("__init__.py") else 0))]
        return ".".join([*base, name.lstrip(".")])

    def _python_files(self) -> list[tuple[str, str]]:
        return [(_module_name(file), file) for file in self.files if file.endswith(".py")]


def _module_name(file: str) -> str:
    parts = file.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


class _Reader:
    """Reads the files that matter: connector.py and what it imports from the project, and the project's text files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._files: dict[str, bytes] = {}

    def read(self) -> dict[str, bytes]:
        for name in (CONNECTOR, CONFIGURATION, REQUIREMENTS, "README.md", "pyproject.toml"):
            self._take(name)
        waiting = [CONNECTOR] if CONNECTOR in self._files else []
        while waiting:
            file = waiting.pop(0)
            for name in _imports(_module_name(file), file, self._files[file]):
                for candidate in (f"{name.replace('.', '/')}.py", f"{name.replace('.', '/')}/__init__.py"):
                    if candidate not in self._files and self._take(candidate):
                        waiting.append(candidate)
        return self._files

    def _take(self, name: str) -> bool:
        path = self._folder / name
        try:
            inside = path.resolve().is_relative_to(self._folder) and path.is_file()
            if inside and path.stat().st_size <= _MAX_FILE_BYTES:
                self._files[name] = path.read_bytes()
        except (OSError, RuntimeError, ValueError):
            return False
        return name in self._files


def _imports(module_name: str, file: str, data: bytes) -> list[str]:
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    package = module_name.split(".")
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found += _prefixes(alias.name)
        elif isinstance(node, ast.ImportFrom):
            keep = len(package) - node.level + (1 if file.endswith("__init__.py") else 0)
            base = ".".join([*(package[: max(0, keep)] if node.level else []), *([node.module] if node.module else [])])
            for name in [base, *(f"{base}.{alias.name}" if base else alias.name for alias in node.names)]:
                found += _prefixes(name)
    return found


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts)) if all(p.isidentifier() for p in parts[: i + 1])]
