"""Rule `request-without-timeout`."""

from __future__ import annotations

import ast
from functools import cached_property

from ..literals import literal
from ..models import Category
from ..module import Module
from ..resolve import Located
from ..rule import Invalid, Rule
from ..source_calls import SourceCall, SourceCalls

_HEAD = "import requests\n"


class RequestWithoutTimeout(Rule):
    """Every HTTP request has a timeout.

    Why: requests and urllib wait for ever for a server that does not answer, and the sync hangs until somebody ends it.
    A timeout that a session, an adapter or a client sets for all its requests counts; httpx and aiohttp have one of
    their own.
    """

    section, category = "8.2", Category.SPEC
    fixable = True
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
        told: set[ast.AST] = set()
        for call in self.reach.shared(SourceCalls).reached:
            place = self._waits_for_ever(call) if call.is_http else None
            if place is not None and place.node not in told:
                told.add(place.node)
                message = "This request waits for ever when the server does not answer."
                self.report(place.module, place.node, message, hint="Add a timeout in seconds, like `timeout=30`.")

    def _waits_for_ever(self, call: SourceCall) -> Located | None:
        """The call, or the making of its client, that should have the timeout."""
        node, at = call.node, Located(call.module, call.node)
        if call.library == "httpx" and not any(keyword.arg == "timeout" for keyword in node.keywords):
            return self._client_without(call)
        if (given := self._given(at)) is not None:
            return at if given else None
        if call.library not in ("requests", "urllib") or self._is_partial(call):
            return None
        if call.library == "urllib":
            return at if len(node.args) <= 2 and not self._sets_defaults else None
        name = self.source.qualified(call.module, node.func) or ""
        has_default = self._patches_requests or ("ession()" in name and self._sets_defaults)
        return None if has_default else at

    def _given(self, call: Located) -> bool | None:
        """Whether a call is given `timeout=None`; None where it is given no timeout at all."""
        keywords = call.node.keywords if isinstance(call.node, ast.Call) else []
        for keyword in keywords:
            if keyword.arg == "timeout":
                found = literal(self.source, Located(call.module, keyword.value))
                return found is not None and isinstance(found.node, ast.Constant) and found.node.value is None
        if any(self._may_hold_timeout(call.module, each.value) for each in keywords if each.arg is None):
            return False
        return None

    def _may_hold_timeout(self, module: Module, given: ast.expr) -> bool:
        """Whether a record that is given as `**record` may hold a timeout."""
        kept = self.source.resolver.value(module, given).node
        if not isinstance(given, ast.Name) or not isinstance(kept, ast.Dict) or not self._only_starred(module, given):
            return True
        return any(not isinstance(key, ast.Constant) or key.value == "timeout" for key in kept.keys)

    def _only_starred(self, module: Module, name: ast.Name) -> bool:
        """Whether a variable is assigned once and then only given as `**NAME`."""
        names = self.source.names(module)
        bound = names.lookup(name)
        uses = [use for use in module.named(name.id) if names.lookup(use) is bound]
        read = [use for use in uses if isinstance(use.ctx, ast.Load)]
        return len(uses) == len(read) + 1 and all(isinstance(module.parents[use], ast.keyword) for use in read)

    def _client_without(self, call: SourceCall) -> Located | None:
        """The making of an httpx client that is told to wait for ever."""
        owner = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
        if not isinstance(owner, (ast.Name, ast.Attribute)):
            return None
        made = self.source.resolver.value(call.module, owner)
        if isinstance(made.node, ast.Name):
            made = _opened(made) or made
        return made if isinstance(made.node, ast.Call) and self._given(made) else None

    def _is_partial(self, call: SourceCall) -> bool:
        """Whether the function is a partial one that has a timeout."""
        made = self.source.resolver.value(call.module, call.node.func)
        return isinstance(made.node, ast.Call) and self._given(made) is not None

    @cached_property
    def _patches_requests(self) -> bool:
        """Whether the project replaces the method that all requests go through."""
        assigned = ((module, each) for module in self.source.modules for each in module.each(ast.Assign))
        targets = ((module, target) for module, node in assigned for target in node.targets)
        return any(
            (self.source.qualified(module, target.value) or "").endswith(".Session")
            for module, target in targets
            if isinstance(target, ast.Attribute) and target.attr in ("request", "send")
        )

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
                if any("Adapter" in base for base in bases) and "timeout" in module.text:
                    return True
            if any(word in module.text for word in ("setdefaulttimeout", "TimeoutAdapter", "TimeoutHTTPAdapter")):
                return True
        return False


def _opened(name: Located) -> Located | None:
    """What a `with MAKING as NAME` around a name makes."""
    for parent in name.module.ancestors(name.node):
        for item in parent.items if isinstance(parent, (ast.With, ast.AsyncWith)) else ():
            held = item.optional_vars
            if isinstance(held, ast.Name) and isinstance(name.node, ast.Name) and held.id == name.node.id:
                return Located(name.module, item.context_expr)
    return None
