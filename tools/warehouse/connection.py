"""The warehouse file, opened for reading only and with nothing left to configure."""

from __future__ import annotations

import re

import duckdb

from ..errors import ConnectorSdkError, WarehouseBusy, WarehouseMissing
from .catalogue import Catalogue
from .quoting import text
from .snapshots import SNAPSHOTS

_ACCESS = "enable_external_access"
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "temp_directory": "",
}
_SESSION = {"python_enable_replacements": "false", "TimeZone": "'UTC'", "lock_configuration": "true"}
_CHECKED = {
    "access_mode": "read_only",
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}
_LOCKED = re.compile(r"lock is held in (.*?) ?\(PID (\d+)\)")
_ANOTHER = "Keep another snapshot: run_debug_sync with keep_as."
_FRESH = "Run a fresh sync: run_debug_sync with state `fresh`, or reset_connector first."


def open_warehouse(path: str, baseline: str = "") -> tuple[duckdb.DuckDBPyConnection, Catalogue]:
    """A locked, reading connection and the names in it; another warehouse can be attached as `baseline`.

    Raises WarehouseBusy when another process has the file, WarehouseMissing when it is no readable warehouse.
    """
    try:
        connection = duckdb.connect(path, read_only=True, config={**_SETTINGS, _ACCESS: bool(baseline)})
        if baseline:
            _attach(connection, baseline)
        catalogue = Catalogue.read(connection)
        _configure(connection, catalogue)
    except duckdb.Error as error:
        raise unreadable(path, error) from error
    return connection, catalogue


def _attach(connection: duckdb.DuckDBPyConnection, baseline: str) -> None:
    try:
        connection.execute(f"ATTACH {text(baseline)} AS baseline (READ_ONLY)")
    except duckdb.Error as error:
        raise unreadable(baseline, error) from error
    connection.execute(f"SET {_ACCESS} = false")


def unreadable(path: str, error: duckdb.Error) -> ConnectorSdkError:
    """What it means that the file could not be read."""
    message = str(error).partition("\n")[0].rstrip(".!")
    way = _ANOTHER if f"/{SNAPSHOTS}/" in path else _FRESH
    if held := _LOCKED.search(str(error)):
        return WarehouseBusy(
            f"{path} is held by the process {held[2]} ({held[1]}), most likely a sync or a DuckDB shell. "
            "Wait for its end, or end it, then ask again."
        )
    if "newer version of DuckDB" in str(error):
        return WarehouseMissing(
            f"{path} was written by a newer DuckDB than {duckdb.__version__}: {message}. Update duckdb beside "
            f"connector-sdk-mcp, or let the installed SDK write it again. {way}"
        )
    return WarehouseMissing(f"{path} is damaged or is not a DuckDB warehouse: {message}. {way}")


def _configure(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    path = ",".join(catalogue.search_path)
    for name, value in {"search_path": f"'{path}'", **_SESSION}.items():
        connection.execute(f"SET {name} = {value}")
    rows = connection.execute("SELECT name, value FROM duckdb_settings()").fetchall()
    settings = {str(name): str(value) for name, value in rows}
    wrong = {name: settings.get(name) for name, value in _CHECKED.items() if settings.get(name) != value}
    if wrong:
        raise RuntimeError(f"DuckDB did not take the settings of a query worker: {wrong}")
