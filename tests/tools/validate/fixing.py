"""What the tests of the fixes share: projects of texts, and looks at what a fix may not change."""

from __future__ import annotations

import io
import shutil
import subprocess
import tokenize
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from connector_sdk_mcp.tools.validate.engine import all_rules
from connector_sdk_mcp.tools.validate.rule import Invalid, Rule

FIXABLE: list[type[Rule]] = [
    rule for rule in all_rules() if rule.fixable or rule.rule_id() in ("invalid-schema", "operation-arguments", "pep8")
]
EXAMPLES: list[tuple[type[Rule], int, Invalid]] = [
    (rule, number, example) for rule in FIXABLE for number, example in enumerate(rule.INVALID)
]


def written(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    """A project of these files; what the folder held before is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a project, without the backups of fixes."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: data for name, data in named.items() if not name.startswith(".connector-sdk-mcp/")}


def comments(data: bytes) -> Counter[str]:
    """The comments of a Python file."""
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def patched(before: Mapping[str, bytes], diff: str, folder: Path, *command: str) -> dict[str, bytes]:
    """What a command that takes a diff on its standard input makes of a project."""
    target = written(folder, before)
    _ = subprocess.run(command, cwd=target, input=diff.encode(), check=True, capture_output=True)
    return contents(target)
