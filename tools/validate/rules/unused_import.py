"""Rule `unused-import`."""

from __future__ import annotations

import ast

from ..lint import LintFinding
from ..lint_rule import LintRule
from ..models import Category
from ..reader import CONNECTOR, module_name
from ..rule import Invalid

_SDK = "from fivetran_connector_sdk import Connector, Logging as log, Operations as op\n"


class UnusedImport(LintRule):
    """Only what is used is imported.

    Why: each import is loaded at the begin of every sync, has to be in requirements.txt, and makes the reader look for
    its use. What section 3.1 requires (json, Connector, log, op) is never unused. Found by ruff (F401).
    """

    section, category = "6.1", Category.STYLE
    fixable = True
    VALID = (
        _SDK + "import json\n",
        "import os\n\nprint(os.name)\n",
        "from datetime import datetime\n\n\ndef f(at: 'datetime'):\n    return at\n",
        "try:\n    import orjson\nexcept ImportError:\n    orjson = None\n",
        "import csv  # noqa: F401\n",
        {"connector.py": "import parts\n\nparts.run()\n", "parts/__init__.py": "from .a import run\n"},
        {"connector.py": "from tools import run\n\nrun()\n", "tools.py": "from inner import run\n", "inner.py": ""},
    )
    INVALID = (
        Invalid(_SDK + "import json\nimport os\n", at=(3, 8)),
        Invalid("from datetime import datetime, timezone\n\nprint(datetime.now())\n", at=(1, 32)),
        Invalid("import pandas as pd\n", at=(1, 18)),
        Invalid("def f():\n    import csv\n    return 1\n", at=(2, 12)),
        Invalid("import time\n", at=(1, 8), file="sync.py", others={"connector.py": "import sync\n\nsync.run()\n"}),
    )

    codes = ("F401",)

    @classmethod
    def is_about(cls, finding: LintFinding) -> bool:
        return finding.code in cls.codes

    def check(self) -> None:
        for file, finding in self.linted():
            name = finding.message.partition("`")[2].partition("`")[0]
            wanted = name == "json" or name.startswith("fivetran_connector_sdk")
            # An import that a `try` makes to learn whether a module is there, and what a package hands on, are used.
            if wanted or "find_spec" in finding.message or file.endswith("__init__.py"):
                continue
            if file != CONNECTOR and self._is_taken(file, name.rpartition(" as ")[2].rpartition(".")[2]):
                continue
            message = f"{name!r} is imported and not used."
            self.report_at(file, (finding.line, finding.column), message, hint="Delete the import.")

    def _is_taken(self, file: str, name: str) -> bool:
        """Whether another module takes the name from this one: `from tools import run`, `tools.run`."""
        owner = module_name(file)
        for module in self.source.modules:
            for node in module.each(ast.ImportFrom):
                if module.absolute(node) == owner and any(alias.name in (name, "*") for alias in node.names):
                    return True
            if any(self.source.qualified(module, node.value) == owner for node in module.attributes((name,))):
                return True
        return False
