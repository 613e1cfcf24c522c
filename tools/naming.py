"""How the SDK names a table or column of the source in the warehouse (its naming strategy FIVETRAN; observed, 3.0.0).

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import re
import unicodedata

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


def column_name(source: str) -> str:
    """`userId` is `user_id`, `9abc` is `_9_abc`, `größe` is `gro_e`."""
    letters = unicodedata.normalize("NFD", source)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    name = re.sub("_+", "_", _SEAM.sub("_", _NOT_PLAIN.sub("_", plain))).lower()
    return f"_{name}" if name[:1].isdigit() else name


def table_name(source: str) -> str:
    """As a column, but that underscores at its beginning are dropped."""
    name = column_name(source)
    return name if not name.strip("_") or name.lstrip("_")[:1].isdigit() else name.lstrip("_")
