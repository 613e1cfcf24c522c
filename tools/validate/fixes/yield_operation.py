"""Takes the yields of operations away: the function and all its callers in the project as one edit."""

from __future__ import annotations

import ast

from ..fixing.callers import Callers
from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..models import Finding
from ..module import FUNCTIONS, Function, Module
from ..yielded import YieldedOperations


def fix(context: Context, finding: Finding) -> list[Edit]:
    """Raises Held where a function yields something else as well, or a caller does more than to run it."""
    module, node = context.node(finding, ast.Yield, ast.YieldFrom)
    function = module.function_of(node)
    if function is None:
        raise Held("The yield stands in no function.")
    return _Unit(context).edits(module, function)


class _Unit:
    """The functions that have to change together."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._yielded = context.reach.shared(YieldedOperations)
        self._callers = Callers(context)
        self._edits: dict[Edit, None] = {}
        self._waiting: list[tuple[Module, Function]] = []
        self._seen: set[ast.AST] = set()
        self._handled: set[ast.AST] = set()

    def edits(self, module: Module, function: Function) -> list[Edit]:
        self._waiting.append((module, function))
        while self._waiting:
            where, each = self._waiting.pop()
            if each not in self._seen:
                self._seen.add(each)
                self._take(where, each)
        return list(self._edits)

    def _take(self, module: Module, function: Function) -> None:
        if isinstance(function, ast.AsyncFunctionDef):
            raise Held(f"{function.name} is asynchronous.")
        yields = [
            node for node in module.own(function, ast.Yield, ast.YieldFrom) if module.function_of(node) is function
        ]
        for caller in self._callers.of(module, function):
            self._add(caller.edits)
            self._handled |= caller.handled
            if caller.owner is not None:
                self._waiting.append((caller.module, caller.owner))
        for node in yields:
            if node not in self._handled:
                self._edits.update(dict.fromkeys(self._without(module, function, node)))

    def _add(self, edits: list[Edit]) -> None:
        self._edits.update(dict.fromkeys(edits))

    def _without(self, module: Module, function: Function, node: ast.Yield | ast.YieldFrom) -> list[Edit]:
        """The statement `yield op.upsert(...)` as `op.upsert(...)`."""
        plain = self._yielded.plain_sender(module, node)
        if node.value is None or not (plain or self._yielded.operation(module, node)):
            raise Held(f"{function.name} yields rows or other values as well as operations.")
        statement = module.parents[node]
        if not isinstance(statement, ast.Expr):
            return [self._of_unread(module, statement, node.value)]
        if isinstance(node, ast.YieldFrom):
            self._follow(module, node)
        if self._is_of_loop(module, node):
            return []
        if isinstance(node.value, (ast.Name, ast.Attribute)):
            return [self._context.remove(module, statement)]
        if isinstance(node.value, ast.GeneratorExp):
            return [self._context.replace(module, statement, self._loop(module, statement, node.value))]
        begin = self._context.span(module, statement)[0]
        text = self._context.text(module, statement)
        word = "yield from" if isinstance(node, ast.YieldFrom) else "yield"
        rest = text[len(word) :] if text.startswith(word) else ""
        if not rest or rest.lstrip().startswith("\\") or "\n" in rest[: len(rest) - len(rest.lstrip())]:
            raise Held("The yield is written in a form that the fix does not know.")
        return [Edit(module.file, begin, begin + len(text) - len(rest.lstrip()), "")]

    def _is_of_loop(self, module: Module, node: ast.AST) -> bool:
        """Whether it is the yield of `for each in send(): yield each`: with the generator its callers change."""
        loop = module.parents[module.parents[node]]
        value = node.value if isinstance(node, ast.Yield) else None
        if not isinstance(loop, ast.For) or not isinstance(value, ast.Name) or not isinstance(loop.target, ast.Name):
            return False
        if loop.target.id != value.id or not self._yielded.generator(module, loop.iter):
            return False
        self._wait_for(module, loop.iter)
        return True

    def _wait_for(self, module: Module, call: ast.expr) -> bool:
        """Whether a call runs one function of the project, which then changes as well."""
        name = self._context.source.qualified(module, call.func) if isinstance(call, ast.Call) else None
        found = self._context.source.resolver.functions(name or "")
        if len(found) != 1 or not isinstance(found[0].node, FUNCTIONS):
            return False
        self._waiting.append((found[0].module, found[0].node))
        return True

    def _of_unread(self, module: Module, statement: ast.AST, value: ast.expr) -> Edit:
        """`done = yield op.upsert(...)`, where nobody reads the variable."""
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        names = self._context.source.names(module)
        uses = names.uses_beside(target, target.id) if isinstance(target, ast.Name) else []
        if len(uses) != 1 or not isinstance(value, ast.Call):
            raise Held("The result of the yield is used.")
        return Edit(module.file, self._context.span(module, statement)[0], self._context.span(module, value)[0], "")

    def _loop(self, module: Module, statement: ast.stmt, made: ast.GeneratorExp) -> str:
        """`(op.upsert("t", row) for row in rows)` as a `for` loop."""
        if "#" in self._context.text(module, made):
            raise Held("A generator expression with comments has to become a `for` loop by hand.")
        end = self._context.span(module, statement)[1]
        line, column = module.lines.at(end)
        if module.lines[line][column - 1 :].strip() not in ("", ")") or self._leaks(module, made):
            raise Held("A generator expression has to become a `for` loop by hand: its variable has other uses.")
        white, step = self._context.indentation(module, statement), self._context.step(module)
        heads: list[str] = []
        for part in made.generators:
            target, source = self._context.text(module, part.target), self._context.text(module, part.iter)
            heads += [f"for {target} in {source}:", *(f"if {self._context.text(module, test)}:" for test in part.ifs)]
        lines = [*heads, self._context.text(module, made.elt)]
        return f"\n{white}".join(step * depth + line for depth, line in enumerate(lines))

    def _leaks(self, module: Module, made: ast.GeneratorExp) -> bool:
        """Whether a variable of a generator expression is a name that its function uses as well."""
        owner = module.function_of(made)
        own = {node.id for each in made.generators for node in module.inside(each.target, ast.Name)}
        inside = {*module.inside(made, ast.Name)}
        names = module.inside(owner, ast.Name) if owner is not None else iter(())
        given = {node.arg for node in module.inside(owner, ast.arg)} if owner is not None else set[str]()
        return bool(own & given) or any(node.id in own and node not in inside for node in names)

    def _follow(self, module: Module, node: ast.YieldFrom) -> None:
        """The generator of `yield from`: a function of the project that changes as well, or results in a list."""
        value = node.value
        if not isinstance(value, ast.Call):
            if isinstance(value, (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)):
                return
            raise Held("What `yield from` goes through cannot be told.")
        if self._yielded.generator(module, value):
            if self._wait_for(module, value):
                return
        elif self._yielded.plain_sender(module, node):
            return
        raise Held("What `yield from` goes through cannot be told.")
