"""Rule `operation-data-not-record`."""

from __future__ import annotations

from ..data_kinds import DataKinds
from ..models import Category
from ..operation_calls import Given, OperationCalls
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Operations as op\n"
_PARAMETERS = {"upsert": "data", "update": "modified", "delete": "keys"}


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
        _HEAD + "def send(new):\n    put = op.upsert if new else print\n    put('t', [1])\n",
        _HEAD + "def rows():\n    return [1]\nfound = rows()\nif isinstance(found, dict):\n    op.upsert('t', found)\n",
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
        Invalid(_HEAD + "def rows():\n    return [{'id': 1}]\nop.upsert('t', data=rows())\n", at=(4, 21)),
        Invalid(_HEAD + "def send(*rows):\n    op.upsert('t', rows)\n", at=(3, 20)),
        Invalid(_HEAD + "rows = []\nrows.append({'id': 1})\nop.upsert('t', rows)\n", at=(4, 16)),
    )

    def check(self) -> None:
        seen: set[object] = set()
        for call in self.reach.shared(OperationCalls).all:
            parameter = _PARAMETERS.get(call.name)
            given = call.argument(parameter, 1) if parameter else None
            if given is not None and given not in seen and self._is_certain(call):
                seen.add(given)
                if kind := self.reach.shared(DataKinds).of(call.module, given):
                    message = f"op.{call.name} takes one record, and is given {kind}."
                    hint = "Call it once for each record, with a dict." if kind != "a text" else "Give it a dict."
                    self.report(call.module, given, message, hint=hint)

    def _is_certain(self, call: Given) -> bool:
        """Whether the call is that of this operation and no other one: chosen among several it may not be."""
        named = self.source.operation_name(call.module, call.node.func)
        return named == call.name or self.source.qualified(call.module, call.node.func) is not None
