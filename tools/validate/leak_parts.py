"""The expressions whose whole value is a part of another's: of a text, a container, the result of a call."""

from __future__ import annotations

import ast
import re

from .arguments import called_functions
from .credential_names import is_credential_name
from .module import COMPREHENSIONS, Module
from .names import last_word
from .resolve import Located
from .source import ProjectSource

# What shows all of what it is given.
_SHOWING = frozenset(
    {"builtins.str", "builtins.repr", "builtins.dict", "json.dumps", "json.loads", "pprint.pformat", "copy.copy"}
    | {"copy.deepcopy", "base64.b64encode", "base64.urlsafe_b64encode", "base64.standard_b64encode"}
    | {"urllib.parse.urlencode", "urllib.parse.quote", "urllib.parse.quote_plus"}
)
_SHOWING_WORDS = frozenset(name.rpartition(".")[2] for name in _SHOWING)
# Of a dict these show the keys only.
_GOING_THROUGH = frozenset({"list", "tuple", "set", "sorted"})
_OF_CONTAINER = frozenset({"items", "values", "copy"})
_OF_TEXT = frozenset({"strip", "lstrip", "rstrip", "encode", "decode", "lower", "upper", "title", "ljust", "rjust"})
_FIELD = re.compile(r"\{(\w+)")
_ENVIRONMENT = frozenset({"os.environ.get", "os.getenv", "os.environ"})


class Parts:
    """Looks one step into an expression."""

    def __init__(self, source: ProjectSource) -> None:
        self._source = source
        self._found: dict[ast.expr, list[Located]] = {}

    def of(self, module: Module, node: ast.expr) -> list[Located]:
        """The parts of an expression; those of a call of the project's own function stand in that function."""
        if node not in self._found:
            self._found[node] = self._of(module, node)
        return self._found[node]

    def _of(self, module: Module, node: ast.expr) -> list[Located]:
        if isinstance(node, ast.Call):
            given = self._of_call(module, node)
            return [Located(module, part) for part in given] if given is not None else self._results(module, node)
        return [Located(module, part) for part in self._of_plain(node)]

    def _of_plain(self, node: ast.expr) -> list[ast.expr]:
        if isinstance(node, ast.JoinedStr):
            return [part.value for part in node.values if isinstance(part, ast.FormattedValue) and not _is_cut(part)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
            return [node.left, node.right]
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return node.elts
        if isinstance(node, ast.Dict):
            return self._of_dict(node)
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if isinstance(node, ast.BoolOp):
            return node.values if isinstance(node.op, ast.Or) else node.values[-1:]
        if isinstance(node, COMPREHENSIONS):
            return [node.value if isinstance(node, ast.DictComp) else node.elt]
        return [node.value] if isinstance(node, (ast.Starred, ast.NamedExpr, ast.Await)) else []

    def items_named(self, found: Located, key: object) -> list[ast.expr]:
        """The values of a key in a dict in sight."""
        pairs = zip(found.node.keys, found.node.values, strict=True) if isinstance(found.node, ast.Dict) else ()
        return [value for name, value in pairs if isinstance(name, ast.Constant) and name.value == key]

    def environment_key(self, module: Module, node: ast.expr) -> str | None:
        """The name of the variable of the environment that an expression reads, where it names a credential."""
        if isinstance(node, ast.Subscript):
            owner, key = node.value, node.slice
        elif isinstance(node, ast.Call) and node.args:
            owner, key = node.func, node.args[0]
        else:
            return None
        name: object = key.value if isinstance(key, ast.Constant) else None
        if not isinstance(name, str) or not is_credential_name(name):
            return None
        return name if self._source.qualified(module, owner) in _ENVIRONMENT else None

    def _of_dict(self, node: ast.Dict) -> list[ast.expr]:
        """The values; what is taken over from another dict only where no credential is put over it."""
        keys = [key.value if isinstance(key, ast.Constant) else key for key in node.keys]
        masked = any(key is not None and (not isinstance(key, str) or is_credential_name(key)) for key in keys)
        return [value for key, value in zip(node.keys, node.values, strict=True) if key is not None or not masked]

    def _of_call(self, module: Module, call: ast.Call) -> list[ast.expr] | None:
        """What a known function or method shows, or None."""
        word = last_word(call.func)
        if isinstance(call.func, ast.Attribute):
            if word in _OF_CONTAINER or word in _OF_TEXT:
                return [call.func.value]
            if word == "format":
                # `**` only gives what the text asks for.
                asked = _asks_for_credential(call.func.value)
                return [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg or asked)]
            if word == "join":
                return [arg for arg in call.args if self._shows_items(module, arg)]
        if isinstance(call.func, ast.Name) and word in _GOING_THROUGH:
            return [arg for arg in call.args[:1] if self._shows_items(module, arg)]
        if word in _SHOWING_WORDS and self._source.qualified(module, call.func) in _SHOWING:
            return [*call.args, *(keyword.value for keyword in call.keywords)]
        return None

    def _shows_items(self, module: Module, node: ast.expr) -> bool:
        """Whether going through it gives values: not so for a dict."""
        found = self._source.resolver.value(module, node).node
        if isinstance(found, ast.Call):
            return last_word(found.func) in {"items", "values"} | _GOING_THROUGH
        return isinstance(found, (ast.List, ast.Tuple, ast.Set, ast.GeneratorExp, ast.ListComp, ast.SetComp))

    def _results(self, module: Module, call: ast.Call) -> list[Located]:
        """What the called functions of the project return."""
        return [
            Located(where, end.value)
            for where, function, _ in called_functions(self._source, module, call)
            for end in where.own(function, ast.Return)
            if end.value is not None and function.name != "__init__"
        ]


def _asks_for_credential(template: ast.expr) -> bool:
    text: object = template.value if isinstance(template, ast.Constant) else None
    return isinstance(text, str) and any(map(is_credential_name, _FIELD.findall(text)))


def _is_cut(part: ast.FormattedValue) -> bool:
    """Whether the format takes only the begin: `{token:.4}`."""
    spec = part.format_spec
    return isinstance(spec, ast.JoinedStr) and any(
        isinstance(each, ast.Constant) and "." in str(each.value) for each in spec.values
    )
