"""Rule `pep8`."""

from __future__ import annotations

import re

from ..lint import LintFinding
from ..lint_rule import LintRule
from ..models import Category
from ..rule import Invalid

# F401, F821 and F823, E722 have rules of their own: unused-import, undefined-name, logged-and-lost.
_ELSEWHERE = frozenset({"F401", "F821", "F823", "E722"})
_OWN = re.compile(r"[EWFN]\d+")


class Pep8(LintRule):
    """The code follows PEP 8.

    Why: the specification's review asks for it, and what every editor shows distracts from what matters. Found by ruff
    (E, W, F and N without E501, N812, N813, and without what other rules report), one finding a code and file; the
    first place is named. `# noqa` holds.
    """

    section, category = "9.1", Category.STYLE
    VALID = (
        "NAMES = ['a', 'b']\n\n\ndef f(row):\n    return row is None\n",
        "TEXT = '" + "x" * 200 + "'\n",
        "import json\nfrom fivetran_connector_sdk import Operations as op\n\nop.checkpoint(json.loads('{}'))\n",
        "def f(row):\n    return row == None  # noqa: E711\n",
        "print(undefined)\n",
    )
    INVALID = (
        Invalid("def f(row):\n    return row == None\n", at=(2, 19)),
        Invalid("import json, csv\nprint(json, csv)\n", at=(1, 1)),
        Invalid("def readRows():\n    pass\n", at=(1, 5)),
        Invalid("def f():\n    done = 1\n", at=(2, 5)),
        Invalid("NAME = 'ü' \n", at=(1, 11)),
        Invalid("def f(a, b):\n    if a == None:\n        return b\n    return b == None\n", at=(2, 13)),
        Invalid("class rows:\n    pass\n", at=(1, 7), file="sync.py", others={"connector.py": "import sync\n"}),
    )

    codes = ("E", "W", "F", "N")

    @classmethod
    def is_about(cls, finding: LintFinding) -> bool:
        return _OWN.fullmatch(finding.code) is not None and finding.code not in _ELSEWHERE

    def check(self) -> None:
        found: dict[tuple[str, str], list[LintFinding]] = {}
        for file, finding in self.linted():
            found.setdefault((file, finding.code), []).append(finding)
        for (file, code), same in found.items():
            more = f" ({len(same)} places in this file)" if len(same) > 1 else ""
            message = f"{code}: {same[0].message.rstrip('.')}{more}."
            safe = any(finding.edits for finding in same)
            self.report_at(file, (same[0].line, same[0].column), message, fixable=safe)
