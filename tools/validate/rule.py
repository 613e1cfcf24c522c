"""The shape of a rule: one file in rules/, its id from the file's name, its own examples as proof.

A rule asks for nodes by their type with methods `visit_CLASS` (one walk serves all rules), or looks at the whole
project in `check`. It calls `report` with the place to change.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from .models import Category, Finding, Severity
from .module import Module
from .reach import Reach
from .reader import CONNECTOR
from .source import ProjectSource


def example_files(source: str | Mapping[str, str]) -> dict[str, bytes]:
    """The files of an example: a text is connector.py, `\\udcXX` in it the byte XX."""
    texts = {CONNECTOR: source} if isinstance(source, str) else source
    return {name: text.encode("utf-8", "surrogateescape") for name, text in texts.items()}


@dataclass(frozen=True)
class Invalid:
    """An example with exactly one finding of the rule: in `file`, at line and column `at`.

    `source` is the text of connector.py, or of `file`; `others` are further files of the project. What is found missing
    is found in another file than that of the source, `found_in`.
    """

    source: str
    at: tuple[int, int]
    file: str = CONNECTOR
    others: Mapping[str, str] = field(default_factory=dict[str, str])
    severity: Severity | None = None
    found_in: str = ""

    def files(self) -> dict[str, bytes]:
        """The example as the files of a project."""
        return example_files({self.file: self.source, **self.others})


class Rule:
    """The docstring's first line is the title, its `Why:` paragraph the reason; both are shown to the user."""

    section: ClassVar[str]
    category: ClassVar[Category]
    severity: ClassVar[Severity | None] = None
    fixable: ClassVar[bool] = False
    VALID: ClassVar[tuple[str | Mapping[str, str], ...]] = ()
    INVALID: ClassVar[tuple[Invalid, ...]] = ()

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self.source = source
        self.reach = reach
        self.findings: list[Finding] = []

    @classmethod
    def rule_id(cls) -> str:
        """The id, in kebab-case, from the name of the rule's file."""
        return cls.__module__.rpartition(".")[2].replace("_", "-")

    @classmethod
    def weight(cls) -> Severity:
        """The severity of a finding that does not state its own."""
        return cls.severity or cls.category.severity

    def check(self) -> None:
        """Looks at the project as a whole; called once, before the walk."""

    def report(
        self,
        module: Module,
        node: ast.AST,
        message: str,
        *,
        hint: str | None = None,
        severity: Severity | None = None,
        category: Category | None = None,
        fixable: bool | None = None,
    ) -> None:
        """A finding at a node of a module; `fixable` where this one differs from the rule."""
        place = module.position(node)
        self.report_at(module.file, place, message, hint=hint, severity=severity, category=category, fixable=fixable)

    def report_at(
        self,
        file: str,
        place: tuple[int, int],
        message: str,
        *,
        hint: str | None = None,
        severity: Severity | None = None,
        category: Category | None = None,
        fixable: bool | None = None,
    ) -> None:
        """A finding at a line and column of any file; another `category` brings its own severity with it."""
        rule_id = self.rule_id()
        self.findings.append(
            Finding(
                rule_id=rule_id,
                severity=severity or (category.severity if category else self.weight()),
                category=category or self.category,
                file=file,
                line=place[0],
                column=place[1],
                message=message,
                hint=hint,
                fixable=self.fixable if fixable is None else fixable,
                section=self.section,
                uri=f"csdk://rules/{rule_id}",
            )
        )
