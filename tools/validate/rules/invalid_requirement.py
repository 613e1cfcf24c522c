"""Rule `invalid-requirement`."""

from __future__ import annotations

from ..models import Category
from ..reader import REQUIREMENTS
from ..requirement_lines import RequirementLine, requirement_lines, unknown_options
from ..rule import Invalid, Rule


class InvalidRequirement(Rule):
    """Every line of requirements.txt is a requirement that pip can read.

    Why: one line that cannot be read stops the installation of all of them, and the connector is never started.
    """

    section, category = "6.2", Category.BREAKS
    VALID = (
        {REQUIREMENTS: "pandas==2.2.3\nboto3 == 1.35.0 ; python_version < '3.14'\n"},
        {REQUIREMENTS: "# pandas 2.2.3\n\n-r other.txt\n--index-url https://pypi.example.com/simple\n"},
        {REQUIREMENTS: "./wheels/tool-1.0-py3-none-any.whl\ngit+https://github.com/example/tool.git@v1\n"},
        {REQUIREMENTS: "pandas==2.2.3 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n"},
        {REQUIREMENTS: "tool[extra]>=1,<2  # why\ntool @ https://example.com/tool.zip\n-e ./tool\n"},
        {REQUIREMENTS: "\ufeffpandas==2.2.3\r\n"},
        {REQUIREMENTS: "--pre\n-ihttps://pypi.example.com/simple\n--extra-index https://a.test\npandas==2.2.3;\n.\n"},
        {REQUIREMENTS: "tool @ https://${TOKEN}@example.com/tool.zip\n"},
    )
    INVALID = (
        Invalid("pandas=2.2.3\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("boto3==1.35.0\npandas 2.2.3\n", at=(2, 1), file=REQUIREMENTS),
        Invalid("pandas==\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("# data\n  pandas==2.2.3, boto3==1.35.0\n", at=(2, 3), file=REQUIREMENTS),
        Invalid("pandas==2.2.3; python_versions < '3.12'\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("import pandas\r\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("pandas>=2.x\n", at=(1, 1), file=REQUIREMENTS),
        Invalid(f"tool==1.0; {'(' * 5000}\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("pandas==2.2.3\n- boto3==1.35.0\n", at=(2, 1), file=REQUIREMENTS),
        Invalid("<<<<<<< HEAD\n", at=(1, 1), file=REQUIREMENTS),
    )

    def check(self) -> None:
        data = self.source.files.get(REQUIREMENTS, b"")
        for line in requirement_lines(data):
            if line.problem:
                self._report(line, f"pip cannot read this requirement: {line.problem.rstrip('.')}.")
        for line in unknown_options(data):
            self._report(line, f"pip takes this line for an option, and installs nothing for it: {line.text[:40]}.")

    def _report(self, line: RequirementLine, message: str) -> None:
        hint = "Write `name==version`, one a line."
        self.report_at(REQUIREMENTS, (line.line, line.column), message, hint=hint)
