"""Asks the query worker, and tells from its end what happened. Standard library only: the supervisor asks too."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import cast

from .. import errors, process
from ..project import ConnectorProject
from .protocol import OPENED, OUT_OF_MEMORY, Json, Request
from .snapshots import snapshot_of

_WORKER = "connector_sdk_mcp.tools.warehouse.worker"
_PASSED_ON = ("PATH", "LANG", "TZ")
_MAX_ANSWER_BYTES = 64 * 1024 * 1024
_CODES: dict[str, type[errors.ConnectorSdkError]] = {
    refusal.__name__: refusal
    for refusal in (
        errors.InvalidArguments,
        errors.QueryRefused,
        errors.QueryTimedOut,
        errors.WarehouseBusy,
        errors.WarehouseMissing,
    )
}


def warehouse_of(project: ConnectorProject, snapshot: str = "") -> Path:
    """The project's warehouse file, or that of a snapshot.

    Raises WarehouseMissing, InvalidArguments (no such snapshot), OutsideWorkspace (also for its write-ahead log).
    """
    warehouse = snapshot_of(project, snapshot) if snapshot else project.warehouse
    project.workspace.resolve(f"{warehouse}.wal")
    return warehouse


def ask(request: Request) -> dict[str, Json]:
    """The worker's answer. Raises the refusal that the worker met, or the one that its end stands for."""
    _check_file(Path(request.warehouse))
    finished = process.run(
        [sys.executable, "-I", "-m", _WORKER],
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        stdin=json.dumps(asdict(request)).encode() + b"\n",
        timeout_seconds=request.timeout_seconds,
        max_output_bytes=_MAX_ANSWER_BYTES,
    )
    if finished.returncode != 0 or finished.timed_out:
        raise explained(request, finished)
    answer = cast("dict[str, Json]", json.loads(finished.stdout))
    if "error" in answer:
        error = cast("dict[str, str]", answer["error"])
        raise _CODES[error["code"]](error["message"])
    return answer


def _check_file(warehouse: Path) -> None:
    if not warehouse.is_file():
        state = "is not a file" if warehouse.exists() else "does not exist"
        raise errors.WarehouseMissing(f"{warehouse} {state}: nothing was synced yet. Run run_debug_sync first.")


def explained(request: Request, finished: process.Finished) -> Exception:
    if finished.timed_out or finished.returncode == -signal.SIGALRM:
        return errors.QueryTimedOut(
            f"The query was ended after {request.timeout_seconds:g} seconds. Filter or aggregate earlier, check joins "
            "and recursions, or raise timeout_seconds (at most 300)."
        )
    if finished.returncode > 0:
        return RuntimeError(f"The query worker failed: {finished.stderr.decode(errors='replace')[-2000:]}")
    if OPENED not in finished.stderr:
        return errors.WarehouseMissing(
            f"{request.warehouse} is damaged: DuckDB died while it opened it (signal {-finished.returncode}). Run a "
            "fresh sync: run_debug_sync with state `fresh`, or reset_connector first."
        )
    return errors.QueryTimedOut(f"{OUT_OF_MEMORY} (DuckDB died with signal {-finished.returncode}.)")
