"""A model as the client gets it: plain JSON without the optional fields that have no value."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Literal, TypeAlias, cast, get_origin

from pydantic import BaseModel

Mask: TypeAlias = Callable[[str], str]


def _as_it_is(text: str) -> str:
    return text


def dump(model: BaseModel, mask: Mask = _as_it_is) -> dict[str, Any]:
    """The fields by their public names, their texts masked; one with a default is left out when it is null.

    The words of the schema (enumerations, literals), the names of fields, and numbers stay, whatever the secrets are.
    """
    return {
        field.alias or name: value if _is_vocabulary(field.annotation) else _plain(value, mask)
        for name, field in type(model).model_fields.items()
        if (value := getattr(model, name)) is not None or field.is_required()
    }


def _is_vocabulary(annotation: object) -> bool:
    return get_origin(annotation) is Literal


def _plain(value: object, mask: Mask) -> Any:
    if isinstance(value, BaseModel):
        return dump(value, mask)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item, mask) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: _plain(item, mask) for key, item in cast("dict[str, object]", value).items()}
    return value
