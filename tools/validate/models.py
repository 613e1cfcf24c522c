"""What a validation says: findings and their report."""

from __future__ import annotations

from enum import Enum

from pydantic import BaseModel, ConfigDict


class Severity(str, Enum):
    """How much a finding matters; the order of the members is the order of weight."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the heaviest."""
        return list(Severity).index(self)


class Category(str, Enum):
    """What is at stake."""

    BREAKS = "breaks"
    DATA_LOSS = "data-loss"
    SECURITY = "security"
    MEMORY = "memory"
    SPEC = "spec"
    STYLE = "style"

    @property
    def severity(self) -> Severity:
        """The severity of a rule of this category that does not state its own."""
        if self in (Category.BREAKS, Category.DATA_LOSS, Category.SECURITY):
            return Severity.ERROR
        return Severity.INFO if self is Category.STYLE else Severity.WARNING


class Finding(BaseModel):
    """One place that a rule speaks of; `line` and `column` are 1-based, columns count characters."""

    model_config = ConfigDict(frozen=True)

    rule_id: str
    severity: Severity
    category: Category
    file: str
    line: int
    column: int
    message: str
    hint: str | None = None
    fixable: bool
    section: str
    uri: str


class FindingSummary(BaseModel):
    """How many findings there are of each severity."""

    model_config = ConfigDict(frozen=True)

    error: int = 0
    warning: int = 0
    info: int = 0

    @classmethod
    def of(cls, findings: list[Finding]) -> FindingSummary:
        """The counts over `findings`."""
        severities = [finding.severity for finding in findings]
        return cls(**{severity.value: severities.count(severity) for severity in Severity})


class ValidationReport(BaseModel):
    """`ok` is true without an error finding; `more` says what was cut and how to get it."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    summary: FindingSummary
    findings: list[Finding]
    truncated: bool = False
    more: str | None = None
    checked_files: int
    elapsed_ms: int
