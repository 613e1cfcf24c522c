"""Damaged connectors: examples of the rules and scaffolds with bytes flipped, lines dropped, blocks swapped."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.scaffold.engine import scaffold
from connector_sdk_mcp.tools.validate.engine import all_rules
from connector_sdk_mcp.tools.validate.rule import example_files

Files: TypeAlias = Mapping[str, bytes]
Damage: TypeAlias = Callable[[bytes, random.Random], bytes]
# Bytes that open, close, join or end something, and some that are no text.
_TELLING = b"\x00\t\n\r \"'#$%()*,-./0:<=>@[\\]_`{|}~\x7f\x80\xbf\xc3\xe2\xed\xf0\xff"
_TABLES: tuple[Mapping[str, object], ...] = (
    {"name": "orders", "primary_key": ["id"], "cursor_field": "updated_at"},
    {"name": "Line Items", "primary_key": ["order_id", "number"], "records_path": "data.items"},
)


@dataclass(frozen=True)
class Mutant:
    """One damaged project: what was damaged, how, and all its files."""

    name: str
    damage: str
    files: Files


def flipped_bytes(data: bytes, chance: random.Random) -> bytes:
    """Some bytes are others."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        if found:
            at = chance.randrange(len(found))
            found[at] = chance.choice(_TELLING) if chance.random() < 0.7 else found[at] ^ (1 << chance.randrange(8))
    return bytes(found)


def dropped_lines(data: bytes, chance: random.Random) -> bytes:
    """Some lines are missing."""
    lines = data.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        if lines:
            del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def swapped_blocks(data: bytes, chance: random.Random) -> bytes:
    """Two runs of lines stand in each other's place."""
    lines = data.splitlines(keepends=True)
    a, b, c, d = sorted(chance.randint(0, len(lines)) for _ in range(4))
    return b"".join([*lines[:a], *lines[c:d], *lines[b:c], *lines[a:b], *lines[d:]])


def doubled_lines(data: bytes, chance: random.Random) -> bytes:
    """A run of lines stands there twice, the second time deeper."""
    lines = data.splitlines(keepends=True)
    a, b = sorted(chance.randint(0, len(lines)) for _ in range(2))
    return b"".join([*lines[:b], *(b"    " + line for line in lines[a:b]), *lines[b:]])


def cut_off(data: bytes, chance: random.Random) -> bytes:
    """The file ends too early."""
    return data[: chance.randint(0, len(data))]


def mixed_words(data: bytes, chance: random.Random) -> bytes:
    """Words stand where other words of the same file stood."""
    words = data.split(b" ")
    for _ in range(chance.randint(1, 5)):
        words[chance.randrange(len(words))] = chance.choice(words)
    return b" ".join(words)


DAMAGES: tuple[Damage, ...] = (
    flipped_bytes,
    dropped_lines,
    swapped_blocks,
    doubled_lines,
    cut_off,
    mixed_words,
)


def originals(folder: Path) -> list[tuple[str, Files]]:
    """Every example of every rule, and scaffolds of each way to sign in and to page, written to `folder`."""
    found: list[tuple[str, Files]] = []
    for rule in all_rules():
        found += [(f"{rule.rule_id()} VALID {n}", example_files(each)) for n, each in enumerate(rule.VALID)]
        found += [(f"{rule.rule_id()} INVALID {n}", each.files()) for n, each in enumerate(rule.INVALID)]
    for auth, pagination in (("none", "page"), ("api_key", "offset"), ("bearer", "cursor")):
        made = scaffold(
            Workspace((folder,)), auth, pattern="rest_api", auth=auth, pagination=pagination, tables=_TABLES
        )
        files = {file.path: (Path(made.project) / file.path).read_bytes() for file in made.files}
        # As often as the examples of a few rules: a whole connector leads to more code than they do.
        found += [(f"scaffold {auth}, {pagination}", files)] * 60
    return found


def mutants(count: int, bases: Sequence[tuple[str, Files]], seed: int = 4) -> Iterator[Mutant]:
    """`count` damaged projects, the same ones for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        name, files = chance.choice(bases)
        damaged = chance.choice([*files])
        data, told = files[damaged], list[str]()
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            damage = chance.choice(DAMAGES)
            data = damage(data, chance)
            told.append(damage.__name__)
        yield Mutant(f"{name}: {damaged}", " + ".join(told), {**files, damaged: data})


def written(mutant: Mutant, folder: Path) -> Path:
    """The mutant as a project on the disk."""
    for name, data in mutant.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    # A folder is a connector by its connector.py; some examples speak of a project without one.
    folder.mkdir(parents=True, exist_ok=True)
    return folder
