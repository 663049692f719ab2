"""Text files of readings or meters, read as texts, a piece at a time: encoding, delimiter, headers and bad lines as they are found."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.header_rows import SEARCHED_ROWS, HeaderRows, Knows, find_headers
from ccgrade_xl.meters.unfinished import open_beginning

if TYPE_CHECKING:
    import pandas as pd

PIECE = 200_000
"""Rows of a piece."""
_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE = 1 << 20
_BAD_LINE = re.compile(r"line (\d+): expected \d+ fields, saw (\d+)")
_NAMED = 5


def text_pieces(
    file: Path, size: int, knows: Knows, remarks: list[str]
) -> Iterator[tuple[HeaderRows, pd.DataFrame]]:
    """Read the first `size` bytes of a text file; a line with more cells than the table has columns is left out, with a remark.

    The encoding is what the file says, else UTF-8 where it can be, else GB 18030. Raises `FileFault`, OSError.
    """
    import pandas as pd  # noqa: PLC0415

    for encoding in _encodings(file):
        try:
            delimiter, found, width = _shape(file, size, encoding, knows)
        except UnicodeError:
            continue
        bad: list[tuple[int, int]] = []
        try:
            with open_beginning(file, size) as content:
                for piece in _pieces(content, encoding, delimiter, found, width, bad):
                    yield found, piece
        except pd.errors.ParserError as error:
            raise _no_table(file) from error
        if bad:
            remarks.append(_said_of(file, bad, width))
        return
    raise FileFault(f"文件“{file.name}”的文字编码认不出来。请另存为“CSV UTF-8”后再试。")


def _encodings(file: Path) -> tuple[str, ...]:
    with file.open("rb") as content:
        mark = content.read(2)
    return ("utf-16",) if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else _ENCODINGS


def _shape(file: Path, size: int, encoding: str, knows: Knows) -> tuple[str, HeaderRows, int]:
    """Return delimiter, headers and columns of a file. Reads it all, so that a wrong encoding shows here."""
    with (
        open_beginning(file, size) as content,
        io.TextIOWrapper(content, encoding=encoding, newline="") as text,
    ):
        lines = list(islice(text, SEARCHED_ROWS + 1))
        while text.read(_SAMPLE):
            pass
    sample = "".join(lines)
    best = None
    for delimiter in sorted(_DELIMITERS, key=sample.count, reverse=True):
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error as error:
            raise _no_table(file) from error
        found = find_headers(rows, knows)
        if found is None:
            raise _no_table(file)
        shape = delimiter, found, max([len(found.headers), *map(len, rows[found.above : found.above + 1])])
        if found.whole:
            return shape
        best = best or shape
    assert best is not None  # noqa: S101 - there are delimiters
    return best


def _pieces(
    content: io.BufferedReader,
    encoding: str,
    delimiter: str,
    found: HeaderRows,
    width: int,
    bad: list[tuple[int, int]],
) -> Iterator[pd.DataFrame]:
    """Read pieces; lines that are too long are noted with their number and their count of cells.

    Lines of a file may end in a delimiter that its header has not.
    """
    import pandas as pd  # noqa: PLC0415

    names = [*found.headers, *(f"第{place}列" for place in range(len(found.headers) + 1, width + 1))]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", pd.errors.ParserWarning)
        try:
            reader = pd.read_csv(
                content,
                header=None,
                names=names,
                skiprows=found.above,
                index_col=False,
                dtype=str,
                keep_default_na=False,
                na_values=[""],
                encoding=encoding,
                sep=delimiter,
                chunksize=PIECE,
                on_bad_lines="warn",
            )
        except pd.errors.EmptyDataError:
            yield pd.DataFrame(columns=names, dtype="str")
            return
    bad += _bad_lines(caught)
    with reader:
        while True:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", pd.errors.ParserWarning)
                piece = next(reader, None)
            bad += _bad_lines(caught)
            if piece is None:
                return
            yield piece[found.headers]


def _bad_lines(caught: list[Any]) -> list[tuple[int, int]]:
    return [
        (int(line), int(cells)) for each in caught for line, cells in _BAD_LINE.findall(str(each.message))
    ]


def _said_of(file: Path, bad: list[tuple[int, int]], width: int) -> str:
    lines = "、".join(str(line) for line, _ in bad[:_NAMED])
    more = f" 等 {len(bad)} 行" if len(bad) > _NAMED else ""
    return (
        f"文件“{file.name}”第 {lines} 行{more}的格数比表头多（第 {bad[0][0]} 行有 {bad[0][1]} 格，表头 {width} 格），"
        "没有读入。请核对这些行，数字里的逗号要去掉或加引号。"
    )


def _no_table(file: Path) -> FileFault:
    return FileFault(f"文件“{file.name}”不是整齐的 CSV，或者是空的。请重新导出后再试。")
