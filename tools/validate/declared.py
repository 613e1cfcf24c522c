"""The tables that schema() declares, as far as they stand in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from .connector_object import Callback
from .literals import additions, literal
from .module import FUNCTIONS, Module
from .resolve import Located
from .source import ProjectSource

_DEPTH = 10
_COPYING = frozenset({"builtins.list", "builtins.tuple", "builtins.sorted", "copy.copy", "copy.deepcopy"})


@dataclass(frozen=True)
class Entry:
    """One entry of the list: its members by key, where it is a dict that can be read.

    `members` is None for anything but a dict; a dict is not `complete` where a spread or a computed key may add to it,
    and not `certain` where it is one of several that a loop or a branch makes.
    """

    place: Located
    members: dict[str, Located] | None = None
    complete: bool = True
    certain: bool = True


@dataclass
class Listing:
    """What one `return` of schema() gives; `problem` is an expression that is no list at all."""

    entries: list[Entry] = field(default_factory=list[Entry])
    complete: bool = True
    problem: Located | None = None


class DeclaredSchema:
    """Reads a schema function."""

    def __init__(self, source: ProjectSource, schema: Callback) -> None:
        self._source = source
        self._schema = schema

    @property
    def returns_nothing(self) -> bool:
        """Whether the function certainly ends without a value: it has no return with one, no yield and no raise."""
        module, node = self._schema.module, self._schema.node
        if not isinstance(node, ast.FunctionDef):
            return False
        ends = module.each(ast.Return, ast.Yield, ast.YieldFrom, ast.Raise)
        own = [end for end in ends if module.function_of(end) is node]
        return all(isinstance(end, ast.Return) and end.value is None for end in own)

    def listings(self) -> Iterator[Listing]:
        """What each `return` gives; the yields of a generator together are one listing."""
        module, node = self._schema.module, self._schema.node
        if isinstance(node, ast.Lambda):
            yield self._listing(Located(module, node.body), _DEPTH)
            return
        for statement in module.each(ast.Return):
            if module.function_of(statement) is node and statement.value is not None:
                yield self._listing(Located(module, statement.value), _DEPTH)
        yielded = Listing(complete=False)
        for statement in module.each(ast.Yield):
            if module.function_of(statement) is node and statement.value is not None:
                self._add(yielded, Located(module, statement.value), certain=self._is_certain(module, statement))
        yield yielded

    def _listing(self, given: Located, depth: int, *, certain: bool = True) -> Listing:
        """The entries of an expression that should be a list."""
        module, node = given.module, given.node
        if depth == 0:
            return Listing(complete=False)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self._of_items(module, node.elts, depth, certain=certain)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._of_variable(given, depth - 1, certain=certain)
        if isinstance(node, (ast.Dict, ast.Constant, ast.JoinedStr)):
            return Listing(problem=given)
        found = Listing(complete=False)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            found.complete = True
            for side in (node.left, node.right):
                self._join(found, self._listing(Located(module, side), depth - 1, certain=certain))
        elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            self._add(found, Located(module, node.elt), certain=False)
        elif isinstance(node, ast.Call) and (inner := self._behind(module, node)) is not None:
            return self._listing(inner, depth - 1, certain=certain)
        return found

    def _of_items(self, module: Module, items: list[ast.expr], depth: int, *, certain: bool) -> Listing:
        found = Listing()
        for item in items:
            if isinstance(item, ast.Starred):
                self._join(found, self._listing(Located(module, item.value), depth - 1, certain=certain))
            else:
                self._add(found, Located(module, item), certain=certain)
        return found

    def _behind(self, module: Module, call: ast.Call) -> Located | None:
        """What a call gives back: the argument of `list(...)`, the one `return` of a function of the project."""
        name = self._source.qualified(module, call.func) or ""
        if name in _COPYING:
            return Located(module, call.args[0]) if call.args else None
        found = self._source.resolver.functions(name)
        if len(found) != 1 or not isinstance(found[0].node, ast.FunctionDef) or found[0].node.decorator_list:
            return None
        helper = found[0].module
        ends = [end for end in helper.each(ast.Return, ast.Yield) if helper.function_of(end) is found[0].node]
        value = ends[0].value if len(ends) == 1 and isinstance(ends[0], ast.Return) else None
        return Located(helper, value) if value is not None else None

    def _of_variable(self, given: Located, depth: int, *, certain: bool) -> Listing:
        followed = literal(self._source, given)
        if followed is not None:
            return self._listing(followed, depth, certain=certain)
        if not isinstance(given.node, ast.Name):
            return Listing(complete=False)
        return self._built(given.module, given.node, depth)

    def _built(self, module: Module, name: ast.Name, depth: int) -> Listing:
        """A list that begins with a literal and grows by append, extend, insert and `+=`."""
        grown = additions(self._source, module, name)
        begin = [
            b for b in self._source.names(module).lookup(name) if not isinstance(module.parents[b.node], ast.AugAssign)
        ]
        if grown is None or len(begin) != 1 or begin[0].value is None:
            return Listing(complete=False)
        found = self._listing(Located(module, begin[0].value), depth)
        for change in grown:
            self._grow(found, module, change, depth)
        found.problem = None
        return found

    def _grow(self, found: Listing, module: Module, change: ast.Call | ast.AugAssign, depth: int) -> None:
        """Adds what one `append`, `extend`, `insert` or `+=` adds."""
        certain = self._is_certain(module, change)
        found.complete = found.complete and certain
        value = change.value if isinstance(change, ast.AugAssign) else change.args[-1] if change.args else None
        method = change.func.attr if isinstance(change, ast.Call) and isinstance(change.func, ast.Attribute) else "+="
        if value is None:
            found.complete = False
        elif method in ("append", "insert"):
            self._add(found, Located(module, value), certain=certain)
        else:
            self._join(found, self._listing(Located(module, value), depth, certain=certain))

    def _add(self, found: Listing, item: Located, *, certain: bool) -> None:
        entry = self._entry(item, certain)
        if entry is None:
            found.complete = False
        else:
            found.entries.append(entry)

    def _join(self, found: Listing, other: Listing) -> None:
        found.entries += other.entries
        found.complete = found.complete and other.complete
        found.problem = found.problem or other.problem

    def _entry(self, item: Located, certain: bool) -> Entry | None:
        place = literal(self._source, item) or item
        if isinstance(place.node, (ast.Constant, ast.JoinedStr)):
            return Entry(item, certain=certain)
        pairs = self._pairs(place)
        if pairs is None:
            return None
        members: dict[str, Located] = {}
        complete = True
        for key, value in pairs:
            if key is not None:
                members[key] = Located(place.module, value)
            else:
                # What is spread or computed may be any key: what stood before it may be gone.
                members, complete = {}, False
        return Entry(place, members, complete, certain)

    def _pairs(self, place: Located) -> list[tuple[str | None, ast.expr]] | None:
        """Keys and values of `{...}` or `dict(...)`; the key None is one that cannot be read."""
        node = place.node
        if isinstance(node, ast.Dict):
            return [(_text(key), value) for key, value in zip(node.keys, node.values, strict=True)]
        if isinstance(node, ast.Call) and self._source.qualified(place.module, node.func) == "builtins.dict":
            given: list[tuple[str | None, ast.expr]] = [(None, arg) for arg in node.args]
            return given + [(keyword.arg, keyword.value) for keyword in node.keywords]
        return None

    def _is_certain(self, module: Module, node: ast.AST) -> bool:
        """Whether `node` runs exactly once when its function is called."""
        for parent in module.ancestors(node):
            if isinstance(parent, (*FUNCTIONS, ast.Module)):
                return True
            if not isinstance(parent, (ast.Expr, ast.With, ast.AsyncWith, ast.Assign, ast.AnnAssign)):
                return False
        return False


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
