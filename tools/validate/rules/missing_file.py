"""Rule `missing-file`."""

from __future__ import annotations

from ..models import Category, Severity
from ..reader import CONFIGURATION, CONNECTOR, PYPROJECT, REQUIREMENTS
from ..rule import Invalid, Rule
from ..third_party import ThirdParty

_README = "README.md"
_CODE = "import json\n"
_CONFIGURED = {CONFIGURATION: "{}"}
_ALL = {CONNECTOR: _CODE, **_CONFIGURED, _README: "# x\n", REQUIREMENTS: ""}
_PROJECT = "[project]\nname = 'x'\n"


class MissingFile(Rule):
    """The project has connector.py, configuration.json, requirements.txt and README.md.

    Why: the SDK loads connector.py, and reads configuration.json where a test run is given one; README.md is how the
    next person learns what the connector needs. Where git ignores configuration.json its absence is a warning. Without
    requirements.txt (or a pyproject.toml) nothing is installed: a warning where the code imports more than the SDK,
    else for information.
    """

    section, category = "6.1", Category.BREAKS
    VALID = (
        _ALL,
        {CONNECTOR: _CODE, **_CONFIGURED, _README: "# x\n", PYPROJECT: _PROJECT},
        _ALL | {CONNECTOR: "import pandas\n", REQUIREMENTS: "pandas==2.2.3\n"},
        _ALL | {_README: "", CONFIGURATION: ""},
    )
    INVALID = (
        Invalid(_CODE, at=(1, 1), found_in=CONFIGURATION, others={_README: "# x\n", REQUIREMENTS: ""}),
        Invalid(
            _CODE,
            at=(1, 1),
            found_in=CONFIGURATION,
            others={_README: "# x\n", REQUIREMENTS: "", ".gitignore": "configuration.json\n"},
            severity=Severity.WARNING,
        ),
        Invalid("# x\n", at=(1, 1), file=_README, found_in=CONNECTOR, others={**_CONFIGURED, REQUIREMENTS: ""}),
        Invalid(
            _CODE,
            at=(1, 1),
            found_in=_README,
            others={**_CONFIGURED, REQUIREMENTS: ""},
            severity=Severity.WARNING,
        ),
        Invalid(
            "import pandas\n",
            at=(1, 1),
            found_in=REQUIREMENTS,
            others={**_CONFIGURED, _README: ""},
            severity=Severity.WARNING,
        ),
        Invalid(_CODE, at=(1, 1), found_in=REQUIREMENTS, others={**_CONFIGURED, _README: ""}, severity=Severity.INFO),
    )

    def check(self) -> None:
        if not self.source.has_file(CONNECTOR):
            self._report(CONNECTOR, "The project has no connector.py, which the SDK loads.", Category.BREAKS)
        if not self.source.has_file(CONFIGURATION):
            lighter = Severity.WARNING if self._is_ignored() else None
            message = "The project has no configuration.json."
            self._report(CONFIGURATION, message, Category.BREAKS, lighter)
        if not self.source.has_file(_README):
            self._report(_README, "The project has no README.md.", Category.SPEC)
        if not self.source.has_file(REQUIREMENTS) and not self.source.has_file(PYPROJECT):
            needed = self.reach.shared(ThirdParty).imports
            message = f"The project has no requirements.txt{', and imports ' + needed[0].top if needed else ''}."
            self._report(REQUIREMENTS, message, Category.SPEC, None if needed else Severity.INFO)

    def _is_ignored(self) -> bool:
        """Whether the project keeps the file out of git, so that a fresh clone has none."""
        lines = self.source.text(".gitignore").decode("utf-8", "replace").split("\n")
        return any(line.strip().lstrip("/") in (CONFIGURATION, "*.json") for line in lines)

    def _report(self, file: str, message: str, category: Category, severity: Severity | None = None) -> None:
        self.report_at(file, (1, 1), message, hint=f"Add {file}.", category=category, severity=severity)
