"""Damaged connectors give findings, never a traceback; `make proof` does it with twenty times as many."""

from __future__ import annotations

from pathlib import Path

from proof.mutants import DAMAGES, mutants, originals
from proof.run_mutants import counted

COUNT = 500


def test_500_damaged_connectors_give_findings_inside_their_files(tmp_path: Path) -> None:
    (tmp_path / "scaffolds").mkdir()
    every = [*mutants(COUNT, originals(tmp_path / "scaffolds"), seed=1)]
    assert {damage for each in every for damage in each.damage.split(" + ")} == {each.__name__ for each in DAMAGES}
    told = counted(every, tmp_path)
    assert [each for each in told if isinstance(each, str)] == []
    assert sum(each for each in told if isinstance(each, int)) > COUNT
