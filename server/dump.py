"""A model as the client gets it: plain JSON without the optional fields that have no value."""

from __future__ import annotations

from enum import Enum
from typing import Any, cast

from pydantic import BaseModel


def dump(model: BaseModel) -> dict[str, Any]:
    """The fields by their public names. A field with a default is left out when it is null; a required one never is."""
    return {
        field.alias or name: _plain(value)
        for name, field in type(model).model_fields.items()
        if (value := getattr(model, name)) is not None or field.is_required()
    }


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return dump(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in cast("dict[str, object]", value).items()}
    return value
