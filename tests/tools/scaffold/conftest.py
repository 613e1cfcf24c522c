"""Scaffolded connectors that run with the real `fivetran debug` against the orders API."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import duckdb
import pytest
from connector_sdk_mcp.tools.demo.orders_api import OrdersApi, Row
from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.scaffold.engine import scaffold

ORDERS = {"name": "orders", "primary_key": ["id"], "cursor_field": "updated_at"}
CUSTOMERS = {"name": "customers", "primary_key": ["id"]}
Table = Mapping[str, object]


@dataclass(frozen=True)
class Sync:
    """How a sync ended: the SDK's verdict, its whole log, and how many upserts it counted."""

    succeeded: bool
    log: str
    upserts: int


@dataclass(frozen=True)
class Connector:
    """A scaffolded project and the environment in which it runs."""

    folder: Path
    environment: Mapping[str, str]

    def start(self) -> subprocess.Popen[str]:
        """A running sync, in a session of its own."""
        # The SDK removes a requirements.txt without a requirement.
        (self.folder / "requirements.txt").touch()
        return subprocess.Popen(
            ["fivetran", "debug", str(self.folder), "--configuration", "configuration.json"],
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def sync(self) -> Sync:
        """One sync, to its end."""
        with self.start() as process:
            try:
                log, _ = process.communicate(timeout=120)
            finally:
                kill(process)
        counted = re.search(r"Upserts\s+\| (\d+)", log)
        succeeded = process.returncode == 0 and "SYNC SUCCEEDED" in log
        return Sync(succeeded, log, int(counted[1]) if counted else 0)

    def rows(self, table: str) -> list[Row]:
        """The rows of a table in the warehouse as the source would write them, by the order of their ids."""
        path = self.folder / "files" / "warehouse.db"
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute(
                f"SELECT * EXCLUDE (_fivetran_synced, _fivetran_deleted) REPLACE "
                f"(strftime(updated_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') AS updated_at) "
                f"FROM tester.{table} WHERE NOT _fivetran_deleted ORDER BY id"
            )
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, map(_from_json, row), strict=True)) for row in found.fetchall()]

    def saved(self, table: str) -> dict[str, Any]:
        """What the saved state holds of a table."""
        return json.loads((self.folder / "files" / "state.json").read_text())["tables"][table]

    def module(self) -> ModuleType:
        """connector.py, imported."""
        spec = importlib.util.spec_from_file_location(f"connector_of_{self.folder.name}", self.folder / "connector.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def kill(process: subprocess.Popen[str]) -> None:
    """Ends a sync and everything that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _from_json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) and value[:1] in "[{" else value


Connect = Callable[..., Connector]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """An environment in which the SDK asks no package index: its checks find their answers in files."""
    home = tmp_path_factory.mktemp("home")
    check = home / ".fivetran" / "connector_sdk" / "_last_version_check"
    check.parent.mkdir(parents=True)
    check.write_text(str(int(time.time())))
    metadata = home / "metadata" / "Requests-2.dist-info" / "top_level.txt"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Requests\nrequests\n")
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "PYTHONPATH": str(home / "metadata"),
        "HOME": str(home),
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def connect(workspace: Workspace, environment: Mapping[str, str]) -> Connect:
    """Scaffolds a connector of orders and customers for an API; keywords as for `scaffold`, and `configuration`."""
    numbers = count(1)

    def make(api: OrdersApi | None = None, **chosen: object) -> Connector:
        configuration = cast(dict[str, str], chosen.pop("configuration", {}))
        arguments = {"pattern": "rest_api", "tables": [ORDERS, CUSTOMERS], **chosen}
        result = scaffold(workspace, f"project_{next(numbers)}", **arguments)  # pyright: ignore[reportArgumentType]
        folder = Path(result.project)
        file = folder / "configuration.json"
        address = {"base_url": api.base_url} if api else {}
        file.write_text(json.dumps(json.loads(file.read_text()) | {"page_size": "10"} | address | configuration))
        return Connector(folder, environment)

    return make


RULES = "E,F,W,I,N,B,UP,D1,C901,PLR0911,PLR0912,PLR0913,PLR0915,ERA,ARG,RET,SIM,PIE,RUF"
# The import of the SDK is written as the specification has it; schema() need not use the configuration; words in
# comments are English; and a class attribute is not meant by RUF012.
IGNORED = "N813,ARG001,RUF001,RUF002,RUF003"


def ruff(folder: Path, line_length: int) -> str:
    """What `ruff check` and `ruff format` have to say, nothing when all is well."""
    shared = ["--isolated", "--no-cache", "--quiet", "--line-length", str(line_length)]
    imports = "lint.isort.combine-as-imports=true"
    check = [
        "check",
        *shared,
        "--select",
        RULES,
        "--ignore",
        IGNORED,
        "--config",
        imports,
        "--output-format",
        "concise",
    ]
    said = ""
    for command in (check, ["format", *shared, "--diff"]):
        argv = [str(Path(sys.executable).with_name("ruff")), *command, str(folder)]
        said += subprocess.run(argv, capture_output=True, text=True, timeout=60).stdout
    return said
