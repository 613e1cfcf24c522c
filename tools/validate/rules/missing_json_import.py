"""Rule `missing-json-import`."""

from __future__ import annotations

import ast

from ..models import Category, Severity
from ..module import Module
from ..rule import Invalid, Rule

_SDK = "from fivetran_connector_sdk import Connector\n"


class MissingJsonImport(Rule):
    """connector.py imports json.

    Why: the specification lists it among the required imports: configuration.json is read with it in a local run. The
    SDK works without; so this is for information only.
    """

    section, category, severity = "3.1", Category.SPEC, Severity.INFO
    fixable = True
    VALID = (
        "import json\n" + _SDK,
        _SDK + "import csv, json\n",
        "import orjson as json\n" + _SDK,
        "from json import load\n" + _SDK,
        _SDK + "if __name__ == '__main__':\n    import json\n",
        {"connector.py": _SDK + "import json\nimport sync\n", "sync.py": "import csv\n"},
    )
    INVALID = (
        Invalid(_SDK, at=(1, 1)),
        Invalid("import csv\nimport jsonschema\n" + _SDK, at=(1, 1)),
        Invalid("import simplejson\n" + _SDK, at=(1, 1)),
        Invalid(_SDK + "# import json\n", at=(1, 1)),
        Invalid(_SDK + "import sync\n", at=(1, 1), others={"sync.py": "import json\n"}),
    )

    def check(self) -> None:
        module = self.source.connector
        if module is not None and not _imports_json(module):
            hint = "Add `import json  # reads configuration.json in a local run`."
            self.report(module, module.tree, "connector.py does not import json.", hint=hint)


def _imports_json(module: Module) -> bool:
    plain = any("json" in (each.name, each.asname) for node in module.each(ast.Import) for each in node.names)
    return plain or any(
        node.module == "json" or any(each.asname == "json" or each.name == "json" for each in node.names)
        for node in module.each(ast.ImportFrom)
    )
