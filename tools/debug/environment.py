"""The environment of a connector's process: a listed few of ours, the project's `.env`, and what the caller gives."""

from __future__ import annotations

import io
import os
import pwd
import re
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from ..errors import InvalidArguments
from ..files import regular_bytes

_PASSED = re.compile(
    r"HOME|LANG|LANGUAGE|LC_\w+|LOGNAME|PATH|SHELL|TERM|TMPDIR|TZ|USER|SSL_CERT_FILE|SSL_CERT_DIR"
    r"|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(?:HTTPS?|ALL|NO)_PROXY|(?:https?|all|no)_proxy"
)


def dotenv(project: Path) -> dict[str, str]:
    """The variables of the project's `.env`, none when it has none or it cannot be read."""
    try:
        text = (regular_bytes(project / ".env") or b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        return {}
    values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {key: value for key, value in values.items() if value is not None and _usable(key, value)}


def connector_environment(project: Path, extra: Mapping[str, str], commands: Path) -> dict[str, str]:
    """The whole environment of the connector; `commands` is its interpreter's folder.

    Raises InvalidArguments for a name that no environment can hold.
    """
    for key, value in extra.items():
        if not _usable(key, value):
            raise InvalidArguments(f"The variable {key[:60]!r} of `env` has no usable name or value. Rename it.")
    ours = {k: v for k, v in os.environ.items() if _PASSED.fullmatch(k)}
    merged = {**ours, **dotenv(project), **extra}
    merged.setdefault("HOME", pwd.getpwuid(os.getuid()).pw_dir)
    merged["PATH"] = os.pathsep.join([str(commands), merged.get("PATH", os.defpath)])
    # The official opt-out of the SDK's telemetry; unbuffered, so that prints and log lines keep their order.
    return {"DO_NOT_TRACK": "1", **merged, "PYTHONUNBUFFERED": "1"}


def _usable(key: str, value: str) -> bool:
    return bool(key) and "=" not in key and "\0" not in key and "\0" not in value
