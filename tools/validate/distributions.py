"""Which distributions bring a module: what pipreqs knows, what the project has installed, and likeness of names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from importlib.metadata import Distribution
from importlib.util import find_spec
from pathlib import Path

from packaging.utils import canonicalize_name

# What the table of pipreqs does not know, or knows under one of several names.
_ALSO = {
    "PIL": ("pillow",),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless"),
    "psycopg2": ("psycopg2", "psycopg2-binary"),
    "MySQLdb": ("mysqlclient",),
    "OpenSSL": ("pyopenssl",),
    "Crypto": ("pycryptodome", "pycrypto"),
    "Cryptodome": ("pycryptodomex",),
    "attr": ("attrs",),
    "dateutil": ("python-dateutil",),
    "docx": ("python-docx",),
    "pptx": ("python-pptx",),
    "fitz": ("pymupdf",),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "intuitlib": ("intuit-oauth",),
    "magic": ("python-magic",),
    "multipart": ("python-multipart",),
    "mysql": ("mysql-connector-python", "mysql-connector"),
    "pkg_resources": ("setuptools",),
    "ruamel": ("ruamel-yaml",),
    "sklearn": ("scikit-learn",),
    "slugify": ("python-slugify",),
    "snowflake": ("snowflake-connector-python", "snowflake-snowpark-python"),
    "dns": ("dnspython",),
    "bson": ("pymongo", "bson"),
    "gridfs": ("pymongo",),
    "telegram": ("python-telegram-bot",),
    "win32com": ("pywin32",),
    "yaml": ("pyyaml", "ruamel-yaml"),
    "zoneinfo": ("backports-zoneinfo",),
}
# Modules that are called as their distribution; the table leaves such names out.
_IDENTICAL = frozenset(
    """
    aiohttp airtable anthropic arrow asana asyncpg attrs avro backoff beautifulsoup4 boto3 botocore braintree cachetools
    chardet clickhouse-connect cohere confluent-kafka cryptography dask dateparser deltalake dlt duckdb elasticsearch
    fastavro fastparquet feedparser firebase-admin flatten-json fsspec ftfy gcsfs geopandas graphene gql gspread
    html5lib httpx hubspot humanize ijson intuitlib ibis jinja2 jmespath joblib jsonpath-ng jsonschema langchain lxml
    mailchimp-marketing marshmallow mixpanel mlflow more-itertools motor msal multidict mypy neo4j nltk notion-client
    numpy oauthlib openai openpyxl opensearch-py oracledb orjson pandas paramiko pendulum pika pinecone polars praw
    prefect psutil psycopg pyarrow pyathena pydantic pymongo pymssql pymysql pynacl pyodbc pysftp pytz pyyaml ratelimit
    redis requests-oauthlib requests-toolbelt retry rich s3fs s3transfer scipy shopifyapi simple-salesforce simplejson
    six slack-sdk smart-open snowflake-connector-python spacy sqlalchemy stripe tabulate tenacity tiktoken toml tomli
    torch tqdm transformers trino twilio typing-extensions tzlocal ujson urllib3 weaviate-client websocket-client
    websockets xlrd xlsxwriter xmltodict zeep zenpy zstandard
    """.split()
)
# A distribution that another one always brings along.
_BROUGHT = {
    "aiobotocore": ("botocore", "aiohttp", "wrapt"),
    "anthropic": ("httpx", "pydantic", "anyio"),
    "azure-identity": ("msal", "cryptography"),
    "beautifulsoup4": ("soupsieve",),
    "geopandas": ("shapely", "pyproj", "pandas", "numpy"),
    "motor": ("pymongo", "bson", "gridfs"),
    "msal": ("jwt", "cryptography"),
    "openai": ("httpx", "pydantic", "anyio", "tqdm"),
    "pydantic": ("typing_extensions", "pydantic_core", "annotated_types"),
    "pyjwt": ("cryptography",),
    "s3fs": ("fsspec", "aiobotocore", "aiohttp"),
    "gcsfs": ("fsspec", "aiohttp", "google"),
    "simple-salesforce": ("zeep", "jwt", "cryptography", "lxml"),
    "snowflake-connector-python": ("cryptography", "jwt", "pytz", "OpenSSL"),
    "zeep": ("lxml", "isodate", "attr", "pytz"),
    "pandas": ("numpy", "dateutil", "pytz", "six", "lxml"),
    "boto3": ("botocore", "s3transfer", "jmespath", "dateutil"),
    "requests-oauthlib": ("oauthlib",),
    "google-api-python-client": ("googleapiclient", "httplib2", "uritemplate", "apiclient", "google"),
    "sqlalchemy": ("greenlet",),
    "scikit-learn": ("numpy", "scipy", "joblib"),
    "pyarrow": ("numpy",),
    "aiohttp": ("yarl", "multidict", "attr", "frozenlist"),
    "httpx": ("httpcore", "anyio", "h11"),
    "paramiko": ("cryptography", "bcrypt", "nacl"),
    "gspread": ("google",),
}
_WORD = re.compile(r"[a-z0-9]+")


@cache
def _table() -> dict[str, frozenset[str]]:
    """The distributions of each module by the table of pipreqs, which the SDK itself depends on, and by ours."""
    found: dict[str, set[str]] = {module: {*names} for module, names in _ALSO.items()}
    spec = find_spec("pipreqs")
    path = Path(spec.origin).parent / "mapping" if spec and spec.origin else None
    for line in path.read_text(encoding="utf-8").splitlines() if path and path.is_file() else ():
        module, _, name = line.strip().partition(":")
        if name:
            found.setdefault(module, set()).add(canonicalize_name(name))
    return {module: frozenset(names) for module, names in found.items()}


@cache
def _known() -> frozenset[str]:
    return _IDENTICAL.union(*_table().values())


def is_known_module(module: str) -> bool:
    """Whether it is known which distribution a top-level module comes from."""
    return module in _table() or canonicalize_name(module) in _known()


def is_known_distribution(name: str) -> bool:
    """Whether it is known which modules a distribution brings."""
    return name in _known()


def distribution_of(module: str) -> str:
    """The distribution (PEP 503) that brings a top-level module, its own name where that is not known."""
    name = canonicalize_name(module)
    known = _table().get(module, frozenset())
    return name if name in known or not known else min(known, key=lambda each: (len(each), each))


def provides(distribution: str, module: str, installed: Collection[str] = ()) -> bool:
    """Whether a distribution (PEP 503) may bring a dotted module; `installed` are its modules where it is installed."""
    top = module.partition(".")[0]
    if top in installed or distribution in _table().get(top, ()) or top in _BROUGHT.get(distribution, ()):
        return True
    name, dotted = canonicalize_name(top), canonicalize_name(module.replace(".", "-"))
    return distribution in (name, dotted) or _is_alike(distribution, name)


def _is_alike(distribution: str, module: str) -> bool:
    """`python-ldap` and `ldap3` may bring `ldap`: all words of the module are in the name, or the other way."""
    plain, joined = distribution.replace("-", ""), module.replace("-", "")
    words = {*_WORD.findall(module)}
    return words <= {*_WORD.findall(distribution)} or (len(joined) > 2 and (joined in plain or plain in joined))


def installed_modules(folder: Path) -> dict[str, frozenset[str]]:
    """The top-level modules of every distribution in the folder's `.venv` or `venv`, by name; nothing is imported."""
    found: dict[str, frozenset[str]] = {}
    for pattern in ("lib/python3*/site-packages/*.dist-info", "Lib/site-packages/*.dist-info"):
        for path in (path for name in (".venv", "venv") for path in (folder / name).glob(pattern)):
            found[canonicalize_name(path.name.partition("-")[0])] = frozenset(_tops(Distribution.at(path)))
    return found


def _tops(distribution: Distribution) -> Iterable[str]:
    listed = distribution.read_text("top_level.txt")
    if listed:
        return listed.split()
    return {file.parts[0].removesuffix(".py") for file in distribution.files or () if file.parts[0] != ".."}
