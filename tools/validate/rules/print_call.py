"""Rule `print-call`."""

from __future__ import annotations

import ast
import re
from functools import cached_property

from ..models import Category
from ..module import Module
from ..rule import Invalid, Rule
from ..source import ProjectSource

_HEAD = "from fivetran_connector_sdk import Logging as log\n"
_LOGGING = re.compile(
    r"logging\.(?:getLogger\(\)\.(?:getChild\(\)\.)*)?(?:debug|info|warning|warn|error|critical|exception|fatal|log)"
)
_OTHERS = {
    "builtins.print": "print()",
    "pprint.pprint": "pprint()",
    "pprint.pp": "pprint()",
    "sys.stdout.write": "sys.stdout.write()",
    "sys.stderr.write": "sys.stderr.write()",
    "traceback.print_exc": "print_exc()",
    "traceback.print_exception": "print_exception()",
    "traceback.print_stack": "print_stack()",
}
_WORDS = frozenset(
    "print pprint pp write debug info warning warn error critical exception fatal log print_exc print_exception "
    "print_stack".split()
)


class PrintCall(Rule):
    """Messages go to the SDK's log, not to print() or the logging module.

    Why: only the SDK's log has levels, and reaches the log of a sync in Fivetran as a message of the connector. What
    the main block prints in a local run is fine.
    """

    section, category = "3.3", Category.SPEC
    VALID = (
        _HEAD + "log.info('a')\n",
        "if __name__ == '__main__':\n    print('a local run')\n",
        "import logging\nlogging.getLogger('urllib3').setLevel(logging.WARNING)\n",
        "def print(text):\n    return text\nprint('a')\n",
        "class Report:\n    def print(self):\n        self.print()\n",
        "from rich import print\nprint('a')\n",
        "import io\nbuffer = io.StringIO()\nprint('a,b', file=buffer)\n",
        "with open('x', 'w') as file:\n    file.write('a')\n",
    )
    INVALID = (
        Invalid("print('Starting')\n", at=(1, 1)),
        Invalid("def update(configuration, state):\n    for row in []:\n        print(f'{row}')\n", at=(3, 9)),
        Invalid("import logging\nlogging.info('a')\n", at=(2, 1)),
        Invalid(
            "import logging\nlogger = logging.getLogger(__name__)\ndef f():\n    logger.error('a', exc_info=True)\n",
            at=(4, 5),
        ),
        Invalid("from pprint import pprint\npprint({})\n", at=(2, 1)),
        Invalid("import sys\nif True:\n    sys.stdout.write('a')\n", at=(3, 5)),
        Invalid(
            "def report():\n    print('ü', end=''); print\n",
            at=(2, 5),
            file="report.py",
            others={"connector.py": "import report\n"},
        ),
    )

    def check(self) -> None:
        for module in self.source.modules:
            for call in module.calls(_WORDS | _renamed(module)):
                if not module.in_main_block(call):
                    self._look_at(module, call)

    def _look_at(self, module: Module, call: ast.Call) -> None:
        name = self.source.qualified(module, call.func) or ""
        told = _OTHERS.get(name) or ("the logging module" if _LOGGING.fullmatch(name) else None)
        if told is None or _is_for_a_file(self.source, module, call) or not self.reach.is_reached(module, call):
            return
        if told != "the logging module" or not self._is_bridged:
            hint = "Use log.info(...), log.warning(...) or log.error(...)."
            self.report(module, call, f"This message goes to {told}, not to the SDK's log.", hint=hint)

    @cached_property
    def _is_bridged(self) -> bool:
        """Whether a handler of the project takes what the logging module is given."""
        classes = ((module, node) for module in self.source.modules for node in module.each(ast.ClassDef))
        bases = (self.source.qualified(module, base) or "" for module, node in classes for base in node.bases)
        return any(base.startswith("logging.") and base.endswith("Handler") for base in bases)


def _is_for_a_file(source: ProjectSource, module: Module, call: ast.Call) -> bool:
    """Whether print() writes into a file or buffer, and not to the console."""
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "file"), None)
    return given is not None and source.qualified(module, given) not in ("sys.stdout", "sys.stderr")


def _renamed(module: Module) -> set[str]:
    """The names that a module gives print itself."""
    uses = (module.parents[use] for use in module.named("print"))
    targets = (target for use in uses if isinstance(use, ast.Assign) for target in use.targets)
    return {target.id for target in targets if isinstance(target, ast.Name)}
