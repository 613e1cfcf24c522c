"""By which arguments a call leaves the certificate of the server unchecked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .arguments import called_functions
from .literals import literal
from .module import FUNCTIONS, Module
from .names import PARTIAL, last_word
from .reach import Reach
from .resolve import Located
from .source import ProjectSource
from .source_calls import HTTP_METHODS

# Names that say all by themselves, with the values that switch the check off.
_BY_NAME: dict[str, frozenset[object]] = {
    "verify_certs": frozenset({False}),
    "tlsAllowInvalidCertificates": frozenset({True}),
    "tlsInsecure": frozenset({True}),
    "ssl_cert_reqs": frozenset({None, "none", "CERT_NONE"}),
    "cert_reqs": frozenset({"NONE", "CERT_NONE"}),
}
# Names that mean this only in the call of a client.
_OF_CLIENTS = frozenset({"verify", "ssl", "verify_ssl", "ssl_verify"})
_CALLS = HTTP_METHODS | {
    *("Session", "Client", "AsyncClient", "client", "resource", "TCPConnector", "ws_connect", "get_client"),
    *("get_async_client", "fetch_token", "refresh_token", "partial"),
}
_LIBRARIES = frozenset(
    {"requests", "httpx", "aiohttp", "boto3", "botocore", "urllib3", "requests_oauthlib", "authlib", "oauthlib"}
    | {"clickhouse_connect", "hvac", "elasticsearch", "opensearchpy", "influxdb", "urllib", "requests_toolbelt"}
)
_CLIENT = re.compile(r".*(?:session|client|http|requests|oauth|(?:^|_)api)s?", re.IGNORECASE)
_NONE = frozenset({"ssl.CERT_NONE", "ssl.VerifyMode.CERT_NONE"})


class TlsSwitches:
    """Looks at the keywords of calls, be they in a dict behind `**`."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    def all(self, module: Module) -> Iterator[ast.AST]:
        """The keywords, and the values in such dicts."""
        for keyword in module.each(ast.keyword):
            call = module.parents[keyword]
            if isinstance(call, ast.Call):
                if keyword.arg is None:
                    yield from self._in_dict(module, call, keyword.value)
                elif self._is_off(module, call, keyword.arg, keyword.value):
                    yield keyword

    def is_unverified(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression is the ssl module's CERT_NONE."""
        return last_word(node) == "CERT_NONE" and self._source.qualified(module, node) in _NONE

    def is_false(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression is certainly False or 0: a literal, or a name, attribute or default that is one."""
        if isinstance(node, ast.Attribute) and (value := self._of_class(module, node)) is not None:
            node = value
        elif isinstance(node, ast.Name) and (default := self._default(module, node)) is not None:
            node = default
        found = literal(self._source, Located(module, node))
        return found is not None and isinstance(found.node, ast.Constant) and _is_no(found.node.value)

    def _in_dict(self, module: Module, call: ast.Call, given: ast.expr) -> Iterator[ast.AST]:
        found = self._source.resolver.value(module, given)
        pairs = zip(found.node.keys, found.node.values, strict=True) if isinstance(found.node, ast.Dict) else ()
        for key, value in pairs:
            name: object = key.value if isinstance(key, ast.Constant) else None
            # A dict of another file has its place there.
            if found.module is module and isinstance(name, str) and self._is_off(module, call, name, value):
                yield value

    def _is_off(self, module: Module, call: ast.Call, name: str, value: ast.expr) -> bool:
        if name in _BY_NAME:
            given: object = value.value if isinstance(value, ast.Constant) else ...
            off = given in _BY_NAME[name] if isinstance(value, ast.Constant) else False
            unverified = name.endswith("cert_reqs") and self.is_unverified(module, value)
            return (off or unverified) and not called_functions(self._source, module, call)
        return name in _OF_CLIENTS and self.is_false(module, value) and self._is_of_client(module, call)

    def _is_of_client(self, module: Module, call: ast.Call) -> bool:
        """Whether a call asks a server, or makes what does."""
        if last_word(call.func) not in _CALLS or called_functions(self._source, module, call):
            return False
        name = self._source.qualified(module, call.func) or ""
        if name == "functools.partial":
            name = (self._source.qualified(module, call) or "").removesuffix(f".{PARTIAL}")
        if name.partition(".")[0] in _LIBRARIES:
            return True
        return isinstance(call.func, ast.Attribute) and _CLIENT.fullmatch(last_word(call.func.value)) is not None

    def _of_class(self, module: Module, node: ast.Attribute) -> ast.expr | None:
        """The one value that a class gives an attribute of its own."""
        function = module.function_of(node)
        owner = module.scope_of(function) if function is not None else None
        if not isinstance(owner, ast.ClassDef) or not isinstance(node.value, ast.Name):
            return None
        if node.value.id not in ("self", "cls", owner.name):
            return None
        bound = self._source.names(module).bound
        found = [*bound.of(owner, node.attr), *bound.attributes(owner, node.attr)]
        return found[0].value if len(found) == 1 else None

    def _default(self, module: Module, node: ast.Name) -> ast.expr | None:
        """The default of a parameter to which no call gives another value."""
        bindings = self._source.names(module).lookup(node)
        parameter = bindings[0].node if len(bindings) == 1 else None
        function = module.parents[module.parents[parameter]] if isinstance(parameter, ast.arg) else None
        if not isinstance(parameter, ast.arg) or not isinstance(function, FUNCTIONS):
            return None
        words = [function.name]
        for where in self._source.modules:
            for call in where.calls(words):
                starred = any(isinstance(arg, ast.Starred) for arg in call.args)
                if starred or any(keyword.arg in (None, parameter.arg) for keyword in call.keywords):
                    return None
                if _may_reach(function.args, parameter, len(call.args)):
                    return None
        return _default_of(function.args, parameter)


def _may_reach(given: ast.arguments, parameter: ast.arg, count: int) -> bool:
    """Whether so many arguments by position may fill a parameter."""
    positional = [*given.posonlyargs, *given.args]
    return parameter in positional and positional.index(parameter) < count


def _default_of(given: ast.arguments, parameter: ast.arg) -> ast.expr | None:
    positional = [*given.posonlyargs, *given.args]
    by_position = zip(reversed(positional), reversed(given.defaults), strict=False)
    by_name = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    return next((default for arg, default in (*by_position, *by_name) if arg is parameter), None)


def _is_no(value: object) -> bool:
    return value is False or (type(value) is int and value == 0)
