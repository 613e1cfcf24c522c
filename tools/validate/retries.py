"""Whether a project repeats requests that fail, as far as its names tell."""

from __future__ import annotations

import ast
import re
from functools import cached_property

from .module import Module
from .reach import Reach
from .source import ProjectSource

_RETRY = re.compile(r"retr(?:y|ies|ied|ying)|attempt|back_?off|tenacity|tries\b|max_tries|stamina", re.IGNORECASE)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Retries:
    """Names of functions, variables, arguments, imports; and loops that wait."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    @cached_property
    def exist(self) -> bool:
        """Whether something in the project is a retry, or is called one."""
        return any(self._in_names(module) or self._in_loops(module) for module in self._source.modules)

    @cached_property
    def look_at_429(self) -> bool:
        """Whether a retry may see that a server asks to wait: by its number, by every error status, or by a library."""
        return any(
            any(node.value == 429 for node in module.each(ast.Constant) if type(node.value) is int)
            or any(node.attr in ("raise_for_status", "ok", "TOO_MANY_REQUESTS") for node in module.each(ast.Attribute))
            or any(_ranges(node) for node in module.each(ast.Compare))
            or "tatus_forcelist" in module.text
            or "429" in module.text
            for module in self._source.modules
        )

    def _in_names(self, module: Module) -> bool:
        if not _RETRY.search(module.text):
            return False
        names = [node.id for node in module.each(ast.Name)] + [node.attr for node in module.each(ast.Attribute)]
        names += [node.arg for node in module.each(ast.arg)] + [node.arg or "" for node in module.each(ast.keyword)]
        names += [node.name for node in module.each(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.alias)]
        names += [node.module or "" for node in module.each(ast.ImportFrom)]
        return any(_RETRY.search(name) for name in set(names))

    def _in_loops(self, module: Module) -> bool:
        """A loop that sleeps after an answer or an exception."""
        for node in module.each(ast.Attribute, ast.Name):
            if (node.attr if isinstance(node, ast.Attribute) else node.id) == "sleep":
                around = list(module.ancestors(node))
                handled = any(isinstance(each, (ast.ExceptHandler, ast.If)) for each in around)
                if handled and any(isinstance(each, _LOOPS) for each in around):
                    return True
        return False


def _ranges(node: ast.Compare) -> bool:
    """`status >= 400`."""
    return any(
        isinstance(part, ast.Constant) and part.value in (400, 500, 399, 499, 200, 300) for part in node.comparators
    )
