"""Rule `missing-retry`."""

from __future__ import annotations

from ..models import Category, Severity
from ..retries import Retries
from ..rule import Invalid, Rule
from ..source_calls import SourceCalls

_HEAD = "import requests\n"
_GET = "requests.get('https://a.test', timeout=30)\n"


class MissingRetry(Rule):
    """Requests that fail for a moment are repeated.

    Why: every API answers 429 or 503 now and then. Without a retry one such answer ends a sync that would have gone on
    a second later. A loop with waits, tenacity, backoff or an adapter with `max_retries` will do; one that never looks
    at 429 is told for information.
    """

    section, category = "6.1", Category.SPEC
    VALID = (
        _HEAD
        + "import time\ndef get(url):\n    for attempt in range(5):\n        answer = requests.get(url, timeout=9)\n"
        "        if answer.status_code != 429:\n            return answer\n        time.sleep(2 ** attempt)\n",
        _HEAD + "from tenacity import retry\n@retry\ndef get(url):\n    answer = requests.get(url, timeout=9)\n"
        "    answer.raise_for_status()\n",
        _HEAD + "from requests.adapters import HTTPAdapter, Retry\nsession = requests.Session()\n"
        "session.mount('https://', HTTPAdapter(max_retries=Retry(5, status_forcelist=[429, 503])))\nsession.get('u')\n",
        "import boto3\nboto3.client('s3').get_object(Bucket='b', Key='k')\n",
        {
            "connector.py": "from client import fetch_with_retry\nfetch_with_retry()\n",
            "client.py": _HEAD + "def fetch_with_retry():\n    requests.get('u', timeout=9).raise_for_status()\n",
        },
        _HEAD
        + "import time\nwhile True:\n    answer = requests.get('u', timeout=9)\n    if answer.status_code == 429:\n"
        "        time.sleep(60)\n        continue\n    break\n",
        "rows = {}\nrows.get('a')\n",
    )
    INVALID = (
        Invalid(_HEAD + _GET, at=(2, 1)),
        Invalid(
            _HEAD + "session = requests.Session()\ndef f():\n    return session.post('u', timeout=3)\n", at=(4, 12)
        ),
        Invalid("import httpx\nwith httpx.Client() as client:\n    client.get('u')\n    client.get('v')\n", at=(3, 5)),
        Invalid(_HEAD + "# TODO: retry\n" + _GET + "TEXT = 'no retry'\n", at=(3, 1)),
        Invalid(
            _HEAD + "def get(retries=3):\n    for _ in range(retries):\n        try:\n"
            "            return requests.get('u', timeout=3)\n"
            "        except requests.Timeout:\n            continue\n    raise TimeoutError\n",
            at=(5, 20),
            severity=Severity.INFO,
        ),
        Invalid(
            _HEAD + "def fetch():\n    return requests.get('u', timeout=3).json()\n",
            at=(3, 12),
            file="api.py",
            others={"connector.py": "import api\n"},
        ),
    )

    def check(self) -> None:
        calls = [call for call in self.reach.shared(SourceCalls).reached if call.is_http and call.library != "urllib3"]
        # urllib3 itself repeats what fails, three times.
        if not calls:
            return
        retries = self.reach.shared(Retries)
        first = calls[0]
        hint = "Repeat what fails with 429, 5xx or a lost connection, a few times, with growing waits."
        if not retries.exist:
            self.report(first.module, first.node, "A request that fails once ends the sync.", hint=hint)
        elif not retries.look_at_429:
            message = "The retry never looks at the status 429."
            self.report(first.module, first.node, message, hint=hint, severity=Severity.INFO)
