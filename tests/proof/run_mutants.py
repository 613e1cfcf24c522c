"""10,000 damaged connectors validated by all rules: `python -m proof.run_mutants`.

Writes mutants.md; exit 1 on a failure.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

from connector_sdk_mcp.tools.validate.engine import validate_all

from .mutants import Mutant, mutants, originals, written

COUNT = 10_000
BATCH = 250
TABLE = Path(__file__).with_name("mutants.md")
_HEAD = """# Damaged connectors

`make proof` damages the examples of all rules and some scaffolds, the same way each time, and validates them with every
rule, ruff's included. A failure is a traceback, or a finding that lies outside of its file.

| damage | connectors | findings | failures |
|---|---|---|---|
"""


def main() -> int:
    """Prints each failure, and writes the table."""
    seen, findings, failures = Counter[str](), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(2) as pool:
        folder = Path(name)
        (folder / "scaffolds").mkdir()
        every = [*mutants(COUNT, originals(folder / "scaffolds"))]
        for mutant, told in zip(every, _told(pool, every, folder), strict=True):
            seen[mutant.damage] += 1
            if isinstance(told, str):
                failures[mutant.damage] += 1
                sys.stderr.write(f"{mutant.name}, {mutant.damage}: {told}\n")
            else:
                findings[mutant.damage] += told
    rows = sorted({damage.partition(" + ")[0] for damage in seen})
    table = [(row, *(_of(row, counts) for counts in (seen, findings, failures))) for row in rows]
    table.append(("all", seen.total(), findings.total(), failures.total()))
    TABLE.write_text(_HEAD + "".join(f"| {' | '.join(map(str, row))} |\n" for row in table), encoding="utf-8")
    sys.stdout.write(f"{seen.total()} damaged connectors, {findings.total()} findings, {failures.total()} failures\n")
    return 1 if failures else 0


def _told(pool: Executor, every: list[Mutant], folder: Path) -> Iterator[int | str]:
    """For each mutant the number of its findings, or what went wrong."""
    batches = [every[begin : begin + BATCH] for begin in range(0, COUNT, BATCH)]
    running = [pool.submit(counted, batch, folder / str(number)) for number, batch in enumerate(batches)]
    for number, (batch, future) in enumerate(zip(batches, running, strict=True)):
        if future.exception() is None:
            yield from future.result()
            continue
        for index, mutant in enumerate(batch):
            alone = pool.submit(counted, [mutant], folder / f"{number} {index}")
            failed = alone.exception()
            yield "".join(traceback.format_exception(failed)) if failed else alone.result()[0]


def _of(row: str, counts: Counter[str]) -> int:
    """How many of those that were damaged this way first."""
    return sum(count for damage, count in counts.items() if damage.partition(" + ")[0] == row)


def counted(batch: list[Mutant], folder: Path) -> list[int | str]:
    """The number of findings of each mutant, or what is wrong with one of them; all are validated by one command."""
    folders = [written(mutant, folder / str(number)) for number, mutant in enumerate(batch)]
    reports = validate_all(folders)
    return [
        outside(mutant, [(f.file, f.line, f.column) for f in validated.report.findings])
        for mutant, validated in zip(batch, reports, strict=True)
    ]


def outside(mutant: Mutant, places: list[tuple[str, int, int]]) -> int | str:
    """The number of places, or which of them lies outside of its file."""
    for file, line, column in places:
        text = mutant.files.get(file, b"").decode("utf-8", "replace")
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if not 1 <= line <= len(lines) or not 1 <= column <= len(lines[line - 1]) + 2:
            return f"{file}:{line}:{column} is outside of the file"
    return len(places)


if __name__ == "__main__":
    sys.exit(main())
