"""A list as a plain .xlsx: one sheet, a bold header row that stays in view, texts that stay texts, times as times."""

from __future__ import annotations

import datetime as dt
import io
import math
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from ccgrade_xl.workbook.cells import attribute_xml, column_letters, column_xml

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_GENERAL, _BOLD, _TIME, _DATE = range(4)

_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for name, kind in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
            ("styles", "styles"),
        )
    )
    + "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
    f'Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def xlsx_of(sheet: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a list as an .xlsx file; cells are numbers (nan and infinity are empty), texts, dates, times or None.

    Raises `BookFault` as `column_xml` does.
    """
    widths = [max(8, *(_width(row[at]) for row in [headers, *rows[:200]])) for at in range(len(headers))]
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{min(width, 60) + 2}" customWidth="1"/>'
        for at, width in enumerate(widths, 1)
    )
    parts = {
        **{name: (_HEAD + text).encode() for name, text in _PARTS.items()},
        "xl/workbook.xml": b'%b<workbook xmlns="%b" xmlns:r="%b"><sheets><sheet name="%b" sheetId="1" r:id="rId1"/></sheets></workbook>'
        % (_HEAD.encode(), _MAIN.encode(), _RELATIONS.encode(), attribute_xml(sheet)),
        "xl/worksheets/sheet1.xml": (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f"<cols>{columns}</cols><sheetData>"
        ).encode()
        + b"".join(_lines(headers, rows))
        + b"</sheetData></worksheet>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _lines(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[bytes]:
    """Yield the rows of the sheet, the header first."""
    columns = [
        list(_column(at, header, [row[at - 1] for row in rows])) for at, header in enumerate(headers, 1)
    ]
    for number, cells in enumerate(zip(*columns, strict=True), 1):
        yield b'<row r="%d">%b</row>' % (number, b"".join(cells))


def _column(at: int, header: str, cells: Sequence[Any]) -> Iterator[bytes]:
    """Yield the `<c>` elements of one column from its header down."""
    letters = column_letters(at).encode()
    values = {1: header, **{row: _finite(cell) for row, cell in enumerate(cells, 2)}}
    styles = [_BOLD, *map(_style, cells)]
    for (row, rest), style in zip(column_xml(letters, values).items(), styles, strict=True):
        yield b'<c r="%b%d" s="%d"%b' % (letters, row, style, rest)


def _finite(cell: Any) -> Any:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _style(cell: Any) -> int:
    if isinstance(cell, dt.datetime):
        return _TIME
    return _DATE if isinstance(cell, dt.date) else _GENERAL


def _width(cell: Any) -> int:
    """Return the width of a cell in digits: a Chinese letter takes two."""
    if isinstance(cell, dt.datetime):
        return 16
    return sum(1 if letter.isascii() else 2 for letter in str(cell if cell is not None else ""))
