"""Rule `absolute-configuration-path`."""

from __future__ import annotations

import ast
import re

from ..literals import literal
from ..models import Category, Severity
from ..module import Module
from ..resolve import Located
from ..rule import Invalid, Rule

_MARK = "configuration.json"
_ABSOLUTE = re.compile(r"(?:[/\\~]|[A-Za-z]:[/\\]).*configuration\.json", re.DOTALL)
_OPENING = frozenset({"open", "Path", "PurePath", "read_json", "load_json"})


class AbsoluteConfigurationPath(Rule):
    """configuration.json is opened from the project's folder, not by an absolute path.

    Why: `open("/configuration.json")`, as a part of the specification shows it, looks in the root of the machine, where
    the file is not: a local run ends with a FileNotFoundError. A path into somebody's home folder is there on one
    machine only: that is a warning.
    """

    section, category = "3.2", Category.BREAKS
    VALID = (
        "import json\nwith open('configuration.json') as file:\n    json.load(file)\n",
        "from pathlib import Path\nPATH = Path(__file__).parent / 'configuration.json'\n",
        "import os\nopen(os.path.join(os.path.dirname(__file__), 'configuration.json'))\n",
        "open('./configuration.json')\nopen('../shared/configuration.json')\n",
        "print('Copy it to /configuration.json')\n",
        "import requests\nrequests.get('/configuration.json')\n",
    )
    INVALID = (
        Invalid("import json\nwith open('/configuration.json') as file:\n    json.load(file)\n", at=(2, 11)),
        Invalid("from pathlib import Path\nTEXT = Path('/configuration.json').read_text()\n", at=(2, 13)),
        Invalid("PATH = '/configuration.json'\nwith open(PATH, 'r') as file:\n    pass\n", at=(2, 11)),
        Invalid("import io\nü = 1; io.open(file='/configuration.json')\n", at=(2, 21)),
        Invalid(
            "if __name__ == '__main__':\n    with open(\"/configuration.json\", 'r') as f:\n        pass\n", at=(2, 15)
        ),
        Invalid("open('/Users/somebody/sync/configuration.json')\n", at=(1, 6), severity=Severity.WARNING),
        Invalid("open(r'C:\\sync\\configuration.json')\n", at=(1, 6), severity=Severity.WARNING),
    )

    def check(self) -> None:
        for module in self.source.modules:
            for call in module.calls(_OPENING) if _MARK in module.text else ():
                self._look_at(module, call)

    def _look_at(self, module: Module, call: ast.Call) -> None:
        named = (keyword.value for keyword in call.keywords if keyword.arg in ("file", "path"))
        given = call.args[0] if call.args else next(named, None)
        path = self._text(module, given) if given is not None else None
        if given is not None and path is not None and _ABSOLUTE.fullmatch(path):
            severity = None if path == f"/{_MARK}" else Severity.WARNING
            message = f"{path!r} is an absolute path, which another machine does not have."
            self.report(module, given, message, hint='Write open("configuration.json").', severity=severity)

    def _text(self, module: Module, given: ast.expr) -> str | None:
        found = literal(self.source, Located(module, given))
        value = found.node.value if found and isinstance(found.node, ast.Constant) else None
        return value if isinstance(value, str) else None
