"""Rule `invalid-settings`."""

from __future__ import annotations

from ...nearest import nearest
from ..models import Category
from ..project_settings import ProjectSettings
from ..reader import PYPROJECT
from ..rule import Invalid, Rule
from ..rule_ids import rule_ids
from ..text import Lines

_TABLE = "[tool.connector-sdk-mcp]\n"


class InvalidSettings(Rule):
    """The settings of the rules in pyproject.toml can be read, and name rules that exist.

    Why: a setting that is misspelt switches nothing on or off, and nobody notices.
    """

    section, category = "9.1", Category.SPEC
    VALID = (
        {PYPROJECT: "[project]\nname = 'x'\n"},
        {PYPROJECT: _TABLE + 'select = ["pep8"]\nignore = ["missing-docstring"]\n'},
        {PYPROJECT: _TABLE + 'per-file-ignores = { "vendor/*" = ["pep8"] }\n'},
        {PYPROJECT: "[tool.ruff]\nselect = ['E']\n"},
        {PYPROJECT: ""},
    )
    INVALID = (
        Invalid(_TABLE + 'ignore = ["missing-docstrings"]\n', at=(2, 12), file=PYPROJECT),
        Invalid(_TABLE + 'select = "pep8"\n', at=(2, 1), file=PYPROJECT),
        Invalid(_TABLE + "exclude = ['a.py']\n", at=(2, 1), file=PYPROJECT),
        Invalid("[tool.connector-sdk-mcp\n", at=(1, 1), file=PYPROJECT),
        Invalid(
            "[tool.connector-sdk-mcp.per-file-ignores]\n'a.py' = ['pep8']\n'b.py' = ['pep-8']\n",
            at=(3, 12),
            file=PYPROJECT,
        ),
        Invalid("[tool]\nconnector-sdk-mcp = 1\n", at=(2, 1), file=PYPROJECT),
    )

    def check(self) -> None:
        data = self.source.files.get(PYPROJECT)
        settings = ProjectSettings.read(data)
        lines = Lines((data or b"").decode("utf-8", "replace"))
        for text, problem in settings.problems:
            self._report(lines, text, f"{problem}.", None)
        per_file = (rule_id for rule_ids in settings.per_file_ignores.values() for rule_id in rule_ids)
        for rule_id in dict.fromkeys((*settings.select, *settings.ignore, *per_file)):
            if rule_id not in rule_ids():
                hint = f"The nearest: {', '.join(nearest(rule_id, sorted(rule_ids())))}."
                self._report(lines, rule_id, f"There is no rule {rule_id!r}.", hint)

    def _report(self, lines: Lines, text: str, message: str, hint: str | None) -> None:
        """At the last place of the text: settings of other tools use to come first."""
        self.report_at(PYPROJECT, lines.at(max(0, lines.text.rfind(text)) if text else 0), message, hint=hint)
