"""Styles that are appended are read back as they were meant."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from ccgrade_xl.workbook import number_formats
from ccgrade_xl.workbook.styles import Styles

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORMATS = b'<cellXfs count="1"><xf numFmtId="0"/></cellXfs>'


@pytest.mark.parametrize(
    "before", [b"", b'<numFmts count="1"><numFmt numFmtId="164" formatCode="0.000"/></numFmts>']
)
@pytest.mark.parametrize(
    "code", [number_formats.GROUPED, number_formats.SIGNED, '[>=999999.5]#,##0,"千";#,##0', '0.0"<&\'>"']
)
def test_a_number_format_is_read_back_as_it_was_written(before: bytes, code: str) -> None:
    data = b'<styleSheet xmlns="%b">%b%b</styleSheet>' % (MAIN.encode(), before, FORMATS)
    styles = Styles("xl/styles.xml", data, {164: "0.000"} if before else {}, [b'<xf numFmtId="0"/>'])
    number = styles.variant(0, code)
    root = ET.fromstring(styles.data)
    codes = {node.get("numFmtId"): node.get("formatCode") for node in root.iter(f"{{{MAIN}}}numFmt")}
    cells = root.findall(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf")
    assert codes[cells[number].get("numFmtId")] == code
    assert b"<" not in styles.data.split(b"formatCode=")[-1].split(b"/>")[0]
