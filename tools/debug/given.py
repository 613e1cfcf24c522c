"""The secrets that runs were given, for those who mask what the runs have left behind."""

from __future__ import annotations

import json
from pathlib import Path

from ..fingerprints import Fingerprints
from ..redact import Redactor
from .request import RunRequest
from .secrets import project_redactor
from .store import RunStore

_LONG_STATE = 200_000


class GivenSecrets:
    """Those of this server are known; those of others by their fingerprints, which lie in the store."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._known: dict[Path, frozenset[str]] = {}

    def redactor(self, project: Path) -> Redactor:
        """Masks the project's secrets, and what its runs were given as `env`."""
        known = project_redactor(project, self._known.get(project, frozenset()))
        others = Fingerprints.read(self._store.fingerprints(project)).without(known.forms)
        return Redactor(known.secrets, [others] if others.digests else [])

    def of_run(self, request: RunRequest, state: object) -> Redactor:
        """Masks what a run is given, and what it finds in the state; it is known from here on."""
        project = request.project.path
        file = self._store.fingerprints(project)
        fingerprints = Fingerprints.read(file)
        earlier = fingerprints.found_in(json.dumps(state, ensure_ascii=False)[:_LONG_STATE])
        known = self._known.get(project, frozenset()) | earlier
        redactor = project_redactor(project, known, request.configuration, request.env)
        self._known[project] = redactor.secrets
        given = Redactor(redactor.secrets - project_redactor(project, frozenset()).secrets)
        fingerprints.remember(file, given.forms)
        return redactor
