"""What `validate` costs beside reading the same files: `python -m bench.validate`; exit 1 beyond the bound.

All rules but pep8 over 200 generated connectors of 400 lines, against `ast.parse` and one `ast.walk` of the same files,
in CPU time of this process and its children (ruff), alternating in one run.
"""

from __future__ import annotations

import ast
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from connector_sdk_mcp.tools.validate.engine import validate_all
from cpu import spent_by

from .connectors import write_connectors

COUNT = 200
ROUNDS = 9
BOUND = 3.0


def main() -> int:
    """Prints the ratio of each round, and their median: what else the machine does disturbs some rounds only."""
    with tempfile.TemporaryDirectory() as folder:
        projects = write_connectors(Path(folder), COUNT)
        # What is loaded once is not what 200 connectors cost.
        _ = validate_all(projects[:1], ignore=["pep8"])
        ratios = [*_ratios(projects)]
        findings = sum(len(each.report.findings) for each in validate_all(projects, ignore=["pep8"]))
    rounds = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    ratio = median(ratios)
    sys.stdout.write(f"{COUNT} connectors, {findings} findings; each round: {rounds}\n")
    sys.stdout.write(f"validate / (ast.parse + ast.walk) = {ratio:.2f}, at most {BOUND}\n")
    return 0 if ratio <= BOUND else 1


def _ratios(projects: list[Path]) -> Iterator[float]:
    """Each validation against the mean of the readings right before and after it: the machine's speed drifts."""
    before = spent_by(lambda: _read(projects))
    for _ in range(ROUNDS):
        mine, after = spent_by(lambda: _validate(projects)), spent_by(lambda: _read(projects))
        yield 2 * mine / (before + after)
        before = after


def _validate(projects: list[Path]) -> None:
    _ = validate_all(projects, ignore=["pep8"])


def _read(projects: list[Path]) -> None:
    for project in projects:
        for _ in ast.walk(ast.parse((project / "connector.py").read_text(encoding="utf-8"))):
            pass


if __name__ == "__main__":
    sys.exit(main())
