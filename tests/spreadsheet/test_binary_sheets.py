"""An .xls that memory would not hold is refused before it is read, and what is read of any other is what stands in it."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import CellError, FileFault
from ccgrade_xl.spreadsheet.compound_file import container
from ccgrade_xl.workbook.grid import grids_of
from tests.spreadsheet.binary_books import (
    book,
    dimensions,
    error,
    formula_error,
    label,
    number,
    record,
    shared_text,
    shared_texts,
    small_numbers,
    stream,
    truth,
)

LONG = "很长的文字" * 3000
"""Longer than a record."""


def rows(content: bytes, sheet: str = "表1") -> list[list[object]]:
    return [list(row) for row in grids_of(content, "旧.xls")[sheet].rows]


def test_every_kind_of_cell_is_read_as_what_it_is() -> None:
    texts = ["客户编号", LONG, "末尾"]
    sheet = b"".join(
        (
            *(shared_text(0, at, at) for at in range(3)),
            number(1, 0, 12.5),
            truth(1, 1, True),
            label(1, 2, "标签"),
            error(2, 0, 0x2A),
            formula_error(2, 1, 0x07),
            small_numbers(3, 0, [7, 8, 9]),
        )
    )
    assert rows(book([sheet], shared_texts(texts))) == [
        texts, [12.5, True, "标签"], [CellError.NA, CellError.DIV0, None], [7.0, 8.0, 9.0],
    ]  # fmt: skip


def test_every_sheet_is_read_with_its_own_errors() -> None:
    content = book([number(0, 0, 1.0), error(0, 1, 0x17), b""])
    assert rows(content) == [[1.0]]
    assert rows(content, "表2") == [[None, CellError.REF]]
    assert rows(content, "表3") == []


@pytest.mark.parametrize(
    "sheets", [[number(0, 0, 1) + number(65535, 255, 1)], [number(0, 0, 1) + number(65535, 99, 1)] * 2]
)
def test_sheets_that_memory_would_not_hold_are_refused_by_how_far_they_reach(sheets: list[bytes]) -> None:
    with pytest.raises(
        FileFault, match=rf"“旧\.xls”的第 {len(sheets)} 张工作表延伸到第 65536 行、第 (100|256) 列"
    ):
        grids_of(book(sheets), "旧.xls")


def test_a_label_with_formats_of_its_own_reaches_as_far_as_any_cell() -> None:
    """BIFF5 has them; whether calamine reads them is its own affair."""
    far = bytearray(label(65535, 255, "远"))
    far[:2] = struct.pack("<H", 0x00D6)
    with pytest.raises(FileFault, match="延伸到第 65536 行、第 256 列"):
        grids_of(book([number(0, 0, 1) + bytes(far)]), "旧.xls")


def test_a_sheet_that_begins_far_away_is_as_large_as_what_it_holds() -> None:
    assert rows(book([number(65000, 200, 1.0)]))[65000][200] == 1.0


@pytest.mark.parametrize("declared", [(1, 1), (65536, 256), (2**32 - 1, 65535), (0, 0)])
def test_what_a_sheet_declares_of_its_size_is_not_believed(declared: tuple[int, int]) -> None:
    assert rows(book([dimensions(*declared) + number(0, 0, 1.0)])) == [[1.0]]


def test_shared_texts_that_would_flood_memory_are_refused() -> None:
    uses = b"".join(shared_text(at, 0, 0) for at in range(30_000))
    with pytest.raises(FileFault, match="文字展开后大得不正常"):
        grids_of(book([uses], shared_texts([LONG])), "旧.xls")


@pytest.mark.parametrize(
    "content",
    [
        book([shared_text(0, 0, 0)], shared_texts(["甲"], count=2**31)),
        book([shared_text(0, 0, 0)], shared_texts(["甲"], count=9)),
        book([label(0, 0, "短", letters=60000)]),
        book([record(0x0203, b"\0")]),
        book([number(0, 0, 1.0)])[:4096],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
    ],
)
def test_what_says_more_than_it_holds_is_damaged(content: bytes) -> None:
    with pytest.raises(FileFault, match=r"“旧\.xls”的内容已损坏"):
        grids_of(content, "旧.xls")


def test_a_password_is_said() -> None:
    with pytest.raises(FileFault, match="设有打开密码"):
        grids_of(book([number(0, 0, 1.0)], more=record(0x002F, struct.pack("<HHH", 1, 1, 1))), "旧.xls")


SOUND = stream(
    [number(0, 0, 1.0) + shared_text(1, 1, 1) + label(2, 0, "标签")], shared_texts(["甲", "乙丙", LONG])
)


@given(
    st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=20), st.booleans()
)
def test_no_bytes_at_all_make_it_crash(changes: list[tuple[int, int]], whole: bool) -> None:
    """Either the container as a file has it, or the records within a sound one."""

    content = bytearray(container("Workbook", SOUND) if whole else SOUND)
    for place, value in changes:
        content[place % len(content)] = value
    with suppress(FileFault):
        grids_of(bytes(content) if whole else container("Workbook", bytes(content)), "旧.xls")
