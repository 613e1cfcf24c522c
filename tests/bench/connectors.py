"""Generated connectors of about 400 lines, each different, in the ways in which people write them."""

from __future__ import annotations

import json
import random
from pathlib import Path
from string import Template

LINES = 400
_ENTITIES = """
account asset booking campaign card charge check claim contact contract customer deal delivery device dispute employee
event expense invoice item lead ledger license listing location member message meter order organization page parcel
partner patient payment payout person plan policy price product project quote rate reading refund rental report return
review sample schedule segment sensor session shipment site store subscription supplier survey task team ticket
transaction transfer trip user vehicle vendor visit voucher warehouse
""".split()

_HEAD = Template('''\
"""Reads $first and more from the API of $company."""

import csv
import json
import time
from datetime import datetime, timedelta, timezone

import requests
from fivetran_connector_sdk import Connector
from fivetran_connector_sdk import Logging as log
from fivetran_connector_sdk import Operations as op

BASE_URL = "https://api.$company.example.com/v2"
PAGE_SIZE = $size
MAX_ATTEMPTS = 5
TIMEOUT_SECONDS = 30
RETRY_STATUS_CODES = (429, 500, 502, 503, 504)
REQUIRED_KEYS = ("api_key", "account_id")


def validate_configuration(configuration: dict) -> None:
    """Checks that the configuration has what the connector needs."""
    for key in REQUIRED_KEYS:
        if not configuration.get(key):
            raise ValueError(f"The configuration lacks a value for {key}.")
    if not configuration.get("page_size", "100").isdigit():
        raise ValueError("page_size has to be a whole number.")


def new_session(configuration: dict) -> requests.Session:
    """Opens a session that carries the credentials."""
    session = requests.Session()
    session.headers.update({"Authorization": f"Bearer {configuration['api_key']}", "Accept": "application/json"})
    return session


def get_json(session: requests.Session, path: str, params: dict) -> dict:
    """Fetches one page, and tries again where the API asks for it."""
    for attempt in range(MAX_ATTEMPTS):
        try:
            response = session.get(f"{BASE_URL}/{path}", params=params, timeout=TIMEOUT_SECONDS)
        except requests.ConnectionError as error:
            log.warning(f"The connection failed, attempt {attempt + 1}: {error}")
            time.sleep(2**attempt)
            continue
        if response.status_code in RETRY_STATUS_CODES:
            wait = int(response.headers.get("Retry-After", 2**attempt))
            log.warning(f"HTTP {response.status_code} for {path}, waiting {wait} s")
            time.sleep(wait)
            continue
        response.raise_for_status()
        return response.json()
    raise RuntimeError(f"No answer for {path} after {MAX_ATTEMPTS} attempts.")

''')

_PAGES = Template('''
def flatten_$entity(record: dict) -> dict:
    """Turns one $entity into a row."""
    row = {key: value for key, value in record.items() if not isinstance(value, (dict, list))}
    owner = record.get("owner") or {}
    row["owner_id"] = owner.get("id")
    row["tags"] = json.dumps(record.get("tags", []))
    row["amount"] = round(float(record["amount"]), 2) if record.get("amount") is not None else None
    return row


def sync_$table(session: requests.Session, state: dict) -> None:
    """Sends every $entity that changed since the last sync, page by page."""
    cursor = state.get("$table", {}).get("updated_at", "1970-01-01T00:00:00Z")
    params = {"updated_since": cursor, "limit": PAGE_SIZE, "sort": "updated_at"}
    page = 1
    while True:
        data = get_json(session, "$table", {**params, "page": page})
        records = data.get("items", [])
        for record in records:
            op.upsert(table="$table", data=flatten_$entity(record))
            cursor = max(cursor, record["updated_at"])
        state["$table"] = {"updated_at": cursor}
        op.checkpoint(state)
        log.fine(f"Page {page} of $table: {len(records)} rows")
        if not data.get("has_more"):
            break
        page += 1

''')

