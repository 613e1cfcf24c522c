"""What the installed Connector SDK says about itself."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache


@cache
def operation_signatures() -> Mapping[str, inspect.Signature]:
    """The signatures of the SDK's operations by name; the SDK is imported at the first call, which takes a moment."""
    from fivetran_connector_sdk import Operations

    methods = {name: getattr(Operations, name) for name in dir(Operations) if not name.startswith("_")}
    return {name: inspect.signature(method) for name, method in methods.items() if callable(method)}


@cache
def connector_signature() -> inspect.Signature:
    """What the installed SDK's Connector takes."""
    from fivetran_connector_sdk import Connector

    return inspect.signature(Connector)


# The levels by which a message can be sent; the installed SDK is asked for their signatures.
LOG_METHODS = frozenset({"critical", "debug", "error", "fine", "info", "severe", "warning"})


@cache
def log_signatures() -> Mapping[str, inspect.Signature]:
    """The signatures of everything that the SDK's log can be asked for, by name."""
    from fivetran_connector_sdk import Logging

    methods = {name: getattr(Logging, name) for name in dir(Logging) if not name.startswith("_")}
    functions = {name: method for name, method in methods.items() if inspect.isfunction(method)}
    return {name: inspect.signature(function) for name, function in functions.items()}


@cache
def log_names() -> frozenset[str]:
    """Everything that the SDK's log has: methods, levels, settings."""
    from fivetran_connector_sdk import Logging

    return frozenset(dir(Logging))


@cache
def sdk_contents() -> frozenset[str]:
    """Everything that can be imported from the SDK by its name."""
    import fivetran_connector_sdk as sdk

    submodules = (found.name for found in pkgutil.iter_modules(sdk.__path__))
    return frozenset((*dir(sdk), *submodules, "*"))


@cache
def star_names() -> frozenset[str]:
    """What `from fivetran_connector_sdk import *` brings."""
    import fivetran_connector_sdk as sdk

    public = (name for name in dir(sdk) if not name.startswith("_"))
    return frozenset(getattr(sdk, "__all__", public))
