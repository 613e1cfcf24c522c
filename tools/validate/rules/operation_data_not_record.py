"""Rule `operation-data-not-record`."""

from __future__ import annotations

import ast

from ..literals import followed
from ..models import Category
from ..module import Module
from ..rule import Invalid, Rule
from ..tables import argument

_HEAD = "from fivetran_connector_sdk import Operations as op\n"
_PARAMETERS = {"upsert": "data", "update": "modified", "delete": "keys"}
_KINDS: dict[type[ast.expr], str] = {
    ast.List: "a list",
    ast.ListComp: "a list",
    ast.Tuple: "a tuple",
    ast.Set: "a set",
    ast.SetComp: "a set",
    ast.GeneratorExp: "a generator",
    ast.JoinedStr: "a text",
    ast.Lambda: "a function",
}
_MAKERS = {
    "builtins.list": "a list",
    "builtins.sorted": "a list",
    "builtins.tuple": "a tuple",
    "builtins.set": "a set",
    "builtins.str": "a text",
    "builtins.map": "an iterator",
    "builtins.filter": "an iterator",
    "builtins.zip": "an iterator",
    "json.dumps": "a text",
}


class OperationDataNotRecord(Rule):
    """An operation is given one record, a dict of columns and values.

    Why: with a list of records, a text or a tuple the sync ends with an AttributeError when the line is reached. The
    specification speaks of lists for update and delete; the installed SDK takes none.
    """

    section, category = "3.5", Category.BREAKS
    VALID = (
        _HEAD + "def send(rows):\n    for row in rows:\n        op.upsert(table='t', data=row)\n",
        _HEAD + "rows = [{'id': 1}, {'id': 2}]\nfor row in rows:\n    op.upsert('t', row)\nop.upsert('t', rows[0])\n",
        _HEAD
        + "op.upsert('t', {'id': 1, 'tags': ['a', 'b']})\nop.delete('t', keys={'id': 1})\nop.update('t', dict(id=1))\n",
        _HEAD + "def send(response):\n    op.upsert('t', response.json())\n",
        _HEAD + "row = {name: value for name, value in [('id', 1)]}\nop.upsert('t', row)\n",
        _HEAD + "data = []\nfor data in pages():\n    op.upsert('t', data)\n",
        _HEAD + "[op.upsert('t', row) for row in [{'id': 1}]]\n",
    )
    INVALID = (
        Invalid(_HEAD + "op.upsert('t', [{'id': 1}, {'id': 2}])\n", at=(2, 16)),
        Invalid(
            _HEAD + "def send(rows):\n    batch = [clean(row) for row in rows]\n    op.upsert(table='t', data=batch)\n",
            at=(4, 31),
        ),
        Invalid(_HEAD + "op.delete(table='t', keys=[{'id': 1}])\n", at=(2, 27)),
        Invalid(_HEAD + "op.update('t', ({'id': 1}, {'id': 2}))\n", at=(2, 16)),
        Invalid(_HEAD + "import json\ndef send(row):\n    op.upsert('t', json.dumps(row))\n", at=(4, 20)),
        Invalid(_HEAD + "def send(cursor):\n    op.upsert('t', cursor.fetchall())\n", at=(3, 20)),
        Invalid(_HEAD + "def send(frame):\n    op.upsert('t', data=frame.to_dict('records'))\n", at=(3, 25)),
        Invalid(_HEAD + "op.upsert('t', (dict(id=n) for n in range(3)))\n", at=(2, 16)),
        Invalid(_HEAD + "op.upsert('t', 'id')\n", at=(2, 16)),
        Invalid(_HEAD + "rows = []\nrows.append({'id': 1})\nop.upsert('t', rows)\n", at=(4, 16)),
    )

    def check(self) -> None:
        for call in self.source.operations:
            parameter = _PARAMETERS.get(call.name)
            given = argument(call, parameter, 1) if parameter else None
            if given is not None and (kind := self._kind(call.module, given)):
                message = f"op.{call.name} takes one record, and is given {kind}."
                hint = "Call it once for each record, with a dict." if kind != "a text" else "Give it a dict."
                self.report(call.module, given, message, hint=hint)

    def _kind(self, module: Module, node: ast.expr) -> str | None:
        """What an expression certainly is, where that is no dict."""
        found = followed(self.source, module, node)
        if isinstance(found.node, ast.Constant):
            value = found.node.value
            return "a text" if isinstance(value, (str, bytes)) else None if value is ... else f"{value!r}"
        if isinstance(found.node, ast.Call):
            return self._made(found.module, found.node)
        return _KINDS.get(type(found.node))

    def _made(self, module: Module, call: ast.Call) -> str | None:
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("fetchall", "fetchmany", "to_dict"):
            orients = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "orient")]
            records = any(isinstance(arg, ast.Constant) and arg.value == "records" for arg in orients)
            return "a list" if records or call.func.attr != "to_dict" else None
        return _MAKERS.get(self.source.qualified(module, call.func) or "")
