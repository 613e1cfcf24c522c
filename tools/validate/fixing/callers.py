"""Who runs a generator of operations, and what it writes once the generator is a plain function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..arguments import called_functions
from ..module import Function, Module
from ..names import last_word
from .context import Context
from .edits import Edit, Held

_DRAINING = frozenset({"builtins.list", "builtins.tuple", "collections.deque"})
_BY_TEXT = frozenset({"globals", "locals", "vars", "eval", "exec", "methodcaller", "attrgetter"})


@dataclass
class Caller:
    """One call: the `edits` that keep it right; `owner` is the function that passes the operations on by a yield."""

    module: Module
    edits: list[Edit] = field(default_factory=list[Edit])
    owner: Function | None = None
    handled: set[ast.AST] = field(default_factory=set[ast.AST])


class Callers:
    """The callers of functions of the project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, module: Module, function: Function) -> list[Caller]:
        """Every caller. Raises Held where one does more than to run the generator, or cannot be seen."""
        if function.name.startswith("__"):
            raise Held(f"{function.name} is called by Python itself.")
        if self._is_named_as_text(function):
            raise Held(f"{function.name} may be looked up by its name as text.")
        plain = {"staticmethod", "classmethod"}
        if any(last_word(mark) not in plain for mark in function.decorator_list):
            raise Held(f"{function.name} has a decorator.")
        same = [each for every in self._context.source.resolver.definitions.values() for each in every]
        if sum(getattr(each.node, "name", "") == function.name for each in same) > 1:
            raise Held(f"There is more than one {function.name}.")
        return [self._caller(where, use, function) for where, use in self._uses(module, function)]

    def _is_named_as_text(self, function: Function) -> bool:
        """Whether a text may lead to the function: its name stands as one, or one is put together for a look-up."""
        for module in self._context.source.modules:
            if any(node.value == function.name for node in module.each(ast.Constant) if isinstance(node.value, str)):
                return True
            if any(True for _ in module.calls(_BY_TEXT)):
                return True
            keys = (call.args[1] for call in module.calls(["getattr"]) if len(call.args) > 1)
            if any(not isinstance(key, ast.Constant) for key in keys):
                return True
        return False

    def _uses(self, home: Module, function: Function) -> Iterator[tuple[Module, ast.expr]]:
        """The mentions of the function, and its calls under other names."""
        seen: set[ast.AST] = set()
        known = self._context.source.names(home).bound.qualified_name(function)
        in_class = isinstance(home.scope_of(function), ast.ClassDef)
        for module in self._context.source.modules:
            for call in module.each(ast.Call):
                if self._runs(module, call, function):
                    seen.add(call.func)
                    yield module, call.func
            aliases = (alias.asname for alias in module.each(ast.alias) if alias.name.endswith(function.name))
            for use in module.mentions({function.name, *(alias for alias in aliases if alias)}):
                name = self._context.source.qualified(module, use)
                # Of a method whose owner is not known it may be; a function of a module is what its name says.
                unknown = name is None or name.startswith("<")
                meant = name == known or (unknown and (in_class or isinstance(use, ast.Name)))
                if meant and use not in seen and isinstance(use.ctx, ast.Load) and not self._is_callback(module, use):
                    yield module, use

    def _runs(self, module: Module, call: ast.Call, function: Function) -> bool:
        return any(called is function for _, called, _ in called_functions(self._context.source, module, call))

    def _is_callback(self, module: Module, use: ast.expr) -> bool:
        """Whether the function is handed to Connector, which runs it to its end either way."""
        parent = module.parents[use]
        call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
        known = [made.node for made in self._context.reach.connector.calls]
        return isinstance(call, ast.Call) and call in known and call.func is not use

    def _caller(self, module: Module, use: ast.expr, function: Function) -> Caller:
        call = module.parents[use]
        if not isinstance(call, ast.Call) or call.func is not use or not self._runs(module, call, function):
            raise Held(f"{function.name} is used in line {module.position(use)[0]} in a way that cannot be followed.")
        parent = module.parents[call]
        if isinstance(parent, ast.Expr):
            return Caller(module)
        if isinstance(parent, ast.YieldFrom):
            return Caller(module, owner=module.function_of(parent))
        if isinstance(parent, ast.Call) and self._drains(module, parent, call):
            return Caller(module, [self._context.replace(module, parent, self._context.text(module, call))])
        if isinstance(parent, ast.For) and parent.iter is call:
            return self._loop(module, parent, call)
        raise Held(f"Line {module.position(call)[0]} does more with {function.name}() than to run it.")

    def _drains(self, module: Module, outer: ast.Call, call: ast.Call) -> bool:
        """`list(send())` as a statement."""
        drains = self._context.source.qualified(module, outer.func) in _DRAINING and outer.args[:1] == [call]
        return drains and isinstance(module.parents[outer], ast.Expr)

    def _loop(self, module: Module, loop: ast.For, call: ast.Call) -> Caller:
        """`for _ in send(): pass` and `for each in send(): yield each`."""
        body = loop.body[0]
        if len(loop.body) > 1 or loop.orelse or not isinstance(loop.target, ast.Name):
            raise Held(f"The loop in line {loop.lineno} does more than to run the operations.")
        uses = self._context.source.names(module).uses_beside(loop.target, loop.target.id)
        if any(isinstance(use.ctx, ast.Load) and use not in {*module.inside(loop, ast.Name)} for use in uses):
            raise Held(f"The variable of the loop in line {loop.lineno} is used behind it.")
        edits = self._unrolled(module, loop, call)
        if isinstance(body, ast.Pass) or (isinstance(body, ast.Expr) and isinstance(body.value, ast.Constant)):
            return Caller(module, edits)
        given = body.value if isinstance(body, ast.Expr) else None
        if isinstance(given, ast.Yield) and isinstance(given.value, ast.Name) and given.value.id == loop.target.id:
            return Caller(module, edits, module.function_of(loop), {given})
        raise Held(f"The loop in line {loop.lineno} does more than to run the operations.")

    def _unrolled(self, module: Module, loop: ast.For, call: ast.Call) -> list[Edit]:
        """The call alone; comments in and behind the loop stay."""
        begin, end = self._context.span(module, loop)
        call_begin, call_end = self._context.span(module, call)
        body = loop.body[0]
        body_begin = self._context.span(module, body)[0]
        colon = module.text.find(":", call_end, body_begin)
        between = module.text[call_end:colon]
        if colon < 0 or between.strip() or module.text[begin:call_begin].count("\n"):
            raise Held(f"The loop in line {loop.lineno} is written in a form that the fix does not know.")
        head = Edit(module.file, begin, call_begin, "")
        if body.lineno == (call.end_lineno or call.lineno):
            return [head, Edit(module.file, call_end, end, "")]
        line = module.lines.offset(body.lineno, 0)
        last = body.end_lineno or body.lineno
        after = module.lines.offset(last + 1, 0) if last < len(module.lines) else len(module.text)
        rest = module.text[end:after].strip()
        kept = module.text.find("#", end) if rest else -1
        gone = Edit(module.file, body_begin, kept, "") if kept > 0 else Edit(module.file, line, after, "")
        return [head, Edit(module.file, call_end, colon + 1, ""), gone]
