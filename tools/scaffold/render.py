"""Templates and choices in, the texts of the files out."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from .choices import Choice
from .literals import Value, inline_code, literal, records_literal
from .models import TableSpec

_PLAIN_TITLE = re.compile(r"[^\W_](?:[\w .,-]*[^\W_])?")


def render(choice: Choice, tables: Sequence[TableSpec], *, name: str, base_url: str) -> dict[str, str]:
    """The text of each file of the connector, by its path."""
    import jinja2

    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"literal": literal, "code": inline_code, "json": _json}
    values: dict[str, object] = {
        "title": name if _PLAIN_TITLE.fullmatch(name) and "__" not in name else inline_code(name),
        "auth": choice.auth,
        "pagination": choice.pagination,
        "option": choice.options,
        "secret": choice.credential,
        "base_url": base_url,
        "specs": tables,
        "tables": records_literal(_record(table) for table in tables),
        "cursors": _share([table.cursor_field is not None for table in tables]),
        "paths": _share([table.records_path is not None for table in tables]),
    }
    return {file: environment.from_string(text).render(values) for file, text in choice.pattern.templates().items()}


def _record(table: TableSpec) -> dict[str, Value]:
    """What the code of the connector knows of a table."""
    record: dict[str, Value] = {"name": table.name, "path": table.path, "primary_key": table.primary_key}
    if table.cursor_field is not None:
        record |= {"cursor_field": table.cursor_field, "cursor_parameter": table.cursor_parameter}
    if table.records_path is not None:
        record["records_path"] = table.records_path
    return record


def _share(having: Sequence[bool]) -> str:
    if all(having):
        return "all"
    return "some" if any(having) else "none"


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
