"""Rule `absolute-configuration-path`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..choices import Choices
from ..models import Category, Severity
from ..module import Module
from ..resolve import Located
from ..rule import Invalid, Rule
from ..texts import text_of

_MARK = "configuration.json"
_ABSOLUTE = re.compile(r"(?:[/\\~]|[A-Za-z]:[/\\])(?:.*[/\\])?configuration\.json", re.DOTALL)
_NAME = "configuration"
_OPENING = frozenset({"open", "Path", "PurePath", "read_json"})
_OPENERS = frozenset(
    {"builtins.open", "io.open", "codecs.open", "pathlib.Path", "pathlib.PurePath", "pandas.read_json"}
)
_HINT = 'Write open("configuration.json").'
# Without a text that begins at a root, or may be put in, no path is absolute.
_ROOT = re.compile(r"""['"](?:/|~|[A-Za-z]:|\\|\{)""")


class AbsoluteConfigurationPath(Rule):
    """configuration.json is opened from the project's folder, not by an absolute path.

    Why: `open("/configuration.json")`, as a part of the specification shows it, looks in the root of the machine, where
    the file is not: a local run ends with a FileNotFoundError. A path into somebody's home folder is there on one
    machine only: that is a warning.
    """

    section, category = "3.2", Category.BREAKS
    fixable = True
    VALID = (
        "import json\nwith open('configuration.json') as file:\n    json.load(file)\n",
        "from pathlib import Path\nPATH = Path(__file__).parent / 'configuration.json'\n",
        "import os\nopen(os.path.join(os.path.dirname(__file__), 'configuration.json'))\n",
        "open('./configuration.json')\nopen('../shared/configuration.json')\n",
        "print('Copy it to /configuration.json')\n",
        "import zipfile\nzipfile.ZipFile('x').open('/configuration.json')\nopen('/tmp/my_configuration.json')\n",
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
        Invalid("def load(path):\n    return open(path)\nload('/' + 'configuration.json')\n", at=(3, 6)),
        Invalid("from pathlib import Path\nPATH = Path('/') / 'configuration.json'\n", at=(2, 8)),
        Invalid("open('/Users/somebody/sync/configuration.json')\n", at=(1, 6), severity=Severity.WARNING),
        Invalid("open(r'C:\\sync\\configuration.json')\n", at=(1, 6), severity=Severity.WARNING),
    )

    def check(self) -> None:
        for module in self.source.modules:
            for call in module.calls(_words(module)) if _NAME in module.text and _ROOT.search(module.text) else ():
                if self._opens(module, call):
                    self._look_at(module, call)

    def _opens(self, module: Module, call: ast.Call) -> bool:
        """Whether a file of this machine is opened: not a member of an archive, nor a name of a store."""
        name = self.source.qualified(module, call.func)
        return name in _OPENERS if name else isinstance(call.func, ast.Name) and call.func.id != "open"

    def _look_at(self, module: Module, call: ast.Call) -> None:
        named = (keyword.value for keyword in call.keywords if keyword.arg in ("file", "path"))
        given = call.args[0] if call.args else next(named, None)
        whole = module.parents[call]
        if isinstance(whole, ast.BinOp) and whole.left is call:
            given = whole
        for place, path in self._paths(module, given) if given is not None else ():
            if _ABSOLUTE.fullmatch(path):
                severity = None if path == f"/{_MARK}" else Severity.WARNING
                message = f"{path!r} is an absolute path, which another machine does not have."
                self.report(place.module, place.node, message, hint=_HINT, severity=severity, fixable=severity is None)

    def _paths(self, module: Module, given: ast.expr) -> Iterator[tuple[Located, str]]:
        for choice in self.reach.shared(Choices).of(module, given):
            if (path := text_of(self.source, choice.value)) is not None:
                yield choice.place, path


def _words(module: Module) -> set[str]:
    """The words by which a call can open a file."""
    renamed = (alias.asname for alias in module.each(ast.alias) if alias.name in _OPENING)
    return {*_OPENING, *(name for name in renamed if name)}
