"""Rule `missing-main-block`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..models import Category, Severity
from ..module import Module
from ..names import last_word
from ..rule import Invalid, Rule

_HEAD = "import json\nfrom fivetran_connector_sdk import Connector\nconnector = Connector(update=print)\n"
_MAIN = "if __name__ == '__main__':\n"


class MissingMainBlock(Rule):
    """connector.py can be run as a program: a main block loads the configuration and calls connector.debug.

    Why: `python connector.py` with a debugger is how a connector is stepped through. Fivetran does not need it; so this
    is for information only.
    """

    section, category, severity = "3.2", Category.SPEC, Severity.INFO
    fixable = True
    VALID = (
        _HEAD + _MAIN + "    with open('configuration.json') as file:\n        connector.debug(json.load(file))\n",
        _HEAD + "def main():\n    connector.debug(configuration={})\n" + _MAIN + "    main()\n",
        _HEAD
        + 'if "__main__" == __name__:\n    connector.debug(configuration=json.load(open("configuration.json")))\n',
        _HEAD + _MAIN + "    try:\n        settings = json.load(open('c.json'))\n    finally:\n        pass\n"
        "    connector.debug(configuration=settings, state={})\n",
        {"connector.py": "from app import connector\n" + _MAIN + "    connector.debug({})\n", "app.py": _HEAD},
    )
    INVALID = (
        Invalid(_HEAD, at=(1, 1)),
        Invalid(_HEAD + _MAIN + "    print('x')\n", at=(4, 1)),
        Invalid(_HEAD + "connector.debug(configuration={})\n", at=(1, 1)),
        Invalid(_HEAD + _MAIN + "    connector.debug()\n", at=(5, 5)),
        Invalid(_HEAD + "def main():\n    connector.debug({})\n", at=(1, 1)),
    )

    def check(self) -> None:
        module = self.source.connector
        if module is None:
            return
        block = next((node for node in module.each(ast.If) if module.in_main_block(node.body[0])), None)
        calls = list(_debug_calls(module, block)) if block else []
        hint = 'End the file with: if __name__ == "__main__": load configuration.json, call connector.debug(...).'
        if block is None:
            self.report(module, module.tree, "connector.py has no main block.", hint=hint)
        elif not calls:
            self.report(module, block, "The main block does not call connector.debug.", hint=hint)
        elif not any(call.args or call.keywords for call in calls):
            self.report(module, calls[0], "connector.debug() is given no configuration.", hint=hint)


def _debug_calls(module: Module, block: ast.If) -> Iterator[ast.Call]:
    """The calls of `debug` in the main block, and in the functions that it calls."""
    called = {last_word(call.func) for call in module.inside(block, ast.Call)}
    for call in module.calls(["debug"]):
        function = module.function_of(call)
        if module.in_main_block(call) or (function is not None and function.name in called):
            yield call
