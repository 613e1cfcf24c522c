"""Whether what Connector is given for `update` or `schema` can be called at all."""

from __future__ import annotations

import ast

from .module import FUNCTIONS
from .resolve import Definition, Located
from .source import ProjectSource
from .substitutions import called

_NO_FUNCTIONS = (ast.Constant, ast.Dict, ast.List, ast.Set, ast.Tuple, ast.JoinedStr)
_MADE = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_HOOKS = frozenset({"__getattr__", "__getattribute__", "__dict__"})
_DEPTH = 10


def not_callable(source: ProjectSource, given: Located) -> str | None:
    """Why an expression is certainly no function, or None."""
    found = source.resolver.value(given.module, given.node)
    if isinstance(found.node, (*_NO_FUNCTIONS, *_MADE)):
        return "is no function"
    name = source.qualified(found.module, found.node) or ""
    if _is_module(source, name):
        return f"is the module {source.resolver.modules[name].file}, not a function of it"
    if isinstance(found.node, ast.Call):
        return _of_call(source, Located(found.module, found.node))
    return _of_attribute(source, found)


def _is_module(source: ProjectSource, name: str) -> bool:
    """Whether a name means a module: its package may give the same name to what it imports from there."""
    if name not in source.resolver.modules or name in source.resolver.definitions:
        return False
    owner, _, last = name.rpartition(".")
    package = source.resolver.modules.get(owner)
    bound = source.names(package).bound if package is not None else None
    return bound is None or package is None or not (bound.stars or bound.of(package.tree, last))


def _of_call(source: ProjectSource, call: Located) -> str | None:
    """A function that is called instead of given gives back what it returns; an object needs `__call__`."""
    if not isinstance(call.node, ast.Call):
        return None
    name = source.qualified(call.module, call.node.func) or ""
    found = source.resolver.definitions.get(name, [])
    if len(found) != 1 or found[0].node.decorator_list:
        return None
    if isinstance(found[0].node, ast.ClassDef):
        lacks = lacks_member(source, found[0], "__call__")
        return f"is an object of the class {found[0].node.name}, which has no __call__" if lacks else None
    if not source.resolver.functions(name):
        return None
    made = called(source, call.module, call.node)
    if made is not None:
        value = source.resolver.value(*made.value).node
        return _RESULT if isinstance(value, (*_NO_FUNCTIONS, *_MADE)) else None
    return None if _returns_values(found[0]) else _RESULT


_RESULT = "is the result of a call, not the function itself"


def _returns_values(found: Definition) -> bool:
    """Whether a call of a function may give back something that can be called: no coroutine, generator or None."""
    module, node = found
    own = [end for end in module.inside(node, ast.Return, ast.Yield, ast.YieldFrom) if module.function_of(end) is node]
    if isinstance(node, ast.AsyncFunctionDef) or any(not isinstance(end, ast.Return) for end in own):
        return False
    return any(isinstance(end, ast.Return) and end.value is not None for end in own)


def _of_attribute(source: ProjectSource, found: Located) -> str | None:
    """A method that the class of the project does not have."""
    node = found.node
    if not isinstance(node, ast.Attribute) or node.attr.startswith("__"):
        return None
    owner = (source.qualified(found.module, node.value) or "").removesuffix("()")
    classes = source.resolver.definitions.get(owner, [])
    if len(classes) != 1 or not lacks_member(source, classes[0], node.attr):
        return None
    return f"is not there: the class {classes[0].node.name} has no {node.attr!r}"


def lacks_member(source: ProjectSource, owner: Definition, member: str) -> bool:
    """Whether a class, whose bases are all in sight, certainly has no such attribute."""
    waiting = [owner]
    for _ in range(_DEPTH):
        if not waiting:
            return True
        module, node = waiting.pop()
        if not isinstance(node, ast.ClassDef) or node.keywords or node.decorator_list:
            return False
        names, inner = source.names(module), module.inside(node, ast.Attribute)
        name = names.bound.qualified_name(node)
        if source.resolver.is_changed(name, member) or any(each.attr in _HOOKS for each in inner):
            return False
        own = [each.target for each in module.inside(node, ast.AnnAssign)]
        annotated = any(isinstance(each, ast.Name) and each.id == member for each in own)
        bound = [*names.bound.of(node, member), *names.bound.attributes(node, member)]
        if annotated or bound or any(names.bound.of(node, hook) for hook in _HOOKS):
            return False
        for base in node.bases:
            named = source.qualified(module, base) or ""
            above = source.resolver.definitions.get(named, [])
            if named == "builtins.object":
                continue
            if len(above) != 1:
                return False
            waiting.append(above[0])
    return False


def class_given(source: ProjectSource, given: Located) -> Definition | None:
    """The class of the project that stands where a function belongs, if a call of it makes a plain object."""
    found = source.resolver.definitions.get(source.qualified(given.module, given.node) or "", [])
    if len(found) != 1 or not isinstance(found[0].node, ast.ClassDef):
        return None
    return found[0] if lacks_member(source, found[0], "__new__") else None


def constructor(source: ProjectSource, owner: Definition) -> Definition | None:
    """The `__init__` that a class of the project runs, its own or that of a base."""
    name = source.names(owner.module).bound.qualified_name(owner.node)
    found = source.resolver.functions(source.resolver.expand(f"{name}().__init__"))
    return found[0] if len(found) == 1 and isinstance(found[0].node, FUNCTIONS) else None
