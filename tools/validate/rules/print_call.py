"""Rule `print-call`."""

from __future__ import annotations

import re

from ..models import Category
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Logging as log\n"
_LOGGING = re.compile(r"logging\.(?:getLogger\(\)\.)?(?:debug|info|warning|warn|error|critical|exception|fatal|log)")
_OTHERS = {"builtins.print": "print()", "pprint.pprint": "pprint()", "sys.stdout.write": "sys.stdout.write()"}
_WORDS = frozenset("print pprint pp write debug info warning warn error critical exception fatal log".split())


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
            for call in module.calls(_WORDS):
                if not module.in_main_block(call):
                    name = self.source.qualified(module, call.func) or ""
                    told = _OTHERS.get(name) or ("the logging module" if _LOGGING.fullmatch(name) else None)
                    if told and self.reach.is_reached(module, call):
                        hint = "Use log.info(...), log.warning(...) or log.error(...)."
                        self.report(module, call, f"This message goes to {told}, not to the SDK's log.", hint=hint)
