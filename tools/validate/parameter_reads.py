"""Where a sync reads which key of a dict that update() is given: the configuration, the state."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from .arguments import called_functions, given_to
from .connector_object import Callback
from .key_texts import Key, keys_of
from .module import Module
from .names import LOGGING, OPERATIONS
from .reach import Reach
from .source import ProjectSource

# What takes the whole and keeps nothing of it.
HARMLESS = frozenset(
    {"builtins.len", "builtins.bool", "builtins.isinstance", "builtins.type", "builtins.print", "builtins.str"}
    | {"builtins.repr", "json.dumps", "pprint.pprint", "pprint.pformat"}
)
COPYING = frozenset({"builtins.dict", "copy.copy", "copy.deepcopy"})
_TESTING = (ast.If, ast.While, ast.Expr, ast.Assert, ast.FormattedValue)
_READING = frozenset({"get", "pop", "setdefault"})


class KeyRead(NamedTuple):
    """One key that is read or looked for at `node`; `place` is the key.

    `how` is item, get, default, in or not in; store where it is given a value.
    """

    module: Module
    node: ast.expr
    key: str
    place: ast.expr
    how: str


class ParameterReads:
    """A parameter followed from where the SDK fills it: as an argument, in variables, attributes and copies.

    It `escapes` where it is handed to somebody unknown, walked through, or read by a key that cannot be told.
    """

    NAME: ClassVar[str]
    # Its place among the arguments of each function that the SDK calls with it.
    POSITIONS: ClassVar[Mapping[str, int]]

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._waiting: list[tuple[Module, ast.AST, str]] = []
        self._seen: set[ast.AST] = set()
        self._attributes: set[tuple[str, ast.AST | None]] = set()
        self._whole: set[ast.expr] = set()
        self.reads: list[KeyRead] = []
        self.by_node: dict[ast.AST, KeyRead] = {}
        self.escapes = reach.update is None
        # Whether it is given values under keys that cannot be told.
        self.has_loose_stores = False
        # Whether something makes a copy of it.
        self.is_copied = False
        # Whether something asks if there is anything in it.
        self.is_tested = False
        for function, position in self.POSITIONS.items():
            if callback := reach.connector.callback(function):
                self._begin(callback, position)
        while self._waiting:
            self._follow(*self._waiting.pop())

    @property
    def has_whole(self) -> bool:
        """Whether the dict is used at all."""
        return bool(self._whole)

    def is_whole(self, node: ast.expr) -> bool:
        """Whether an expression is the dict itself, or a copy of all of it."""
        return node in self._whole

    def _begin(self, callback: Callback, position: int) -> None:
        args = callback.node.args
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        by_name = next((arg for arg in every if arg.arg == self.NAME), None)
        found = by_name or next(iter(every[callback.filled + position :]), None)
        if found is not None:
            self._add(callback.module, found, found.arg)

    def _add(self, module: Module, node: ast.AST, name: str) -> None:
        if node not in self._seen:
            self._seen.add(node)
            self._waiting.append((module, node, name))

    def _follow(self, module: Module, binding: ast.AST, name: str) -> None:
        """Looks at every use of a variable or parameter."""
        names = self._source.names(module)
        for use in names.uses_beside(binding, name):
            if isinstance(use.ctx, ast.Load) or isinstance(module.parents[use], ast.AugAssign):
                self._use(module, use)

    def _use(self, module: Module, node: ast.expr) -> None:
        """Looks at one expression that is the dict."""
        if node in self._whole:
            return
        self._whole.add(node)
        parent = module.parents[node]
        if isinstance(parent, ast.Subscript) and parent.value is node:
            self._read(module, parent, parent.slice, _how(module, parent))
        elif isinstance(parent, ast.Attribute):
            self._method(module, parent)
        elif isinstance(parent, ast.Compare):
            if parent.left is not node and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
                self._read(module, parent, parent.left, "in" if isinstance(parent.ops[0], ast.In) else "not in")
            self.is_tested = self.is_tested or isinstance(parent.ops[0], (ast.Eq, ast.NotEq))
        elif isinstance(parent, ast.AugAssign):
            self._merged(module, parent, parent.value)
        elif isinstance(parent, (ast.Call, ast.keyword)):
            self._argument(module, node)
        elif isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            self._assigned(module, parent)
        elif isinstance(parent, (ast.BoolOp, ast.IfExp)) or (isinstance(parent, ast.Dict) and parent.keys == [None]):
            self.is_copied = self.is_copied or isinstance(parent, ast.Dict)
            self._use(module, parent)
        elif isinstance(parent, (*_TESTING, ast.UnaryOp)):
            self.is_tested = self.is_tested or not isinstance(parent, (ast.Expr, ast.FormattedValue))
        else:
            self.escapes = True

    def _method(self, module: Module, method: ast.Attribute) -> None:
        call = module.parents[method]
        if not isinstance(call, ast.Call) or call.func is not method:
            self.escapes = True
        elif method.attr == "copy":
            self.is_copied = True
            self._use(module, call)
        elif method.attr == "update" and all(isinstance(arg, ast.Dict) for arg in call.args):
            for arg in call.args:
                self._merged(module, call, arg)
            for keyword in call.keywords:
                self._stored_by(module, call, keyword)
        elif method.attr in _READING and call.args:
            alone = "item" if method.attr == "pop" else "get"
            self._read(module, call, call.args[0], alone if len(call.args) + len(call.keywords) == 1 else "default")
        else:
            self.escapes = True

    def _merged(self, module: Module, node: ast.expr | ast.AugAssign, given: ast.expr) -> None:
        """`state.update({...})`, `state |= {...}`."""
        if not isinstance(given, ast.Dict) or None in given.keys:
            self.escapes = True
        elif isinstance(node, ast.AugAssign):
            for key in filter(None, given.keys):
                self._read(module, node.target, key, "store")
        else:
            for key in filter(None, given.keys):
                self._read(module, node, key, "store")

    def _stored_by(self, module: Module, call: ast.Call, keyword: ast.keyword) -> None:
        """`state.update(cursor=5)`."""
        if keyword.arg is None:
            self.escapes = True
        else:
            self.reads.append(KeyRead(module, call, keyword.arg, keyword.value, "store"))

    def _read(self, module: Module, node: ast.expr, key: ast.expr, how: str) -> None:
        found: list[Key] | None = keys_of(self._source, module, key)
        if found is None and how == "store":
            self.has_loose_stores = True
        elif found is None:
            self.escapes = True
        for each in found or ():
            read = KeyRead(module, node, each.text, each.place, how)
            self.reads.append(read)
            self.by_node.setdefault(node, read)

    def _assigned(self, module: Module, statement: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                self._add(module, target, target.id)
            elif isinstance(target, ast.Attribute):
                self._attribute(target.attr, self._owner(module, target))
            else:
                self.escapes = True
        if isinstance(statement, ast.NamedExpr):
            self._use(module, statement)

    def _attribute(self, name: str, owner: ast.ClassDef | None) -> None:
        """An attribute of this name is the dict, unless its owner is of a class that has another one of that name."""
        if (name, owner) not in self._attributes:
            self._attributes.add((name, owner))
            for module in self._source.modules:
                for node in module.attributes([name]):
                    if isinstance(node.ctx, ast.Load) and self._owner(module, node) in (owner, None):
                        self._use(module, node)

    def _owner(self, module: Module, node: ast.Attribute) -> ast.ClassDef | None:
        """The class of the project whose own methods give its instances this attribute."""
        name = self._source.qualified(module, node.value) or ""
        for found in self._source.resolver.definitions.get(name.removesuffix("()"), ()) if name.endswith("()") else ():
            bound = self._source.names(found.module).bound
            if isinstance(found.node, ast.ClassDef) and bound.attributes(found.node, node.attr):
                return found.node
        return None

    def _argument(self, module: Module, node: ast.expr) -> None:
        parent = module.parents[node]
        call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
        keyword = parent.arg if isinstance(parent, ast.keyword) else None
        if not isinstance(call, ast.Call) or (isinstance(parent, ast.keyword) and keyword is None):
            self.escapes = True
            return
        name = self._source.qualified(module, call.func) or ""
        if name in COPYING:
            self.is_copied = True
            self._use(module, call)
        elif name == "json.dumps" and (copy := self._loaded_again(module, call)):
            self.is_copied = True
            self._use(module, copy)
        elif not self._is_harmless(name) and not self._passed(module, call, node, keyword):
            self.escapes = True

    def _loaded_again(self, module: Module, call: ast.Call) -> ast.Call | None:
        """The call of json.loads around one of json.dumps."""
        outer = module.parents[call]
        loads = isinstance(outer, ast.Call) and self._source.qualified(module, outer.func) == "json.loads"
        return outer if loads and isinstance(outer, ast.Call) else None

    def _is_harmless(self, name: str) -> bool:
        return name in HARMLESS or name.startswith((LOGGING, OPERATIONS))

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


def _how(module: Module, node: ast.Subscript) -> str:
    """An item that is read, grown or deleted has to be there; one that is stored has not."""
    reads = not isinstance(node.ctx, ast.Store) or isinstance(module.parents[node], ast.AugAssign)
    return "item" if reads else "store"
