"""`read`: the text of any csdk:// address. Does not import mcp."""

from __future__ import annotations

import sys

from ...tools.debug.runs import Runs
from ...tools.debug.store import RunStore
from ...tools.errors import ConnectorSdkError
from ..desk import Desk
from ..reading import read_uri
from ..settings import Settings


def read(settings: Settings, uri: str) -> int:
    """Prints the text; 1 when there is none at the address."""
    try:
        desk = Desk(settings, Runs(RunStore(settings.state_dir)))
        print(read_uri(desk, uri, whole=True), end="")
    except ConnectorSdkError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    return 0
