"""Whether statements ask a source for rows, or send them: what is lost when they fail."""

from __future__ import annotations

import ast
import re

from .handed import Handed
from .module import Module
from .names import last_word
from .reach import Reach
from .senders import Senders
from .source import ProjectSource
from .source_calls import SourceCalls

# Statements of SQL that give no rows.
_NO_ROWS = re.compile(r"\s*(?:set|drop|alter|create|use|begin|commit|rollback|close|kill|analyze|vacuum|reset)\b", re.I)
_DATABASES = frozenset({"execute", "executemany"})
_SOURCES = frozenset(
    {
        "boto3",
        "redis",
        "kafka",
        "confluent_kafka",
        "google",
        "pymongo",
        "azure",
        "elasticsearch",
        "neo4j",
        "influxdb_client",
    }
    | {"cassandra", "snowflake", "pika", "stripe", "hubspot", "simple_salesforce", "paramiko", "smartsheet", "pysolr"}
)
# What is said to a queue or a key store only.
_READING = frozenset({"receive_message", "receive_messages", "execute_command", "read_next", "get_message"})
_MAKING = frozenset({"client", "resource", "Session", "close", "Client"})


class Asked:
    """Asked about the body of a `try`."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach

    def sends(self, module: Module, body: list[ast.stmt]) -> bool:
        """Whether the statements send rows."""
        senders = self._reach.shared(Senders)
        return any(senders.call_sends(call) for call in module.run_by(body, ast.Call))

    def works(self, module: Module, body: list[ast.stmt]) -> bool:
        """Whether the statements send rows, or ask a source for something that is used."""
        handed, senders = self._reach.shared(Handed), self._reach.shared(Senders)
        for call in module.run_by(body, ast.Call):
            if senders.call_sends(call) or self._asks(module, call) or handed.works(module, call):
                return True
        return False

    def _asks(self, module: Module, call: ast.Call) -> bool:
        calls = self._reach.shared(SourceCalls)
        if not calls.leads(call):
            return self._is_of_client(module, call)
        direct = calls.library(call)
        if direct is None:
            return True
        word = last_word(call.func)
        if word in _DATABASES:
            return not (call.args and self._gives_no_rows(module, call.args[0]))
        return word != "delete" and not (direct not in ("database", "cloud") and _is_thrown_away(module, call))

    def _gives_no_rows(self, module: Module, node: ast.expr) -> bool:
        value = self._source.resolver.value(module, node).node
        if isinstance(value, ast.JoinedStr) and value.values:
            value = value.values[0]
        text = value.value if isinstance(value, ast.Constant) else None
        return isinstance(text, str) and _NO_ROWS.match(text) is not None

    def _is_of_client(self, module: Module, call: ast.Call) -> bool:
        """Whether the call is a method of an object that a library of a source has made, and its answer is used."""
        if not isinstance(call.func, ast.Attribute) or _is_thrown_away(module, call) or call.func.attr in _MAKING:
            return False
        if call.func.attr in _READING:
            return True
        name = self._source.qualified(module, call.func) or ""
        return name.partition(".")[0] in _SOURCES and "()." in name


def _is_thrown_away(module: Module, call: ast.Call) -> bool:
    return isinstance(module.parents[call], ast.Expr)
