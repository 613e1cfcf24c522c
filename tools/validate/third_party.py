"""The modules from elsewhere that the project's code imports, and the requirements that may bring them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from packaging.requirements import InvalidRequirement
from packaging.utils import canonicalize_name

from .distributions import is_known_distribution, is_known_module, provides
from .module import Module
from .names import SDK, last_word
from .project_settings import pyproject_document
from .reach import Reach
from .reader import PYPROJECT, REQUIREMENTS
from .requirement_lines import PREINSTALLED, RequirementLine, other_files, read_requirement, requirement_lines
from .source import ProjectSource

# The SDK's own environment: what requests brings along is there as well.
_PRESENT = frozenset({SDK, "requests", "urllib3", "certifi", "idna", "charset_normalizer"})
# Modules of Python 3.14 that the Python which validates may not have.
_NEWER = frozenset({"annotationlib", "compression"})
# What asks whether a module is there, or which Python runs.
_GUARDS = ("TYPE_CHECKING", "find_spec", "version_info")
_ABSENT = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


@dataclass(frozen=True)
class ThirdPartyImport:
    """One imported name: the dotted module as far as the statement tells it."""

    module: Module
    node: ast.alias | ast.ImportFrom
    dotted: tuple[str, ...]

    @property
    def top(self) -> str:
        """The top-level module."""
        return self.dotted[0].partition(".")[0]


class ThirdParty:
    """Imports and requirements of a project, matched."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._data = source.files.get(REQUIREMENTS, b"")
        self.lines = [line for line in requirement_lines(self._data) if line.name not in PREINSTALLED]

    @cached_property
    def imports(self) -> list[ThirdPartyImport]:
        """What is imported from elsewhere, in the order of files and lines, without what may be missing."""
        own = {name.partition("/")[0].removesuffix(".py") for name in self._source.files if name.endswith(".py")}
        known = own | _PRESENT | _NEWER | sys.stdlib_module_names
        return [found for module in self._source.modules for found in _imports(module) if found.top not in known]

    @cached_property
    def is_readable(self) -> bool:
        """Whether all requirements are known: none in another file, none that cannot be read, no other installer."""
        unread = any(line.name is None for line in self.lines) or any(True for _ in other_files(self._data))
        return not unread and not self._source.broken and not self._source.has_file("installation.sh")

    @cached_property
    def distributions(self) -> frozenset[str]:
        """The names of all requirements, those of pyproject.toml included."""
        return frozenset({line.name for line in self.lines if line.name} | set(self._of_pyproject()))

    def missing(self) -> Iterator[ThirdPartyImport]:
        """The first import of each module that certainly no requirement brings."""
        unmatched = [name for name in self.distributions if not self._is_used(name)]
        unsure = any(not is_known_distribution(name) for name in unmatched)
        seen: set[str] = set()
        for found in self.imports if self.is_readable else ():
            if found.top not in seen and not self._is_provided(found) and (is_known_module(found.top) or not unsure):
                seen.add(found.top)
                yield found

    def unused(self) -> Iterator[RequirementLine]:
        """The requirements of which certainly nothing is imported."""
        unsure = any(not self._is_provided(found) and not is_known_module(found.top) for found in self.imports)
        for line in self.lines if self.is_readable else ():
            if line.name and not self._is_used(line.name) and (is_known_distribution(line.name) or not unsure):
                yield line

    def _is_provided(self, found: ThirdPartyImport) -> bool:
        return any(self._brings(name, found) for name in self.distributions)

    def _is_used(self, name: str) -> bool:
        return any(self._brings(name, found) for found in self.all_imports)

    def _brings(self, name: str, found: ThirdPartyImport) -> bool:
        installed = self._source.installed.get(name, frozenset())
        return any(provides(name, dotted, installed) for dotted in found.dotted)

    @cached_property
    def all_imports(self) -> list[ThirdPartyImport]:
        """Every import, also one that may fail or is for type checkers only."""
        return [found for module in self._source.modules for found in _imports(module, optional=True)]

    def _of_pyproject(self) -> Iterator[str]:
        document = cast("dict[str, Any]", pyproject_document(self._source.files.get(PYPROJECT)))
        project = document.get("project")
        listed = cast("dict[str, Any]", project).get("dependencies") if isinstance(project, dict) else None
        for text in cast("list[object]", listed) if isinstance(listed, list) else ():
            try:
                yield canonicalize_name(read_requirement(str(text)).name)
            except InvalidRequirement:
                continue


def _imports(module: Module, *, optional: bool = False) -> Iterator[ThirdPartyImport]:
    found = [ThirdPartyImport(module, alias, (alias.name,)) for n in module.each(ast.Import) for alias in n.names]
    for node in module.each(ast.ImportFrom):
        if not node.level and node.module:
            dotted = (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
            found.append(ThirdPartyImport(module, node, dotted))
    for each in sorted(found, key=lambda each: module.position(each.node)):
        if optional or not _is_optional(module, each.node):
            yield each


def _is_optional(module: Module, node: ast.AST) -> bool:
    """Whether the code goes on without the import, or never makes it when it runs."""
    for parent in module.ancestors(node):
        if isinstance(parent, ast.Try) and any(_takes_absence(handler) for handler in parent.handlers):
            return True
        if isinstance(parent, ast.If) and any(word in ast.dump(parent.test) for word in _GUARDS):
            return True
        if isinstance(parent, ast.With) and any(_suppresses(item.context_expr) for item in parent.items):
            return True
    return module.in_main_block(node)


def _suppresses(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_word(node.func) == "suppress" and "ImportError" in ast.dump(node)


def _takes_absence(handler: ast.ExceptHandler) -> bool:
    """Whether the code goes on without the module: not where the handler raises at its end."""
    if isinstance(handler.body[-1], ast.Raise):
        return False
    return handler.type is None or any(f"'{name}'" in ast.dump(handler.type) for name in _ABSENT)