_CURSOR = Template('''
def pages_of_$table(session: requests.Session, since: str):
    """Yields the pages of $table by the API's own cursor."""
    token = None
    while True:
        query = {"since": since, "limit": PAGE_SIZE}
        if token:
            query["cursor"] = token
        answer = get_json(session, "$table/search", query)
        yield answer["data"]
        token = answer.get("next_cursor")
        if token is None:
            return


def sync_$table(session: requests.Session, state: dict) -> None:
    """Sends $table with their lines, and remembers how far it came."""
    since = state.get("$table", "2020-01-01")
    seen = 0
    for page in pages_of_$table(session, since):
        for each in page:
            if each.get("deleted"):
                op.delete(table="$table", keys={"id": each["id"]})
                continue
            op.upsert(table="$table", data={"id": each["id"], "name": each["name"], "changed": each["changed"]})
            for number, line in enumerate(each.get("lines", [])):
                op.upsert(table="${entity}_lines", data={"${entity}_id": each["id"], "number": number, **line})
            since = max(since, each["changed"])
            seen += 1
        state["$table"] = since
        op.checkpoint(state)
    log.info(f"Sent {seen} rows of $table")

''')

_WINDOW = Template('''
class ${name}Reader:
    """Reads $table day by day."""

    def __init__(self, session: requests.Session, days: int = 7):
        """Keeps the session and the length of a window."""
        self.session = session
        self.window = timedelta(days=days)

    def windows(self, start: datetime, end: datetime):
        """Yields the begin and the end of each window."""
        while start < end:
            yield start, min(start + self.window, end)
            start += self.window

    def rows(self, start: datetime, end: datetime):
        """Yields the rows of one window."""
        text = self.session.get(
            f"{BASE_URL}/$table/export.csv",
            params={"from": start.isoformat(), "to": end.isoformat()},
            timeout=TIMEOUT_SECONDS,
        ).text
        for row in csv.DictReader(text.splitlines()):
            yield {name.strip().lower(): value or None for name, value in row.items() if name}


def sync_$table(session: requests.Session, state: dict) -> None:
    """Sends the windows that are not yet sent."""
    begin = datetime.fromisoformat(state.get("$table", "2024-01-01T00:00:00+00:00"))
    reader = ${name}Reader(session)
    for start, end in reader.windows(begin, datetime.now(timezone.utc)):
        try:
            for row in reader.rows(start, end):
                op.upsert("$table", row)
        except ValueError as error:
            log.error(f"A window of $table could not be read: {error}")
            raise
        state["$table"] = end.isoformat()
        op.checkpoint(state)

''')

_TAIL = Template('''
def schema(configuration: dict) -> list:
    """Names the tables and their keys."""
    return [
$tables
    ]


def update(configuration: dict, state: dict) -> None:
    """Syncs one table after the other."""
    validate_configuration(configuration)
    log.info(f"Starting for account {configuration['account_id']}")
    session = new_session(configuration)
$calls
    log.info("Done")


connector = Connector(update=update, schema=schema)

if __name__ == "__main__":
    with open("configuration.json") as file:
        settings = json.load(file)
    connector.debug(configuration=settings)
''')


def connector_source(seed: int) -> str:
    """One connector; the same seed gives the same text."""
    chosen = random.Random(seed)
    entities = chosen.sample(_ENTITIES, len(_ENTITIES))
    text = _HEAD.substitute(first=f"{entities[0]}s", company=f"acme{seed}", size=chosen.choice([50, 100, 250]))
    tables: list[str] = []
    while text.count("\n") < LINES - 40 - 2 * len(tables):
        entity = entities.pop()
        tables.append(f"{entity}s")
        block = chosen.choice([_PAGES, _CURSOR, _WINDOW])
        text += block.substitute(entity=entity, table=f"{entity}s", name=entity.title())
        tables += [f"{entity}_lines"] if block is _CURSOR else []
    declared = "\n".join(f'        {{"table": "{table}", "primary_key": ["id"]}},' for table in tables)
    calls = "\n".join(f"    sync_{table}(session, state)" for table in tables if not table.endswith("_lines"))
    return text + _TAIL.substitute(tables=declared, calls=calls)


def write_connectors(folder: Path, count: int) -> list[Path]:
    """`count` projects below a folder."""
    projects = [folder / f"connector_{number:03}" for number in range(count)]
    for seed, project in enumerate(projects):
        project.mkdir(parents=True)
        configuration = {"api_key": "<API_KEY>", "account_id": "<ACCOUNT>", "page_size": "100"}
        (project / "connector.py").write_text(connector_source(seed), encoding="utf-8")
        (project / "configuration.json").write_text(json.dumps(configuration, indent=2), encoding="utf-8")
        (project / "requirements.txt").write_text("", encoding="utf-8")
        (project / "README.md").write_text("# Connector\n\napi_key, account_id, page_size\n", encoding="utf-8")
    return projects
