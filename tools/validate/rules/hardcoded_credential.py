"""Rule `hardcoded-credential`."""

from __future__ import annotations

import ast
import re

from ..credential_values import is_realistic, realistic_within
from ..credentials import credential_forms, may_hold_form
from ..models import Category
from ..module import Module
from ..reader import BASELINE, CONFIGURATION
from ..rule import Invalid, Rule
from ..settings_lines import is_settings_file, settings_lines
from ..text import Lines
from ..value_names import names_of, text_of

# Made up, in the form of real ones; written in two parts, so that a scanner of this file has no reason to stop.
_STRIPE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
_GITHUB = "ghp_" + "a8Fk3LmQ9xZr7TnB2vCw5YpD1sHj6EuG4oKi"
_PEM = "-----BEGIN RSA PRIVATE KEY-----\\nMIIEowIBAAKCAQEAwJ8vQ2m9fKx7yLqRtBnVcXzAsDfGhJkLpOiUyTrEwQmNbVcX"
_LENGTH = 8
_COMMENT = re.compile(r"#.*")
_TELLING = re.compile(r"[0-9!@#$%^&*]")
_TELLING_WORDS = ("key", "_authtoken", "bearer", "basic", "token")


class HardcodedCredential(Rule):
    """No credential stands in the code or in another file of the project.

    Why: whoever can read the project, its history or its deployment package can use it. Read it from the configuration.
    The forms that detect-secrets knows are found everywhere (API keys, tokens, private keys, passwords in URLs), in
    code also what is given to a name such as `api_key` or `password` and looks real. Placeholders, examples and hashes
    are fine; of configuration.json another rule speaks.
    """

    section, category = "8.1", Category.SECURITY
    VALID = (
        "API_KEY = '<API_KEY>'\npassword = 'your_password_1'\ntoken = configuration['api_token']\n",
        "URL = 'https://api.example.com/v1/customers/4eC39HqLyjWDarjtT1zdp7dc'\nDSN = 'pg://user:password@localhost/db'\n",
        "TOKEN_URL = 'https://auth.example.com/oauth2/token'\nPRIMARY_KEY = ['order_id_2']\nKEY = 'updated_at_2'\n",
        "SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00'\nAPI_KEY_HASH = '098f6bcd4621d373'\n",
        "AWS_KEY = 'AKIAIOSFODNN7EXAMPLE'\nheaders = {'Authorization': 'Bearer ' + key, 'X-Api-Key': f'{key}'}\n",
        "if '-----BEGIN PRIVATE KEY-----' not in pem:\n    raise ValueError('private_key is no PEM')\n",
        {"README.md": "Set `api_key` to your key, e.g. `sk_live_xxxxxxxxxxxxxxxxxxxxxxxx`.\n"},
    )
    INVALID = (
        Invalid(f"API_KEY = '{_STRIPE}'\n", at=(1, 11)),
        Invalid("def f():\n    return connect(user='etl', password='Tr0ub4dor&3x')\n", at=(2, 41)),
        Invalid("HEADERS = {'ü': 1, 'Authorization': 'Bearer " + _GITHUB + "'}\n", at=(1, 37)),
        Invalid("ENGINE = create_engine(f'postgres://etl:s3cr3tPw9@db.acme.io/{name}')\n", at=(1, 24)),
        Invalid(f"class A:\n\tkey = '''{_PEM}'''\n", at=(2, 8)),
        Invalid("secret = configuration.get('client_secret', '9f86d081884c7d659a2feaa0c55ad015')\n", at=(1, 45)),
        Invalid(f"run:\n  token: {_GITHUB}\n", at=(2, 10), file="deploy.yml", others={"connector.py": "import json\n"}),
        Invalid(f"import json\n# old: KEY = '{_STRIPE}'\n", at=(2, 15)),
        Invalid("--index-url https://etl:s3cr3tPw9@pypi.acme.io/simple\n", at=(1, 18), file="requirements.txt"),
    )

    def check(self) -> None:
        modules = {module.file: module for module in self.source.modules}
        for module in modules.values():
            self._check_module(module)
        for file in (*self.source.files, *self.source.texts):
            if file not in modules and file not in (CONFIGURATION, BASELINE) and not file.endswith(".lock"):
                self._check_text(file)

    def _check_module(self, module: Module) -> None:
        forms = may_hold_form(module.text)
        lines: set[int] = set()
        for node in module.each(ast.Constant):
            if not isinstance(node.value, (str, bytes)) or len(node.value) < _LENGTH:
                continue
            # A credential without any of these is none that could be told from words; a sum is looked at as a whole.
            if module.parents[node].__class__ is not ast.BinOp and not _telling(node.value):
                continue
            text = text_of(module, node)
            if text and self._is_credential(module, node, text, forms=forms):
                where = module.parents[node] if isinstance(module.parents[node], ast.JoinedStr) else node
                self._report(module.file, module.position(where))
                lines.add(module.position(where)[0])
        if forms:
            self._check_comments(module, lines)

    def _is_credential(self, module: Module, node: ast.Constant, text: str, *, forms: bool) -> bool:
        names = names_of(module, node)
        if names and any(is_realistic(name, text) for name in names):
            return True
        if "=" in text and any(True for _ in realistic_within(text)):
            return True
        return forms and may_hold_form(text) and any(True for _ in credential_forms(text))

    def _check_comments(self, module: Module, reported: set[int]) -> None:
        """What stands behind a `#`, be it a comment or the end of a text in which nothing was found yet."""
        for match in _COMMENT.finditer(module.text):
            offset = next((offset for offset, _ in credential_forms(match.group())), None)
            if offset is not None:
                line, column = module.lines.at(match.start() + offset)
                if line not in reported:
                    self._report(module.file, (line, column))

    def _check_text(self, file: str) -> None:
        text = self.source.text(file).decode("utf-8", "replace")
        found = {offset for offset, _ in credential_forms(text)}
        if is_settings_file(file):
            found |= {offset for name, value, offset in settings_lines(text) if is_realistic(name, value)}
        if found and (not file.startswith(".env") or self.source.is_tracked(file)):
            lines = Lines(text)
            for line, column in {
                lines.at(offset)[0]: lines.at(offset) for offset in sorted(found, reverse=True)
            }.values():
                self._report(file, (line, column))

    def _report(self, file: str, place: tuple[int, int]) -> None:
        message = "This looks like a real credential."
        hint = "Read it from the configuration, and replace it at its source: it has been seen."
        self.report_at(file, place, message, hint=hint)


def _telling(value: str | bytes) -> bool:
    text = value if isinstance(value, str) else value.decode("latin-1")
    if _TELLING.search(text):
        return True
    lower = text.lower()
    return any(word in lower for word in _TELLING_WORDS)
