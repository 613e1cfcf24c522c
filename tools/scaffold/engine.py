"""Makes the files of a new connector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ..project import Workspace
from ..validate.engine import validate
from ..validate.models import FindingSummary
from .address import check_base_url
from .choices import Choice, choose
from .files import create_files, refuse_existing
from .models import ScaffoldedFile, ScaffoldResult, TableSpec
from .render import render
from .tables import check_tables
from .texts import require_text

_MAX_NAME = 200


def scaffold(
    workspace: Workspace,
    project: str,
    *,
    pattern: str,
    tables: Sequence[TableSpec | Mapping[str, object]],
    name: str = "",
    auth: str = "none",
    pagination: str = "page",
    base_url: str = "",
    options: Mapping[str, str | int | bool] | None = None,
    dry_run: bool = False,
) -> ScaffoldResult:
    """The files of a connector in the folder `project`, which is created when missing; a dry run writes none.

    `name` is the title of its README (default: the name of the folder), `base_url` the address in its configuration.
    Raises UnknownPattern, InvalidArguments, OutsideWorkspace, and ScaffoldConflict when one of the files exists.
    """
    choice = choose(pattern, auth=auth, pagination=pagination, options=options or {})
    specs = check_tables(tables, choice.parameters)
    address = check_base_url(base_url)
    folder = workspace.resolve(project)
    title = name.strip() or folder.name
    require_text(title, "name", longest=_MAX_NAME)
    refuse_existing(folder, choice.pattern.files)
    texts = render(choice, specs, name=title, base_url=address)
    findings = _planned(texts) if dry_run else _written(folder, texts)
    return ScaffoldResult(
        project=str(folder),
        files=[_file(path, text, dry_run) for path, text in texts.items()],
        findings=findings,
        next_steps=_next_steps(choice, dry_run),
    )


def _written(folder: Path, texts: Mapping[str, str]) -> FindingSummary:
    create_files(folder, texts)
    return validate(folder).summary


def _planned(texts: Mapping[str, str]) -> FindingSummary:
    with TemporaryDirectory(prefix="connector-sdk-mcp-") as folder:
        return _written(Path(folder), texts)


def _file(path: str, text: str, dry_run: bool) -> ScaffoldedFile:
    return ScaffoldedFile(path=path, lines=text.count("\n"), status="planned" if dry_run else "written")


def _next_steps(choice: Choice, dry_run: bool) -> list[str]:
    keys = " and ".join(filter(None, ["base_url", choice.credential]))
    return [
        *(["Call scaffold_connector again without dry_run to write these files."] if dry_run else []),
        f"Fill in {keys} in configuration.json; git does not track it.",
        "Check the code with validate_connector after each change.",
        "Run it with run_debug_sync, then look at the rows with describe_warehouse and query_warehouse.",
    ]
