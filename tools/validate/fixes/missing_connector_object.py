"""Makes the Connector at the top level, under the name that the SDK looks for."""

from __future__ import annotations

import ast

from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..fixing.imports import new_import
from ..models import Finding
from ..module import FUNCTIONS, Module
from ..names import CONNECTOR, SDK

_NAME = "connector"
_CALLBACKS = ("update", "schema")


def fix(context: Context, finding: Finding) -> list[Edit]:
    """A new line, or the statement that makes it moved or named anew."""
    module = context.module(finding.file)
    made = [call.node for call in context.reach.connector.calls if call.module is module]
    if not made and not context.source.names(module).bound.of(module.tree, _NAME):
        return _added(context, module)
    if len(made) != 1:
        raise Held("More than one place makes a Connector, or none does.")
    statement = context.statement(module, made[0])
    if module.in_main_block(statement):
        return _moved(context, module, statement)
    if not isinstance(module.parents[statement], ast.Module):
        raise Held("It is made inside a function or a branch: what it needs from there cannot be told.")
    if isinstance(statement, ast.Expr) and statement.value is made[0]:
        at = context.span(module, statement)[0]
        return [Edit(module.file, at, at, f"{_NAME} = ")]
    return _renamed(context, module, statement)


def _added(context: Context, module: Module) -> list[Edit]:
    functions = {node.name for node in module.tree.body if isinstance(node, FUNCTIONS)}
    given = ", ".join(f"{name}={name}" for name in _CALLBACKS if name in functions)
    if "update" not in functions:
        raise Held("There is no function `update` at the top level of connector.py to give it.")
    known = _connector_name(context, module)
    edits = [] if known else [new_import(context, module, f"from {SDK} import Connector")]
    line = f"{_NAME} = {known or 'Connector'}({given})\n"
    block = main_block(module)
    if block is not None:
        return [*edits, context.before_definition(module, block, f"{line}\n\n")]
    return [*edits, context.after_line(module, last_line(module), f"\n\n{line}")]


def main_block(module: Module) -> ast.If | None:
    """The `if __name__ == "__main__":` at the top level."""
    ifs = (node for node in module.tree.body if isinstance(node, ast.If))
    return next((node for node in ifs if module.in_main_block(node.body[0])), None)


def last_line(module: Module) -> int:
    """The number of the last line with text."""
    count = len(module.lines)
    while count > 1 and not module.lines[count].strip():
        count -= 1
    return count


def _connector_name(context: Context, module: Module) -> str | None:
    """The name under which the module has the SDK's Connector."""
    for node in module.each(ast.ImportFrom):
        for alias in node.names if isinstance(module.scope_of(node), ast.Module) else ():
            name = alias.asname or alias.name
            probe = context.source.names(module).meaning(module.tree, name)
            if probe and context.source.resolver.expand(probe) == CONNECTOR:
                return name
    return None


def _moved(context: Context, module: Module, statement: ast.stmt) -> list[Edit]:
    """Out of the main block, to the line before it."""
    block = main_block(module)
    named = isinstance(statement, ast.Assign) and [ast.unparse(target) for target in statement.targets] == [_NAME]
    if block is None or statement not in block.body or not named:
        raise Held("The statement that makes it cannot be moved as it is.")
    stored = {name.id for name in module.inside(block, ast.Name) if isinstance(name.ctx, ast.Store)} - {_NAME}
    if stored & {name.id for name in module.inside(statement, ast.Name)}:
        raise Held("It is made of what the main block prepares.")
    line = context.text(module, statement)
    return [context.before_definition(module, block, f"{line}\n\n\n"), context.remove(module, statement)]


def _renamed(context: Context, module: Module, statement: ast.stmt) -> list[Edit]:
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if not isinstance(target, ast.Name) or len(context.source.modules) > 1:
        raise Held("The name that it has may be used elsewhere.")
    names = context.source.names(module)
    uses = names.uses_beside(target, target.id)
    if module.named(_NAME) or len(names.lookup(target)) != 1:
        raise Held("The name `connector` is taken.")
    return [context.replace(module, use, _NAME) for use in uses]
