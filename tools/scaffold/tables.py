"""The tables of a scaffold, checked before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, quote

from pydantic import ValidationError

from ..errors import InvalidArguments
from ..naming import table_name
from ..secrets import looks_secret, names_credential
from .models import TableSpec
from .texts import require_text

_MAX_TABLES = 500
_MAX_NAME = 200
_MAX_PATH = 2000


def check_tables(tables: Sequence[TableSpec | Mapping[str, object]], parameters: set[str]) -> list[TableSpec]:
    """The tables with their paths filled in; `parameters` are the request parameters of pagination.

    Raises InvalidArguments, which names a table by its number: a name may be anything.
    """
    if not 1 <= len(tables) <= _MAX_TABLES:
        raise InvalidArguments(
            f"There are {len(tables)} tables. Give 1 to {_MAX_TABLES}, each with name and primary_key."
        )
    checked = [_table(number, table, parameters) for number, table in enumerate(tables, 1)]
    _require_distinct(checked)
    return checked


def _table(number: int, table: TableSpec | Mapping[str, object], parameters: set[str]) -> TableSpec:
    what = f"Table {number}"
    spec = table if isinstance(table, TableSpec) else _parsed(what, table)
    require_text(spec.name, f"{what}: name", longest=_MAX_NAME)
    _require_primary_key(what, spec.primary_key)
    if spec.cursor_field is not None:
        _require_cursor(what, spec.cursor_field, spec.cursor_parameter, parameters)
    if spec.records_path is not None:
        require_text(spec.records_path, f"{what}: records_path", longest=_MAX_PATH)
        if not all(spec.records_path.split(".")):
            raise InvalidArguments(f"{what}: records_path has an empty step. Join the steps with single dots.")
    path = spec.path or f"/{quote(spec.name, safe='')}"
    _require_path(what, path)
    return spec.model_copy(update={"path": path})


def _parsed(what: str, table: Mapping[str, object]) -> TableSpec:
    try:
        return TableSpec.model_validate(table)
    except ValidationError as error:
        known = set(TableSpec.model_fields)
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = next((str(part) for part in first["loc"] if part in known), "an unknown field")
        raise InvalidArguments(f"{what}: {field}: {first['msg']}. The fields are {', '.join(sorted(known))}.") from None


def _require_primary_key(what: str, primary_key: list[str]) -> None:
    if not primary_key:
        raise InvalidArguments(f"{what}: primary_key is empty. Name the columns that identify a row.")
    for column in primary_key:
        require_text(column, f"{what}: a column of primary_key", longest=_MAX_NAME)
    if len(set(primary_key)) < len(primary_key):
        raise InvalidArguments(f"{what}: primary_key names a column twice. Name each once.")


def _require_cursor(what: str, field: str, parameter: str, parameters: set[str]) -> None:
    require_text(field, f"{what}: cursor_field", longest=_MAX_NAME)
    require_text(parameter, f"{what}: cursor_parameter", longest=_MAX_NAME)
    if parameter in parameters:
        raise InvalidArguments(
            f"{what}: cursor_parameter is a request parameter of pagination too. Name the parameter that filters by "
            "cursor_field, or change the option that has its name."
        )


def _require_path(what: str, path: str) -> None:
    require_text(path, f"{what}: path", longest=_MAX_PATH)
    if re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*://", path):
        raise InvalidArguments(f"{what}: path is a whole address. Give only what comes after base_url.")
    query = path.partition("?")[2].partition("#")[0]
    if any(names_credential(key) or looks_secret(value) for key, value in parse_qsl(query)):
        raise InvalidArguments(f"{what}: path holds a credential. Take it out, and choose an auth for it.")


def _require_distinct(tables: Sequence[TableSpec]) -> None:
    first: dict[str, int] = {}
    for number, table in enumerate(tables, 1):
        other = first.setdefault(table_name(table.name), number)
        if other != number:
            raise InvalidArguments(
                f"Tables {other} and {number} have names that are one table in the destination. Rename one of them."
            )
