"""Rule `requirement-unpinned`."""

from __future__ import annotations

from ..models import Category
from ..reader import REQUIREMENTS
from ..requirement_lines import PREINSTALLED, RequirementLine, other_files, requirement_lines
from ..rule import Invalid, Rule


class RequirementUnpinned(Rule):
    """Every requirement names one version: `name==X.Y`.

    Why: without it each deployment may bring other code than the one that was tested. `==X.*`, ranges, branches, tags,
    paths, `-e` and `-r` pin nothing; a commit, a hash, extras, markers and comments are fine. With a constraints file
    (`-c`) the versions stand there.
    """

    section, category = "6.2", Category.SPEC
    VALID = (
        {REQUIREMENTS: "pandas==2.2.3\nboto3===1.35.0\n"},
        {REQUIREMENTS: "sqlalchemy[asyncio]==2.0.36 ; python_version >= '3.10'  # the driver\n"},
        {REQUIREMENTS: "pandas==2.2.3 \\\n    --hash=sha256:00\n# boto3\n"},
        {REQUIREMENTS: "tool @ git+https://github.com/example/tool.git@0123456789abcdef0123456789abcdef01234567\n"},
        {REQUIREMENTS: "https://example.com/tool-1.0-py3-none-any.whl#sha256=00ff\n"},
        {REQUIREMENTS: "-c constraints.txt\npandas\n"},
        {REQUIREMENTS: "requests\n"},
        {REQUIREMENTS: "pandas 2.2.3\n"},
    )
    INVALID = (
        Invalid("pandas\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("boto3==1.35.0\n\npandas>=2.2\n", at=(3, 1), file=REQUIREMENTS),
        Invalid("pandas==2.*  # stable\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("pandas~=2.2.3\r\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("  git+https://github.com/example/tool.git@main\n", at=(1, 3), file=REQUIREMENTS),
        Invalid("tool @ git+https://github.com/example/tool.git@v1.2.0\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("-r more.txt\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("-e ./tool\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("https://example.com/tool-1.0-py3-none-any.whl\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("./tool\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("pandas>2,<3; python_version == '3.12'\n", at=(1, 1), file=REQUIREMENTS),
    )

    def check(self) -> None:
        data = self.source.files.get(REQUIREMENTS, b"")
        others = list(other_files(data))
        if not any(line.text.startswith(("-c", "--constraint")) for line in others):
            for line in (*requirement_lines(data), *others):
                if not (line.is_pinned or line.problem or line.name in PREINSTALLED):
                    self._report(line)

    def _report(self, line: RequirementLine) -> None:
        name = line.name if line.name and not line.is_location else "name"
        self.report_at(
            REQUIREMENTS,
            (line.line, line.column),
            f"{line.text.split()[0] if line.is_location else line.name or line.text} is not pinned to a version.",
            hint=f"Write `{name}==X.Y` with the version that you have tested.",
        )
