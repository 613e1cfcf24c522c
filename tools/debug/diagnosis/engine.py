"""From the facts of a run to its diagnosis."""

from __future__ import annotations

import ast
import contextlib
import re
from typing import cast

from ...warehouse.holder import holder_of
from .causes import CAUSES, CONFIGURATION_FILE, STATE_FILE, Cause
from .facts import Facts, Found

_MAX_CHARS = 300
_GAVE_UP = re.compile(r"attempt|retr(?:y|ies)|gave up|giving up|exhausted", re.IGNORECASE)
_SHARED = re.compile(
    r"import (?P<path>(?:google|azure)\.[\w.]+)|from (?P<package>(?:google|azure)[\w.]*) import (?P<name>\w+)"
)
_STATES = ("state", "saved_state", "prior_state", "previous_state", "current_state", "new_state")
_CONFIGURATIONS = ("configuration", "config", "conf", "cfg", "settings")
_KEY = re.compile(r"^(?:KeyError: )?['\"](?P<key>[^'\"]+)['\"]$")


def diagnose(facts: Facts) -> Found | None:
    """The first cause, None where nothing is wrong. A cancelled run has none: its reason is known."""
    if facts.outcome == "succeeded":
        return _doubt(facts)
    if facts.outcome == "cancelled":
        return None
    if facts.outcome == "out_of_memory" or facts.memory_exceeded:
        return _memory(facts)
    if facts.outcome == "timed_out":
        hint = "Raise timeout_seconds, or use stop_after for a part; look at the log's end for what it waited for."
        return _told(facts, "resources", "The run was ended at its time limit.", hint)
    return _missing_key(facts) or _known(facts) or _left(facts) or _unknown(facts)


def build_failed(text: str) -> Found:
    """The diagnosis of an environment that could not be built."""
    said, _, way = text.partition("\n")[0].partition(". ")
    blamed = "the requirement" in said
    file, rule_id = ("requirements.txt", "invalid-requirement") if blamed else (None, None)
    return Found(kind="environment", summary=f"{said}.", file=file, line=None, rule_id=rule_id, hint=way)


def _known(facts: Facts) -> Found | None:
    for cause in CAUSES:
        if cause.by_sdk and facts.is_raised:
            continue
        if (match := cause.pattern.search(facts.said)) and _fits(facts, cause):
            return _of_cause(facts, cause, match)
    return _given_up(facts)


def _fits(facts: Facts, cause: Cause) -> bool:
    """Whether the line of the project, where one is known, may have this cause."""
    if cause.code is None:
        return True
    return bool(cause.code.search(facts.place.code)) if facts.place else facts.is_raised


def _given_up(facts: Facts) -> Found | None:
    """Of a connector that says only that it gave up, what it had logged before."""
    if not _GAVE_UP.search(facts.message):
        return None
    logged = "\n".join([*facts.errors[:-1], *facts.warnings])
    found = (
        (cause, cause.pattern.search(logged)) for cause in CAUSES if cause.kind == "source" or "HTTP" in cause.summary
    )
    return next((_of_cause(facts, cause, match) for cause, match in found if match), None)


def _of_cause(facts: Facts, cause: Cause, match: re.Match[str]) -> Found:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    statuses = [value for name, value in groups.items() if name.startswith("s") and value.isdigit()]
    values = {"status": statuses[0] if statuses else "", **groups}
    if "module" in groups:
        if found := _own_module(facts, groups["module"]):
            return found
        values["module"], values["requirement"] = _package(facts, groups["module"])
    if "{holder}" in cause.summary:
        values["holder"] = holder_of(facts.project / "files" / "warehouse.db") or "it is closed by now"
    summary, hint = cause.summary.format(**values), cause.hint.format(**values)
    files = {STATE_FILE: facts.state_file, CONFIGURATION_FILE: facts.configuration_file}
    return _told(facts, cause.kind, summary, hint, cause.rule_id, files.get(cause.file or "", cause.file))


def _own_module(facts: Facts, module: str) -> Found | None:
    """A module that is missing in a package of the project itself."""
    top, _, rest = module.partition(".")
    if not rest or not (facts.project / top).is_dir():
        return None
    summary = f"The project's package {top} has no module {rest}."
    return _told(facts, "code", summary, "Correct the import, or add the file.", "undefined-name")


def _package(facts: Facts, module: str) -> tuple[str, str]:
    """What is imported, and the line for requirements.txt that brings it: names like `google` belong to many."""
    top = module.partition(".")[0]
    shared = _SHARED.search(facts.place.code) if facts.place and top in ("google", "azure") else None
    if shared is None:
        return top, _requirement(top)
    full = shared["path"] or f"{shared['package']}.{shared['name']}"
    return full, f"`{'-'.join(full.split('.')[:3])}` with its version"


