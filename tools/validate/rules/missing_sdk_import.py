"""Rule `missing-sdk-import`."""

from __future__ import annotations

import ast

from ..models import Category, Severity
from ..module import Module
from ..names import SDK
from ..rule import Invalid, Rule
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
    VALID = (
        f"{_STANDARD}\n{_BODY}",
        f"from {SDK} import Connector\nfrom {SDK} import Operations as op\n{_BODY}",
        {"connector.py": f"from helpers import op\n{_BODY}", "helpers.py": f"from {SDK} import Operations as op\n"},
        "def sync(op, rows):\n    op.upsert('t', rows)\n",
        f"from vendor import *\n{_BODY}",
        f"def update(configuration, state):\n    from {SDK} import Operations as op\n    op.checkpoint({{}})\n",
    )
    INVALID = (
        Invalid(f"from {SDK} import Connector\n{_BODY}", at=(3, 5)),
        Invalid("def update(configuration, state):\n    pass\nconnector = Connector(update=update)\n", at=(3, 13)),
        Invalid(f"from {SDK} import Operations as op\nlog.info('x')\n{_BODY}", at=(2, 1)),
        Invalid(f"from {SDK} import Operations as ops\nops.checkpoint({{}})\n", at=(1, 36), severity=Severity.INFO),
        Invalid(f"import {SDK} as sdk\nsdk.Operations.checkpoint({{}})\n", at=(1, 8), severity=Severity.INFO),
        Invalid(f"from {SDK} import *\nconnector = Connector(update=None)\n", at=(2, 13)),
        Invalid("op.checkpoint({})\n", at=(1, 1), file="helpers.py", others={"connector.py": "import helpers\n"}),
    )

    def check(self) -> None:
        for module in self.source.modules:
            self._report_unbound(module)

    def visit_ImportFrom(self, module: Module, node: ast.ImportFrom) -> None:
        for alias in node.names if node.module == SDK and not node.level else ():
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
        self.report(module, alias, message, hint=hint, severity=Severity.INFO)

    def _report_unbound(self, module: Module) -> None:
        reported: set[str] = set()
        used = [node for name in sdk_names() for node in module.named(name) if isinstance(node.ctx, ast.Load)]
        for node in sorted(used, key=module.position):
            name = meant_by(module, node)
            if name and node.id not in reported and self.source.resolver.is_unbound(module, node):
                reported.add(node.id)
                self.report(module, node, f"{node.id} is used and {name} imported nowhere.", hint=f"Add `{_STANDARD}`.")
