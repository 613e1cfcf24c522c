"""The house, held by machine: which room may import which, and where each library may be named."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "connector_sdk_mcp"
ROOMS = ("server", "tools", "resources", "templates")
FOUNDATION = {
    "errors",
    "files",
    "fingerprints",
    "home",
    "naming",
    "project",
    "process",
    "redact",
    "secrets",
    "nearest",
    "listing",
}
BETWEEN_FAMILIES = {
    ("scaffold", "validate"),
    ("debug", "warehouse"),
    ("debug", "validate"),
    ("reference", "validate"),
    ("quality", "debug"),
    ("quality", "validate"),
    ("quality", "warehouse"),
}
FROM_EVERYWHERE = {"demo", "verify"}
OWNERS = {
    "mcp": ("server/",),
    "duckdb": ("tools/warehouse/",),
    "httpx": ("tools/reference/",),
    "jinja2": ("tools/scaffold/", "tools/verify/report"),
    "subprocess": ("tools/process.py",),
}


def modules() -> Iterator[str]:
    for room in ROOMS:
        yield from (str(path.relative_to(ROOT)) for path in sorted((ROOT / room).rglob("*.py")))


def imports(file: str) -> Iterator[str]:
    """Absolute dotted names of what a file imports; our own begin with the package."""
    package = [PACKAGE, *Path(file).parent.parts]
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def place(dotted: str) -> tuple[str, str]:
    """Room and family (or foundation module) of one of our dotted names."""
    parts = dotted.split(".")
    return parts[1], parts[2] if len(parts) > 2 else ""


PAIRS = [(file, name) for file in modules() for name in imports(file)]
OURS = [(file, name) for file, name in PAIRS if name.startswith(f"{PACKAGE}.")]


def test_every_file_of_the_package_is_read_by_these_tests() -> None:
    assert len({file for file, _ in PAIRS}) > 30
    assert ("server/app.py", f"{PACKAGE}.tools.debug.runs.Runs") in OURS


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_is_imported_only_by_its_owner(library: str) -> None:
    strangers = [file for file, name in PAIRS if name.split(".")[0] == library and not file.startswith(OWNERS[library])]
    assert strangers == []


def test_the_tools_and_catalogues_do_not_know_the_server() -> None:
    assert [(file, name) for file, name in OURS if not file.startswith("server/") and place(name)[0] == "server"] == []


def test_the_foundation_of_the_tools_knows_no_family() -> None:
    wrong = [
        (file, name)
        for file, name in OURS
        if len(Path(file).parts) == 2
        and file.startswith("tools/")
        and place(name)[0] == "tools"
        and place(name)[1] not in FOUNDATION
    ]
    assert wrong == []


def test_families_import_each_other_only_along_the_arrows() -> None:
    wrong: list[tuple[str, str]] = []
    for file, name in OURS:
        parts = Path(file).parts
        room, other = place(name)
        if parts[0] != "tools" or len(parts) < 3 or room != "tools" or other in FOUNDATION:
            continue
        family = parts[1]
        if other not in (family, "") and family not in FROM_EVERYWHERE and (family, other) not in BETWEEN_FAMILIES:
            wrong.append((file, name))
    assert wrong == []


def test_our_own_modules_are_imported_relatively() -> None:
    absolute = [
        file
        for file in modules()
        if f"import {PACKAGE}" in (text := (ROOT / file).read_text(encoding="utf-8")) or f"from {PACKAGE}" in text
    ]
    assert absolute == []


def loaded(code: str) -> set[str]:
    """The top-level modules in memory after `code`, in an interpreter of its own."""
    show = f"import sys; {code}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


HEAVY = {"duckdb", "libcst", "jinja2", "httpx", "fivetran_connector_sdk", "requests"}


def test_a_server_that_was_built_has_loaded_nothing_heavy() -> None:
    code = f"import {PACKAGE}.server.app as a, {PACKAGE}.server.settings as s; a.build_server(s.Settings())"
    assert loaded(code) & HEAVY == set()


def test_the_command_line_imports_neither_mcp_nor_anything_heavy() -> None:
    assert loaded(f"import {PACKAGE}.server.cli, {PACKAGE}.server.commands.validate") & (HEAVY | {"mcp"}) == set()


def test_a_supervisor_starts_with_the_standard_library_and_psutil_only() -> None:
    assert loaded(f"import {PACKAGE}.tools.debug.supervisor") & (HEAVY | {"mcp", "pydantic", "anyio"}) == set()
