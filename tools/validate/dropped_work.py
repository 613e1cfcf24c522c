"""Work that is prepared and never done: generators and coroutines, called or handed on, that nobody goes through."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .arguments import called_functions, given_to
from .choices import Choices
from .dropped_values import FUTURE, ITEMS, DroppedValues, Layers
from .lazy_senders import Lazy, LazySenders, calls_of, returning, returns_call_of
from .module import Module
from .names import last_word
from .reach import Reach
from .resolve import Definition
from .senders import Senders
from .source import ProjectSource

_THREADS = frozenset({"threading.Thread", "threading.Timer", "multiprocessing.Process"})
_POOLS = frozenset(
    {f"concurrent.futures.{name}()" for name in ("ThreadPoolExecutor", "ProcessPoolExecutor")}
    | {"concurrent.futures.thread.ThreadPoolExecutor()", "concurrent.futures.process.ProcessPoolExecutor()"}
    | {f"multiprocessing.{name}()" for name in ("Pool", "pool.Pool", "pool.ThreadPool", "dummy.Pool")}
)
# What a pool gives for the function that it runs.
_GIVEN: dict[str, Layers] = {
    "submit": (FUTURE,),
    "apply_async": (FUTURE,),
    "apply": (),
    **dict.fromkeys(("map", "imap", "imap_unordered", "starmap"), (ITEMS,)),
}
# Who asks what a function is may treat each kind in its own way.
_ASKING = frozenset({"isgeneratorfunction", "isgenerator", "iscoroutinefunction", "iscoroutine", "isawaitable"})
_ASKED_TYPES = frozenset({"GeneratorType", "Generator", "Iterator", "Iterable", "Awaitable", "Coroutine"})
_USING = (ast.YieldFrom, ast.For, ast.AsyncFor, ast.comprehension, ast.Await, ast.Starred)


class Made(NamedTuple):
    """An expression that makes work instead of doing it; `lazy` is None for one that is written out there."""

    module: Module
    node: ast.expr
    lazy: Lazy | None = None
    layers: Layers = ()


class DroppedWork:
    """Follows what is made from where it is made to where it is used, across functions that return it."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._senders = reach.shared(Senders)
        self._lazy = reach.shared(LazySenders)
        self._choices = reach.shared(Choices)
        self._values = DroppedValues(source)
        self._certain: list[Made] = []

    def found(self) -> list[Made]:
        """What is made, and certainly nowhere gone through."""
        words = self._lazy.words
        waiting, dropped = [*self._written_out(), *self._of_functions(words)], list[Made]()
        while waiting:
            made = waiting.pop()
            if self._values.is_dropped(made.module, made.node, made.layers):
                dropped.append(made)
            elif not made.layers and (function := returning(self._source, made.module, made.node)):
                if self._lazy.add(made.module, function):
                    waiting += self._of_functions({function.name})
            elif isinstance(around := made.module.parents[made.node], ast.Lambda) and made.lazy:
                waiting += self._handed(made.module, around, made.lazy)
        return list({each.node: each for each in (*dropped, *self._certain)}.values())

    def _written_out(self) -> Iterator[Made]:
        """Generator expressions, and `map` with a function, that would send rows when somebody went through them."""
        for module in self._source.modules if self._senders.operations else ():
            for node in module.each(ast.GeneratorExp):
                if self._sends(module, node.elt):
                    yield Made(module, node)
            for call in module.calls(("map", "filter")):
                is_builtin = self._source.qualified(module, call.func) in ("builtins.map", "builtins.filter")
                if is_builtin and call.args and self._would_send(module, call.args[0]):
                    yield Made(module, call)

    def _sends(self, module: Module, node: ast.expr) -> bool:
        calls = [call for call in module.inside(node, ast.Call) if self._senders.call_sends(call)]
        return any(self._lazy.of(module, call.func) is None for call in calls)

    def _would_send(self, module: Module, function: ast.expr) -> bool:
        if isinstance(function, ast.Lambda):
            return self._sends(module, function.body)
        if self._source.operation_name(module, function) is not None:
            return True
        found = self._source.resolver.functions(self._source.qualified(module, function) or "")
        return len(found) == 1 and self._senders.sends(found[0].node) and self._lazy.of(module, function) is None

    def _of_functions(self, words: set[str]) -> Iterator[Made]:
        """What calls of the lazy functions of these names make, and what is made of them as values."""
        kept = False
        for module in self._source.modules if words else ():
            for call in module.calls(words):
                used = isinstance(module.parents[call], _USING)
                if not used and (lazy := self._lazy.of(module, call.func)):
                    yield Made(module, call, lazy)
            for use in module.mentions(words):
                parent = module.parents[use]
                if not isinstance(use.ctx, ast.Load) or getattr(parent, "func", None) is use:
                    continue
                if isinstance(parent, (ast.Call, ast.keyword)):
                    if lazy := self._lazy.of(module, use):
                        yield from self._handed(module, use, lazy)
                elif not isinstance(parent, ast.Attribute):
                    kept = True
        if kept:
            yield from self._chosen()

    def _chosen(self) -> Iterator[Made]:
        """The calls of a variable, or item, that means nothing but lazy functions."""
        for module in self._source.modules:
            if _asks_for_kinds(module):
                continue
            for call in module.each(ast.Call):
                if isinstance(call.func, (ast.Name, ast.Subscript)) and not isinstance(module.parents[call], _USING):
                    choices = self._choices.of(module, call.func)
                    made = [self._lazy.of(*choice.value) for choice in choices]
                    if made and made[0] and None not in made:
                        yield Made(module, call, made[0])

    def _handed(self, module: Module, function: ast.expr, lazy: Lazy) -> Iterator[Made]:
        """What becomes of a lazy function that a thread, a pool or a function of the project is given."""
        parent = module.parents[function]
        call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call):
            return
        name = self._source.qualified(module, call.func) or ""
        owner, _, word = name.rpartition(".")
        first = call.args[:1] == [function]
        if name in _THREADS:
            if _is_target(call, function, parent):
                self._certain.append(Made(module, function, lazy))
        elif name == "functools.partial" and first:
            yield from self._handed(module, call, lazy)
        elif name == "builtins.map" and first:
            yield Made(module, call, lazy, (ITEMS,))
        elif owner in _POOLS and word in _GIVEN and first:
            yield Made(module, call, lazy, _GIVEN[word])
        else:
            yield from self._run_by_project(module, call, function, lazy)

    def _run_by_project(self, module: Module, call: ast.Call, function: ast.expr, lazy: Lazy) -> Iterator[Made]:
        """A function of the project that returns what it makes, or drops it."""
        if last_word(call.func) not in self._source.resolver.own_words:
            return
        runners = called_functions(self._source, module, call)
        if len(runners) != 1 or _asks_for_kinds(runners[0][0]) or not self._lazy.is_kept(*runners[0][:2]):
            return
        where, runner, filled = runners[0]
        given = [arg.arg for arg, value in given_to(call, runner, filled).items() if value is function]
        calls = calls_of(where, runner, given[0]) if given else []
        if given and returns_call_of(self._source, Definition(where, runner), given[0]):
            yield Made(module, call, lazy)
        elif calls and all(self._values.is_dropped(where, each) for each in calls):
            self._certain.append(Made(module, function, lazy))


def _is_target(call: ast.Call, function: ast.expr, parent: ast.AST) -> bool:
    """Whether a thread runs the function, which its class takes as second argument or by name."""
    named = isinstance(parent, ast.keyword) and parent.arg in ("target", "function")
    return named or call.args[1:2] == [function]


def _asks_for_kinds(module: Module) -> bool:
    return not module.words.isdisjoint(_ASKING | _ASKED_TYPES)
