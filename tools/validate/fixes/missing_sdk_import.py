"""Adds the import of a class of the SDK under the name that the code uses."""

from __future__ import annotations

import ast

from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..fixing.imports import new_import
from ..models import Finding
from ..names import SDK
from ..sdk_names import meant_by


def fix(context: Context, finding: Finding) -> list[Edit]:
    """`from fivetran_connector_sdk import Operations as op`."""
    module, node = context.node(finding, ast.Name)
    name = meant_by(module, node)
    if name is None:
        raise Held("Which class of the SDK is meant cannot be told.")
    alias = "" if node.id == name else f" as {node.id}"
    return [new_import(context, module, f"from {SDK} import {name}{alias}")]
