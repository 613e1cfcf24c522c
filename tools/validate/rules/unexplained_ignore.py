"""Rule `unexplained-ignore`."""

from __future__ import annotations

from ...nearest import nearest
from ..ignores import Ignore, Ignores
from ..models import Category
from ..rule import Invalid, Rule
from ..rule_ids import rule_ids
from ..source import REQUIREMENTS

_MARK = "# csdk: " + "ignore"


class UnexplainedIgnore(Rule):
    """A comment that switches a rule off names the rule and says why.

    Why: the next reader has to know whether the reason still holds. Write `# csdk: ignore[rule-id] reason`. Without a
    reason the rule is switched off all the same; without a rule, or with one that does not exist, nothing is.
    """

    section, category = "9.1", Category.STYLE
    VALID = (
        f"print(1)  {_MARK}[print-call] shown to the user of the tool\n",
        f"print(1)  {_MARK}[print-call, pep8]: both are meant\n",
        "print(1)  # ignore this\n",
        f"TEXT = '{_MARK}[print-call]'\n",
        {REQUIREMENTS: f"pandas  {_MARK}[requirement-unpinned] follows the base image\n"},
    )
    INVALID = (
        Invalid(f"print(1)  {_MARK}[print-call]\n", at=(1, 11)),
        Invalid(f"print(1)  {_MARK} because\n", at=(1, 11)),
        Invalid(f"def f():\n    print('ü')  {_MARK}[print-cal] because\n", at=(2, 17)),
        Invalid(f"print(1)  {_MARK}[]\n", at=(1, 11)),
        Invalid(f"pandas  {_MARK}[requirement-unpinned]\n", at=(1, 9), file=REQUIREMENTS),
    )

    def check(self) -> None:
        for ignore in Ignores(self.source).found:
            if problem := self._problem(ignore):
                hint = f"Write `{_MARK}[rule-id] reason`."
                self.report_at(ignore.file, ignore.place, problem, hint=hint)

    def _problem(self, ignore: Ignore) -> str | None:
        if not ignore.rule_ids:
            return "The comment names no rule, and switches nothing off."
        for rule_id in ignore.rule_ids:
            if rule_id not in rule_ids():
                near = ", ".join(nearest(rule_id, sorted(rule_ids())))
                return f"There is no rule {rule_id!r}. The nearest: {near}."
        return None if ignore.reason else "The comment does not say why the rule is switched off."
