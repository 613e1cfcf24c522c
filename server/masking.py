"""Masks the cells of a query's rows, and counts them."""

from __future__ import annotations

from typing import Any

from ..tools.redact import Redactor
from ..tools.warehouse.models import QueryResult


def mask_rows(result: QueryResult, redactor: Redactor) -> QueryResult:
    """The result with the cells that hold a secret masked; `masked_cells` says how many, when there are any."""
    masked: list[Any] = [redactor.value(row) for row in result.rows]
    changed = sum(
        a != b for row, other in zip(result.rows, masked, strict=True) for a, b in zip(row, other, strict=True)
    )
    return result.model_copy(update={"rows": masked, "masked_cells": changed or None})
