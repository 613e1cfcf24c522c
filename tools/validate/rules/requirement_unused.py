"""Rule `requirement-unused`."""

from __future__ import annotations

from ..loaded_by_name import LoadedByName
from ..models import Category
from ..reader import REQUIREMENTS
from ..rule import Invalid, Rule
from ..third_party import ThirdParty


class RequirementUnused(Rule):
    """requirements.txt names only what the code uses.

    Why: each requirement is downloaded for every sync environment, and may bring a conflict. Drivers and engines that
    another package loads by name (psycopg2 for SQLAlchemy, openpyxl for pandas) count as used. Where a name cannot be
    matched with certainty nothing is said.
    """

    section, category = "6.2", Category.STYLE
    VALID = (
        {"connector.py": "import pandas\n", REQUIREMENTS: "pandas==2.2.3\nopenpyxl==3.1.5\n"},
        {"connector.py": "from bs4 import BeautifulSoup\n", REQUIREMENTS: "beautifulsoup4==4.12.3\n"},
        {"connector.py": "import vendor_sdk\n", REQUIREMENTS: "acme-tools==1.0\n"},
        {"connector.py": "import sync\n", "sync.py": "import boto3\n", REQUIREMENTS: "boto3==1.35.0\n"},
        {"connector.py": "def f():\n    from dateutil import parser\n", REQUIREMENTS: "python-dateutil==2.9.0\n"},
        {"connector.py": "import broken syntax\n", REQUIREMENTS: "boto3==1.35.0\n"},
        {"connector.py": "try:\n    import orjson\nexcept ImportError:\n    pass\n", REQUIREMENTS: "orjson==3.10\n"},
        {"connector.py": "import json\n", REQUIREMENTS: "requests==2.32.3\n"},
        {
            "connector.py": "from sqlalchemy import create_engine\nengine = create_engine('hive://host:10000/default')\n",
            REQUIREMENTS: "sqlalchemy==2.0.41\npyhive==0.7.0\nthrift==0.22.0\n",
        },
    )
    INVALID = (
        Invalid("pandas==2.2.3\n", at=(1, 1), file=REQUIREMENTS, others={"connector.py": "import json\n"}),
        Invalid(
            "boto3==1.35.0\n  stripe==11.0\n", at=(2, 3), file=REQUIREMENTS, others={"connector.py": "import boto3\n"}
        ),
        Invalid("# data\nPyYAML==6.0.2\n", at=(2, 1), file=REQUIREMENTS, others={"connector.py": "import csv\n"}),
        Invalid("acme-tools==1.0\n", at=(1, 1), file=REQUIREMENTS, others={"connector.py": "import json\n"}),
        Invalid(
            "paramiko==3.5.0; python_version < '3.13'\n",
            at=(1, 1),
            file=REQUIREMENTS,
            others={"connector.py": "print(1)\n"},
        ),
    )

    def check(self) -> None:
        if self.source.connector is None:
            return
        third_party, loaded = self.reach.shared(ThirdParty), self.reach.shared(LoadedByName)
        for line in third_party.unused():
            if not loaded.has(line.name or "", third_party.distributions):
                message = f"Nothing of {line.name} is imported."
                self.report_at(REQUIREMENTS, (line.line, line.column), message, hint="Delete the line.")
