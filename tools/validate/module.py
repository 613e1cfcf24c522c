"""One Python file of a connector: parsed once, walked once, with parents, scopes and exact positions."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count
from typing import Any, TypeAlias, TypeVar, cast

from .text import Lines

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Scope: TypeAlias = ast.Module | Function | ast.Lambda | ast.ClassDef | Comprehension
Node = TypeVar("Node", bound=ast.AST)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BODIED = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
_OPENING = frozenset({*COMPREHENSIONS, *_BODIED, ast.comprehension})
# Fields without nodes; ast uses one object for all contexts and operators: they have no place of their own.
_PLAIN = frozenset(
    {"ctx", "op", "ops", "id", "attr", "arg", "kind", "name", "asname", "module", "level", "type_comment"}
    | {"conversion", "is_async", "simple", "lineno", "rest", "kwd_attrs", "type_ignores", "n", "s", "str", "tag"}
)
# Their one child is `value`, which is never None.
_ONE_CHILD = frozenset({ast.Attribute, ast.keyword, ast.Expr, ast.Starred, ast.Await, ast.YieldFrom})
# Their lists may hold None: the keys of `{**a}`, the defaults of keyword-only parameters.
_GAPS = frozenset({ast.Dict, ast.arguments})
# What is left is a node, a list of nodes or None: to ask each child costs as much as the rest of the walk.
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    **dict.fromkeys((ast.Constant, ast.Global, ast.Nonlocal, ast.MatchSingleton), ())
}


@dataclass(eq=False)
class Module:
    """The tree of one file. `name` is the dotted name under which the project imports it, `file` its relative path."""

    name: str
    file: str
    text: str
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict[ast.AST, ast.AST])
    _order: list[ast.AST] = field(default_factory=list[ast.AST])
    _by_type: dict[type, list[ast.AST]] = field(default_factory=dict[type, list[ast.AST]])
    # By the number of the node: one large dict less is a tenth less time.
    _scopes: list[Scope] = field(default_factory=list["Scope"])
    _lasts: list[ast.AST | None] = field(default_factory=list["ast.AST | None"])
    _callables: dict[Scope, Function | ast.Lambda | None] = field(
        default_factory=dict["Scope", "Function | ast.Lambda | None"]
    )
    _numbers_by_type: dict[type, list[int]] = field(default_factory=dict[type, list[int]])
    _chains: dict[Scope, tuple[Scope, ...]] = field(default_factory=dict["Scope", "tuple[Scope, ...]"])

    def __post_init__(self) -> None:
        self.lines = Lines(self.text)
        self._index()

    @property
    def is_package(self) -> bool:
        """Whether the file is the `__init__.py` of a package."""
        return self.file.endswith("__init__.py")

    def absolute(self, node: ast.ImportFrom) -> str:
        """The dotted name of the module that an import statement names."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        keep = len(package) - node.level + (1 if self.is_package else 0)
        return ".".join([*package[: max(0, keep)], *([node.module] if node.module else [])])

    def position(self, node: ast.AST) -> tuple[int, int]:
        """Line and column, both from 1; the column counts characters (ast counts UTF-8 bytes)."""
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return line, self.lines.column(line, offset)

    def each(self, *kinds: type[Node]) -> Iterator[Node]:
        """The nodes of these classes themselves, class by class in the order of the file."""
        found = [self._by_type[kind] for kind in kinds if kind in self._by_type]
        return cast("Iterator[Node]", chain.from_iterable(found))

    def named(self, name: str) -> list[ast.Name]:
        """The nodes of this name, in the order of the file."""
        return self._by_name.get(name, [])

    def calls(self, words: Collection[str]) -> Iterator[ast.Call]:
        """The calls whose function is written with one of these words at its end: `get` of `session.get(url)`.

        In the order of the file, as all that is asked for by words.
        """
        known = self._calls_by_word
        return self._ordered([known[word] for word in _common(words, known)])

    def attributes(self, words: Collection[str]) -> Iterator[ast.Attribute]:
        """The nodes `OWNER.WORD` of these words."""
        known = self._attributes_by_word
        return self._ordered([known[word] for word in _common(words, known)])

    def mentions(self, words: Collection[str]) -> Iterator[ast.Name | ast.Attribute]:
        """The names and attributes of these words."""
        names, attributes = self._by_name, self._attributes_by_word
        found: list[list[ast.Name] | list[ast.Attribute]] = [names[word] for word in _common(words, names)]
        return self._ordered([*found, *(attributes[word] for word in _common(words, attributes))])

    def _ordered(self, found: Sequence[Sequence[Node]]) -> Iterator[Node]:
        if len(found) == 1:
            return iter(found[0])
        return iter(sorted(chain.from_iterable(found), key=self._numbers.__getitem__))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that is a name or an attribute somewhere in the module."""
        return frozenset(self._by_name) | frozenset(self._attributes_by_word)

    @cached_property
    def held_words(self) -> frozenset[str]:
        """The names that the module binds to something other than its own functions and classes."""
        found = {node.id for node in self.each(ast.Name) if not isinstance(node.ctx, ast.Load)}
        found.update(node.arg for node in self.each(ast.arg))
        found.update(node.asname or node.name for node in self.each(ast.alias))
        stars = any(node.name == "*" for node in self.each(ast.alias))
        return frozenset(found | self._by_name.keys()) if stars else frozenset(found)

    @cached_property
    def _calls_by_word(self) -> dict[str, list[ast.Call]]:
        found: dict[str, list[ast.Call]] = {}
        for node in self.each(ast.Call):
            called = node.func
            word = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            found.setdefault(word, []).append(node)
        return found

    @cached_property
    def _attributes_by_word(self) -> dict[str, list[ast.Attribute]]:
        found: dict[str, list[ast.Attribute]] = {}
        for node in self.each(ast.Attribute):
            found.setdefault(node.attr, []).append(node)
        return found

    @cached_property
    def readings(self) -> list[list[ast.Name]]:
        """The names that are read, those of the same name and scope together: they all mean the same."""
        found: dict[tuple[Scope, str], list[ast.Name]] = {}
        for node in self.each(ast.Name):
            if isinstance(node.ctx, ast.Load):
                found.setdefault((self.scope_of(node), node.id), []).append(node)
        return list(found.values())

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around `node`, innermost first, the module last."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which a name at `node` is looked up first."""
        return self._scopes[self._numbers.get(node, 0)]

    def scopes_of(self, node: ast.AST) -> tuple[Scope, ...]:
        """The scopes around `node`, innermost first, the module last."""
        scope = self._scopes[self._numbers.get(node, 0)]
        if scope not in self._chains:
            outer = () if isinstance(scope, ast.Module) else self.scopes_of(scope)
            self._chains[scope] = (scope, *outer)
        return self._chains[scope]

    def function_of(self, node: ast.AST) -> Function | None:
        """The innermost function whose body, not whose decorators or defaults, holds `node`."""
        found = self.callable_of(node)
        while isinstance(found, ast.Lambda):
            found = self.callable_of(found)
        return found

    def in_main_block(self, node: ast.AST) -> bool:
        """Whether `node` runs only when the file is run as a program."""
        child = node
        for parent in self.ancestors(node):
            if isinstance(parent, ast.If) and _is_main_test(parent.test) and self.holds(parent.body, child):
                return True
            child = parent
        return False

    def holds(self, body: list[ast.stmt], child: ast.AST) -> bool:
        """Whether `child` is one of the statements of `body`."""
        if not body or self.parents.get(child) is not self.parents[body[0]]:
            return False
        return self.number(body[0]) <= self.number(child) <= self.number(body[-1])

    def inside(self, root: ast.AST, *kinds: type[Node]) -> Iterator[Node]:
        """The nodes of these classes at and below `root`, class by class in the order of the file.

        This looks up a range and walks nothing.
        """
        first, last = self.span(root)
        for kind in kinds:
            numbers = self._numbers_by_type[kind] if kind in self._numbers_by_type else self._numbers_of(kind)
            begin = bisect_left(numbers, first)
            if begin < len(numbers) and numbers[begin] < last:
                found = self._by_type[kind][begin : bisect_left(numbers, last, begin)]
                yield from cast("list[Node]", found)

    def below(self, root: ast.AST) -> list[ast.AST]:
        """All nodes at and below `root`, in the order of the file."""
        first, last = self.span(root)
        return self._order[first:last]

    def own(self, function: ast.AST, *kinds: type[Node]) -> Iterator[Node]:
        """As `inside`, without what stands in the functions and lambdas within `function`."""
        for node in self.inside(function, *kinds):
            if self.callable_of(node) is function:
                yield node

    def run_by(self, statements: list[ast.stmt], *kinds: type[Node]) -> Iterator[Node]:
        """As `inside`, of what runs when the statements run: not what they define for later, lambdas counted."""
        for statement in statements:
            owner = self.function_of(statement)
            for node in self.inside(statement, *kinds):
                if self.function_of(node) is owner and node is not statement:
                    yield node

    def callable_of(self, node: ast.AST) -> Function | ast.Lambda | None:
        """The innermost function or lambda whose body holds `node`."""
        scope = self._scopes[self._numbers.get(node, 0)]
        if scope not in self._callables:
            own = isinstance(scope, (*FUNCTIONS, ast.Lambda))
            outer = None if isinstance(scope, ast.Module) else self.callable_of(scope)
            self._callables[scope] = scope if own else outer
        return self._callables[scope]

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The node's number in the order of the file, and the number behind its last descendant."""
        first = last = self._numbers[node]
        while (child := self._lasts[last]) is not None:
            last = self._numbers[child]
        return first, last + 1

    def number(self, node: ast.AST) -> int:
        """The node's number in the order of the file."""
        return self._numbers[node]

    @cached_property
    def _by_name(self) -> dict[str, list[ast.Name]]:
        found: dict[str, list[ast.Name]] = {}
        for node in self.each(ast.Name):
            found.setdefault(node.id, []).append(node)
        return found

    @cached_property
    def _numbers(self) -> dict[ast.AST, int]:
        return dict(zip(self._order, count(), strict=False))

    def _numbers_of(self, kind: type[ast.AST]) -> list[int]:
        """The numbers of the nodes of a class."""
        numbers = self._numbers
        self._numbers_by_type[kind] = [numbers[node] for node in self._by_type.get(kind, ())]
        return self._numbers_by_type[kind]

    def _index(self) -> None:
        """One walk, in the order of the file."""
        parents, order, by_type = self.parents, self._order, self._by_type
        scopes, lasts, outer = self._scopes, self._lasts, dict[ast.AST, Scope]()
        # Of any class: which fields they have is looked up by it.
        stack: list[Any] = [self.tree]
        scope_stack: list[Scope] = [self.tree]
        while stack:
            node, scope = stack.pop(), scope_stack.pop()
            kind: type[ast.AST] = node.__class__
            order.append(node)
            scopes.append(scope)
            if kind in by_type:
                by_type[kind].append(node)
            else:
                by_type[kind] = [node]
            if kind in _ONE_CHILD:
                child = node.value
                parents[child] = node
                lasts.append(child)
                stack.append(child)
                scope_stack.append(scope)
                continue
            fields = _FIELDS[kind] if kind in _FIELDS else _fields(kind)
            if not fields:
                lasts.append(None)
                continue
            found: list[ast.AST] = []
            if kind in _OPENING:
                outer[node] = scope
                scope_stack += self._open(node, fields, found, outer)
            else:
                for name in fields:
                    value: Any = getattr(node, name, None)
                    if value.__class__ is list:
                        found += value
                    elif value is not None:
                        found.append(value)
                if kind in _GAPS:
                    found = [*filter(None, found)]
                scope_stack += [scope] * len(found)
            if not found:
                lasts.append(None)
                continue
            for child in found:
                parents[child] = node
            lasts.append(found[-1])
            found.reverse()
            stack += found

    def _open(
        self, node: ast.AST, fields: tuple[str, ...], found: list[ast.AST], outer: Mapping[ast.AST, Scope]
    ) -> list[Scope]:
        """Adds the children of a node that opens a scope to `found`; the scope of each, the last one first."""
        inners: list[Scope] = []
        for name in fields:
            value: Any = getattr(node, name, None)
            children: list[Any] = value if value.__class__ is list else [value]
            before = len(found)
            found += [child for child in children if child is not None]
            inners += [self._scope_inside(node, name, outer)] * (len(found) - before)
        return inners[::-1]

    def _scope_inside(self, node: ast.AST, name: str, outer: Mapping[ast.AST, Scope]) -> Scope:
        if isinstance(node, COMPREHENSIONS) or (isinstance(node, _BODIED) and name == "body"):
            return node
        if isinstance(node, ast.comprehension) and name == "iter":
            owner = self.parents[node]
            # The first source of a comprehension is read outside of it.
            if isinstance(owner, COMPREHENSIONS) and owner.generators[0] is node:
                return outer[owner]
        return outer[node]


def _common(words: Collection[str], known: Mapping[str, object]) -> Iterable[str]:
    """The words that are known: the fewer ones are looked up among the others."""
    return [word for word in words if word in known] if len(words) < len(known) else known.keys() & frozenset(words)


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a class that may hold nodes with a place of their own."""
    plain = _PLAIN - {"name"} if kind.__name__ == "TypeAlias" else _PLAIN
    _FIELDS[kind] = tuple(name for name in kind._fields if name not in plain)
    return _FIELDS[kind]


def _is_main_test(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_is_main_test(value) for value in test.values)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = (test.left, test.comparators[0])
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return named and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
