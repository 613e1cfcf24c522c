"""Rule `unbounded-memory`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..call_graph import CallGraph
from ..models import Category
from ..module import Module
from ..names import last_word
from ..page_loops import PageLoops, innermost
from ..rule import Invalid, Rule
from ..senders import Senders

_HEAD = "import requests\nfrom fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"
_FRAMES = frozenset({"read_csv", "read_table", "read_json", "read_sql", "read_sql_query", "read_sql_table", "read_fwf"})
_PIECEWISE = frozenset({"chunksize", "iterator", "nrows", None})
_COLLECTING = frozenset({"builtins.list", "builtins.sorted", "builtins.tuple", "builtins.set"})
_SMALL = re.compile(
    r"\bcount\s*\(|\blimit\s+\d|\bmax\s*\(|\bmin\s*\(|information_schema|^\s*(?:show|describe|pragma)\b", re.IGNORECASE
)
_OWN_FILE = re.compile(
    r"config|schema|secret|credential|\.sql|\.pem|\.key|\.graphql|\.ya?ml|\.toml|\.env|\.txt|mapping", re.IGNORECASE
)
_GROWING = frozenset({"extend", "append"})


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
        for module in self.source.modules:
            for node, what in (*self._read_whole(module), *self._collected(module), *self._grown(module)):
                if self.reach.is_reached(module, node):
                    self.report(module, node, f"{what} is held in memory as a whole.", hint=_HINT)

    def _read_whole(self, module: Module) -> Iterator[tuple[ast.AST, str]]:
        """Calls that give everything at once: of a query, a data frame, a file."""
        for call in module.calls((*_FRAMES, "fetchall", "read", "readlines", "load")):
            word = last_word(call.func)
            if word == "fetchall" and not call.args and not self._is_small(module, call):
                yield call, "The result of the query"
            elif word in _FRAMES and self._is_whole_frame(module, call):
                yield call, "The data"
            elif word in ("read", "readlines", "load") and self._is_whole_file(module, call):
                yield call, "The file"

    def _is_small(self, module: Module, call: ast.Call) -> bool:
        """Whether the query before the fetch gives few rows by its own words."""
        owner = module.function_of(call) or module.tree
        queries = [each for each in module.inside(owner, ast.Call) if last_word(each.func) == "execute" and each.args]
        earlier = [each for each in queries if module.number(each) < module.number(call) or each in module.below(call)]
        last = earlier[-1].args[0] if earlier else None
        found = self.source.resolver.value(module, last).node if last is not None else None
        texts = [part.value for part in module.inside(found, ast.Constant)] if found in module.parents else []
        return any(isinstance(text, str) and _SMALL.search(text) for text in texts)

    def _is_whole_frame(self, module: Module, call: ast.Call) -> bool:
        if any(keyword.arg in _PIECEWISE for keyword in call.keywords):
            return False
        name = self.source.qualified(module, call.func) or ""
        first = self.source.qualified(module, call.args[0]) if call.args else ""
        return name.startswith("pandas.") and not (first or "").startswith("io.")

    def _is_whole_file(self, module: Module, call: ast.Call) -> bool:
        """Whether a data file is read whole: of a file that is no part of the project itself."""
        word = last_word(call.func)
        if word == "load":
            given = call.args[0] if call.args and self.source.qualified(module, call.func) == "json.load" else None
        else:
            given = call.func.value if isinstance(call.func, ast.Attribute) and not call.args else None
        opened = self.source.resolver.value(module, given) if given is not None else None
        if opened is None or not isinstance(opened.node, ast.Call) or not opened.node.args:
            return False
        if self.source.qualified(opened.module, opened.node.func) not in ("builtins.open", "io.open", "gzip.open"):
            return False
        path = self.source.resolver.value(opened.module, opened.node.args[0])
        return isinstance(path.node, ast.Constant) and not _OWN_FILE.search(str(path.node.value))

    def _collected(self, module: Module) -> Iterator[tuple[ast.AST, str]]:
        """`list(pages())`, and a comprehension over pages."""
        loops = self.reach.shared(PageLoops)
        for call in module.calls(("list", "sorted", "tuple", "set")):
            first = call.args[0] if call.args else None
            asks = isinstance(first, ast.Call) and loops.gives_pages(module, first)
            if asks and self.source.qualified(module, call.func) in _COLLECTING:
                yield call, "What all pages give"
        for made in module.each(ast.ListComp):
            if loops.gives_pages(module, made.generators[0].iter) and not self._sends(module, made):
                yield made, "What all pages give"

    def _grown(self, module: Module) -> Iterator[tuple[ast.AST, str]]:
        """A list that grows in a loop over pages, and is used when the loop has ended."""
        for node in (*module.each(ast.Call), *module.each(ast.AugAssign)):
            name = _grown_name(node)
            loop = self._page_loop(module, node) if name is not None else None
            if name is not None and loop is not None and self._is_kept(module, name, loop):
                yield node, f"What all pages give ({name.id!r})"

    def _page_loop(self, module: Module, node: ast.AST) -> ast.AST | None:
        loop = innermost(module, node)
        while loop is not None:
            if self.reach.shared(PageLoops).is_page_loop(loop):
                return loop
            loop = innermost(module, loop)
        return None

    def _is_kept(self, module: Module, name: ast.Name, loop: ast.AST) -> bool:
        """Whether a list begins empty before the loop, is never emptied in it, and is sent or returned after it."""
        names = self.source.names(module)
        bound = [each for each in names.lookup(name) if not isinstance(module.parents[each.node], ast.AugAssign)]
        begin = self.source.resolver.value(module, bound[0].value).node if len(bound) == 1 and bound[0].value else None
        if not isinstance(begin, (ast.List, ast.Call)) or (isinstance(begin, ast.List) and begin.elts):
            return False
        if isinstance(begin, ast.Call) and last_word(begin.func) != "list":
            return False
        uses = [
            use
            for use in module.named(name.id)
            if isinstance(use.ctx, ast.Load) and names.lookup(use) == names.lookup(name)
        ]
        inside = [use for use in uses if any(parent is loop for parent in module.ancestors(use))]
        if any(_empties(module, use) for use in inside):
            return False
        return any(self._is_sent(module, use) for use in uses if use not in inside)

    def _is_sent(self, module: Module, use: ast.Name) -> bool:
        parent = module.parents[use]
        if isinstance(parent, ast.Return):
            return self._caller_sends(module, use)
        if isinstance(parent, (ast.For, ast.AsyncFor)) and parent.iter is use:
            return self._sends(module, parent)
        call = parent if isinstance(parent, ast.Call) else None
        return call is not None and self.reach.shared(Senders).call_sends(call)

    def _caller_sends(self, module: Module, use: ast.Name) -> bool:
        """Whether who calls the function is one that sends rows."""
        function = module.function_of(use)
        senders, graph = self.reach.shared(Senders), self.reach.shared(CallGraph)
        for where in self.source.modules if function else ():
            for call in where.calls([function.name]) if function else ():
                if function and function in graph.called(call):
                    owner = where.function_of(call)
                    if owner is not None and senders.sends(owner):
                        return True
        return False

    def _sends(self, module: Module, node: ast.AST) -> bool:
        senders = self.reach.shared(Senders)
        return any(senders.call_sends(call) for call in module.inside(node, ast.Call))


_HINT = "Read and send it in pieces: fetchmany, chunksize, one page after the other, line by line."


def _grown_name(node: ast.Call | ast.AugAssign) -> ast.Name | None:
    """The list that a statement adds to."""
    if isinstance(node, ast.AugAssign):
        return node.target if isinstance(node.target, ast.Name) and isinstance(node.op, ast.Add) else None
    if isinstance(node.func, ast.Attribute) and node.func.attr in _GROWING and isinstance(node.func.value, ast.Name):
        return node.func.value
    return None


def _empties(module: Module, use: ast.Name) -> bool:
    """Whether a list is sent or emptied while it grows."""
    parent = module.parents[use]
    if isinstance(parent, ast.Attribute):
        return parent.attr in ("clear", "pop", "popleft")
    return isinstance(parent, (ast.Delete, ast.For, ast.Yield)) or (
        isinstance(parent, ast.Call) and parent.func is not use and last_word(parent.func) != "len"
    )
