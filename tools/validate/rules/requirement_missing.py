"""Rule `requirement-missing`."""

from __future__ import annotations

from ..models import Category, Severity
from ..reader import REQUIREMENTS
from ..rule import Invalid, Rule
from ..third_party import ThirdParty

_PANDAS = {REQUIREMENTS: "pandas==2.2.3\n"}


class RequirementMissing(Rule):
    """Every module from elsewhere that the code imports is in requirements.txt.

    Why: Fivetran installs what requirements.txt names and nothing else; on one's own machine the import works because
    the package happens to be there. The SDK and requests need no line. A module that is imported inside a `try` for
    ImportError may be missing. Where a name cannot be matched with certainty nothing is said.
    """

    section, category, severity = "6.2", Category.BREAKS, Severity.WARNING
    VALID = (
        {"connector.py": "import pandas as pd\nimport json, requests\n", **_PANDAS},
        {
            "connector.py": "import yaml\nfrom google.cloud import storage\n",
            REQUIREMENTS: "PyYAML==6.0\ngoogle-cloud-storage==2\n",
        },
        {"connector.py": "try:\n    import orjson as json\nexcept ImportError:\n    import json\n", REQUIREMENTS: ""},
        {"connector.py": "import vendor_sdk\n", REQUIREMENTS: "acme-tools==1.0\n"},
        {"connector.py": "import numpy as np\nimport pandas as pd\n", **_PANDAS},
        {"connector.py": "import helpers\n", "helpers.py": "import csv\n", REQUIREMENTS: ""},
        {"connector.py": "import psycopg2.extras\n", REQUIREMENTS: "psycopg2_binary==2.9.10\n"},
        {"connector.py": "import stripe\n", "pyproject.toml": "[project]\ndependencies = ['stripe==11.0.0']\n"},
        {"connector.py": "import stripe\n", REQUIREMENTS: "-r more.txt\n"},
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n",
    )
    INVALID = (
        Invalid("import json\nimport pandas as pd\n", at=(2, 8)),
        Invalid("from google.cloud import bigquery\n", at=(1, 1), others={REQUIREMENTS: "boto3==1.35.0\n"}),
        Invalid("import boto3\nimport stripe\n", at=(2, 8), others={REQUIREMENTS: "boto3==1.35.0\n"}),
        Invalid("def update(configuration, state):\n    import paramiko\n", at=(2, 12), others=_PANDAS),
        Invalid("import yaml\n", at=(1, 8), file="sync.py", others={"connector.py": "import sync\n", **_PANDAS}),
        Invalid("import csv, psycopg2\nimport psycopg2.extras\n", at=(1, 13), others={REQUIREMENTS: "requests\n"}),
        Invalid("import vendor_sdk\n", at=(1, 8), others={REQUIREMENTS: ""}),
    )

    def check(self) -> None:
        for found in self.reach.shared(ThirdParty).missing():
            message = f"{found.top!r} is imported, and no requirement brings it."
            hint = f"Add the distribution that brings it to {REQUIREMENTS}, as `name==X.Y`."
            self.report(found.module, found.node, message, hint=hint)
