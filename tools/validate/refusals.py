"""What becomes of a configuration that is refused: of the answer of the function that validates, and of its error."""

from __future__ import annotations

import ast

from .log_calls import LogCalls
from .module import FUNCTIONS, Module
from .names import last_word
from .reach import Reach
from .source import ProjectSource
from .source_calls import SourceCalls

_TAKING = frozenset({"ValueError", "Exception", "BaseException"})
_QUIET = frozenset({"str", "repr", "len", "format", "join", "print", "print_exc", "format_exc", "type"})


class Refusals:
    """Both are lost where nothing but a log line is made of them."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._reach = reach
        self._logged = {call.node for call in reach.shared(LogCalls).all}

    def is_lost(self, module: Module, call: ast.Call) -> bool:
        """Whether nobody looks at the answer of a call, or only to log and leave."""
        node, parent = _answer(module, call)
        if isinstance(parent, ast.Expr):
            return True
        if isinstance(parent, ast.If) and parent.test is node:
            return self._only_logs(module, parent)
        target = parent.targets[0] if isinstance(parent, ast.Assign) else None
        if not isinstance(target, ast.Name):
            return False
        function = module.function_of(call)
        reads = [each for each in module.named(target.id) if isinstance(each.ctx, ast.Load)]
        return all(self._is_read_for_nothing(module, each) for each in reads if module.function_of(each) is function)

    def swallowing(self, module: Module, node: ast.AST) -> ast.ExceptHandler | None:
        """The handler of the same function that takes a ValueError of `node` and only logs it."""
        child = node
        for parent in module.ancestors(node):
            if isinstance(parent, (*FUNCTIONS, ast.Lambda)):
                return None
            if isinstance(parent, ast.Try) and module.holds(parent.body, child):
                taking = next((each for each in parent.handlers if _takes(each)), None)
                if taking is not None:
                    return taking if self._only_logs(module, taking) and self._is_narrow(module, parent) else None
            child = parent
        return None

    def _is_read_for_nothing(self, module: Module, use: ast.Name) -> bool:
        node, parent = _answer(module, use)
        if isinstance(parent, ast.If) and parent.test is node:
            return self._only_logs(module, parent)
        return not self._logged.isdisjoint(module.ancestors(use))

    def _only_logs(self, module: Module, branch: ast.If | ast.ExceptHandler) -> bool:
        """Whether a branch or handler does nothing but log and leave."""
        for statement in (*branch.body, *(branch.orelse if isinstance(branch, ast.If) else ())):
            if next(module.inside(statement, ast.Raise, ast.Assert, ast.Assign), None) is not None:
                return False
            for call in module.inside(statement, ast.Call):
                if call not in self._logged and last_word(call.func) not in _QUIET:
                    return False
        return True

    def _is_narrow(self, module: Module, tried: ast.Try) -> bool:
        """Whether the `try` is not one around the whole sync, whose handler is a fault of another kind."""
        calls = self._reach.shared(SourceCalls)
        return not any(calls.leads(call) for statement in tried.body for call in module.inside(statement, ast.Call))


def _answer(module: Module, node: ast.expr) -> tuple[ast.expr, ast.AST]:
    """The expression that is the answer, a `not` around it included, and what takes it."""
    parent = module.parents[node]
    while isinstance(parent, (ast.UnaryOp, ast.Await)):
        node, parent = parent, module.parents[parent]
    return node, parent


def _takes(handler: ast.ExceptHandler) -> bool:
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(each is None or last_word(each) in _TAKING for each in types)
