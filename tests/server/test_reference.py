"""Resources, prompts, completion and the two reference tools, over a real pipe in both eras."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from connector_sdk_mcp.resources.catalog import KINDS, pages, prompts
from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.reference.catalogue import entries
from mcp import Client
from mcp.types import PromptReference, ResourceTemplateReference, TextContent, TextResourceContents
from mcp_client import ERAS, Mode, ServerProcess, call
from support import MakeProject

LINK = re.compile(r"csdk://[\w/{}-]+")
INDEXES = {f"csdk://{name}" for name in ("instructions", "rules", "sdk", "patterns", "templates", "runs")}


async def text(client: Client, uri: str) -> str:
    (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    return content.text


@pytest.mark.parametrize("era", ERAS)
def test_every_resource_can_be_read_and_every_link_in_it_resolves(
    era: Mode, workspace: Workspace, tmp_path: Path, make_project: MakeProject
) -> None:
    make_project("op.upsert('items', {'id': 1})")

    async def work(client: Client) -> None:
        run = await call(client, "run_debug_sync", project="orders")
        listed = {str(resource.uri) for resource in (await client.list_resources()).resources}
        assert listed == INDEXES
        templates = {template.uri_template for template in (await client.list_resource_templates()).resource_templates}
        made = {re.sub(r"\{.*?\}", r"[^/]+", template) for template in templates}
        texts = {uri: await text(client, uri) for uri in listed}
        texts |= {entry.uri: await text(client, entry.uri) for entry in entries()}
        assert all(len(body.strip()) > 40 for body in texts.values())
        links = {link for body in texts.values() for link in LINK.findall(body) if "{" not in link}
        runs = {link for link in links if link.startswith("csdk://runs/")}
        assert links - runs - set(texts) == set()
        assert f"csdk://runs/{run.content['run_id']}/log" in runs
        for uri in {entry.uri for entry in entries()} - listed:
            assert any(re.fullmatch(pattern, uri) for pattern in made), uri

    ServerProcess(workspace.roots[0], tmp_path / "state", era).session(work)


def test_every_page_is_in_the_index_of_its_kind() -> None:
    root = Path(__file__).parent.parent.parent / "resources"
    for kind in KINDS:
        assert len(pages(kind)) == len(list((root / kind).glob("*.md")))
    assert len(prompts()) == len(list((root / "prompts").glob("*.md")))
    assert [page.name for page in pages("instructions")] == [str(number) for number in range(1, 13)]


@pytest.mark.parametrize(
    ("uri", "nearest"),
    [
        ("csdk://rules/yield-operatoin", "csdk://rules/yield-operation"),
        ("csdk://sdk/operation", "csdk://sdk/operations"),
        ("csdk://instructions/13", "csdk://instructions/1"),
        ("csdk://patterns/page_pagnation", "csdk://patterns/page_pagination"),
        ("csdk://pattern", "csdk://patterns"),
        ("http://example.com", "csdk://"),
    ],
)
def test_an_unknown_address_names_the_nearest(uri: str, nearest: str, workspace: Workspace, tmp_path: Path) -> None:
    async def work(client: Client) -> None:
        answer = await call(client, "read_reference", uri=uri)
        assert answer.is_error
        assert nearest in answer.text

    ServerProcess(workspace.roots[0], tmp_path / "state").session(work)


def test_a_long_page_is_read_piece_by_piece(workspace: Workspace, tmp_path: Path) -> None:
    async def work(client: Client) -> None:
        whole, offset, pieces = await text(client, "csdk://instructions/3"), 0, ""
        while True:
            answer = await call(client, "read_reference", uri="csdk://instructions/3", offset=offset)
            pieces += answer.content["text"]
            offset = len(pieces)
            if "more" not in answer.content:
                break
        assert pieces == whole

    ServerProcess(workspace.roots[0], tmp_path / "state").session(work)


@pytest.mark.parametrize("era", ERAS)
def test_prompts_carry_their_arguments_and_name_the_tools(era: Mode, workspace: Workspace, tmp_path: Path) -> None:
    async def work(client: Client) -> None:
        listed = {prompt.name: prompt for prompt in (await client.list_prompts()).prompts}
        assert list(listed) == ["build_connector", "diagnose_sync", "migrate_connector", "review_connector"]
        tools = {tool.name for tool in (await client.list_tools()).tools}
        for name, prompt in listed.items():
            given = {argument.name: f"<<{argument.name}>>" for argument in prompt.arguments or [] if argument.required}
            (message,) = (await client.get_prompt(name, given)).messages
            assert isinstance(message.content, TextContent)
            body = message.content.text
            assert all(value in body for value in given.values())
            assert "{{" not in body
            assert len(tools & set(re.findall(r"`(\w+)`", body))) >= 3

    ServerProcess(workspace.roots[0], tmp_path / "state", era).session(work)


def test_arguments_are_completed(workspace: Workspace, tmp_path: Path, make_project: MakeProject) -> None:
    make_project("pass")

    async def work(client: Client) -> None:
        async def values(ref: PromptReference | ResourceTemplateReference, name: str, typed: str) -> list[str]:
            return (await client.complete(ref, {"name": name, "value": typed})).completion.values

        rule = ResourceTemplateReference(uri="csdk://rules/{rule_id}")
        assert await values(rule, "rule_id", "yield") == ["yield-operation"]
        topics = ResourceTemplateReference(uri="csdk://sdk/{topic}")
        assert {"operations", "errors"} <= set(await values(topics, "topic", ""))
        review = PromptReference(name="review_connector")
        assert await values(review, "project", "ord") == ["orders"]

    ServerProcess(workspace.roots[0], tmp_path / "state").session(work)
