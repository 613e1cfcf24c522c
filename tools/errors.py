"""Every error that a caller of `tools` can meet, in one tree.

    ConnectorSdkError            a refusal: says what happened, where, and the next step
    ├── InvalidArguments         an argument that cannot be used as it is
    ├── WorkspaceMissing         no folder in which the caller allows work
    ├── OutsideWorkspace         a path that leaves the workspace, also by `..` or a link
    ├── ProjectNotFound          no such folder, or no connector in it
    ├── ScaffoldConflict         files that a scaffold would have to overwrite
    ├── UnknownPattern           no such pattern, auth or pagination in the catalogue
    ├── RuleNotFound             no such rule id
    ├── FileChanged              a file that a fix would write is another than the one that was read
    ├── RunNotFound              no such run, or one of a project outside the workspace
    ├── EnvironmentBuildFailed   what the connector requires cannot be installed
    ├── SyncAlreadyRunning       the project has a run already
    ├── WarehouseMissing         nothing was synced yet
    ├── WarehouseBusy            a sync, or a process that is not ours, holds the warehouse
    ├── QueryRefused             SQL that is not one reading statement over the warehouse
    └── QueryTimedOut            a query that was ended at its limit of time or memory

The code of an error is the name of its class.
"""

from __future__ import annotations


class ConnectorSdkError(Exception):
    """A refusal, in words for the caller: what happened, where, and the next step."""

    @property
    def code(self) -> str:
        """The name under which CONTRACT.md lists this refusal."""
        return type(self).__name__


class InvalidArguments(ConnectorSdkError): ...


class WorkspaceMissing(ConnectorSdkError): ...


class OutsideWorkspace(ConnectorSdkError): ...


class ProjectNotFound(ConnectorSdkError): ...


class ScaffoldConflict(ConnectorSdkError): ...


class UnknownPattern(ConnectorSdkError): ...


class RuleNotFound(ConnectorSdkError): ...


class FileChanged(ConnectorSdkError): ...


class RunNotFound(ConnectorSdkError): ...


class EnvironmentBuildFailed(ConnectorSdkError): ...


class SyncAlreadyRunning(ConnectorSdkError): ...


class WarehouseMissing(ConnectorSdkError): ...


class WarehouseBusy(ConnectorSdkError): ...


class QueryRefused(ConnectorSdkError): ...


class QueryTimedOut(ConnectorSdkError): ...
