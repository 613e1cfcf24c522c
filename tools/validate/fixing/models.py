"""What a fix says: the change as a diff, and what was and was not done."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ..models import Finding, FindingSummary

MASKED = "Secrets in the diff are masked as ***: write it with `apply`, not with `git apply`."


class Applied(BaseModel):
    """One finding whose fix is in the diff."""

    model_config = ConfigDict(frozen=True)

    rule_id: str
    file: str
    line: int
    message: str


class NotApplied(BaseModel):
    """One finding that could be fixed and was not, with the reason and what to do."""

    model_config = ConfigDict(frozen=True)

    rule_id: str
    file: str
    line: int
    reason: str


class FixResult(BaseModel):
    """`diff` is for `patch -p1` and `git apply` in the project's folder; `remaining` counts what is left after it.

    Without `apply` nothing is written: then `remaining` says what would be left, and there is no `backup`.
    """

    model_config = ConfigDict(frozen=True)

    written: bool
    diff: str
    applied: list[Applied]
    not_applied: list[NotApplied]
    remaining: FindingSummary
    backup: str | None = None
    more: str | None = None


def applied_of(finding: Finding) -> Applied:
    """The entry of a finding."""
    return Applied(rule_id=finding.rule_id, file=finding.file, line=finding.line, message=finding.message)


def not_applied_of(finding: Finding, reason: str) -> NotApplied:
    """The entry of a finding, with the reason."""
    return NotApplied(rule_id=finding.rule_id, file=finding.file, line=finding.line, reason=reason)
