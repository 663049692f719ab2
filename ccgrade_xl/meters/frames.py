"""Texts and spreadsheets, read as texts, a piece at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from attrs import field, frozen

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.files import DATABASE, PARQUET, SHEET, kind_of
from ccgrade_xl.meters.headers import UnknownHeaders, map_headers
from ccgrade_xl.meters.unfinished import finished_size, open_beginning
from ccgrade_xl.spreadsheet.archive import open_archive
from ccgrade_xl.spreadsheet.extent import refuse_giant_sheets

if TYPE_CHECKING:
    import pandas as pd

_ENCODINGS = ("utf-8-sig", "gb18030")
_SAMPLE = 1 << 20


@frozen(eq=False)
class Said:
    """What is to be said of the files of a source: remarks, sheets without readings, files not read, files not read to their end."""

    remarks: list[str] = field(factory=list)
    unknown: list[UnknownHeaders] = field(factory=list)
    broken: dict[Path, str] = field(factory=dict)
    unfinished: list[Path] = field(factory=list)


def first_table(file: Path, what: str = "表具档案") -> pd.DataFrame:
    """Return the table in a Parquet, CSV or .xlsx file (its first sheet with more than one column), texts as texts.

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
    pieces = [frame for _, frame in _sheets(file)] if kind is SHEET else list(_text_frames(file))
    if not pieces:
        raise FileFault(f"文件“{file.name}”里没有内容。请检查文件。")
    return pieces[0] if kind is SHEET else pd.concat(pieces, ignore_index=True)


def frames_of(
    file: Path, kind: tuple[str, ...], said: Said, profile: Mapping[str, str] | None
) -> Iterator[pd.DataFrame]:
    """Read a file; one that cannot be read from its begin is noted, one that is damaged further on raises `FileFault`."""
    frames = _sheet_frames(file, said, profile) if kind is SHEET else _text_frames(file, said)
    try:
        first = next(frames, None)
    except FileFault as fault:
        said.broken[file] = str(fault)
        return
    if first is not None:
        yield first
        yield from frames


def _text_frames(file: Path, said: Said | None = None) -> Iterator[pd.DataFrame]:
    """Read a text file as texts, in pieces; the encoding is UTF-8 where it can be, else GB 18030.

    Where `said` is given, a last line that may still be being written is left out and noted.
    """
    import pandas as pd  # noqa: PLC0415

    size = _size_of(file, said)
    for encoding in _ENCODINGS:
        try:
            with open_beginning(file, size) as content:
                delimiter = _delimiter(content, encoding)
            with open_beginning(file, size) as content:
                yield from pd.read_csv(
                    content,
                    dtype=str,
                    keep_default_na=False,
                    na_values=[""],
                    encoding=encoding,
                    sep=delimiter,
                    chunksize=200_000,
                )
            return
        except UnicodeDecodeError:
            continue
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise FileFault(f"文件“{file.name}”不是整齐的 CSV，或者是空的。请重新导出后再试。") from error
        except OSError as error:
            raise _gone(file) from error
    raise FileFault(f"文件“{file.name}”的文字编码认不出来。请另存为“CSV UTF-8”后再试。")


def _size_of(file: Path, said: Said | None) -> int:
    """Return how many bytes of a text file are to be read. Raises `FileFault`."""
    try:
        size = file.stat().st_size
        finished = size if said is None else finished_size(file)
    except OSError as error:
        raise _gone(file) from error
    if said is not None and finished < size:
        said.unfinished.append(file)
        said.remarks.append(f"文件“{file.name}”的最后一行可能没有写完，没有读入；写完以后再扫描就会读到。")
    return finished


def _gone(file: Path) -> FileFault:
    return FileFault(f"文件“{file.name}”不见了或打不开，没有读入。请检查文件夹和权限。")


def _delimiter(content: BinaryIO, encoding: str) -> str:
    """Return the delimiter the first line has most of. Reads the whole file once, so that a wrong encoding shows here."""
    with io.TextIOWrapper(content, encoding=encoding, newline="") as text:
        first = text.readline()
        while text.read(_SAMPLE):
            pass
    return max((",", "\t", ";", "|"), key=first.count)


def _sheet_frames(file: Path, said: Said, profile: Mapping[str, str] | None) -> Iterator[pd.DataFrame]:
    """Read every sheet that has the columns of readings; of the others, note which headers they have."""
    for name, frame in _sheets(file):
        try:
            map_headers(list(frame.columns), f"文件“{file.name}”的工作表“{name}”", profile)
        except UnknownHeaders as fault:
            said.unknown.append(fault)
            continue
        yield frame


def _sheets(file: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Read the sheets of a workbook as texts; the header is the first row with more than one cell."""
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
        at = next(
            (at for at, row in enumerate(rows) if sum(cell not in ("", None) for cell in row) > 1), None
        )
        if at is None:
            continue
        headers = [str(cell).strip() or f"第{place}列" for place, cell in enumerate(rows[at], 1)]
        yield (
            name,
            pd.DataFrame(
                [[_as_text(cell) for cell in row] for row in rows[at + 1 :]], columns=headers, dtype="str"
            ),
        )


def _as_text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
