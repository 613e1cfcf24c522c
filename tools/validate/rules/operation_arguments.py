"""Rule `operation-arguments`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..guards import expects
from ..models import Category
from ..operation_calls import Given, OperationCalls
from ..rule import Invalid, Rule
from ..sdk import operation_signatures
from ..signature import misfit

_HEAD = "from fivetran_connector_sdk import Operations as op\n"
# Names of our own and of other SDKs for the same argument.
_MEANT = {
    "modified": ("data", "record", "row", "values"),
    "keys": ("key", "data", "primary_key", "primary_keys"),
    "data": ("modified", "record", "row", "records", "rows"),
    "state": ("new_state", "cursor", "data"),
    "table": ("table_name", "name"),
}
_MISFIT = frozenset({"TypeError"})


@dataclass(frozen=True)
class Problem:
    """One reason for which a call fails, and the place to change."""

    node: ast.AST
    reason: str
    hint: str | None = None
    fixable: bool = False


class OperationArguments(Rule):
    """The arguments of an operation fit its signature.

    Why: a wrong name, an argument too many or one too few is a TypeError when the call is reached, often long after the
    sync began. The signatures are those of the installed SDK; there `op.update` takes `modified`, not `data` as the
    specification shows it, and `op.delete` takes `keys`.
    """

    section, category = "3.5", Category.BREAKS
    VALID = (
        _HEAD + "op.upsert(table='t', data={})\nop.update('t', {})\nop.delete(table='t', keys={'id': 1})\n",
        _HEAD + "op.update(table='t', modified={'id': 1})\nop.checkpoint(state={})\nop.truncate('t')\n",
        _HEAD
        + "def send(*given, **named):\n    op.upsert(*given)\n    op.update(**named)\n    op.delete('t', **named)\n",
        "class op:\n    def update(table, data): ...\nop.update(table='t', data={})\n",
        _HEAD + "from functools import partial\nsend = partial(op.upsert, 't')\nsend({})\nsend(data={})\n",
        _HEAD + "op.upsert('t', {}, schema='s')\n",
        "def save(op):\n    op.update(table='t', data={})\n",
    )
    INVALID = (
        Invalid(_HEAD + "op.update(table='t', data={'id': 1})\n", at=(2, 22)),
        Invalid(_HEAD + "op.delete(table='t', key={'id': 1})\n", at=(2, 22)),
        Invalid(_HEAD + "op.upsert('t')\n", at=(2, 1)),
        Invalid(_HEAD + "op.checkpoint()\n", at=(2, 1)),
        Invalid(_HEAD + "op.upsert('s', 't', {'id': 1})\n", at=(2, 21)),
        Invalid(_HEAD + "op.upsert('t', {}, table='t')\n", at=(2, 20)),
        Invalid(_HEAD + "def send(**named):\n    op.upsert('t', rows=[], **named)\n", at=(3, 20)),
        Invalid(
            _HEAD + "def send(row, new):\n    method = op.upsert if new else op.update\n    method('t', data=row)\n",
            at=(4, 17),
        ),
        Invalid(_HEAD + "from functools import partial\nput = partial(op.update, 't')\nput(data={})\n", at=(4, 5)),
        Invalid(_HEAD + "def send(pool, row):\n    pool.submit(op.update, 't', data=row)\n", at=(3, 33)),
        Invalid(_HEAD + "up = op.upsert\nup(table='t', record={})\n", at=(3, 15)),
        Invalid(
            "from fivetran_connector_sdk import Operations\nclass Sync:\n    def __init__(self):\n"
            "        self.op = Operations()\n    def run(self):\n        self.op.update('t', data={})\n",
            at=(6, 29),
        ),
    )

    def check(self) -> None:
        reported: set[ast.AST] = set()
        for call in self.reach.shared(OperationCalls).all:
            signature = operation_signatures().get(call.name)
            problem = next(_problems(call, signature), None) if signature and not _fits(call) else None
            if (
                signature is None
                or problem is None
                or problem.node in reported
                or expects(call.module, call.node, _MISFIT)
            ):
                continue
            reported.add(problem.node)
            message = f"op.{call.name}{_shown(signature)} is called with arguments that do not fit: {problem.reason}."
            self.report(call.module, problem.node, message, hint=problem.hint, fixable=problem.fixable)


def _fits(call: Given) -> bool:
    """Whether the arguments certainly fit: told once for each form of a call."""
    names = [keyword.arg for keyword in call.keywords]
    plain = not any(isinstance(arg, ast.Starred) for arg in call.args) and len(set(names)) == len(names)
    keywords = frozenset(name for name in names if name)
    return plain and len(keywords) == len(names) and _form_fits(call.name, len(call.args), keywords)


@lru_cache(maxsize=512)
def _form_fits(name: str, positional: int, keywords: frozenset[str]) -> bool:
    return misfit(operation_signatures()[name], positional, keywords) is None


def _problems(call: Given, signature: inspect.Signature) -> Iterator[Problem]:
    named = {keyword.arg: keyword for keyword in call.keywords if keyword.arg}
    open_ended = len(named) < len(call.keywords) or any(isinstance(arg, ast.Starred) for arg in call.args)
    yield from _unknown(named, signature)
    yield from _too_many(call, signature)
    fixed = next((i for i, arg in enumerate(call.args) if isinstance(arg, ast.Starred)), len(call.args))
    positional = [
        name for name, parameter in signature.parameters.items() if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    for name in positional[:fixed]:
        if name in named:
            yield Problem(named[name], f"{name!r} is given twice")
    if not open_ended and not call.partial and (reason := misfit(signature, len(call.args), frozenset(named))):
        yield Problem(call.node, reason)


def _unknown(named: dict[str, ast.keyword], signature: inspect.Signature) -> Iterator[Problem]:
    parameters = signature.parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    for name, keyword in named.items():
        if name not in parameters:
            free = _free(name, named, parameters)
            hint = f"The parameter is called `{free[0]}`." if free else f"It takes {', '.join(parameters)}."
            yield Problem(keyword, f"there is no parameter {name!r}", hint, fixable=bool(free) and name != "cursor")


def _too_many(call: Given, signature: inspect.Signature) -> Iterator[Problem]:
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return
    most = sum(kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD) for kind in kinds)
    given = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
    if len(given) > most:
        yield Problem(given[most], f"it takes {most} positional arguments and is given {len(given)}")


def _shown(signature: inspect.Signature) -> str:
    """The signature without its annotations."""
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    return str(inspect.Signature(bare))


def _free(name: str, named: Collection[str], parameters: Collection[str]) -> list[str]:
    """The parameters without an argument that somebody may mean who writes this name."""
    return [known for known in parameters if known not in named and name in _MEANT.get(known, ())]


def renames(call: Given) -> dict[ast.keyword, str]:
    """The wrong keywords of a call with the parameters that they mean; each parameter is taken once."""
    parameters = operation_signatures()[call.name].parameters
    taken = {keyword.arg for keyword in call.keywords if keyword.arg in parameters}
    found: dict[ast.keyword, str] = {}
    for keyword in call.keywords:
        # A cursor is what a state holds, and seldom one.
        asked = keyword.arg if keyword.arg and keyword.arg != "cursor" else ""
        free = _free(asked, {name for name in taken if name}, parameters)
        if keyword.arg not in parameters and free:
            found[keyword] = free[0]
            taken.add(free[0])
    return found
