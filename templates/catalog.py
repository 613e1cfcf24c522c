"""The patterns of which a connector can be made, read from the folders beside this file.

A folder holds a template.toml, which describes it, and the templates of its files.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files as package_files
from typing import Literal

from pydantic import BaseModel, ConfigDict

_PACKAGE = __name__.rpartition(".")[0]
_DESCRIPTION = "template.toml"
_TOML = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")


class Option(BaseModel):
    """A choice beside auth and pagination; its type is that of the default.

    Without `auth` it belongs to every auth, and the same for `pagination`. Numbers lie within `minimum` and `maximum`;
    `form` says what a text is: the name of a header, the name of a request parameter, or a dotted path in an answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: int | str
    description: str
    auth: tuple[str, ...] = ()
    pagination: tuple[str, ...] = ()
    form: Literal["header", "parameter", "path"] | None = None
    minimum: int = 0
    maximum: int = 0

    def belongs_to(self, auth: str, pagination: str) -> bool:
        """Whether the option has an effect with this choice."""
        return auth in (self.auth or (auth,)) and pagination in (self.pagination or (pagination,))


class Pattern(BaseModel):
    """A kind of connector: when to choose it and why, and what can be chosen in it, each choice with its description.

    `credential` maps an auth to the configuration key of its credential, `files` the names of the produced files to
    those of their templates.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    when: str
    why: str
    auth: Mapping[str, str]
    credential: Mapping[str, str]
    pagination: Mapping[str, str]
    option: Mapping[str, Option]
    files: Mapping[str, str]

    def options(self, auth: str, pagination: str) -> dict[str, Option]:
        """The options that have an effect with this choice."""
        return {name: option for name, option in self.option.items() if option.belongs_to(auth, pagination)}

    def templates(self) -> dict[str, str]:
        """The template text of each produced file."""
        folder = package_files(_PACKAGE) / self.name
        return {file: (folder / template).read_text("utf-8") for file, template in self.files.items()}


@cache
def all_patterns() -> tuple[Pattern, ...]:
    """Every pattern, by the order of their names."""
    folders = sorted(package_files(_PACKAGE).iterdir(), key=lambda folder: folder.name)
    return tuple(
        Pattern.model_validate({"name": folder.name, **_TOML.loads((folder / _DESCRIPTION).read_text("utf-8"))})
        for folder in folders
        if (folder / _DESCRIPTION).is_file()
    )
