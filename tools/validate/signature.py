"""Whether a call fits a signature, told without running either."""

from __future__ import annotations

import ast
import inspect

from .module import Function

_Kind = inspect.Parameter


def signature_of(node: Function | ast.Lambda) -> inspect.Signature:
    """The signature of a function that is only known as a tree; a default is `...` whatever it is."""
    args = node.args
    positional = [*args.posonlyargs, *args.args]
    optional = {arg.arg for arg in positional[len(positional) - len(args.defaults) :]}
    optional |= {arg.arg for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if default}
    kinds = [
        *((arg, _Kind.POSITIONAL_ONLY) for arg in args.posonlyargs),
        *((arg, _Kind.POSITIONAL_OR_KEYWORD) for arg in args.args),
        *((arg, _Kind.VAR_POSITIONAL) for arg in [args.vararg] if arg),
        *((arg, _Kind.KEYWORD_ONLY) for arg in args.kwonlyargs),
        *((arg, _Kind.VAR_KEYWORD) for arg in [args.kwarg] if arg),
    ]
    return inspect.Signature(
        [_Kind(arg.arg, kind, default=... if arg.arg in optional else _Kind.empty) for arg, kind in kinds]
    )


def misfit(signature: inspect.Signature, positional: int, keywords: frozenset[str]) -> str | None:
    """Why a call with so many positional arguments and these keywords fails, or None when it fits."""
    try:
        signature.bind(*[None] * positional, **dict.fromkeys(keywords))
    except TypeError as error:
        return str(error)
    return None


def is_plain(node: Function | ast.Lambda) -> bool:
    """Whether the signature that stands there is the one that a caller meets: no decorator can have changed it."""
    if isinstance(node, ast.Lambda):
        return True
    plain = ("staticmethod", "classmethod")
    return all(isinstance(mark, ast.Name) and mark.id in plain for mark in node.decorator_list)


def culprit(node: Function | ast.Lambda, filled: int, keywords: frozenset[str]) -> ast.AST:
    """The parameter that makes a call with these keywords fail, or the function where none can be named."""
    args = node.args
    positional = [*args.posonlyargs, *args.args]
    for number, arg in enumerate(positional):
        if number < filled:
            if arg.arg in keywords:
                return arg
            continue
        required = number < len(positional) - len(args.defaults)
        if required and (arg in args.posonlyargs or arg.arg not in keywords):
            return arg
    required_by_name = (arg for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if not default)
    return next((arg for arg in required_by_name if arg.arg not in keywords), node)
