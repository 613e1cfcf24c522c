"""Takes an import away that nothing uses, as ruff does."""

from __future__ import annotations

import ast

from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..fixing.linted import lint_edits
from ..models import Finding


def fix(context: Context, finding: Finding) -> list[Edit]:
    """The edits of the diagnostic at the place."""
    module = context.module(finding.file)
    # Of `import pandas as pd` the finding names the second name.
    at = module.lines.characters(finding.line, finding.column)
    spans = ((alias, context.span(module, alias)) for alias in module.each(ast.alias))
    alias = next((alias for alias, (first, last) in spans if first <= at < last), None)
    if alias is None:
        raise Held("The import cannot be found at this place.")
    statement = module.parents[alias]
    known = {name.partition(".")[0] for name in context.source.resolver.modules}
    name = module.absolute(statement) if isinstance(statement, ast.ImportFrom) else alias.name
    if name.partition(".")[0] in known:
        raise Held("It is a module of the project, which may be imported for what it does.")
    return lint_edits(context, finding, ("F401",))[0]
