"""Rule `undefined-name`."""

from __future__ import annotations

import ast

from ..lint import LintFinding
from ..lint_rule import LintRule
from ..models import Category, Severity
from ..module import Module
from ..rule import Invalid
from ..sdk_names import is_sdk_name

_HEAD = "from fivetran_connector_sdk import Connector, Logging as log, Operations as op\n"


class UndefinedName(LintRule):
    """Every name that is used is defined.

    Why: an undefined name is a NameError at the moment when its line runs, often long after the sync began. Found by
    ruff (F821). In an annotation that is never evaluated, or where names are made by exec, globals and the like, it is
    a warning.
    """

    section, category = "6.1", Category.BREAKS
    VALID = (
        _HEAD + "def update(configuration, state):\n    for row in fetch():\n        op.upsert('t', row)\n\n\n"
        "def fetch():\n    return []\n",
        "try:\n    unicode\nexcept NameError:\n    unicode = str\n",
        "from vendor import *\n\nprint(anything)\n",
        "def f():\n    global total\n    total = 1\n\n\ndef g():\n    return total\n",
        "rows = [row for row in range(3)]\nprint(__file__, __name__, rows)\n",
    )
    INVALID = (
        Invalid(_HEAD + "def update(configuration, state):\n    data = get_data()\n", at=(3, 12)),
        Invalid("import json\n\n\ndef f(row):\n    return json.dumps(rwo)\n", at=(5, 23)),
        Invalid("def f():\n    for row in []:\n        pass\n    return 'ü', rows\n", at=(4, 17)),
        Invalid("def f():\n    return [r.id for r in records if r]\n", at=(2, 27)),
        Invalid("class Client:\n    SIZE = 1\n\n    def get(self):\n        return SIZE\n", at=(5, 16)),
        Invalid("def f():\n    return total\n", at=(2, 12), file="sync.py", others={"connector.py": "import sync\n"}),
        Invalid("def f() -> 'Rows':\n    return []\n", at=(1, 13), severity=Severity.WARNING),
        Invalid("exec('x = 1')\nprint(x)\n", at=(2, 7), severity=Severity.WARNING),
    )

    @classmethod
    def is_about(cls, finding: LintFinding) -> bool:
        return finding.code == "F821"

    def check(self) -> None:
        reported: set[tuple[str, str]] = set()
        modules = {module.file: module for module in self.source.modules} if self.source.lint else {}
        for file, finding in self.linted():
            name = finding.message.partition("`")[2].partition("`")[0]
            if (file, name) in reported or file not in modules:
                continue
            reported.add((file, name))
            place = (finding.line, finding.column)
            node = next((n for n in modules[file].named(name) if modules[file].position(n) == place), None)
            if node is None or not is_sdk_name(modules[file], node):
                message = f"The name {name!r} is not defined."
                severity = None if node is not None and self._breaks(modules[file], node) else Severity.WARNING
                self.report_at(file, place, message, hint="Define or import it, or correct it.", severity=severity)

    def _breaks(self, module: Module, node: ast.Name) -> bool:
        """Whether the name is certainly looked up, and certainly not there, when its line runs."""
        return self.source.resolver.is_unbound(module, node) and not _is_annotation(module, node)


def _is_annotation(module: Module, node: ast.AST) -> bool:
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, ast.AnnAssign) and parent.annotation is child:
            return module.function_of(parent) is not None or _are_postponed(module)
        if (isinstance(parent, ast.arg) and parent.annotation is child) or getattr(parent, "returns", None) is child:
            return _are_postponed(module)
        child = parent
    return False


def _are_postponed(module: Module) -> bool:
    """Whether annotations are not evaluated: by the module's own wish (Python 3.14 does it always)."""
    imports = (node for node in module.each(ast.ImportFrom) if node.module == "__future__")
    return any(alias.name == "annotations" for node in imports for alias in node.names)
