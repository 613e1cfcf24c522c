"""Every setting of the server, from the command line or from CONNECTOR_SDK_MCP_* variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from platformdirs import user_state_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ..tools.debug.environments.cache import default_cache
from ..tools.debug.slots import PARALLEL_RUNS
from ..tools.files import usable_folder


def _default_state_dir() -> Path:
    return usable_folder(user_state_path("connector-sdk-mcp", appauthor=False), "connector-sdk-mcp")


class Settings(BaseSettings):
    """The settings; a value given in code or on the command line goes before the environment."""

    model_config = SettingsConfigDict(env_prefix="CONNECTOR_SDK_MCP_", frozen=True, extra="ignore")

    workspace: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="Folders in which work is allowed; in the variable separated as PATH is."
    )
    state_dir: Path = Field(
        default_factory=_default_state_dir, description="Where runs, their logs and locks are kept."
    )

    parallel_runs: int = Field(default=PARALLEL_RUNS, ge=1, description="Connectors that run at once; others wait.")
    cache_dir: Path = Field(default_factory=default_cache, description="Where built environments are kept.")

    @field_validator("workspace", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part).expanduser() for part in value.split(os.pathsep) if part)
        return value
