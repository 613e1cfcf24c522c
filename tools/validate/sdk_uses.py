"""What code asks of a class of the SDK: the names behind `op.` and `log.`, and what is added to the class."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .guards import expects, is_asked_for
from .module import Module
from .names import SDK, last_word
from .source import ProjectSource

_MISSING = frozenset({"AttributeError"})


def uses(source: ProjectSource, owner: str) -> Iterator[tuple[Module, ast.Attribute]]:
    """Every `NAME.MEMBER` whose NAME means the class `owner`, in the order of files and names."""
    for module in source.modules:
        for word in sorted(_words(source, module, owner.rpartition(".")[2])):
            for node in module.named(word):
                parent = module.parents[node]
                if isinstance(parent, ast.Attribute) and source.qualified(module, node) in (owner, f"{owner}()"):
                    yield module, parent


def added(source: ProjectSource, owner: str) -> frozenset[str]:
    """The names that the project itself gives the class: `op.bulk = ...`, `setattr(op, "bulk", ...)`."""
    found = {use.attr for _, use in uses(source, owner) if not isinstance(use.ctx, ast.Load)}
    for module in source.modules:
        for call in module.calls(("setattr",)):
            if len(call.args) > 1 and source.qualified(module, call.args[0]) in (owner, f"{owner}()"):
                key = call.args[1]
                found.add(key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "")
    return frozenset(found)


def may_lack(module: Module, node: ast.AST, name: str) -> bool:
    """Whether the code is prepared for the member not being there."""
    return expects(module, node, _MISSING) or is_asked_for(module, node, name)


def _words(source: ProjectSource, module: Module, name: str) -> set[str]:
    if (module, name) not in source.sdk_words:
        source.sdk_words[module, name] = _find_words(module, name)
    return source.sdk_words[module, name]


def _find_words(module: Module, name: str) -> set[str]:
    """The names that may mean a class of the SDK: its own, those of imports, those of variables that hold one."""
    imports = (node for node in module.each(ast.ImportFrom) if (node.module or "").startswith(SDK))
    found = {name} | {each.asname or name for node in imports for each in node.names if each.name == name}
    for node in module.each(ast.Assign):
        if last_word(node.value) in found:
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return found
