"""What a user installs: every file of the four folders, under one name, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def tracked() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "server", "tools", "resources", "templates"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {f"connector_sdk_mcp/{name}" for name in listed.stdout.splitlines()}


def test_the_wheel_holds_every_tracked_file_of_the_package_and_no_other(tmp_path: Path) -> None:
    copy = tmp_path / "source"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(copy)], check=True)
    build = [sys.executable, "-m", "build", "--quiet", "--wheel", "--outdir", str(tmp_path / "dist"), str(copy)]
    subprocess.run(build, check=True, capture_output=True, timeout=240)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == tracked()
