"""Which function of the project a call runs, and what it gives each parameter."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from .module import Function, Module
from .names import last_word
from .source import ProjectSource


def called_functions(source: ProjectSource, module: Module, call: ast.Call) -> list[tuple[Module, Function, int]]:
    """The functions of the project that a call may run, each with the number of parameters that are filled before."""
    if last_word(call.func) not in source.resolver.own_words:
        return []
    if call not in source.called:
        source.called[call] = _find_called(source, module, call)
    return source.called[call]


def _find_called(source: ProjectSource, module: Module, call: ast.Call) -> list[tuple[Module, Function, int]]:
    name = source.qualified(module, call.func) or ""
    made = source.resolver.definitions.get(name, [])
    if made and isinstance(made[-1].node, ast.ClassDef):
        name = source.resolver.expand(f"{name}().__init__")
    found: list[tuple[Module, Function, int]] = []
    for each in source.resolver.functions(name):
        if not isinstance(each.node, ast.ClassDef):
            in_class = isinstance(each.module.scope_of(each.node), ast.ClassDef)
            static = any(isinstance(m, ast.Name) and m.id == "staticmethod" for m in each.node.decorator_list)
            found.append((each.module, each.node, int(in_class and not static)))
    return found


def given_to(call: ast.Call, function: Function, filled: int) -> Mapping[ast.arg, ast.expr]:
    """What a call gives each parameter; nothing where a star hides the order."""
    args = function.args
    if any(isinstance(arg, ast.Starred) for arg in call.args):
        return {}
    positional = [*args.posonlyargs, *args.args][filled:]
    found = dict(zip(positional, call.args, strict=False))
    by_name = {arg.arg: arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
    found.update({by_name[k.arg]: k.value for k in call.keywords if k.arg in by_name})
    return found
