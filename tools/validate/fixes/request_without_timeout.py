"""Adds a timeout to a request."""

from __future__ import annotations

import ast
import io
import tokenize

from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..models import Finding
from ..module import Module
from ..source_calls import SourceCalls

_SECONDS = "30"
_SPACE = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT})


def fix(context: Context, finding: Finding) -> list[Edit]:
    """`timeout=30` as the last argument, or in the place of a None."""
    module, calls = context.nodes(finding, ast.Call)
    # Of `session.get(url).json()` the request is the inner one, of `Session().get(url)` the outer one.
    known = context.reach.shared(SourceCalls)
    call = next((each for each in calls if known.library(each)), calls[-1])
    given = next((keyword for keyword in call.keywords if keyword.arg == "timeout"), None)
    if given is not None:
        return [context.replace(module, given.value, _SECONDS)]
    if len(call.args) == 1 and isinstance(call.args[0], ast.GeneratorExp):
        raise Held("The only argument is a generator.")
    return [_added(context, module, call)]


def _added(context: Context, module: Module, call: ast.Call) -> Edit:
    end = context.span(module, call)[1]
    function_end = context.span(module, call.func)[1]
    last, text = _last_token(module.text[function_end : end - 1])
    at = function_end + last
    if text == "(":
        return Edit(module.file, at, at, f"timeout={_SECONDS}")
    if text != ",":
        return Edit(module.file, at, at, f", timeout={_SECONDS}")
    rest = module.text[at : end - 1]
    if "\n" not in rest and "\r" not in rest:
        return Edit(module.file, at, at, f" timeout={_SECONDS},")
    line = module.lines.at(at)[0]
    first = module.lines[line]
    white = first[: len(first) - len(first.lstrip())]
    after = module.lines.offset(line + 1, 0)
    return Edit(module.file, after, after, f"{white}timeout={_SECONDS},\n")


def _last_token(text: str) -> tuple[int, str]:
    """The last token that is neither space nor comment: the offset behind it, and its text."""
    starts = [0]
    for line in io.StringIO(text, newline=""):
        starts.append(starts[-1] + len(line))
    found = (0, "")
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type not in _SPACE and token.string:
                found = (starts[token.end[0] - 1] + token.end[1], token.string)
    except tokenize.TokenError:
        # The bracket that opens the arguments is left open on purpose.
        pass
    if not found[1]:
        raise Held("The arguments cannot be read.")
    return found
