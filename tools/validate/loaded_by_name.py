"""The requirements that are used without being imported: drivers, engines and plugins that another package loads."""

from __future__ import annotations

import ast
import re
from functools import cached_property

from .reach import Reach
from .source import ProjectSource

_LOADED = frozenset(
    """
    psycopg2 psycopg2-binary psycopg pymysql mysqlclient oracledb cx-oracle pyodbc pymssql asyncpg aiomysql openpyxl
    xlrd xlsxwriter pyxlsb lxml html5lib pyarrow fastparquet s3fs gcsfs adlfs fsspec tables tabulate tzdata brotli
    pysocks greenlet duckdb setuptools wheel pip cryptography pyopenssl certifi urllib3 numpy aiodns h2 socksio
    """.split()
)
_PLUGINS = re.compile(r"(?:sqlalchemy-|types-|pytest|opentelemetry-).*|.*-sqlalchemy")
# What a distribution needs for some ways to connect, and does not ask for itself.
_COMPANIONS = {
    "pyhive": frozenset({"thrift", "thrift-sasl", "pure-sasl", "sasl"}),
    "impyla": frozenset({"thrift", "thrift-sasl", "pure-sasl", "sasl", "thriftpy2"}),
}
# `awsathena+rest://...`, or the name of a driver alone: `awsathena+rest`.
_DIALECT = re.compile(r"^\s*([a-z][a-z0-9_]+)(?:\+([a-z0-9_]+))?(?:://|$)")
_SCHEMES = frozenset({"http", "https", "ftp", "ftps", "sftp", "file", "ws", "wss"})
_DISTRIBUTIONS = {
    "awsathena": frozenset({"pyathena"}),
    "hive": frozenset({"pyhive"}),
    "presto": frozenset({"pyhive", "presto-python-client"}),
    "druid": frozenset({"pydruid"}),
    "hana": frozenset({"hdbcli"}),
    "db2": frozenset({"ibm-db", "ibm-db-sa"}),
    "ibm_db_sa": frozenset({"ibm-db"}),
    "redshift": frozenset({"redshift-connector"}),
    "bigquery": frozenset({"pybigquery"}),
    "exa": frozenset({"pyexasol"}),
    "netezza": frozenset({"nzalchemy", "nzpy"}),
}


class LoadedByName:
    """Known names, and the dialects of the database URLs in the code."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    def has(self, name: str, all_names: frozenset[str]) -> bool:
        """Whether a distribution (PEP 503) may be loaded by its name, or by another one of `all_names`."""
        if name in _LOADED or _PLUGINS.fullmatch(name):
            return True
        if any(name in needed for other, needed in _COMPANIONS.items() if other in all_names):
            return True
        return any(name in _DISTRIBUTIONS.get(each, ()) or _is_alike(name, each) for each in self._dialects)

    @cached_property
    def _dialects(self) -> frozenset[str]:
        texts = (node.value for module in self._source.modules for node in module.each(ast.Constant))
        found = (_DIALECT.match(text) for text in texts if isinstance(text, str) and ("://" in text or "+" in text))
        return frozenset(word for match in found if match for word in match.groups() if word) - _SCHEMES


def _is_alike(name: str, dialect: str) -> bool:
    plain, word = name.replace("-", ""), dialect.replace("_", "")
    return len(word) > 2 and (word in plain or plain in word)
