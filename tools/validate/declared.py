"""The tables that schema() declares, as far as they stand in the code."""

from __future__ import annotations

import ast
from functools import cached_property

from .connector_object import Callback
from .dict_members import DictMembers
from .listing import Entry, Listing, join, unread
from .literals import additions, literal
from .module import FUNCTIONS, Function, Module
from .reach import Reach
from .resolve import Located
from .signature import is_plain
from .source import ProjectSource
from .substitutions import Row, Substitution, bound_by, called, rows_of

_DEPTH = 10
_COPYING = frozenset({"builtins.list", "builtins.tuple", "builtins.sorted", "copy.copy", "copy.deepcopy"})
# What is certainly no dict, be it a list, a text or a number.
_NO_DICTS = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)


class DeclaredSchema:
    """Reads the schema function that Connector is given, where it is certain which one that is."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._dicts = reach.shared(dict_members)
        found = reach.connector.callback("schema") if not reach.connector.is_swapped else None
        self.schema: Callback | None = found if found and found.certain and is_plain(found.node) else None

    @property
    def returns_nothing(self) -> bool:
        """Whether the function certainly ends without a value: it has no return with one, no yield and no raise."""
        if self.schema is None or not isinstance(self.schema.node, ast.FunctionDef):
            return False
        module, node = self.schema.module, self.schema.node
        ends = module.inside(node, ast.Return, ast.Yield, ast.YieldFrom, ast.Raise)
        own = [end for end in ends if module.function_of(end) is node]
        return all(isinstance(end, ast.Return) and end.value is None for end in own)

    @cached_property
    def listings(self) -> list[Listing]:
        """What each `return` gives; the yields of a generator together are one listing, the last."""
        if self.schema is None:
            return []
        module, node = self.schema.module, self.schema.node
        if isinstance(node, ast.Lambda):
            return [self._listing(Located(module, node.body), _DEPTH), unread()]
        returned = [end.value for end in module.inside(node, ast.Return) if module.function_of(end) is node]
        found = [self._listing(Located(module, value), _DEPTH) for value in returned if value is not None]
        return [*found, self._of_yields(module, node)]

    def _of_yields(self, module: Module, node: Function) -> Listing:
        found = Listing(complete=False)
        for each in module.inside(node, ast.Yield):
            if module.function_of(each) is node and each.value is not None:
                self._add(found, Located(module, each.value), certain=self._is_certain(module, each))
        return found

    def _listing(self, given: Located, depth: int, *, certain: bool = True) -> Listing:
        """The entries of an expression that should be a list."""
        module, node = given.module, given.node
        if depth == 0:
            return Listing(complete=False)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self._of_items(module, node.elts, depth, certain=certain)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._of_variable(given, depth - 1, certain=certain)
        if isinstance(node, (ast.Dict, ast.DictComp, ast.Constant, ast.JoinedStr)):
            return Listing(problem=given)
        if isinstance(node, (ast.BinOp, ast.IfExp, ast.BoolOp)):
            return self._of_sides(module, node, depth - 1, certain=certain)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return self._of_comprehension(module, node)
        if isinstance(node, ast.Call):
            return self._of_call(module, node, depth - 1, certain=certain)
        return self._listing(Located(module, node.value), depth - 1) if isinstance(node, ast.NamedExpr) else unread()

    def _of_sides(
        self, module: Module, node: ast.BinOp | ast.IfExp | ast.BoolOp, depth: int, *, certain: bool
    ) -> Listing:
        """Lists that are joined by `+`, or of which one is chosen: then neither is certain."""
        chosen = not isinstance(node, ast.BinOp)
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add):
            return unread()
        if isinstance(node, ast.BinOp):
            sides = [node.left, node.right]
        else:
            sides = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
        found = Listing()
        for side in sides:
            join(found, self._listing(Located(module, side), depth, certain=certain and not chosen))
        if chosen:
            found.problem = None
        return found

    def _of_items(self, module: Module, items: list[ast.expr], depth: int, *, certain: bool) -> Listing:
        found = Listing()
        for item in items:
            if isinstance(item, ast.Starred):
                join(found, self._listing(Located(module, item.value), depth - 1, certain=certain))
            else:
                self._add(found, Located(module, item), certain=certain)
        return found

    def _of_comprehension(self, module: Module, node: ast.ListComp | ast.GeneratorExp) -> Listing:
        found = Listing()
        first = node.generators[0]
        rows = rows_of(self._source, Located(module, first.iter)) if len(node.generators) == 1 else None
        self._add_rounds(found, Located(module, node.elt), first.target, rows)
        found.complete = found.complete and not first.ifs
        return found

    def _add_rounds(self, found: Listing, item: Located, target: ast.expr, rows: list[Row] | None) -> None:
        """Adds the entry of each round of a loop; one for all where the loop cannot be read."""
        found.complete = found.complete and rows is not None
        for row in rows if rows is not None else [None]:
            self._add(found, item, certain=False, given=bound_by(target, row) if row is not None else {})

    def _of_call(self, module: Module, call: ast.Call, depth: int, *, certain: bool) -> Listing:
        """What a call gives back: the argument of `list(...)`, the one `return` or the yields of a function."""
        name = self._source.qualified(module, call.func) or ""
        if name in _COPYING:
            return self._listing(Located(module, call.args[0]), depth, certain=certain) if call.args else Listing()
        if name == "builtins.dict":
            return Listing(problem=Located(module, call))
        if name == "builtins.map":
            return self._of_map(module, call)
        if (made := called(self._source, module, call)) is not None:
            return self._listing(made.value, depth, certain=certain)
        found = self._source.resolver.functions(name)
        if len(found) != 1 or not isinstance(found[0].node, ast.FunctionDef) or found[0].node.decorator_list:
            return unread()
        returns = found[0].module.inside(found[0].node, ast.Return)
        if any(end.value is not None for end in returns):
            return unread()
        return self._of_yields(found[0].module, found[0].node)

    def _of_map(self, module: Module, call: ast.Call) -> Listing:
        found = Listing()
        function = call.args[0] if len(call.args) == 2 else None
        if not isinstance(function, ast.Lambda) or len(function.args.args) != 1:
            return unread()
        self._add(found, Located(module, function.body), certain=False)
        found.complete = False
        return found

    def _of_variable(self, given: Located, depth: int, *, certain: bool) -> Listing:
        followed = literal(self._source, given)
        if followed is not None:
            return self._listing(followed, depth, certain=certain)
        return self._built(given.module, given.node, depth) if isinstance(given.node, ast.Name) else unread()

    def _built(self, module: Module, name: ast.Name, depth: int) -> Listing:
        """A list that begins with a literal and grows by append, extend, insert and `+=`."""
        grown = additions(self._source, module, name)
        begin = [
            b for b in self._source.names(module).lookup(name) if not isinstance(module.parents[b.node], ast.AugAssign)
        ]
        if grown is None or len(begin) != 1 or begin[0].value is None:
            return unread()
        found = self._listing(Located(module, begin[0].value), depth)
        for change in grown:
            self._grow(found, module, change, depth)
        found.problem = None
        return found

    def _grow(self, found: Listing, module: Module, change: ast.Call | ast.AugAssign, depth: int) -> None:
        """Adds what one `append`, `extend`, `insert` or `+=` adds."""
        certain, loop = self._is_certain(module, change), _plain_loop(module, change)
        value = change.value if isinstance(change, ast.AugAssign) else change.args[-1] if change.args else None
        method = change.func.attr if isinstance(change, ast.Call) and isinstance(change.func, ast.Attribute) else "+="
        adds_one = method in ("append", "insert")
        if value is not None and adds_one and loop is not None:
            rows = rows_of(self._source, Located(module, loop.iter))
            self._add_rounds(found, Located(module, value), loop.target, rows)
            return
        found.complete = found.complete and certain and value is not None
        if value is not None and adds_one:
            self._add(found, Located(module, value), certain=certain)
        elif value is not None:
            join(found, self._listing(Located(module, value), depth, certain=certain))

    def _add(self, found: Listing, item: Located, *, certain: bool, given: Substitution | None = None) -> None:
        entry = self._entry(item, certain, given or {})
        if entry is None:
            found.complete = False
        else:
            found.entries.append(entry)

    def _entry(self, item: Located, certain: bool, given: Substitution) -> Entry | None:
        place = literal(self._source, item) or item
        if isinstance(place.node, _NO_DICTS):
            return Entry(item, certain=certain)
        found = self._dicts.of(item)
        if found is None:
            return None
        members, complete = self._dicts.with_given(found, given).by_name
        return Entry(found.place, members, complete, certain)

    def _is_certain(self, module: Module, node: ast.AST) -> bool:
        """Whether `node` runs exactly once when its function is called."""
        for parent in module.ancestors(node):
            if isinstance(parent, (*FUNCTIONS, ast.Module)):
                return True
            if not isinstance(parent, (ast.Expr, ast.With, ast.AsyncWith, ast.Assign, ast.AnnAssign)):
                return False
        return False


def dict_members(source: ProjectSource, reach: Reach) -> DictMembers:
    """The one reader of dicts that the rules share."""
    return DictMembers(source)


def _plain_loop(module: Module, change: ast.AST) -> ast.For | None:
    """The loop in whose every round a statement runs, where nothing else decides whether it does."""
    statement = module.parents[change] if isinstance(change, ast.expr) else change
    loop = module.parents[statement]
    if not isinstance(loop, ast.For) or not isinstance(statement, ast.Expr) or not module.holds(loop.body, statement):
        return None
    leaves = next(module.inside(loop, ast.Continue, ast.Break, ast.Return), None) is not None
    return loop if not leaves and isinstance(module.parents[loop], FUNCTIONS) else None
