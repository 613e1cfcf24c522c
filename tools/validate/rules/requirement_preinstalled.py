"""Rule `requirement-preinstalled`."""

from __future__ import annotations

from ..models import Category, Severity
from ..reader import REQUIREMENTS
from ..requirement_lines import PREINSTALLED, requirement_lines
from ..rule import Invalid, Rule


class RequirementPreinstalled(Rule):
    """requirements.txt names neither the SDK nor requests.

    Why: both are part of the environment in which Fivetran runs a connector. A line of one's own can only bring another
    version than the one that the SDK was built with. All spellings that pip takes for the same name count: upper case,
    `_`, `-` and `.` are alike.
    """

    section, category, severity = "6.2", Category.SPEC, Severity.ERROR
    fixable = True
    VALID = (
        {REQUIREMENTS: "pandas==2.2.3\n"},
        {REQUIREMENTS: "requests-oauthlib==2.0.0\nfivetran-connector-sdk-extras==1.0\n"},
        {REQUIREMENTS: "# requests==2.32.3\n# fivetran_connector_sdk\n"},
        {REQUIREMENTS: "pandas==2.2.3  # needs requests\n"},
        {REQUIREMENTS: "--index-url https://example.com/requests/\n"},
        {REQUIREMENTS: ""},
    )
    INVALID = (
        Invalid("fivetran_connector_sdk==2.0.0\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("pandas==2.2.3\nrequests\n", at=(2, 1), file=REQUIREMENTS),
        Invalid("Fivetran.Connector-SDK>=1\r\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("requests[socks]==2.32.3; python_version > '3.9'  # proxies\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("requests @ https://example.com/requests-2.32.3.tar.gz\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("# HTTP\n  requests \\\n    ==2.32.3 \\\n    --hash=sha256:00\n", at=(2, 3), file=REQUIREMENTS),
        Invalid("git+https://github.com/psf/requests.git@v2.32.3#egg=requests\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("\ufeffREQUESTS==2.*\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("requests=2.32.3\n", at=(1, 1), file=REQUIREMENTS),
        Invalid("./wheels/requests-2.32.3-py3-none-any.whl\n", at=(1, 1), file=REQUIREMENTS),
    )

    def check(self) -> None:
        for requirement in requirement_lines(self.source.files.get(REQUIREMENTS, b"")):
            if requirement.name in PREINSTALLED:
                self.report_at(
                    REQUIREMENTS,
                    (requirement.line, requirement.column),
                    f"{requirement.name} is part of Fivetran's environment and has no place in {REQUIREMENTS}.",
                    hint="Delete the line.",
                )
