"""Where a sync reads which key of its configuration."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .configuration_keys import Key, keys_of
from .connector_object import Callback
from .module import Function, Module
from .names import LOGGING
from .reach import Reach
from .source import ProjectSource

_NAME = "configuration"
# What takes the whole and keeps nothing of it.
_HARMLESS = frozenset(
    {"builtins.len", "builtins.bool", "builtins.isinstance", "builtins.type", "builtins.print", "builtins.str"}
    | {"builtins.repr", "json.dumps", "pprint.pprint", "pprint.pformat"}
)
_COPYING = frozenset({"builtins.dict", "copy.copy", "copy.deepcopy"})
_TESTING = (ast.If, ast.While, ast.Expr, ast.Assert, ast.FormattedValue)
_READING = frozenset({"get", "pop", "setdefault"})


@dataclass(frozen=True)
class ConfigurationRead:
    """One key that is read or looked for at `node`: `how` is item, get, default, in or not in; `place` is the key."""

    module: Module
    node: ast.expr
    key: str
    place: ast.expr
    how: str


class ConfigurationReads:
    """The configuration followed from update() and schema(): as an argument, in variables, attributes and copies.

    It `escapes` where it is handed to somebody unknown, walked through, or read by a key that cannot be told.
    """

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._waiting: list[tuple[Module, ast.AST, str]] = []
        self._seen: set[ast.AST] = set()
        self._attributes: set[str] = set()
        self._whole: set[ast.expr] = set()
        self.reads: list[ConfigurationRead] = []
        self.by_node: dict[ast.AST, ConfigurationRead] = {}
        self.escapes = reach.update is None
        for parameter in ("update", "schema"):
            if callback := reach.connector.callback(parameter):
                self._begin(callback)
        while self._waiting:
            self._follow(*self._waiting.pop())

    @property
    def has_whole(self) -> bool:
        """Whether the configuration is used at all."""
        return bool(self._whole)

    def is_whole(self, node: ast.expr) -> bool:
        """Whether an expression is the configuration itself, or a copy of all of it."""
        return node in self._whole

    def _begin(self, callback: Callback) -> None:
        args = callback.node.args
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        by_name = next((arg for arg in every if arg.arg == _NAME), None)
        found = by_name or next(iter(every[callback.filled :]), None)
        if found is not None:
            self._add(callback.module, found, found.arg)

    def _add(self, module: Module, node: ast.AST, name: str) -> None:
        if node not in self._seen:
            self._seen.add(node)
            self._waiting.append((module, node, name))

    def _follow(self, module: Module, binding: ast.AST, name: str) -> None:
        """Looks at every use of a variable or parameter."""
        names = self._source.names(module)
        for use in module.named(name):
            if isinstance(use.ctx, ast.Load) and any(each.node is binding for each in names.lookup(use)):
                self._use(module, use)

    def _use(self, module: Module, node: ast.expr) -> None:
        """Looks at one expression that is the configuration."""
        if node in self._whole:
            return
        self._whole.add(node)
        parent = module.parents[node]
        if isinstance(parent, ast.Subscript) and parent.value is node:
            how = "item" if isinstance(parent.ctx, ast.Load) else ""
            self._read(module, parent, parent.slice, how)
        elif isinstance(parent, ast.Attribute):
            self._method(module, parent)
        elif isinstance(parent, ast.Compare):
            if parent.left is not node and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
                self._read(module, parent, parent.left, "in" if isinstance(parent.ops[0], ast.In) else "not in")
        elif isinstance(parent, (ast.Call, ast.keyword)):
            self._argument(module, node)
        elif isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            self._assigned(module, parent)
        elif isinstance(parent, (ast.BoolOp, ast.IfExp)) or (isinstance(parent, ast.Dict) and None in parent.keys):
            self._use(module, parent)
        elif not isinstance(parent, (*_TESTING, ast.UnaryOp)):
            self.escapes = True

    def _method(self, module: Module, method: ast.Attribute) -> None:
        call = module.parents[method]
        if not isinstance(call, ast.Call) or call.func is not method:
            self.escapes = True
        elif method.attr == "copy":
            self._use(module, call)
        elif method.attr in _READING and call.args:
            self._read(module, call, call.args[0], "get" if len(call.args) + len(call.keywords) == 1 else "default")
        else:
            self.escapes = True

    def _read(self, module: Module, node: ast.expr, key: ast.expr, how: str) -> None:
        found: list[Key] | None = keys_of(self._source, module, key)
        if found is None:
            self.escapes = True
        for each in found or ():
            read = ConfigurationRead(module, node, each.text, each.place, how)
            self.reads.append(read)
            self.by_node.setdefault(node, read)

    def _assigned(self, module: Module, statement: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                self._add(module, target, target.id)
            elif isinstance(target, ast.Attribute):
                self._attribute(target.attr)
            else:
                self.escapes = True
        if isinstance(statement, ast.NamedExpr):
            self._use(module, statement)

    def _attribute(self, name: str) -> None:
        """An attribute of this name is the configuration, whoever owns it."""
        if name not in self._attributes:
            self._attributes.add(name)
            for module in self._source.modules:
                for node in module.each(ast.Attribute):
                    if node.attr == name and isinstance(node.ctx, ast.Load):
                        self._use(module, node)

    def _argument(self, module: Module, node: ast.expr) -> None:
        parent = module.parents[node]
        call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
        keyword = parent.arg if isinstance(parent, ast.keyword) else None
        if not isinstance(call, ast.Call) or (isinstance(parent, ast.keyword) and keyword is None):
            self.escapes = True
            return
        name = self._source.qualified(module, call.func) or ""
        if name in _COPYING:
            self._use(module, call)
        elif name not in _HARMLESS and not name.startswith(LOGGING) and not self._passed(module, call, node, keyword):
            self.escapes = True

    def _passed(self, module: Module, call: ast.Call, node: ast.expr, keyword: str | None) -> bool:
        """Follows an argument into the function of the project that is called; False where there is none."""
        found = False
        for inner, parameter in self._parameters(module, call, node, keyword):
            self._add(inner, parameter, parameter.arg)
            found = True
        return found

    def _parameters(
        self, module: Module, call: ast.Call, node: ast.expr, keyword: str | None
    ) -> Iterator[tuple[Module, ast.arg]]:
        for inner, function, filled in called_functions(self._source, module, call):
            parameters = given_to(call, function, filled)
            found = next((arg for arg, value in parameters.items() if value is node), None)
            if found is not None:
                yield inner, found


def called_functions(source: ProjectSource, module: Module, call: ast.Call) -> list[tuple[Module, Function, int]]:
    """The functions of the project that a call may run, each with the number of parameters that are filled before."""
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
