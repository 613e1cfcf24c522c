"""Rule `unbounded-memory`."""

from __future__ import annotations

from ..grown import Grown
from ..models import Category
from ..rule import Invalid, Rule
from ..whole_reads import WholeReads

_HEAD = "import requests\nfrom fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


_PAGES = (
    "def pages():\n    while True:\n        page = requests.get('u', timeout=9).json()\n        if not page:\n"
    "            return\n"
    "        yield page\n"
)


class UnboundedMemory(Rule):
    """Rows are read and sent piece by piece.

    Why: Fivetran gives a connector 1 GB. What is read as a whole (fetchall, read_csv without chunks, a list of all
    pages, a whole file) works with the test data and ends the sync with the first large table. Use fetchmany,
    chunksize, a generator, the lines of a file.
    """

    section, category = "12.1", Category.MEMORY
    VALID = (
        _update(
            "cursor = connect().cursor()",
            "while True:",
            "    rows = cursor.fetchmany(1000)",
            "    if not rows:",
            "        break",
        ),
        _update("import pandas as pd", "for part in pd.read_csv('x.csv', chunksize=1000):", "    print(len(part))"),
        _update(
            "import csv",
            "with open('rows.csv') as file:",
            "    for row in csv.DictReader(file):",
            "        op.upsert('t', row)",
        ),
        _update("import json", "with open('configuration.json') as file:", "    print(json.load(file))"),
        _update("cursor = connect().cursor()", "cursor.execute('SELECT COUNT(*) FROM t')", "print(cursor.fetchall())"),
        _HEAD + _PAGES + "def update(configuration, state):\n    for page in pages():\n        for row in page:\n"
        "            op.upsert('t', row)\n" + _MADE,
        _update(
            "rows = requests.get('u', timeout=9).json()",
            "for row in rows:",
            "    op.upsert('t', row)",
            "ids = list(range(10))",
        ),
        _update(
            "batch = []",
            "while True:",
            "    batch.extend(requests.get('u', timeout=9).json())",
            "    if len(batch) > 500:",
            "        send(batch)",
            "        batch = []",
            "    if not batch:",
            "        break",
        ),
        "if __name__ == '__main__':\n    rows = open('rows.csv').readlines()\n",
    )
    INVALID = (
        Invalid(
            _update(
                "cursor = connect().cursor()",
                "cursor.execute('SELECT * FROM t')",
                "for row in cursor.fetchall():",
                "    op.upsert('t', row)",
            ),
            at=(6, 16),
        ),
        Invalid(_update("import pandas as pd", "frame = pd.read_csv('s3://bucket/rows.csv')"), at=(5, 13)),
        Invalid(
            _HEAD
            + _PAGES
            + "def update(configuration, state):\n    for page in list(pages()):\n        op.upsert('t', page)\n"
            + _MADE,
            at=(10, 17),
        ),
        Invalid(
            _update(
                "rows = []",
                "page = 1",
                "while page:",
                "    data = requests.get('u', timeout=9).json()",
                "    rows.extend(data['items'])",
                "    page = data.get('next')",
                "for row in rows:",
                "    op.upsert('t', row)",
            ),
            at=(8, 9),
        ),
        Invalid(
            _HEAD + "def fetch_all():\n    found = []\n    for page in range(9):\n"
            "        found += requests.get('u', timeout=9).json()\n    return found\n"
            "def update(configuration, state):\n    for row in fetch_all():\n        op.upsert('t', row)\n" + _MADE,
            at=(6, 9),
        ),
        Invalid(_update("with open('rows.csv') as file:", "    lines = file.readlines()"), at=(5, 17)),
        Invalid(
            _update(
                "import json",
                "with open('rows.json') as file:",
                "    for row in json.load(file):",
                "        op.upsert('t', row)",
            ),
            at=(6, 20),
        ),
        Invalid(
            _HEAD
            + _PAGES
            + "def update(configuration, state):\n    rows = [row for page in pages() for row in page]\n"
            + _MADE,
            at=(10, 12),
        ),
        Invalid(
            _update(
                "import pandas",
                "for row in pandas.read_sql('SELECT * FROM t', connect()).to_dict('records'):",
                "    op.upsert('t', row)",
            ),
            at=(5, 16),
        ),
    )

    def check(self) -> None:
        reads, grown = self.reach.shared(WholeReads), self.reach.shared(Grown)
        for module in self.source.modules:
            for node, what in (*reads.of(module), *grown.of(module)):
                if self.reach.is_reached(module, node):
                    self.report(module, node, f"{what} is held in memory as a whole.", hint=_HINT)


_HINT = "Read and send it in pieces: fetchmany, chunksize, one page after the other, line by line."
