"""Rule `complex-function`."""

from __future__ import annotations

from ..lint import LintFinding
from ..lint_rule import LintRule
from ..models import Category
from ..rule import Invalid


def _branches(count: int) -> str:
    return "".join(f"    if row == {number}:\n        return {number}\n" for number in range(count))


class ComplexFunction(LintRule):
    """A function is short and simple enough to be read.

    Why: what has many branches is tested in few of them. Found by ruff, with ruff's own numbers: a complexity above 10
    (C901), more than 12 branches (PLR0912), more than 50 statements (PLR0915).
    """

    section, category = "6.1", Category.STYLE
    VALID = (
        "def f(row):\n" + _branches(9) + "    return None\n",
        "def f(row):\n    return [value for value in row if value and value.strip() and not value.isdigit()]\n",
        "def f():\n" + "    print(1)\n" * 50,
        "ROWS = [\n" + "    1,\n" * 200 + "]\n",
        "def f(row):  # noqa: C901\n" + _branches(11) + "    return None\n",
    )
    INVALID = (
        Invalid("def f(row):\n" + _branches(11) + "    return None\n", at=(1, 5)),
        Invalid("def f(row):\n" + _branches(30) + "    return None\n", at=(1, 5)),
        Invalid("class A:\n    async def f(self):\n" + "        print(1)\n" * 51, at=(2, 15)),
        Invalid(
            "def f(row):\n" + _branches(11) + "    return None\n",
            at=(1, 5),
            file="sync.py",
            others={"connector.py": "import sync\n"},
        ),
    )

    codes = ("C901", "PLR0912", "PLR0915")

    @classmethod
    def is_about(cls, finding: LintFinding) -> bool:
        return finding.code in cls.codes

    def check(self) -> None:
        functions: dict[tuple[str, int, int], list[str]] = {}
        for file, finding in self.linted():
            functions.setdefault((file, finding.line, finding.column), []).append(finding.message)
        for (file, line, column), messages in functions.items():
            text = "; ".join(messages)
            self.report_at(file, (line, column), f"{text}.", hint="Split it into functions that do one thing each.")