def _requirement(module: str) -> str:
    """The line for requirements.txt: in the version that the server has, where it has one."""
    # Every run loads this file, and few ask for a requirement.
    from importlib.metadata import PackageNotFoundError, version

    from ...validate.distributions import distribution_of

    name = distribution_of(module)
    try:
        return f"`{name}=={version(name)}`"
    except PackageNotFoundError:
        return f"`{name}` with its version"


def _missing_key(facts: Facts) -> Found | None:
    """A key that the state, the configuration, the environment or another dict does not have."""
    match = _KEY.match(facts.message)
    if match is None or facts.place is None or not facts.exception.startswith("KeyError"):
        return None
    key, owner = match["key"], _owner(facts.place.code, match["key"])
    if owner in _STATES and key not in cast("dict[str, object]", facts.state_before or {}):
        summary = f"The state has no {key!r}: a first sync begins with an empty state."
        return _told(facts, "code", summary, f"Read it by state.get({key!r}).", "state-key-assumed")
    if owner in _CONFIGURATIONS:
        summary = f"The configuration has no {key!r}, which the code reads."
        hint = "Add it to configuration.json, or give the code a default: configuration.get(...)."
        return _told(facts, "configuration", summary, hint, "configuration-key-undefined")
    if owner == "environ":
        summary = f"The environment variable {key} is not set."
        hint = "Set it in the project's .env, or give it with `env`; better read it from the configuration."
        return _told(facts, "configuration", summary, hint)
    summary = f"A dict has no key {key!r}."
    return _told(facts, "code", summary, "Look at what the source sent there; read what may be missing by .get().")


def _owner(code: str, key: str) -> str:
    """The last name of what the key is asked of, `state` of `state["key"]`; empty where the line does not say."""
    for text in (code, f"{code} pass", f"{code}\n pass", code.rstrip(":,(")):
        with contextlib.suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == key:
                    owner = node.value
                    return owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return ""


def _left(facts: Facts) -> Found | None:
    """A process that was ended by the connector itself, or by a crash."""
    if not facts.lost_process:
        return None
    if not facts.began:
        hint = "Give `python` an interpreter that has the SDK, repair the project's .venv, or remove it."
        return _told(facts, "environment", f"{facts.errors[-1]} The SDK had not begun.", hint)
    hint = "Let update return or raise, so that the SDK can commit what it holds; look at the log's end."
    summary = f"{facts.errors[-1]} It raised {facts.exception}." if facts.exception else facts.errors[-1]
    return _told(facts, "code", summary, hint, "exit-call")


def _unknown(facts: Facts) -> Found | None:
    text = facts.exception or facts.message or next(iter(facts.errors), "")
    if not text:
        return None
    return _told(
        facts, "code", text.splitlines()[0].removesuffix(": "), "Look at the line and at the log's end; then run again."
    )


def _memory(facts: Facts) -> Found:
    limit = f" of {facts.memory_limit_mb:.0f} MB" if facts.memory_limit_mb else ""
    summary = f"The connector needed more memory than its limit{limit}."
    hint = "Send rows page by page instead of collecting them; production gives a connector 1 GB."
    return _told(facts, "resources", summary, hint, "unbounded-memory")


def _doubt(facts: Facts) -> Found | None:
    """What makes a success doubtful."""
    if facts.errors:
        summary = f"The sync succeeded, but an error was logged: {facts.errors[0].splitlines()[0]}"
        hint = "Raise what means lost data instead of logging it; log what does no harm as a warning."
        return _told(facts, "code", summary, hint, "logged-and-lost")
    sent = any(facts.counts.get(name) for name in ("upserts", "updates", "deletes", "truncates", "file_uploads"))
    if not sent and not facts.rows:
        summary = "The sync succeeded and sent nothing."
        hint = "Look whether the source has data, and whether a generator is called without being run (`yield`)."
        return _told(facts, "code", summary, hint, "generator-never-run")
    if sent and not facts.counts.get("checkpoints"):
        summary = "The sync succeeded without a checkpoint: the next one begins anew."
        return _told(
            facts, "code", summary, "Call op.checkpoint(state) after each page or table.", "missing-checkpoint"
        )
    return None


def _told(
    facts: Facts, kind: str, summary: str, hint: str, rule_id: str | None = None, file: str | None = None
) -> Found:
    place = facts.place if file is None else None
    return Found(
        kind=kind,
        summary=summary if len(summary) <= _MAX_CHARS else summary[:_MAX_CHARS] + "…",
        file=file or (place.file if place else None),
        line=place.line if place else None,
        rule_id=rule_id,
        hint=hint,
    )
