"""What the installed Connector SDK says about itself."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache


@cache
def operation_signatures() -> Mapping[str, inspect.Signature]:
    """The signatures of the SDK's operations by name; the SDK is imported at the first call, which takes a moment."""
    from fivetran_connector_sdk import Operations

    methods = {name: getattr(Operations, name) for name in dir(Operations) if not name.startswith("_")}
    return {name: inspect.signature(method) for name, method in methods.items() if callable(method)}


@cache
def star_names() -> frozenset[str]:
    """What `from fivetran_connector_sdk import *` brings."""
    import fivetran_connector_sdk as sdk

    public = (name for name in dir(sdk) if not name.startswith("_"))
    return frozenset(getattr(sdk, "__all__", public))
