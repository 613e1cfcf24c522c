"""The lock between runs and queries of a project."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from connector_sdk_mcp.tools import process
from connector_sdk_mcp.tools.errors import WarehouseBusy
from connector_sdk_mcp.tools.warehouse.locks import warehouse_lock

HOLDER = """
import sys
from pathlib import Path
from connector_sdk_mcp.tools.warehouse.locks import warehouse_lock
with warehouse_lock(Path(sys.argv[1]), shared=False, wait_seconds=0, holder="run 7"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("first", "second", "both"), [(True, True, True), (True, False, False), (False, True, False), (False, False, False)]
)
def test_only_queries_share_the_lock(first: bool, second: bool, both: bool, tmp_path: Path) -> None:
    lock = tmp_path / "state" / "lock"
    expected: AbstractContextManager[object] = nullcontext() if both else pytest.raises(WarehouseBusy)
    with (
        warehouse_lock(lock, shared=first, wait_seconds=0),
        expected,
        warehouse_lock(lock, shared=second, wait_seconds=0),
    ):
        pass
    with warehouse_lock(lock, shared=False, wait_seconds=0):
        pass


def test_a_sync_learns_that_queries_are_in_flight(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with warehouse_lock(lock, shared=False, wait_seconds=0, holder="run 6"):
        pass
    with (
        warehouse_lock(lock, shared=True, wait_seconds=0),
        pytest.raises(WarehouseBusy, match="in use by a query or another sync"),
        warehouse_lock(lock, shared=False, wait_seconds=0.1),
    ):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    argv = [sys.executable, "-I", "-c", HOLDER, str(lock)]
    holder = process.start(argv, env=os.environ, stdin=subprocess.PIPE)
    assert holder.stdin and holder.stdout and holder.stderr
    with holder.stdin, holder.stdout, holder.stderr:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(WarehouseBusy, match="held by run 7"), warehouse_lock(lock, shared=True, wait_seconds=0):
            pass
        process.end_group(holder)
        with warehouse_lock(lock, shared=True, wait_seconds=0):
            pass
