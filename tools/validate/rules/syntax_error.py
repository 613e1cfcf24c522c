"""Rule `syntax-error`."""

from __future__ import annotations

from ..models import Category, Severity
from ..rule import Invalid, Rule


class SyntaxErrorRule(Rule):
    """Every module is Python that compiles, in UTF-8, and connector.py is not empty.

    Why: the SDK imports connector.py before anything else, and reads it as UTF-8 whatever encoding the file declares.
    It refuses what does not compile, and an empty file holds no connector object. CR LF line ends and a UTF-8 cookie
    are fine. A byte order mark is read, too, but the SDK's check of requirements.txt then fails three times and waits.
    """

    section, category = "6.1", Category.BREAKS
    VALID = (
        "def update(configuration, state):\r\n    pass\r\n",
        "# -*- coding: utf-8 -*-\nNAME = 'é'\n",
        "\ufeffNAME = 1\n",
        {"connector.py": "import helpers\n", "helpers.py": ""},
        "PATTERN = '\\d+'\n",
    )
    INVALID = (
        Invalid("def update(configuration, state)\n    pass\n", at=(1, 33)),
        Invalid("def update(configuration, state):\n    for row in []:\n    pass\n", at=(3, 5)),
        Invalid("# nothing yet\n", at=(1, 1)),
        Invalid("NAME = 'é'; return NAME\n", at=(1, 13)),
        Invalid("", at=(1, 1)),
        Invalid("def f(:\n", at=(1, 7), file="helpers.py", others={"connector.py": "import helpers\n"}),
        Invalid("# coding: latin-1\nNAME = 'caf\udce9'\n", at=(2, 12)),
        Invalid("NAME = 1\n\0\n", at=(2, 1)),
    )

    def check(self) -> None:
        for file, broken in self.source.broken.items():
            message = f"{file} cannot be loaded: {broken.reason}."
            severity = None if broken.certain else Severity.WARNING
            self.report_at(file, (broken.line, broken.column), message, severity=severity)
