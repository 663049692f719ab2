"""Workbooks of the old .xls format (BIFF8) from their records, for the tests."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ccgrade_xl.spreadsheet.compound_file import container

BOF, END = 0x0809, 0x000A
GLOBALS, SHEET = 5, 0x10


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def shared_text(row: int, column: int, index: int) -> bytes:
    return record(0x00FD, struct.pack("<HHHI", row, column, 0, index))


def label(row: int, column: int, text: str, letters: int | None = None) -> bytes:
    said = len(text) if letters is None else letters
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, said, 1) + text.encode("utf-16-le"))


def error(row: int, column: int, code: int) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, code, 1))


def truth(row: int, column: int, value: bool) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, value, 0))


def formula_error(row: int, column: int, code: int) -> bytes:
    result = struct.pack("<BBBBHH", 2, 0, code, 0, 0, 0xFFFF)
    return record(0x0006, struct.pack("<HHH", row, column, 0) + result + bytes(8))


def small_numbers(row: int, column: int, values: Sequence[int]) -> bytes:
    packed = b"".join(struct.pack("<HI", 0, value << 2 | 2) for value in values)
    return record(
        0x00BD, struct.pack("<HH", row, column) + packed + struct.pack("<H", column + len(values) - 1)
    )


def dimensions(bottom: int, right: int) -> bytes:
    return record(0x0200, struct.pack("<IIHHH", 0, bottom, 0, right, 0))


def shared_texts(texts: Sequence[str], count: int | None = None, block: int = 8000) -> bytes:
    """The table of shared texts, cut into records between two letters wherever one is full."""
    records: list[bytearray] = [bytearray(struct.pack("<II", 0, len(texts) if count is None else count))]
    for text in texts:
        if len(records[-1]) + 5 > block:
            records.append(bytearray())
        records[-1] += struct.pack("<HB", len(text), 1)
        data = text.encode("utf-16-le")
        while data:
            room = max(0, block - len(records[-1])) // 2 * 2
            records[-1] += data[:room]
            data = data[room:]
            if data:
                records.append(bytearray(b"\1"))
    first, *others = map(bytes, records)
    return record(0x00FC, first) + b"".join(record(0x003C, other) for other in others)


def stream(sheets: Sequence[bytes], texts: bytes = b"", more: bytes = b"") -> bytes:
    """The records of a workbook; `more` stand before its sheets are named."""
    names = [f"表{at}" for at in range(1, len(sheets) + 1)]
    start = (
        record(BOF, struct.pack("<HHHHII", 0x600, GLOBALS, 0, 0, 0, 0))
        + more
        + record(0x0042, struct.pack("<H", 1200))
    )
    length = sum(len(record(0x0085, bytes(8) + name.encode("utf-16-le"))) for name in names)
    begin = len(start) + length + len(texts) + len(record(END))
    bound = bytearray()
    for name, sheet in zip(names, sheets, strict=True):
        bound += record(0x0085, struct.pack("<IBBBB", begin, 0, 0, len(name), 1) + name.encode("utf-16-le"))
        begin += len(_sheet(sheet))
    return start + bytes(bound) + texts + record(END) + b"".join(map(_sheet, sheets))


def book(sheets: Sequence[bytes], texts: bytes = b"", more: bytes = b"") -> bytes:
    return container("Workbook", stream(sheets, texts, more))


def _sheet(cells: bytes) -> bytes:
    return record(BOF, struct.pack("<HHHHII", 0x600, SHEET, 0, 0, 0, 0)) + cells + record(END)
