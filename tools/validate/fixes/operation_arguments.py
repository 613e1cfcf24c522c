"""Gives the arguments of an operation the names that the SDK has for them."""

from __future__ import annotations

import ast

from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..models import Finding
from ..operation_calls import OperationCalls
from ..rules.operation_arguments import renames


def fix(context: Context, finding: Finding) -> list[Edit]:
    """All wrong names of the call at once."""
    module, keyword = context.node(finding, ast.keyword)
    found = (call for call in context.reach.shared(OperationCalls).all if keyword in call.keywords)
    given = next(found, None)
    if given is None or keyword not in module.parents:
        raise Held("The arguments are put together elsewhere.")
    edits: list[Edit] = []
    for wrong, name in renames(given).items():
        if wrong in module.parents and wrong.arg:
            at = context.span(module, wrong)[0]
            edits.append(Edit(module.file, at, at + len(wrong.arg), name))
    return edits
