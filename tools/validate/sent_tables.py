"""Which tables code sends rows to: by name, by the variable of a loop, by a parameter."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from .arguments import called_functions, given_to
from .cursor_saves import CursorSave, exclude
from .module import FUNCTIONS, Function, Module
from .names import last_word
from .page_loops import LOOPS
from .reach import Reach
from .senders import DATA_OPERATIONS, Senders
from .source import OperationCall, ProjectSource
from .tables import Tables, argument

# What goes through a collection that is at hand.
_THROUGH = frozenset({"items", "keys", "values", "enumerate", "sorted", "list", "zip"})
_DEPTH = 4


class SentTables:
    """The tables of operations, and of calls that lead to operations."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._named = reach.shared(Tables)
        self._senders = reach.shared(Senders)

    def of_function(self, module: Module, function: ast.AST | None) -> set[str]:
        """The names of the tables that a function sends itself."""
        found = (self._named.table_of(call) for call in self._by_function.get(function, ()) if call.module is module)
        return {each[1] for each in found if each}

    def between(self, save: CursorSave, before: CursorSave | None) -> set[str]:
        """The names of the tables that the function of a save sends up to it, and behind another save before."""
        module, function = save.module, save.function
        first = _end(before, save) if before is not None else 0
        last = _end(save, before)
        found: set[str] = set()
        for call in module.own(function, ast.Call) if function is not None else ():
            if first <= module.number(call) < last and self._senders.call_sends(call):
                found |= self._of_call(module, call)
        return found

    def _of_call(self, module: Module, call: ast.Call) -> set[str]:
        if call in self._operations:
            named = self._named.table_of(self._operations[call])
            return {named[1]} if named else set()
        texts = {arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
        owners = {each: where for where, each, _ in called_functions(self._source, module, call)}
        return texts.union(*(self.of_function(where, each) for each, where in owners.items()))

    def goes_through_tables(self, module: Module, loop: ast.For | ast.AsyncFor) -> bool:
        """Whether a loop sends to one table after the other."""
        if _is_of_rows(loop.iter):
            return False
        names = set(module.inside(loop.target, ast.Name))
        for call in module.inside(loop, ast.Call):
            if any(self._comes_from(module, part, names, _DEPTH) for part in self._tables_of(module, call)):
                return True
        return False

    def _tables_of(self, module: Module, call: ast.Call) -> Iterator[ast.expr]:
        """The expressions of a call that name a table: of an operation, or given to a parameter that names one."""
        if call in self._operations:
            table = argument(self._operations[call], "table", 0)
            yield from [table] if table is not None else []
        elif self._senders.call_sends(call):
            for where, function, filled in called_functions(self._source, module, call):
                given = given_to(call, function, filled)
                yield from (value for arg, value in given.items() if arg in self._table_parameters(where, function))

    def is_run_for_tables(self, module: Module, function: Function) -> bool:
        """Whether a parameter names the table that a function sends to, and calls give it one table after the other."""
        return any(self._varies(function, arg, _DEPTH) for arg in self._table_parameters(module, function))

    def _varies(self, function: Function, parameter: ast.arg, depth: int) -> bool:
        """Whether the calls of a function give a parameter several values."""
        given = list(self._given(function, parameter)) if depth else []
        for number, (module, call, value) in enumerate(given):
            if any(_is_other(module, call, value, *other) for other in given[:number]):
                return True
            for loop in module.ancestors(call):
                if not isinstance(loop, (ast.For, ast.AsyncFor)) or _is_of_rows(loop.iter):
                    continue
                if self._comes_from(module, value, set(module.inside(loop.target, ast.Name)), _DEPTH):
                    return True
            owner = module.callable_of(call)
            if not isinstance(owner, FUNCTIONS):
                continue
            for arg in _arguments(owner):
                if self._comes_from(module, value, {arg}, _DEPTH) and self._varies(owner, arg, depth - 1):
                    return True
        return False

    def _given(self, function: Function, parameter: ast.arg) -> Iterator[tuple[Module, ast.Call, ast.expr]]:
        """The calls of a function in the project, with what each gives a parameter."""
        for module in self._source.modules:
            for call in module.calls([function.name]):
                for _, called, filled in called_functions(self._source, module, call):
                    value = given_to(call, function, filled).get(parameter) if called is function else None
                    if value is not None:
                        yield module, call, value

    def _table_parameters(self, module: Module, function: Function) -> set[ast.arg]:
        args = _arguments(function)
        found: set[ast.arg] = set()
        for call in self._by_function.get(function, ()):
            table = argument(call, "table", 0)
            if table is not None:
                found |= {arg for arg in args if self._comes_from(module, table, {arg}, _DEPTH)}
        return found

    def _comes_from(self, module: Module, node: ast.expr, origins: set[ast.Name] | set[ast.arg], depth: int) -> bool:
        """Whether an expression is made of one of these variables."""
        for name in module.inside(node, ast.Name):
            bindings = self._source.names(module).lookup(name)
            binding = bindings[0] if len(bindings) == 1 else None
            if binding is not None and binding.node in origins:
                return True
            value = binding.value if binding is not None and depth else None
            if value is not None and self._comes_from(module, value, origins, depth - 1):
                return True
        return False

    @cached_property
    def _operations(self) -> dict[ast.Call, OperationCall]:
        return {call.node: call for call in self._source.operations if call.name in DATA_OPERATIONS}

    @cached_property
    def _by_function(self) -> dict[ast.AST | None, list[OperationCall]]:
        found: dict[ast.AST | None, list[OperationCall]] = {}
        for call in self._operations.values():
            found.setdefault(call.module.callable_of(call.node), []).append(call)
        return found


def _is_of_rows(given: ast.expr) -> bool:
    """Whether a loop goes through what a call gives: rows of a source, which name their own tables."""
    for _ in range(_DEPTH):
        if not isinstance(given, ast.Call):
            return False
        if last_word(given.func) not in _THROUGH:
            return True
        if isinstance(given.func, ast.Attribute):
            given = given.func.value
        elif given.args:
            given = given.args[0]
        else:
            return False
    return True


def _arguments(function: Function) -> set[ast.arg]:
    return {*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs}


def _is_other(
    module: Module, call: ast.Call, value: ast.expr, other: Module, other_call: ast.Call, other_value: ast.expr
) -> bool:
    """Whether another call gives another value, and a run may come to both."""
    differs = ast.unparse(value) != ast.unparse(other_value)
    return differs and (module is not other or not exclude(module, call, other_call))


def _end(save: CursorSave, other: CursorSave | None) -> int:
    """The number behind a save, and behind the loops around it that are not around the other one."""
    module = save.module
    others = set(module.ancestors(other.place)) if other is not None else set[ast.AST]()
    end = module.number(save.place)
    for parent in module.ancestors(save.place):
        if isinstance(parent, FUNCTIONS):
            break
        if isinstance(parent, LOOPS) and parent not in others:
            end = module.span(parent)[1]
    return end
