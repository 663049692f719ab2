"""Texts and spreadsheets, read as texts, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.files import DATABASE, PARQUET, SHEET, kind_of
from ccgrade_xl.meters.header_rows import SEARCHED_ROWS, HeaderRows, Knows, find_headers
from ccgrade_xl.meters.headers import UnknownHeaders, map_headers
from ccgrade_xl.meters.text_files import text_pieces
from ccgrade_xl.meters.unfinished import finished_size
from ccgrade_xl.spreadsheet.archive import open_archive
from ccgrade_xl.spreadsheet.extent import refuse_giant_sheets

if TYPE_CHECKING:
    import pandas as pd


@frozen(eq=False)
class Said:
    """What is to be said of the files of a source: remarks, sheets without readings, files not read, files not read to their end.

    `foreign` are those of the files not read whose headers are not those of readings.
    """

    remarks: list[str] = field(factory=list)
    unknown: list[UnknownHeaders] = field(factory=list)
    broken: dict[Path, str] = field(factory=dict)
    unfinished: list[Path] = field(factory=list)
    foreign: list[UnknownHeaders] = field(factory=list)


def first_table(file: Path, what: str, knows: Knows) -> pd.DataFrame:
    """Return the table in a Parquet, CSV or .xlsx file (its first sheet with all that `knows` asks for), texts as texts.

    Its `attrs` hold the number of its first row of data in the file (`first_row`) and what is to be said of it (`remarks`).
    Raises `FileFault`.
    """
    import pandas as pd  # noqa: PLC0415

    if not file.is_file():
        raise FileFault(f"找不到{what}“{file}”，请检查路径。")
    kind = kind_of(file)
    try:
        if kind is PARQUET:
            return pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise FileFault(f"文件“{file.name}”不完整或已损坏。请重新导出后再试。") from error
    if kind is DATABASE:
        raise FileFault(f"{what}“{file.name}”应当是 Parquet、CSV 或 .xlsx 文件。请另存后再试。")
    said = Said()
    if kind is SHEET:
        tables = [(found, frame) for _, found, frame in _sheets(file, knows)]
        if not tables:
            raise FileFault(f"文件“{file.name}”里没有内容。请检查文件。")
        found, table = next((each for each in tables if each[0].whole), tables[0])
    else:
        pieces = list(_text_pieces(file, knows, said))
        found, table = pieces[0][0], pd.concat([piece for _, piece in pieces], ignore_index=True)
    table.attrs |= {"first_row": found.above + 1, "remarks": tuple(said.remarks)}
    return table


def frames_of(
    file: Path, kind: tuple[str, ...], said: Said, profile: Mapping[str, str] | None
) -> Iterator[pd.DataFrame]:
    """Read a file; one that cannot be read from its begin, or holds no readings, is noted, one that is damaged further on raises
    `FileFault`.
    """
    frames = _sheet_frames(file, said, profile) if kind is SHEET else _text_frames(file, said, profile)
    try:
        first = next(frames, None)
    except UnknownHeaders as fault:
        said.foreign.append(fault)
        said.broken[file] = fault.left_out
        return
    except FileFault as fault:
        said.broken[file] = str(fault)
        return
    if first is not None:
        yield first
        yield from frames


def _knows_readings(profile: Mapping[str, str] | None) -> Knows:
    def knows(headers: list[str]) -> tuple[bool, int]:
        try:
            return True, len(map_headers(headers, "", profile).columns)
        except UnknownHeaders as fault:
            return False, sum(bool(header.column) for header in fault.headers)

    return knows


def _text_frames(file: Path, said: Said, profile: Mapping[str, str] | None) -> Iterator[pd.DataFrame]:
    """Read a text file; a last line that may still be being written is left out and noted. Raises `UnknownHeaders`."""
    for found, piece in _text_pieces(file, _knows_readings(profile), said, growing=True):
        if not found.whole:
            map_headers(found.headers, f"文件“{file.name}”", profile)
        yield piece


def _text_pieces(
    file: Path, knows: Knows, said: Said, *, growing: bool = False
) -> Iterator[tuple[HeaderRows, pd.DataFrame]]:
    size = _size_of(file, said, growing=growing)
    try:
        yield from text_pieces(file, size, knows, said.remarks)
    except OSError as error:
        raise _gone(file) from error


def _size_of(file: Path, said: Said, *, growing: bool) -> int:
    """Return how many bytes of a text file are to be read. Raises `FileFault`."""
    try:
        size = file.stat().st_size
        finished = finished_size(file) if growing else size
    except OSError as error:
        raise _gone(file) from error
    if finished < size:
        said.unfinished.append(file)
        said.remarks.append(f"文件“{file.name}”的最后一行可能没有写完，没有读入；写完以后再扫描就会读到。")
    return finished


def _gone(file: Path) -> FileFault:
    return FileFault(f"文件“{file.name}”不见了或打不开，没有读入。请检查文件夹和权限。")


def _sheet_frames(file: Path, said: Said, profile: Mapping[str, str] | None) -> Iterator[pd.DataFrame]:
    """Read every sheet that has the columns of readings; of the others, note which headers they have.

    Raises `UnknownHeaders` where none has.
    """
    unknown: list[UnknownHeaders] = []
    read = False
    for name, found, frame in _sheets(file, _knows_readings(profile)):
        try:
            map_headers(found.headers, f"文件“{file.name}”的工作表“{name}”", profile)
        except UnknownHeaders as fault:
            unknown.append(fault)
            continue
        read = True
        yield frame
    if unknown and not read:
        raise unknown[0]
    said.unknown.extend(unknown)


def _sheets(file: Path, knows: Knows) -> Iterator[tuple[str, HeaderRows, pd.DataFrame]]:
    """Read the sheets of a workbook as texts."""
    import pandas as pd  # noqa: PLC0415

    from ccgrade_xl.spreadsheet.opening import opened  # noqa: PLC0415 - only a spreadsheet waits for calamine

    try:
        content = file.read_bytes()
    except OSError as error:
        raise _gone(file) from error
    refuse_giant_sheets(open_archive(content, file.name))
    with opened(content, file.name) as book:
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    for name, rows in sheets.items():
        texts = [[_as_text(cell) or "" for cell in row] for row in rows[:SEARCHED_ROWS]]
        found = find_headers(texts, knows) if any(sum(map(bool, row)) > 1 for row in texts) else None
        if found is None:
            continue
        cells = [[_as_text(cell) for cell in row] for row in rows[found.above :]]
        yield name, found, pd.DataFrame(cells, columns=found.headers, dtype="str")


def _as_text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
