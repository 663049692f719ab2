"""A list of results as a file: .csv, .xlsx or .parquet. Texts stay texts, also those that look like a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ccgrade_xl import boundary
from ccgrade_xl.errors import FileFault
from ccgrade_xl.workbook.plain_xlsx import xlsx_of
from ccgrade_xl.workbook.replace_file import replace_file

_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠].*\w", re.DOTALL)
"""A text that a spreadsheet would take for a formula, an East Asian one by full-width signs, too; a lone - is a word for nothing."""
KINDS = (".csv", ".xlsx", ".parquet")


def check_kind(path: Path) -> None:
    """Raise `FileFault` where a file's ending is none that a list can be written as."""
    if path.suffix.lower() not in KINDS:
        raise FileFault(f"结果可以写成 {'、'.join(KINDS)}，不能写成“{path.suffix}”；请改 -o 的文件名。")


def write_list(path: Path, sheet: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write a list to a file, whole or not at all; the file's ending says how. Raises `FileFault`."""
    check_kind(path)
    kind = path.suffix.lower()
    if kind == ".xlsx":
        content = xlsx_of(sheet, headers, rows)
    else:
        content = _csv(headers, rows) if kind == ".csv" else _parquet(headers, rows)
    replace_file(path, content, lambda _content: None)


def csv_cell(cell: Any) -> str:
    """Write a cell so that a spreadsheet reads it back as it is: a text as it stands, one like a formula behind a '."""
    if cell is None:
        return ""
    if isinstance(cell, dt.date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, str):
        return f"'{cell}" if _FORMULA.match(cell) else cell
    return boundary.text_of(cell)


def _csv(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headers)
    for row in rows:
        writer.writerow(
            [f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, dt.datetime) else csv_cell(cell) for cell in row]
        )
    return text.getvalue().encode("utf-8-sig")


def _parquet(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - only who writes Parquet needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = list(zip(*rows, strict=True)) or [()] * len(headers)
    packed = io.BytesIO()
    pq.write_table(pa.table([pa.array(column) for column in columns], names=list(headers)), packed)
    return packed.getvalue()
