"""A rule whose findings ruff has made; one process serves all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from .lint import LintFinding
from .rule import Rule


class LintRule(Rule):
    """Looks at `source.lint`, which the engine fills before; it should not read the modules without a finding.

    `codes` are what ruff is asked for: codes or prefixes of codes.
    """

    codes: ClassVar[tuple[str, ...]]

    def linted(self) -> Iterator[tuple[str, LintFinding]]:
        """The diagnostics that this rule is about, with their files, in the order of files and lines."""
        for file in sorted(self.source.lint):
            for finding in sorted(self.source.lint[file], key=lambda each: (each.line, each.column, each.code)):
                if self.is_about(finding):
                    yield file, finding

    @classmethod
    def is_about(cls, finding: LintFinding) -> bool:
        """Whether a diagnostic belongs to this rule and to no other."""
        raise NotImplementedError
