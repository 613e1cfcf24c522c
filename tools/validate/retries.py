"""Whether a project repeats requests that fail, as far as its names and loops tell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from .attempts import loops_around, repeats_call
from .module import FUNCTIONS, Module
from .names import last_word
from .reach import Reach
from .source import ProjectSource
from .source_calls import SourceCalls

_RETRY = re.compile(r"retr(?:y|ies|ied|ying)|attempt|back_?off|tenacity|(?:^|_)tries(?:_|$)|stamina", re.IGNORECASE)
_LIBRARIES = frozenset(
    {"tenacity", "backoff", "stamina", "retrying", "retry", "opnieuw", "aiohttp_retry", "httpx_retries"}
)
_WAITS = frozenset({"sleep", "wait"})
_USES = (ast.Call, ast.keyword, ast.Compare, ast.For, ast.AsyncFor, ast.While, ast.BinOp, ast.With, *FUNCTIONS)


class Retries:
    """Names of functions, variables, arguments, imports; loops and functions that ask again."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach

    @cached_property
    def exist(self) -> bool:
        """Whether something in the project is a retry, or is called one and used."""
        modules = self._source.modules
        return any(self._in_names(each) or self._in_imports(each) for each in modules) or self._in_code

    @cached_property
    def look_at_429(self) -> bool:
        """Whether a retry may see that a server asks to wait: by its number, by every error status, or by a library."""
        return any(
            any(node.value == 429 for node in module.each(ast.Constant) if type(node.value) is int)
            or any(node.attr in ("raise_for_status", "ok", "TOO_MANY_REQUESTS") for node in module.each(ast.Attribute))
            or any(_ranges(node) for node in module.each(ast.Compare))
            or "tatus_forcelist" in module.text
            or "429" in module.text
            for module in self._source.modules
        )

    def _in_names(self, module: Module) -> bool:
        """A name that is called, handed on, compared or counted; not one that only is there, or a column of a row."""
        if not _RETRY.search(module.text):
            return False
        words = [word for word in module.words if _RETRY.search(word)]
        if any(isinstance(module.parents[node], _USES) for node in module.mentions(words)):
            return True
        names = [node.arg for node in module.each(ast.arg)] + [node.arg or "" for node in module.each(ast.keyword)]
        names += [node.name for node in module.each(*FUNCTIONS, ast.ClassDef)]
        return any(_RETRY.search(name) for name in set(names))

    def _in_imports(self, module: Module) -> bool:
        """A library of retries whose names are used."""
        froms = (each for each in module.each(ast.ImportFrom) if (each.module or "").partition(".")[0] in _LIBRARIES)
        names = [alias.asname or alias.name for node in froms for alias in node.names]
        if any(name == "*" or module.named(name) for name in names):
            return True
        aliases = (alias for node in module.each(ast.Import) for alias in node.names if alias.name in _LIBRARIES)
        return any(module.named(alias.asname or alias.name) for alias in aliases)

    @cached_property
    def _in_code(self) -> bool:
        """A request in a loop, or in a function that calls itself, that is repeated after a look at its answer."""
        calls = self._reach.shared(SourceCalls)
        for module in self._source.modules:
            for call in _waits(module):
                if _is_conditional(module, call) and (_is_looped(module, call) or _calls_itself(module, call)):
                    return True
        return any(_is_repeated(call.module, call.node) for call in calls.reached if call.is_http)


def _waits(module: Module) -> Iterator[ast.AST]:
    """The calls and mentions of sleep, and of the wait of an event."""
    yield from module.mentions(["sleep"])
    yield from module.calls(_WAITS)


def _is_conditional(module: Module, node: ast.AST) -> bool:
    """Whether a look at an answer or an exception decides about `node`, or a loop that the answer ends."""
    if any(isinstance(each, (ast.ExceptHandler, ast.If)) for each in module.ancestors(node)):
        return True
    return any(isinstance(each, ast.While) and _asks_and_returns(module, each) for each in module.ancestors(node))


def _asks_and_returns(module: Module, loop: ast.While) -> bool:
    statuses = module.inside(loop, ast.Attribute)
    return any(node.attr in ("status_code", "ok", "status") for node in statuses) and any(
        True for _ in module.inside(loop, ast.Return)
    )


def _is_looped(module: Module, node: ast.AST) -> bool:
    return any(isinstance(each, (ast.For, ast.AsyncFor, ast.While)) for each in module.ancestors(node))


def _calls_itself(module: Module, node: ast.AST) -> bool:
    """Whether the function around `node` calls itself, by its name or as a method."""
    function = module.function_of(node)
    if function is None:
        return False
    calls = (call for call in module.calls([function.name]) if module.function_of(call) is function)
    owners = (call.func.value if isinstance(call.func, ast.Attribute) else None for call in calls)
    return any(owner is None or last_word(owner) in ("self", "cls") for owner in owners)


def _is_repeated(module: Module, call: ast.Call) -> bool:
    """Whether a loop that a success leaves asks with the same again."""
    return any(repeats_call(module, loop, call) for loop in loops_around(module, call))


def _ranges(node: ast.Compare) -> bool:
    """`status >= 400`."""
    return any(
        isinstance(part, ast.Constant) and part.value in (400, 500, 399, 499, 200, 300) for part in node.comparators
    )
