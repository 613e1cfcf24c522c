"""What runs code of the project without naming it: a stranger's base class, a module that is kept as a value."""

from __future__ import annotations

import ast

from .module import Module
from .source import ProjectSource

# Bases that call no method by themselves.
_QUIET = frozenset(
    {"builtins.object", "abc.ABC", "enum.Enum", "typing.NamedTuple", "typing.TypedDict", "typing.Protocol"}
    | {"builtins.Exception", "builtins.ValueError", "builtins.RuntimeError", "builtins.dict", "builtins.str"}
)


def has_foreign_base(source: ProjectSource, module: Module, node: ast.ClassDef) -> bool:
    """Whether a class is based on one that the project does not define, which may call its methods."""
    names = (source.resolver.local(module, base) or "" for base in node.bases if not isinstance(base, ast.Subscript))
    return any(name not in source.resolver.definitions and name not in _QUIET for name in names)


def handed_modules(source: ProjectSource) -> set[str]:
    """The modules of the project that stand somewhere as a value, not only in front of a dot."""
    found: set[str] = set()
    known = source.resolver.modules
    for module in source.modules if len(known) > 1 else ():
        for word in _imported_words(module):
            for use in module.named(word):
                parent = module.parents[use]
                if isinstance(use.ctx, ast.Load) and not isinstance(parent, ast.Attribute):
                    found |= {source.resolver.local(module, use) or ""} & known.keys()
    return found


def _imported_words(module: Module) -> set[str]:
    aliases = (alias for node in module.each(ast.Import, ast.ImportFrom) for alias in node.names)
    return {alias.asname or alias.name.partition(".")[0] for alias in aliases}
