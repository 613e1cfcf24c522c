"""Calls the function that validates first in update, and writes one where there is none."""

from __future__ import annotations

import ast

from ..fixing.bodies import first_place
from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..models import Finding
from ..module import COMPREHENSIONS, FUNCTIONS, Function, Module
from ..parameter_reads import KeyRead
from ..required_keys import RequiredKeys
from ..validation import Validation

_NAME = "validate_configuration"
# What may run never, or catch the KeyError.
_MAYBE = (ast.For, ast.AsyncFor, ast.While, ast.Lambda, ast.With, ast.AsyncWith, ast.Try, *COMPREHENSIONS)


def fix(context: Context, finding: Finding) -> list[Edit]:
    """The keys that the code cannot do without are looked for; one that it reads with a default is optional."""
    update = context.reach.update
    if update is None or not isinstance(update.node, FUNCTIONS):
        raise Held("update is no function with a body.")
    module, function = update.module, update.node
    args = [*function.args.posonlyargs, *function.args.args][update.filled :]
    if not args:
        raise Held("update takes no configuration.")
    name = _existing(context, module)
    call = first_place(context, module, function, f"{name or _NAME}({args[0].arg})")
    if name is not None:
        return [call]
    if _NAME in module.words or module.scope_of(function) is not module.tree:
        raise Held("The name validate_configuration is taken, or update is no function at the top level.")
    return [context.before_definition(module, function, _written(context, module)), call]


def _existing(context: Context, module: Module) -> str | None:
    """The function that is there already. Raises Held where it cannot simply be called."""
    found = context.reach.shared(Validation).definitions
    if not found:
        return None
    if len(found) > 1:
        raise Held("Which of several functions validates the configuration cannot be told.")
    where, function = found[0]
    if where is not module or where.scope_of(function) is not where.tree or not _takes_one(function):
        raise Held(f"{function.name} cannot be called with the configuration alone from here.")
    return function.name


def _takes_one(function: Function) -> bool:
    args = function.args
    positional = len(args.posonlyargs) + len(args.args)
    optional = len(args.defaults)
    return positional >= 1 and positional - optional <= 1 and all(args.kw_defaults) and not _is_async(function)


def _is_async(function: Function) -> bool:
    return isinstance(function, ast.AsyncFunctionDef)


def _written(context: Context, module: Module) -> str:
    """The function, with the indentation and the order of keys of the project."""
    step = context.step(module)
    reads = context.reach.shared(RequiredKeys).first_reads()
    keys = list(dict.fromkeys(read.key for read in reads if _is_certain(context, read)))
    head = f'def {_NAME}(configuration: dict) -> None:\n{step}"""Raises ValueError when '
    if not keys:
        return (
            f'{head}the configuration is no dict."""\n{step}if not isinstance(configuration, dict):\n'
            f'{step * 2}raise ValueError("The configuration is not an object of keys and values.")\n\n\n'
        )
    listed = ", ".join(_quoted(key) for key in keys) + ("," if len(keys) == 1 else "")
    return (
        f'{head}a value that the connector needs is missing."""\n{step}for key in ({listed}):\n'
        f"{step * 2}if key not in configuration:\n"
        f'{step * 3}raise ValueError(f"The configuration lacks a value for {{key}}.")\n\n\n'
    )


def _quoted(key: str) -> str:
    import json

    return json.dumps(key, ensure_ascii=False)


def _is_certain(context: Context, read: KeyRead) -> bool:
    """Whether a read runs in every sync, of the configuration as it was given, and nothing expects it to fail."""
    if any(isinstance(parent, _MAYBE) for parent in read.module.ancestors(read.node)):
        return False
    names = context.source.names(read.module)
    inside = (node for node in read.module.inside(read.node, ast.Name) if isinstance(node.ctx, ast.Load))
    return all(len(names.lookup(node)) <= 1 for node in inside)
