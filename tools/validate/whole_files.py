"""Which expressions are a data file, or an object of a cloud store, that is read as a whole."""

from __future__ import annotations

import ast
import re

from .module import Module
from .names import last_word
from .reach import Reach
from .source import ProjectSource

# Files that belong to the connector and not to its data, by their names.
_OWN_FILE = re.compile(
    r"config|schema|secret|credential|mapping|token|tables|columns|fields|endpoints|quer(?:y|ies)|objects|resources"
    r"|manifest|readme|licen[cs]e|version|cert|cookie|state|template"
    r"|\.(?:sql|pem|key|crt|cer|p12|pfx|jks|graphql|gql|ya?ml|toml|env|ini|cfg|txt|md|html|proto|avsc|xsd|wsdl)\b",
    re.IGNORECASE,
)
_DATA_FILE = re.compile(r"\.(?:csv|tsv|jsonl|ndjson|parquet|gz)$", re.IGNORECASE)
_OPENING = frozenset({"builtins.open", "io.open", "gzip.open", "codecs.open"})
READING = frozenset({"read", "readlines", "load", "read_text", "read_bytes"})
_DOWNLOADS = frozenset({"download_as_text", "download_as_bytes", "download_as_string", "readall"})


class WholeFiles:
    """Files by their constant paths; where a path cannot be told nothing is known."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    def is_read_whole(self, module: Module, call: ast.Call) -> bool:
        """Whether a call gives all of a data file, or all of an object of a store, at once."""
        word = last_word(call.func)
        if word in _DOWNLOADS:
            return isinstance(call.func, ast.Attribute) and not call.args
        if word == "load":
            named = self._source.qualified(module, call.func)
            return named == "json.load" and bool(call.args) and self.is_data(module, call.args[0])
        if not isinstance(call.func, ast.Attribute) or (call.args and word != "read_text"):
            return False
        if word in ("read_text", "read_bytes"):
            return self._is_data_path(module, call.func.value)
        return self.is_data(module, call.func.value) or (word == "read" and self._is_body(module, call.func.value))

    def is_data(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression is a data file that is open."""
        opened = self._source.resolver.value(module, node)
        if not isinstance(opened.node, ast.Call) or not opened.node.args:
            return False
        named = self._source.qualified(opened.module, opened.node.func)
        return named in _OPENING and self._is_data_path(opened.module, opened.node.args[0])

    def _is_data_path(self, module: Module, node: ast.expr) -> bool:
        path = self._source.resolver.value(module, node)
        if isinstance(path.node, ast.Call) and path.node.args:
            named = self._source.qualified(path.module, path.node.func) or ""
            return named == "pathlib.Path" and self._is_data_path(path.module, path.node.args[-1])
        if isinstance(path.node, ast.JoinedStr):
            last = path.node.values[-1] if path.node.values else None
            return isinstance(last, ast.Constant) and _DATA_FILE.search(str(last.value)) is not None
        return isinstance(path.node, ast.Constant) and not _OWN_FILE.search(str(path.node.value))

    def _is_body(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression is the body of an object of S3: `answer["Body"]`."""
        body = self._source.resolver.value(module, node).node
        if isinstance(body, ast.Subscript):
            key = body.slice
        else:
            key = body.args[0] if isinstance(body, ast.Call) and last_word(body.func) == "get" and body.args else None
        return isinstance(key, ast.Constant) and key.value == "Body" and not self._is_own_object(module, body)

    def _is_own_object(self, module: Module, body: ast.expr) -> bool:
        """Whether the object is known by its key, and is none of data."""
        owner = body.value if isinstance(body, ast.Subscript) else getattr(getattr(body, "func", None), "value", None)
        asked = self._source.resolver.value(module, owner) if isinstance(owner, ast.expr) else None
        if asked is None or not isinstance(asked.node, ast.Call):
            return False
        keys = (self._source.resolver.value(asked.module, k.value).node for k in asked.node.keywords if k.arg == "Key")
        return any(isinstance(key, ast.Constant) and _OWN_FILE.search(str(key.value)) for key in keys)
