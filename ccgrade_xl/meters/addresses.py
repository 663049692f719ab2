"""A connection string, taken apart: the table behind it, and what of it may be shown."""

from __future__ import annotations

import re
from urllib.parse import unquote

_TABLE = re.compile(r"#([^#@/]*)$")
_PARAMETERS = re.compile(r"\?\w+=")


def is_address(text: object) -> bool:
    """Return whether a source is a connection string."""
    return isinstance(text, str) and "://" in text


def without_table(address: str) -> tuple[str, str]:
    """Return a connection string and the table named behind it; "" where none is."""
    found = _TABLE.search(address)
    return (address[: found.start()], unquote(found[1])) if found else (address, "")


def shown_address(address: str) -> str:
    """Return what may be shown of a connection string: kind, host and database, never user, password or parameters."""
    kind, _, rest = without_table(address)[0].partition("://")
    found = _PARAMETERS.search(rest)
    return f"{kind}://{(rest[: found.start()] if found else rest).rpartition('@')[2]}"
