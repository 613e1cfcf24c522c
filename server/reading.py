"""Any csdk:// address to its text: the catalogues, and the runs of a workspace."""

from __future__ import annotations

from urllib.parse import unquote

from ..tools.debug.reading import read_log
from ..tools.errors import InvalidArguments
from ..tools.quality.reconcile import LastRun
from ..tools.quality.sources import with_source_names
from ..tools.reference.catalogue import text_of
from ..tools.warehouse.describe import describe
from ..tools.warehouse.dictionary import data_dictionary
from .desk import Desk

_RUNS = "csdk://runs"
_DICTIONARY = "csdk://dictionary/"
_SHOWN_RUNS = 20


# What a client gets of a log at once, and what is read of it for one that asks piece by piece.
_LOG_PIECE, _LOG_WHOLE = 20_000, 100_000_000


def read_uri(desk: Desk, uri: str, *, whole: bool = False) -> str:
    """The text at an address; of a log a first piece, unless the `whole` is asked for.

    Raises a refusal that names the nearest addresses.
    """
    if uri == _RUNS:
        return _runs_page(desk)
    if uri.startswith(_DICTIONARY):
        return _dictionary(desk, unquote(uri.removeprefix(_DICTIONARY)))
    if uri.startswith(f"{_RUNS}/"):
        run_id, _, part = uri.removeprefix(f"{_RUNS}/").partition("/")
        if part != "log":
            raise InvalidArguments(f"There is nothing at {uri[:200]!r}. The log of a run is csdk://runs/RUN_ID/log.")
        folder = desk.runs.store.run_folder(desk.runs.get(desk.workspace, run_id).run_id)
        return read_log(folder, 0, _LOG_WHOLE if whole else _LOG_PIECE)
    return text_of(uri)


def _dictionary(desk: Desk, project: str) -> str:
    """The tables of a project's warehouse, for its README."""
    opened = desk.project(project)
    found = describe(opened, profile=True, lock_file=desk.runs.warehouse_lock(opened))
    return desk.redactor.text(data_dictionary(with_source_names(found, LastRun.of(desk.runs, opened))))


def _runs_page(desk: Desk) -> str:
    lines = [
        f"- [{run.run_id}]({run.log_uri}): {run.outcome.value}, {run.project}, started {run.started_at}"
        for record in desk.runs.recent(desk.workspace)[:_SHOWN_RUNS]
        if (run := desk.runs.get(desk.workspace, record.run_id))
    ]
    return "# Runs\n\n" + ("\n".join(lines) or "No run yet: start one with run_debug_sync.") + "\n"
