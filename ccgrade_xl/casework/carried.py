"""Tasks that are still to be done when a month is closed, packed into one field of a record.

A day once given outlives the workbook: what is late stays late in the next month's list.
"""

from __future__ import annotations

import base64
import datetime as dt
import zlib
from collections.abc import Mapping

from ccgrade_xl.errors import LedgerFault

_LARGEST = 200_000_000
"""Bytes a packed table may unfold to: more than a task for every customer of China."""


def packed(days: Mapping[tuple[str, str], dt.date]) -> str:
    """Pack the last days of tasks, by customer and kind of task, into a text."""
    lines = "\n".join(f"{customer}\t{name}\t{day}" for (customer, name), day in sorted(days.items()))
    return base64.b64encode(zlib.compress(lines.encode(), 6)).decode("ascii")


def unpacked(text: str) -> dict[tuple[str, str], dt.date]:
    """Return what was packed. Raises `LedgerFault` for a text that was never packed."""
    try:
        unfolder = zlib.decompressobj()
        lines = unfolder.decompress(base64.b64decode(text, validate=True), _LARGEST).decode()
        if not unfolder.eof:
            raise ValueError("cut short")
        fields = (line.split("\t") for line in lines.split("\n") if line)
        return {(customer, name): dt.date.fromisoformat(day) for customer, name, day in fields}
    except (ValueError, zlib.error) as error:
        raise LedgerFault("台账里结转的任务读不懂，可能被改动过；请运行台账核验。") from error
