"""A connector that leaks its secrets on purpose, wherever it can: nothing that we answer or store shows them."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from connector_sdk_mcp.tools.project import Workspace
from mcp import Client
from mcp.types import TextResourceContents
from mcp_client import ERAS, Mode, ServerProcess, call
from support import MakeProject

# One of each kind: by its key's name, by its form, as the userinfo of a URL; from the file, `.env`, and the call.
NAMED, FORMED, USER = "correct-horse/Battery+9", "ghp_" + "a1B2c3D4" * 5, "Hidden%2Fpw77"
DOTENV, GIVEN, PEM = "dotenv-Secret-4242", "given_secret_9876", "-----BEGIN KEY-----\nMIIabcdef123456\nZZ99yy88xx77\n"
CONFIGURATION = {"api_token": NAMED, "extra": FORMED, "base_url": f"https://me:{USER}@source.test/v1", "cert_pem": PEM}
LEAK = """
import base64, sys, traceback, urllib.parse
secrets = [configuration["api_token"], configuration["extra"], configuration["base_url"], configuration["cert_pem"]]
secrets += [os.environ["DOTENV_TOKEN"], os.environ["GIVEN_PASSWORD"]]
for number, secret in enumerate(secrets):
    encoded = base64.b64encode(f"user:{secret}!".encode()).decode()
    forms = [secret, json.dumps(secret), repr({"a": json.dumps({"b": secret})}), urllib.parse.quote(secret, safe=""),
             urllib.parse.quote_plus(secret), encoded, encoded.replace("+", "-"), f"prefix{secret}suffix"]
    for form in forms:
        log.info(form)
        log.warning(form)
        print(form, file=sys.stderr)
    os.write(1, secret[:5].encode())
    os.write(1, secret[5:].encode() + b"\\n")
    for where in (".", "files"):
        with open(os.path.join(where, secret.replace("/", "_")[:60]), "w") as file:
            file.write(secret)
    op.upsert("items", {"id": number, "form": forms, "text": secret})
    op.upsert(secret, {"id": secret, secret: secret})
op.checkpoint({"cursor": secrets, secrets[0]: {"nested": secrets[-1]}})
if state:
    try:
        raise ValueError(secrets)
    except ValueError:
        log.error("it failed with " + secrets[4] + traceback.format_exc())
    op.warning(secrets[0])
    raise RuntimeError(" ".join(secrets))
"""


def leaked(text: str) -> list[str]:
    """The secrets of which a text shows a telling part, also where JSON has escaped it."""
    parts = [NAMED, FORMED, USER, "Hidden/pw77", DOTENV, GIVEN, "MIIabcdef123456", "ZZ99yy88xx77"]
    names = ["_".join(re.findall("[A-Z]*[a-z]+|[A-Z]+|[0-9]+", part)).lower() for part in parts]
    codes = [base64.b64encode(b"\0" * shift + part.encode()).decode()[4:-4] for part in parts for shift in range(3)]
    lower = text.lower()
    found = [part for part in [*parts, *codes] if part in text or part.replace("/", "\\/") in text]
    return found + [name for name in names if name in lower]


@pytest.mark.parametrize("era", ERAS)
def test_no_tool_no_resource_and_no_stored_file_shows_a_secret(
    era: Mode, workspace: Workspace, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project(LEAK, CONFIGURATION)
    (project.path / ".env").write_text(f"DOTENV_TOKEN={DOTENV}\n")
    (project.path / "helper.py").write_text(f"TOKEN = {FORMED!r}\nURL = {CONFIGURATION['base_url']!r}\n")
    said: dict[str, str] = {}
    called: set[str] = set()

    async def ask(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = await call(client, tool, **arguments)
        called.add(tool)
        said[f"{tool} {json.dumps(arguments)}"] = answer.text
        return answer.content

    async def work(client: Client) -> None:
        env = {"GIVEN_PASSWORD": GIVEN}
        first = await ask(client, "run_debug_sync", project="orders", env=env, keep_as="before")
        assert first["outcome"] == "succeeded", first
        second = await ask(client, "run_debug_sync", project="orders", env=env, wait_seconds=50)
        assert second["outcome"] == "failed"
        assert "***" in second["diagnosis"]["summary"]
        table = max((each["name"] for each in first["tables"]), key=len)
        for run in (first, second):
            await ask(client, "get_sync_run", run_id=run["run_id"], log={"limit": 500})
            await ask(client, "get_sync_run", run_id=run["run_id"], log={"pattern": NAMED})
            await ask(client, "cancel_sync_run", run_id=run["run_id"])
            await ask(client, "read_reference", uri=run["log_uri"])
        await ask(client, "list_connectors")
        await ask(client, "list_connectors", root="orders")
        await ask(client, "validate_connector", project="orders")
        await ask(client, "fix_connector", project="orders")
        await ask(client, "search_reference", query=NAMED)
        await ask(client, "scaffold_connector", project="orders", pattern="rest_api", tables=[])
        await ask(client, "describe_warehouse", project="orders")
        await ask(client, "describe_warehouse", project="orders", table=table, profile=True)
        await ask(client, "check_data_quality", project="orders", baseline="before")
        for sql in (
            "FROM tester.items",
            "SELECT table_name, column_name FROM information_schema.columns",
            "SELECT text AS t, CAST(text AS INTEGER) FROM tester.items",
            f"SELECT * FROM tester.{GIVEN}",
            f"SELECT missing FROM tester.{GIVEN}",
            f'FROM tester."{GIVEN.replace("_secret", "")}"',
            f"SELECT error('{FORMED}')",
            "DESCRIBE",
            "SHOW ALL TABLES",
        ):
            await ask(client, "query_warehouse", project="orders", sql=sql)
        assert any("masked_cells" in text for text in said.values())
        for entry in (await client.list_resources()).resources:
            for content in (await client.read_resource(str(entry.uri))).contents:
                assert isinstance(content, TextResourceContents)
                said[str(entry.uri)] = content.text
        for name, arguments in (("diagnose_sync", {"run_id": second["run_id"]}), ("review_connector", {})):
            prompt = await client.get_prompt(name, {"project": "orders", **arguments})
            said[name] = prompt.model_dump_json()
        await ask(client, "reset_connector", project="orders", confirm=True)
        assert called == {tool.name for tool in (await client.list_tools()).tools}

    async def work_again(client: Client) -> None:
        """Another server, which has never seen what the first one was given."""
        await ask(client, "run_debug_sync", project="orders", wait_seconds=50)
        for sql in ("FROM tester.items", "SHOW ALL TABLES"):
            await ask(client, "query_warehouse", project="orders", sql=sql)
        await ask(client, "describe_warehouse", project="orders", profile=True)
        await ask(client, "check_data_quality", project="orders")

    ServerProcess(workspace.roots[0], tmp_path / "state", era).session(work)
    project.warehouse.parent.rename(project.path / "gone")
    (project.path / ".connector-sdk-mcp" / "snapshots" / "before").rename(project.path / "files")
    ServerProcess(workspace.roots[0], tmp_path / "state", era).session(work_again)
    assert {key: found for key, text in said.items() if (found := leaked(text))} == {}
    stored = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert {path.name for path in stored} >= {"log.txt", "end.json", "run.json", "crash-report.txt"}
    assert {
        str(path): found for path in stored if (found := leaked(path.name + path.read_text(errors="replace")))
    } == {}
