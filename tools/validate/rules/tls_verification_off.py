"""Rule `tls-verification-off`."""

from __future__ import annotations

import ast

from ..models import Category
from ..module import Module
from ..names import last_word
from ..rule import Invalid, Rule
from ..tls_switches import TlsSwitches


class TlsVerificationOff(Rule):
    """The certificate of the server is checked.

    Why: without it anybody between the connector and the source can read the credentials and change the data. For a
    certificate of one's own give its file: `verify="/path/to/ca.pem"`.
    """

    section, category = "8.1", Category.SECURITY
    VALID = (
        "import requests\nrequests.get('u', verify=True)\nrequests.get('u', verify='/etc/ssl/ca.pem')\n",
        "import jwt\njwt.decode('x', verify=False)\n",
        "import requests\ndef get(url, verify):\n    return requests.get(url, verify=verify)\n",
        "import ssl\ncontext = ssl.create_default_context()\ncontext.verify_mode = ssl.CERT_REQUIRED\n",
        "def f(rows):\n    check(rows, verify=False)\n",
        "class Job:\n    verify = False\n",
    )
    INVALID = (
        Invalid("import requests\nrequests.get('u', verify=False)\n", at=(2, 19)),
        Invalid("import requests\ns = requests.Session()\ns.verify = False\n", at=(3, 1)),
        Invalid("import httpx\nclient = httpx.Client(verify=False)\n", at=(2, 23)),
        Invalid("import ssl\ncontext = ssl._create_unverified_context()\n", at=(2, 11)),
        Invalid("import ssl\ncontext = ssl.create_default_context()\ncontext.verify_mode = ssl.CERT_NONE\n", at=(3, 1)),
        Invalid(
            "class A:\n    def f(self):\n        return self.session.post('u', json={}, verify=False)\n", at=(3, 48)
        ),
        Invalid("VERIFY = False\nimport requests\nrequests.post('u', verify=VERIFY)\n", at=(3, 20)),
        Invalid("import ssl\nssl._create_default_https_context = ssl._create_unverified_context\n", at=(2, 1)),
        Invalid("import boto3\nboto3.client('s3', verify=False)\n", at=(2, 20)),
        Invalid("import ssl\nü = ssl.SSLContext()\nü.check_hostname = False\n", at=(3, 1)),
    )

    def check(self) -> None:
        switches = self.reach.shared(TlsSwitches)
        for module in self.source.modules:
            for node in dict.fromkeys(switches.all(module)):
                self._report(module, node)
            for call in module.calls(["_create_unverified_context"]):
                self._report(module, call)

    def visit_Assign(self, module: Module, node: ast.Assign) -> None:
        target = node.targets[0]
        if not isinstance(target, ast.Attribute):
            return
        switches = self.reach.shared(TlsSwitches)
        off = (
            (
                target.attr == "verify"
                and switches.is_false(module, node.value)
                and self._is_session(module, target.value)
            )
            or (target.attr == "check_hostname" and switches.is_false(module, node.value))
            or (target.attr == "verify_mode" and switches.is_unverified(module, node.value))
            or last_word(node.value) == "_create_unverified_context"
        )
        if off:
            self._report(module, target)

    def _is_session(self, module: Module, owner: ast.expr) -> bool:
        name = self.source.qualified(module, owner) or last_word(owner)
        return "session" in name.lower() or "client" in name.lower()

    def _report(self, module: Module, node: ast.AST) -> None:
        message = "The certificate of the server is not checked."
        self.report(module, node, message, hint="Leave the check on, or name the file of the certificate.")
