"""One person's list for the field as a workbook of its own: A4 across, boxes to tick, and typed back into."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import cell_xml, column_letters, text_xml
from ccgrade_xl.workbook.verification import OPEN, PRINTED, RESULTS, VERIFICATION

_COLUMNS = VERIFICATION.columns[1:PRINTED]
_HEAD = 3
_TITLE, _NOTE, _HEADER, _TEXT, _CENTRED, _DAY, _INPUT = range(1, 8)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WRITTEN = (2026, 1, 1, 0, 0, 0)

_STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="4"><font><sz val="10"/><name val="微软雅黑"/></font><font><b/><sz val="14"/><name val="微软雅黑"/></font>
<font><sz val="9"/><color rgb="FF7F7F7F"/><name val="微软雅黑"/></font><font><b/><sz val="10"/><name val="微软雅黑"/></font></fonts>
<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FFE9EFF6"/></patternFill></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FFFFFBEA"/></patternFill></fill></fills>
<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="8">
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="49" fontId="3" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>
<xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>
<xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>
<xf numFmtId="164" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf>
<xf numFmtId="49" fontId="0" fillId="3" borderId="1" xfId="0" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>
</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def field_list(person: str, rows: Sequence[Mapping[str, CellValue]]) -> bytes:
    """Return one person's rows of the list as an .xlsx; the bytes depend on nothing else."""
    parts = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f"{_XML}<workbook xmlns=\"{_MAIN}\" xmlns:r=\"{_OFFICE}\"><sheets><sheet name=\"待核实\" sheetId=\"1\" r:id=\"rId1\"/></sheets><definedNames><definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">'待核实'!${_HEAD}:${_HEAD}</definedName></definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }  # fmt: skip
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, _WRITTEN), content.encode(), zipfile.ZIP_DEFLATED)
        sheet = zipfile.ZipInfo("xl/worksheets/sheet1.xml", _WRITTEN)
        package.writestr(sheet, _sheet(person, rows), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _sheet(person: str, rows: Sequence[Mapping[str, CellValue]]) -> bytes:
    last = column_letters(len(_COLUMNS))
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{column.width}" customWidth="1"/>'
        for at, column in enumerate(_COLUMNS, 1)
    )
    results = column_letters([column.header for column in _COLUMNS].index("核实结果") + 1)
    bottom = _HEAD + max(1, len(rows))
    signed = "核实人签字：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿＿＿　　组长签字：＿＿＿＿＿＿＿＿"
    body = [
        _row(1, 24, [(f"待核实清单　负责人：{person}　共 {len(rows)} 条", _TITLE)]),
        _row(2, 16, [(f"逐条核实后打勾；更正的写明核实值和依据，找不到人的写“{OPEN}”。也可以直接在本表填写后交回导入。", _NOTE)]),
        _row(_HEAD, 24, [(column.header, _HEADER) for column in _COLUMNS]),
        *(_row(at, 34, [_cell(row, column.header) for column in _COLUMNS]) for at, row in enumerate(rows, _HEAD + 1)),
        _row(bottom + 2, 24, [(signed, 0)]),
    ]  # fmt: skip
    head = (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0" showGridLines="0">'
        f'<pane ySplit="{_HEAD}" topLeftCell="A{_HEAD + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>"
    )
    tail = (
        f'</sheetData><autoFilter ref="A{_HEAD}:{last}{bottom}"/><dataValidations count="1"><dataValidation type="list" allowBlank="1" '
        f'sqref="{results}{_HEAD + 1}:{results}{bottom}"><formula1>"{",".join(RESULTS)}"</formula1></dataValidation></dataValidations>'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;L{_footed(person)}&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    )
    return head.encode() + b"".join(body) + tail.encode()


def _footed(text: str) -> str:
    """Return a text as a footer holds it: an ampersand is doubled there."""
    return text_xml(text.replace("&", "&&")).decode()


def _row(number: int, height: int, cells: Sequence[tuple[CellValue, int]]) -> bytes:
    content = b"".join(
        cell_xml(at, number, b' s="%d"' % style, value) for at, (value, style) in enumerate(cells, 1)
    )
    return b'<row r="%d" ht="%d" customHeight="1">%b</row>' % (number, height, content)


def _cell(row: Mapping[str, CellValue], header: str) -> tuple[CellValue, int]:
    if header in VERIFICATION.entered:
        return row.get(header), _INPUT
    if header == "截止日期":
        return row.get(header), _DAY
    return row.get(header), _CENTRED if header in ("原因", "途径", "勾选", "核实项目") else _TEXT
