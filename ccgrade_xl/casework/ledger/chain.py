"""The hash chain: each record carries the hash of itself and of the one before, so that tampering shows.

The chain proves that nothing inside it was changed, put in or taken out. Whoever takes the *last* records away
leaves a sound, shorter chain: keep a `Head` elsewhere (the workbook does) to see that too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from attrs import frozen

from ccgrade_xl.casework.ledger.frozen import FROZEN_COLUMNS, Value

START = ""
"""What stands for the hash before the first."""

HASHED = ("number", "at", "person", "kind", "key", "customer", "month", "rule_version", "content")
"""The columns of a record its hash covers."""

_NAMES = tuple(column.name for column in FROZEN_COLUMNS)
# Bytes are never written: where somebody put them their hash is not that of what was written.
_json = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=lambda value: [repr(value)]
).encode


@frozen
class Head:
    """The last record of a ledger: its number (0: none) and its hash."""

    number: int = 0
    hash: str = START

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def of(cls, text: str) -> Head:
        """Return the head that `str` wrote; one that cannot be read is that of an empty ledger."""
        number, _, found = text.partition(":")
        return cls(int(number), found) if number.isdecimal() and found else cls()


def record_hash(row: Mapping[str, Any], previous: str) -> str:
    """Return the hash of a record by column, as 64 hexadecimal digits."""
    text = _json([previous, *(row[name] for name in HASHED)])
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def frozen_hashes(month: str, revision: int, columns: Mapping[str, Sequence[Value]]) -> Iterator[bytes]:
    """Yield the hash of each frozen grade of one month and revision, in order; the last one is the seal.

    Unknown values are left out: a later ccgrade with a column more finds the same hashes.
    """
    before = frozen_start(month, revision)
    said = (_entries(name, columns[name]) for name in _NAMES)
    for entries in zip(*said, strict=True):
        text = "{" + ",".join(filter(None, entries)) + "}"
        before = sha256(before + text.encode("utf-8", "surrogatepass")).digest()
        yield before


def _entries(name: str, column: Sequence[Value]) -> list[str]:
    """Return what each value of a column is in the text that `frozen_hash` covers; "" for one that is unknown.

    Each distinct text is put into words once; a finite number is in JSON what it is in Python.
    """
    words = {text: f'"{name}":{_json(text)}' for text in set(column) if isinstance(text, str)}
    return [
        "" if value is None else words[value] if isinstance(value, str) else f'"{name}":{value!r}'
        for value in column
    ]


def frozen_hash(before: bytes, row: Sequence[Value]) -> bytes:
    """Return the hash of a frozen grade, its values in the order of `FROZEN_COLUMNS`."""
    known = {name: value for name, value in zip(_NAMES, row, strict=True) if value is not None}
    return sha256(before + _json(known).encode("utf-8", "surrogatepass")).digest()


def frozen_start(month: str, revision: int) -> bytes:
    """Return what stands for the hash before the first frozen grade of a month and revision."""
    return f"{month}|{revision}".encode()
