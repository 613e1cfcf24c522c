"""Rule `exit-call`."""

from __future__ import annotations

import ast

from ..models import Category
from ..module import Module
from ..names import last_word
from ..rule import Invalid, Rule

_EXITS = frozenset({"builtins.exit", "builtins.quit", "sys.exit", "os._exit", "os.abort"})
_WORDS = frozenset(name.rpartition(".")[2] for name in _EXITS)


class ExitCall(Rule):
    """The connector does not end the process by itself.

    Why: exit() ends the sync without an error that says why, and may skip what the SDK still has to write. Raise an
    exception: the SDK reports it and the sync fails cleanly. The main block may exit.
    """

    section, category = "8.3", Category.SPEC
    VALID = (
        "def update(configuration, state):\n    raise RuntimeError('The API refused the key.')\n",
        "import sys\nif __name__ == '__main__':\n    sys.exit(1)\n",
        "class Window:\n    def exit(self):\n        self.quit()\n",
        "from vendor import exit\nexit()\n",
        "import sys\nfrom fivetran_connector_sdk import Connector\ndef update(configuration, state): ...\n"
        "connector = Connector(update=update)\ndef main():\n    sys.exit(0)\nif __name__ == '__main__':\n    main()\n",
        "import atexit\natexit.register(print)\n",
    )
    INVALID = (
        Invalid("def update(configuration, state):\n    if not configuration:\n        exit(1)\n", at=(3, 9)),
        Invalid("import sys\ntry:\n    pass\nexcept ValueError:\n    sys.exit('failed')\n", at=(5, 5)),
        Invalid("from sys import exit as leave\nleave()\n", at=(2, 1)),
        Invalid("import os\ndef f():\n    os._exit(1)\n", at=(3, 5)),
        Invalid("def f():\n    raise SystemExit(1)\n", at=(2, 5)),
        Invalid("def f():\n    return quit()\n", at=(2, 12), file="a.py", others={"connector.py": "import a\n"}),
    )

    def check(self) -> None:
        for module in self.source.modules:
            for call in module.calls(_WORDS | _other_words(module)):
                if self.source.qualified(module, call.func) in _EXITS:
                    self._report(module, call)
            for call in module.calls(["kill"]):
                if call.args and self.source.qualified(module, call.args[0]) == "os.getpid()":
                    self._report(module, call)
            for node in module.mentions(["exit", "_exit", "quit"]):
                given = isinstance(module.parents[node], (ast.Call, ast.keyword)) and not _is_called(module, node)
                if given and self.source.qualified(module, node) in _EXITS:
                    self._report(module, node)
            for node in module.each(ast.Raise):
                raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                if isinstance(raised, ast.Name) and raised.id == "SystemExit":
                    self._report(module, node)

    def _report(self, module: Module, node: ast.AST) -> None:
        if not module.in_main_block(node) and self.reach.is_reached(module, node):
            message = "This ends the process in the middle of a sync."
            self.report(module, node, message, hint="Raise an exception that says what is wrong.")


def _is_called(module: Module, node: ast.expr) -> bool:
    parent = module.parents[node]
    return isinstance(parent, ast.Call) and parent.func is node


def _other_words(module: Module) -> set[str]:
    """The other names that a module gives an exit, by import or assignment."""
    imported = (alias for node in module.each(ast.ImportFrom) for alias in node.names if alias.name in _WORDS)
    assigned = (node.targets for node in module.each(ast.Assign) if last_word(node.value) in _WORDS)
    found = {alias.asname or alias.name for alias in imported}
    return found | {last_word(target) for targets in assigned for target in targets}
