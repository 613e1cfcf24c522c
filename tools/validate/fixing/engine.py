"""Fixes what can be fixed in one project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..discovery import chosen_rules, rule_by_id
from ..engine import Validated, validate_all, validate_files
from ..lint import lint
from ..lint_rule import LintRule
from ..models import Finding, ValidationReport
from ..reader import CONFIGURATION
from ..source import ProjectSource
from .context import Context
from .diff import diff_of
from .hidden import hidden
from .models import MASKED, FixResult, applied_of, not_applied_of
from .plan import Plan, planned
from .targets import real_name, refusals, second_names
from .writing import write

_BROKEN = frozenset({"syntax-error", "undefined-name", "missing-sdk-import"})


@dataclass(frozen=True)
class Fixes:
    """The fixes of one project before they are written: what was found and read, and the plan."""

    validated: Validated
    plan: Plan
    new: Mapping[str, bytes]
    after: ValidationReport

    def result(self, backup: Path | None = None) -> FixResult:
        """What is told of them."""
        folder = self.validated.folder
        texts = {file: self._before_and_after(file) for file in sorted(self.new)}
        shown = {file: tuple(map(hidden, texts[file])) if file == CONFIGURATION else texts[file] for file in texts}
        return FixResult(
            written=backup is not None,
            diff="".join(diff_of(real_name(folder, file), *shown[file]) for file in texts),
            applied=[applied_of(finding) for finding in self.plan.fixed],
            not_applied=[not_applied_of(finding, reason) for finding, reason in self.plan.held],
            remaining=self.after.summary,
            backup=backup.relative_to(folder).as_posix() if backup else None,
            more=MASKED if shown != texts else None,
        )

    def _before_and_after(self, file: str) -> tuple[str, str]:
        # A cookie may tell another encoding; a diff is UTF-8, as the files have to be.
        return self.validated.files[file].decode("utf-8"), self.new[file].decode("utf-8")


def fix(folder: Path, *, select: Sequence[str] = (), ignore: Sequence[str] = (), apply: bool = False) -> FixResult:
    """Fixes the findings of the project, or of the rules in `select` alone; without `apply` only the diff is made.

    Raises RuleNotFound, FileChanged.
    """
    fixes = prepare(folder, select=select, ignore=ignore)
    return write_fixes(fixes) if apply else fixes.result()


def prepare(folder: Path, *, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Fixes:
    """The fixes of what is found now. Raises RuleNotFound."""
    _ = chosen_rules(select, ignore)
    validated = validate_all([folder], ignore=ignore)[0]
    asked = [finding for finding in validated.report.findings if not select or finding.rule_id in select]
    findings = [finding for finding in asked if finding.fixable]
    plan = _plan(validated, findings, ignore) if findings else Plan()
    if select:
        plan.held += [(finding, "This has no fix: change it by hand.") for finding in asked if not finding.fixable]
    return Fixes(validated, plan, plan.new_files(), _after(validated, plan, ignore).report)


def write_fixes(fixes: Fixes) -> FixResult:
    """Writes them, unless there are none. Raises FileChanged, InvalidArguments."""
    return fixes.result(write(fixes.validated.folder, fixes.validated.files, fixes.new) if fixes.new else None)


def _plan(validated: Validated, findings: Sequence[Finding], ignore: Sequence[str]) -> Plan:
    """The plan, without what cannot be written, and without what leaves its finding or makes a new error."""
    context = _context(validated, findings)
    locked = refusals(validated.folder, validated.files)
    wrong = {f: reason for f in findings if (reason := _locked(context, f, locked))} if locked else {}
    held: list[tuple[Finding, str]] = []
    while True:
        held += wrong.items()
        findings = [finding for finding in findings if finding not in wrong]
        plan = planned(context, findings, validated.files)
        wrong = _unmended(validated, context, plan, ignore) if plan.fixed else {}
        if not wrong:
            plan.held += held
            return plan


def _locked(context: Context, finding: Finding, locked: Mapping[str, str]) -> str | None:
    """Why a file that a fix would change is not written."""
    alone = planned(context, [finding], context.source.files)
    return next((locked[edit.file] for edit in alone.edits if edit.file in locked), None)


def _context(validated: Validated, findings: Sequence[Finding]) -> Context:
    source = ProjectSource(validated.files, folder=validated.folder)
    rules = [rule_by_id(name) for name in {finding.rule_id for finding in findings}]
    codes = {code for rule in rules if issubclass(rule, LintRule) for code in rule.codes}
    files = {module.file: validated.files[module.file] for module in source.modules}
    return Context(source, lint([files], codes)[0] if codes else {})


def _unmended(validated: Validated, context: Context, plan: Plan, ignore: Sequence[str]) -> dict[Finding, str]:
    """The fixes after which the finding is still there, or an error that was not."""
    before = Counter(finding.rule_id for finding in validated.report.findings)
    after = _after(validated, plan, ignore).report.findings
    left = Counter(finding.rule_id for finding in after)
    mine = Counter(finding.rule_id for finding in plan.fixed)
    wrong: dict[Finding, str] = {}
    for rule_id, count in mine.items():
        if left[rule_id] > before[rule_id] - count:
            messages = {finding.message for finding in after if finding.rule_id == rule_id}
            own = [finding for finding in plan.fixed if finding.rule_id == rule_id]
            still = [finding for finding in own if finding.message in messages] or own
            if len(still) > 1:
                still = [each for each in still if _stays(validated, context, each, ignore, before[rule_id])] or still
            wrong |= dict.fromkeys(still, "The finding would still be there afterwards: change it by hand.")
    return wrong or _harmful(validated, context, plan, ignore, after)


def _stays(validated: Validated, context: Context, finding: Finding, ignore: Sequence[str], before: int) -> bool:
    """Whether a fix alone leaves as many findings of its rule as there were."""
    alone = planned(context, [finding], validated.files)
    left = _after(validated, alone, ignore).report.findings
    return sum(each.rule_id == finding.rule_id for each in left) >= before


def _harmful(
    validated: Validated, context: Context, plan: Plan, ignore: Sequence[str], after: Sequence[Finding]
) -> dict[Finding, str]:
    """The fixes that make an error of another rule."""
    if not _new_errors(validated, after):
        return {}
    wrong: dict[Finding, str] = {}
    for finding in plan.fixed:
        alone = planned(context, [finding], validated.files)
        new = _new_errors(validated, _after(validated, alone, ignore).report.findings) if alone.fixed else []
        if new:
            wrong[finding] = f"It would lead to another error, {new[0].rule_id}: {new[0].message}"
    return wrong or dict.fromkeys(plan.fixed, "Together with the other fixes it would lead to another error.")


def _new_errors(validated: Validated, after: Sequence[Finding]) -> list[Finding]:
    """What the code cannot run with and could before; other errors may only have been hidden, by a missing import."""
    before, now = (Counter(f.rule_id for f in found) for found in (validated.report.findings, after))
    return [each for each in after if each.rule_id in _BROKEN and now[each.rule_id] > before[each.rule_id]]


def _after(validated: Validated, plan: Plan, ignore: Sequence[str]) -> Validated:
    """The project as it would be, checked by all its rules."""
    new = plan.new_files()
    seconds = second_names(validated.folder, validated.files)
    new |= {file: new[first] for file, first in seconds.items() if first in new}
    return validate_files(validated.folder, {**validated.files, **new}, ignore=ignore)
