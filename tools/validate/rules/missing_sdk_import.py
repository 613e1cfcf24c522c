"""Rule `missing-sdk-import`."""

from __future__ import annotations

import ast

from ..handlers import may_be_absent
from ..models import Category, Severity
from ..module import FUNCTIONS, Module
from ..names import SDK, last_word
from ..rule import Invalid, Rule
from ..sdk import sdk_contents
from ..sdk_names import ALIASES, meant_by, sdk_names

_STANDARD = f"from {SDK} import Connector, Logging as log, Operations as op"
_BODY = "def update(configuration, state):\n    op.upsert('t', {})\n    op.checkpoint({})\n"


class MissingSdkImport(Rule):
    """Connector, Logging and Operations are imported from the SDK where they are used.

    Why: a name that is imported nowhere is a NameError in the middle of a sync. The specification has one spelling,
    `from fivetran_connector_sdk import Connector, Logging as log, Operations as op`; another alias works as well, and
    is reported as information only.
    """

    section, category = "3.1", Category.BREAKS
    fixable = True
    VALID = (
        f"{_STANDARD}\n{_BODY}",
        f"from {SDK} import Connector\nfrom {SDK} import Operations as op\n{_BODY}",
        {"connector.py": f"from helpers import op\n{_BODY}", "helpers.py": f"from {SDK} import Operations as op\n"},
        "def sync(op, rows):\n    op.upsert('t', rows)\n",
        f"from vendor import *\n{_BODY}",
        f"try:\n    from {SDK} import Log as log\nexcept ImportError:\n    from {SDK} import Logging as log\n",
        f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from {SDK} import Operations as op\n"
        "def send(op: 'op.upsert', rows: list[op.upsert]):\n    op.upsert('t', rows)\n",
        f"def update(configuration, state):\n    from {SDK} import Operations as op\n    op.checkpoint({{}})\n",
    )
    INVALID = (
        Invalid(f"from {SDK} import Connector\n{_BODY}", at=(3, 5)),
        Invalid("def update(configuration, state):\n    pass\nconnector = Connector(update=update)\n", at=(3, 13)),
        Invalid(f"from {SDK} import Operations as op\nlog.info('x')\n{_BODY}", at=(2, 1)),
        Invalid(f"from {SDK} import Operations as ops\nops.checkpoint({{}})\n", at=(1, 36), severity=Severity.INFO),
        Invalid(f"import {SDK} as sdk\nsdk.Operations.checkpoint({{}})\n", at=(1, 8), severity=Severity.INFO),
        Invalid(f"from {SDK} import *\nconnector = Connector(update=None)\n", at=(2, 13)),
        Invalid(f"from {SDK} import Connector, Logger as log\n", at=(1, 47)),
        Invalid("op.checkpoint({})\n", at=(1, 1), file="helpers.py", others={"connector.py": "import helpers\n"}),
    )

    def check(self) -> None:
        for module in self.source.modules:
            self._report_unbound(module)

    def visit_ImportFrom(self, module: Module, node: ast.ImportFrom) -> None:
        for alias in node.names if node.module == SDK and not node.level else ():
            if alias.name not in sdk_contents() and not may_be_absent(module, node):
                message = f"The SDK has no {alias.name!r}: the file cannot be loaded."
                self.report(module, alias, message, hint=f"Write `{_STANDARD}`.", fixable=False)
                continue
            wanted = ALIASES.get(alias.name)
            if wanted and (alias.asname or alias.name) != wanted:
                written = f"{alias.name} as {wanted}" if wanted != alias.name else wanted
                self._report_alias(
                    module, alias, f"{alias.name} is imported as {alias.asname or alias.name!r}.", written
                )

    def visit_Import(self, module: Module, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name == SDK:
                self._report_alias(module, alias, "The SDK is imported as a module.", "Connector, Logging as log, ...")

    def _report_alias(self, module: Module, alias: ast.alias, message: str, wanted: str) -> None:
        hint = f"The specification writes `from {SDK} import {wanted}`."
        self.report(module, alias, message, hint=hint, severity=Severity.INFO, fixable=False)

    def _report_unbound(self, module: Module) -> None:
        reported: set[str] = set()
        used = [node for name in sdk_names() for node in module.named(name) if isinstance(node.ctx, ast.Load)]
        for node in sorted(used, key=module.position):
            name = meant_by(module, node)
            if name and node.id not in reported and self._is_missing(module, node):
                reported.add(node.id)
                self.report(module, node, f"{node.id} is used and {name} imported nowhere.", hint=f"Add `{_STANDARD}`.")

    def _is_missing(self, module: Module, node: ast.Name) -> bool:
        """Whether nothing gives a name its meaning, or only what is there for a type checker."""
        bound = self.source.names(module).lookup(node)
        if not bound:
            return self.source.resolver.is_unbound(module, node)
        return all(_is_for_types(module, each.node) for each in bound) and not _is_annotation(module, node)


def _is_for_types(module: Module, node: ast.AST) -> bool:
    """Whether a binding stands in an `if TYPE_CHECKING:`."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, ast.If) and last_word(parent.test) == "TYPE_CHECKING" and child not in parent.orelse:
            return True
        child = parent
    return False


def _is_annotation(module: Module, node: ast.Name) -> bool:
    """Whether a name stands where nothing is read when the program runs, or may stand there."""
    child: ast.AST = node
    for parent in module.ancestors(node):
        annotated = isinstance(parent, (ast.arg, ast.AnnAssign)) and child is parent.annotation
        returned = isinstance(parent, FUNCTIONS) and child is parent.returns
        if annotated or returned:
            return True
        child = parent
    return _is_for_types(module, node)
