"""Rule `request-without-timeout`."""

from __future__ import annotations

import ast
from functools import cached_property

from ..literals import literal
from ..models import Category
from ..resolve import Located
from ..rule import Invalid, Rule
from ..source_calls import SourceCall, SourceCalls

_HEAD = "import requests\n"
# How many positional arguments of urlopen come before its timeout.
_BEFORE_TIMEOUT = {"urlopen": 2}


class RequestWithoutTimeout(Rule):
    """Every HTTP request has a timeout.

    Why: requests and urllib wait for ever for a server that does not answer, and the sync hangs until somebody ends it.
    A timeout that a session, an adapter or a client sets for all its requests counts; httpx and aiohttp have one of
    their own.
    """

    section, category = "8.2", Category.SPEC
    VALID = (
        _HEAD
        + "requests.get('https://a.test', timeout=30)\nrequests.post('https://a.test', json={}, timeout=(5, 30))\n",
        "import httpx\nhttpx.get('https://a.test')\nclient = httpx.Client()\nclient.get('https://a.test')\n",
        _HEAD + "def get(url, **given):\n    return requests.get(url, **given)\n",
        _HEAD + "from functools import partial\nsession = requests.Session()\n"
        "session.request = partial(session.request, timeout=30)\nsession.get('https://a.test')\n",
        _HEAD + "from requests.adapters import HTTPAdapter\nclass Timeouts(HTTPAdapter):\n"
        "    def send(self, request, **given):\n"
        "        given.setdefault('timeout', 30)\n        return super().send(request, **given)\n"
        "session = requests.Session()\nsession.mount('https://', Timeouts())\nsession.get('https://a.test')\n",
        _HEAD + "class Api(requests.Session):\n    def request(self, method, url, **given):\n"
        "        return super().request(method, url, timeout=30, **given)\nApi().get('https://a.test')\n",
        "from urllib.request import urlopen\nurlopen('https://a.test', None, 30)\n",
        "settings = {}\nsettings.get('url')\n",
        _HEAD + "if __name__ == '__main__':\n    requests.get('https://a.test')\n",
    )
    INVALID = (
        Invalid(_HEAD + "requests.get('https://a.test')\n", at=(2, 1)),
        Invalid("from requests import post\nü = 1; post('https://a.test', json={})\n", at=(2, 8)),
        Invalid(
            _HEAD + "session = requests.Session()\ndef f():\n    return session.get('https://a.test').json()\n",
            at=(4, 12),
        ),
        Invalid(
            _HEAD + "def f():\n    with requests.Session() as s:\n        s.request('GET', 'https://a.test')\n",
            at=(4, 9),
        ),
        Invalid("import urllib.request\nurllib.request.urlopen('https://a.test')\n", at=(2, 1)),
        Invalid(_HEAD + "requests.get('https://a.test', timeout=None)\n", at=(2, 1)),
        Invalid("import httpx\nhttpx.get('https://a.test', timeout=None)\n", at=(2, 1)),
        Invalid(
            "import requests as rq\nclass A:\n    def __init__(self):\n        self.s = rq.Session()\n"
            "    def f(self):\n        self.s.post('u')\n",
            at=(6, 9),
        ),
        Invalid(
            "def fetch(session, url):\n    return session.get(url)\n",
            at=(2, 12),
            file="api.py",
            others={"connector.py": _HEAD + "import api\napi.fetch(requests.Session(), 'https://a.test')\n"},
        ),
    )

    def check(self) -> None:
        for call in self.reach.shared(SourceCalls).reached:
            if call.is_http and self._waits_for_ever(call):
                message = "This request waits for ever when the server does not answer."
                self.report(call.module, call.node, message, hint="Add a timeout in seconds, like `timeout=30`.")

    def _waits_for_ever(self, call: SourceCall) -> bool:
        node = call.node
        given = next((keyword.value for keyword in node.keywords if keyword.arg == "timeout"), None)
        if given is not None:
            found = literal(self.source, Located(call.module, given))
            return found is not None and isinstance(found.node, ast.Constant) and found.node.value is None
        if any(keyword.arg is None for keyword in node.keywords) or call.library not in ("requests", "urllib"):
            return False
        if call.library == "urllib":
            return len(node.args) <= 2 and not self._sets_defaults
        name = self.source.qualified(call.module, node.func) or ""
        return not ("ession()" in name and self._sets_defaults)

    @cached_property
    def _sets_defaults(self) -> bool:
        """Whether a session, adapter or socket of the project has a timeout for all requests."""
        for module in self.source.modules:
            for node in module.each(ast.Assign):
                if any(
                    isinstance(target, ast.Attribute) and target.attr in ("request", "send", "get")
                    for target in node.targets
                ):
                    return True
            for node in module.each(ast.ClassDef):
                bases = [self.source.qualified(module, base) or "" for base in node.bases]
                if any("Adapter" in base or "ession" in base for base in bases) and _speaks_of_timeout(module.text):
                    return True
            if "setdefaulttimeout" in module.text or "TimeoutHTTPAdapter" in module.text:
                return True
        return False


def _speaks_of_timeout(text: str) -> bool:
    return "timeout" in text
