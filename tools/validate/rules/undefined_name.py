"""Rule `undefined-name`."""

from __future__ import annotations

import ast
import re

from ..guards import expects
from ..lint import LintFinding
from ..lint_rule import LintRule
from ..lookups import brought_by_no_star, is_expected, is_mangled_away, is_read_too_early, mangled
from ..models import Category, Severity
from ..module import Module
from ..rule import Invalid
from ..sdk_names import is_sdk_name

_HINT = "Define or import it, or correct it."
# Each begins with letters, for which a text is searched fast.
_UNTOLD = (re.compile(rb"__(?<![\w.]__)\w*[A-Za-z0-9]_?(?!\w)"), re.compile(rb"import\s*\(?\s*\*"))
_ANY_ERROR = frozenset({"Exception", "BaseException"})
_HEAD = "from fivetran_connector_sdk import Connector, Logging as log, Operations as op\n"


class UndefinedName(LintRule):
    """Every name that is used is defined.

    Why: an undefined name is a NameError at the moment when its line runs, often long after the sync began. Found by
    ruff (F821, F823), and beside it a name of the module that begins with two underscores and is read in a class, where
    Python looks for another one, and a name that no star import of the project's own modules brings. In an annotation
    that is never evaluated, or where names are made by exec, globals and the like, it is a warning.
    """

    section, category = "6.1", Category.BREAKS
    VALID = (
        _HEAD + "def update(configuration, state):\n    for row in fetch():\n        op.upsert('t', row)\n\n\n"
        "def fetch():\n    return []\n",
        "try:\n    unicode\nexcept NameError:\n    unicode = str\n",
        "from vendor import *\n\nprint(anything)\n",
        "def f():\n    global total\n    total = 1\n\n\ndef g():\n    return total\n",
        "__LIMIT = 1\n\n\nclass Client:\n    __size = 2\n    twice = __size * 2\n\n\nprint(__LIMIT)\n",
        "def f():\n    return 1\n    undefined()\n\n\nimport builtins\n\nbuiltins.trace = print\ntrace('x')\n",
        {"connector.py": "from helpers import *\n\nprint(there())\n", "helpers.py": "def there():\n    return 1\n"},
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
        Invalid("__LIMIT = 1\n\n\nclass Client:\n    def get(self):\n        return __LIMIT\n", at=(6, 16)),
        Invalid("from helpers import *\n\nabsent()\n", at=(3, 1), others={"helpers.py": "present = 1\n"}),
        Invalid("try:\n    x = fast()\nexcept Exception:\n    x = 1\n", at=(2, 9), severity=Severity.WARNING),
        Invalid("def size(row):\n    return 1\n\n\ndef f(row):\n    size = size(row)\n    return size\n", at=(6, 12)),
        Invalid("exec('x = 1')\nprint(x)\n", at=(2, 7), severity=Severity.WARNING),
    )

    codes = ("F821", "F823")

    @classmethod
    def is_about(cls, finding: LintFinding) -> bool:
        return finding.code in cls.codes

    def check(self) -> None:
        self._reported: set[tuple[str, str]] = set()
        modules = {module.file: module for module in self.source.modules} if self.source.lint else {}
        for file, finding in self.linted():
            if file in modules:
                self._look_at(modules[file], finding)
        # To read the modules costs time: most projects have neither.
        files = [data for file, data in self.source.files.items() if file.endswith(".py")]
        if any(untold.search(data) for data in files for untold in _UNTOLD):
            for module in self.source.modules:
                self._check_untold(module)

    def _look_at(self, module: Module, finding: LintFinding) -> None:
        name, place = finding.message.partition("`")[2].partition("`")[0], (finding.line, finding.column)
        if (module.file, name) in self._reported:
            return
        node = next((each for each in module.named(name) if module.position(each) == place), None)
        if node is None:
            self._tell(module, name, place, Severity.WARNING)
        elif not is_sdk_name(module, node) and not is_expected(self.source, module, node):
            severity = None if self._breaks(module, node) else Severity.WARNING
            if finding.code == "F823":
                hint = "The function gives it a value further down: give that another name, or assign it first."
                self._tell(module, name, place, severity, hint, "is read before it has a value")
            else:
                self._tell(module, name, place, severity)

    def _check_untold(self, module: Module) -> None:
        """Looks for what ruff is silent about: names in classes that begin with `__`, and star imports."""
        for node, meant in mangled(module):
            if is_mangled_away(self.source, module, node, meant):
                hint = f"Python reads it as {meant!r} inside the class: begin the name with one underscore."
                self._tell(module, node.id, module.position(node), None, hint)
        for node in brought_by_no_star(self.source, module):
            expected = is_sdk_name(module, node) or is_expected(self.source, module, node)
            if not expected and not _is_annotation(module, node):
                self._tell(module, node.id, module.position(node), None)

    def _tell(
        self,
        module: Module,
        name: str,
        place: tuple[int, int],
        severity: Severity | None,
        hint: str = _HINT,
        what: str = "is not defined",
    ) -> None:
        if (module.file, name) not in self._reported:
            self._reported.add((module.file, name))
            self.report_at(module.file, place, f"The name {name!r} {what}.", hint=hint, severity=severity)

    def _breaks(self, module: Module, node: ast.Name) -> bool:
        """Whether the name is certainly looked up, and certainly not there, when its line runs."""
        unbound = self.source.resolver.is_unbound(module, node) or is_read_too_early(self.source, module, node)
        return unbound and not _is_annotation(module, node) and not expects(module, node, _ANY_ERROR)


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
