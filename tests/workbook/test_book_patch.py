"""Only what is asked for changes: every other part keeps its raw bytes, and independent readers agree."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import random
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from ccgrade_xl.errors import BookFault, CellError
from ccgrade_xl.workbook import sheet_patch
from ccgrade_xl.workbook.book_patch import BookEdit, patched_book
from ccgrade_xl.workbook.cells import Area, column_letters, column_number, serial_date
from ccgrade_xl.workbook.package import package_of
from ccgrade_xl.workbook.sheet_edit import Pattern
from tests.workbook.rich_books import NAMES, parts, raw_record, rich_book, with_parts

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
SHEET, OTHER, TABLE = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"


def written(
    content: bytes, cells: dict[str, Any], sheet: str = "客户数据", resized: int | None = None
) -> bytes:
    edit = BookEdit()
    for reference, value in cells.items():
        place = Area.parse(reference)
        assert place is not None
        edit.sheet(sheet).put(place.top, place.left, value)
    if resized is not None:
        edit.resized["客户"] = resized
        body = package_of(content, "书").tables[0].body
        edit.sheet(sheet).patterns.append(Pattern(Area(2, 1, resized, body.right), 2))
    return patched_book(package_of(content, "书.xlsm"), edit).packed()


def changed(before: bytes, after: bytes) -> set[str]:
    old, new = parts(before), parts(after)
    assert list(new) == [name for name in old if name in new]
    for name in old.keys() & new.keys():
        if old[name] == new[name]:
            assert raw_record(before, name) == raw_record(after, name)
    return {name for name in old if old[name] != new.get(name)}


def openpyxl_sheet(content: bytes, name: str = "客户数据", **options: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), keep_vba=True, **options)[name]


def calamine_value(content: bytes, row: int, column: int, name: str = "客户数据") -> Any:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)[row - 1][column - 1]


def test_writing_results_changes_the_sheet_alone() -> None:
    book = rich_book()
    after = written(book, {"X2": 5.0, "AJ3": "五星级", "AN2": dt.date(2024, 1, 5)})
    assert changed(book, after) == {SHEET}
    sheet = openpyxl_sheet(after)
    assert (sheet["X2"].value, sheet["AJ3"].value) == (5, "五星级")
    assert sheet["AN2"].value == dt.datetime(2024, 1, 5)
    assert sheet["A2"].value == "00000001"


def test_cells_that_are_not_written_keep_their_bytes() -> None:
    book = rich_book()
    cells = re.compile(rb'<c r="([A-Z]+\d+)".*?(?:/>|</c>)')
    old = {found[1]: found[0] for found in cells.finditer(parts(book)[SHEET])}
    new = {found[1]: found[0] for found in cells.finditer(parts(written(book, {"C3": "新"}))[SHEET])}
    assert {at for at in new if new[at] != old.get(at)} == {b"C3"}
    assert old.keys() <= new.keys()


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (0.1 + 0.2, 0.1 + 0.2),
        (5, 5),
        (-12.0, -12),
        (1e300, 1e300),
        (True, True),
        ("=1+1", "=1+1"),
        ("+86 10", "+86 10"),
        ("-5", "-5"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("  前后空格 \n第二行\t", "  前后空格 \n第二行\t"),
        ("<b>&amp;\"'", "<b>&amp;\"'"),
        ("控制\x01符", "控制\x01符"),
        ("回车\r\n", "回车\r\n"),
        ("_x0041_", "_x0041_"),
        ("😀𠮷", "😀𠮷"),
        ("字" * 32_767, "字" * 32_767),
        (CellError.NA, "#N/A"),
        (CellError.NUM, "#NUM!"),
        (CellError.CALC, "#VALUE!"),
        (CellError.SPILL, "#VALUE!"),
        (dt.datetime(2024, 2, 29, 18, 30), dt.datetime(2024, 2, 29, 18, 30)),
        (dt.date(1900, 3, 1), dt.datetime(1900, 3, 1)),
        (None, None),
    ],
)
def test_every_kind_of_value_reads_back_in_openpyxl_and_calamine(value: Any, seen: Any) -> None:
    after = written(rich_book(), {"B2": value})
    cell = openpyxl_sheet(after)["B2"]
    text = cell.value
    if isinstance(text, str):
        text = re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)
    assert text == seen
    assert cell.data_type != "f"
    if not isinstance(value, CellError):
        second = calamine_value(after, 2, 2)
        whole_day = isinstance(second, dt.date) and not isinstance(second, dt.datetime)
        second = dt.datetime.combine(second, dt.time()) if whole_day else second
        assert (second if second != "" else None) == seen


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_reads_back_as_it_was(text: str) -> None:
    after = written(BASE, {"B2": text})
    assert calamine_value(after, 2, 2) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_reads_back_to_the_last_bit(number: float) -> None:
    assert calamine_value(written(BASE, {"B2": number}), 2, 2) == number


BASE = rich_book(1, macros=False)


@pytest.mark.parametrize("value", ["字" * 32_768, math.nan, math.inf, dt.date(1899, 1, 1)])
def test_what_a_cell_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(BookFault):
        written(BASE, {"B2": value})


@pytest.mark.parametrize(
    ("day", "serial"), [(dt.date(1900, 1, 1), 1), (dt.date(1900, 2, 28), 59), (dt.date(1900, 3, 1), 61)]
)
def test_dates_before_march_1900_count_as_excel_counts(day: dt.date, serial: float) -> None:
    assert serial_date(day) == serial


def test_a_workbook_that_counts_from_1904_gets_its_own_serials() -> None:
    workbook = parts(rich_book())["xl/workbook.xml"].replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
    after = written(
        with_parts(rich_book(), xl__workbook__xml=b"", **{"xl__workbook.xml": workbook}),
        {"F2": dt.date(2024, 1, 5)},
    )
    assert openpyxl_sheet(after)["F2"].value == dt.datetime(2024, 1, 5)


def test_a_written_cell_keeps_its_style_and_an_emptied_one_too() -> None:
    book = rich_book()
    before = openpyxl_sheet(book)
    after = openpyxl_sheet(written(book, {"X2": 1.0, "F2": None}))
    assert after["X2"].fill.fgColor.rgb == before["X2"].fill.fgColor.rgb == "FFEEEEEE"
    assert after["F2"].value is None
    assert after["F2"].number_format == "yyyy-mm-dd"


def test_a_date_in_a_cell_without_a_date_format_gets_one() -> None:
    book = rich_book()
    after = written(book, {"X2": dt.date(2024, 1, 5)})
    assert changed(book, after) == {SHEET, "xl/styles.xml"}
    cell = openpyxl_sheet(after)["X2"]
    assert (cell.value, cell.number_format) == (dt.datetime(2024, 1, 5), "yyyy-mm-dd")
    assert cell.fill.fgColor.rgb == "FFEEEEEE"


def test_a_table_that_grows_takes_its_ranges_and_styles_along() -> None:
    book = rich_book(3)
    cells = {
        f"{column_letters(at)}{row}": float(row) for row in range(2, 41) for at in range(1, len(NAMES) + 1)
    }
    after = written(book, cells, resized=40)
    assert changed(book, after) == {SHEET, TABLE}
    sheet = openpyxl_sheet(after)
    assert sheet.tables["客户"].ref == sheet.tables["客户"].autoFilter.ref == "A1:AN40"
    assert sheet.dimensions == "A1:AN40"
    assert str(sheet.data_validations.dataValidation[0].sqref) == "E2:E40"
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["I2:I40"]
    assert re.search(rb"<xm:sqref>I2:I40</xm:sqref>", parts(after)[SHEET])
    assert sheet["F40"].number_format == "yyyy-mm-dd"
    assert sheet["X40"].fill.fgColor.rgb == "FFEEEEEE"


def test_blank_cells_that_a_table_grows_over_look_like_its_others() -> None:
    def blank(book: Any, sheet: Any, __: Any) -> None:
        yellow = book.add_format({"bg_color": "#FFFF00"})
        for row in range(4, 12):
            sheet.write_blank(row, 5, None, yellow)

    book = rich_book(3, extra=blank)
    sheet = openpyxl_sheet(written(book, {f"F{row}": 1.0 for row in range(2, 9)}, resized=8))
    assert [sheet[f"F{row}"].number_format for row in range(2, 10)] == [*["yyyy-mm-dd"] * 7, "General"]
    assert sheet["F8"].fill.fgColor.rgb != "FFFFFF00"
    assert sheet["F9"].fill.fgColor.rgb == "FFFFFF00"


@given(
    st.sets(st.integers(1, 44), max_size=8),
    st.sets(st.integers(1, 44), max_size=3),
    st.dictionaries(st.integers(1, 40), st.sampled_from(["甲", 1.0, None, dt.date(2024, 1, 5)]), min_size=1),
)
@example({1, 2, 3}, set(), {1: "甲", 2: 1.0, 3: None})
@example({2}, {43}, {1: "甲"})
def test_rows_grown_over_are_written_the_same_whole_as_cell_by_cell(
    blank: set[int], filled: set[int], values: dict[int, Any]
) -> None:
    def beside(book: Any, sheet: Any, __: Any) -> None:
        yellow = book.add_format({"bg_color": "#FFFF00"})
        for row in range(4, 8):
            for column in blank:
                sheet.write_blank(row, column - 1, None, yellow)
            for column in filled - set(range(1, 41)):
                sheet.write(row, column - 1, "旁边")

    book = rich_book(3, extra=beside)
    cells = {
        f"{column_letters(column)}{row}": value for row in range(2, 9) for column, value in values.items()
    }
    whole = written(book, cells, resized=8)
    with patch.object(sheet_patch._Writer, "_recast", lambda *_: None):
        assert parts(written(book, cells, resized=8)) == parts(whole)


def test_rows_of_blank_cells_that_a_table_grows_over_need_not_be_walked() -> None:
    shrunk = written(
        rich_book(9),
        {f"{column_letters(at)}{row}": None for row in range(3, 11) for at in range(1, len(NAMES) + 1)},
        resized=2,
    )
    cells = {f"{column_letters(at)}{row}": "甲" for row in range(3, 11) for at in range(1, len(NAMES) + 1)}
    with patch.object(sheet_patch._Writer, "_walked", side_effect=AssertionError("walked")):
        sheet = openpyxl_sheet(written(shrunk, cells, resized=10))
    assert {sheet[f"A{row}"].value for row in range(3, 11)} == {"甲"}


def test_a_table_that_shrinks_leaves_nothing_behind() -> None:
    cells = {f"{column_letters(at)}{row}": None for row in range(3, 7) for at in range(1, len(NAMES) + 1)}
    sheet = openpyxl_sheet(written(rich_book(5), cells, resized=2))
    assert sheet.tables["客户"].ref == "A1:AN2"
    assert all(cell.value is None for row in sheet.iter_rows(3) for cell in row)
    assert str(sheet.data_validations.dataValidation[0].sqref) == "E2:E2".removesuffix(":E2")


def test_a_table_does_not_grow_over_what_stands_below_it() -> None:
    def note(_: Any, sheet: Any, __: Any) -> None:
        sheet.write("A9", "制表人：王")

    cells = {f"A{row}": "1" for row in range(2, 12)}
    with pytest.raises(BookFault, match="单元格 A9 已有内容"):
        written(rich_book(3, extra=note), cells, resized=11)


def test_a_table_grows_past_what_stands_beside_it_and_is_written_with_it() -> None:
    def note(_: Any, sheet: Any, __: Any) -> None:
        sheet.write("AR9", "制表人：王")

    cells = {f"A{row}": "1" for row in range(2, 12)} | {"AR9": "制表人：李"}
    sheet = openpyxl_sheet(written(rich_book(3, extra=note), cells, resized=11))
    assert (sheet["A9"].value, sheet["AR9"].value) == ("1", "制表人：李")


def test_a_print_area_follows_its_table() -> None:
    def page(_: Any, sheet: Any, __: Any) -> None:
        sheet.print_area("A1:AN4")
        sheet.repeat_rows(0)

    book = rich_book(3, extra=page)
    after = written(book, {f"A{row}": "1" for row in range(2, 12)}, resized=11)
    assert changed(book, after) == {SHEET, TABLE, "xl/workbook.xml"}
    sheet = openpyxl_sheet(after)
    assert (sheet.print_area, sheet.print_title_rows) == ("'客户数据'!$A$1:$AN$11", "$1:$1")


def chained(book: bytes, chain: str) -> bytes:
    """Add a calcChain part as Excel writes one."""
    old = parts(book)
    types = old["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.calcChain+xml"/></Types>',
    )
    links = old["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'calcChain" Target="calcChain.xml"/></Relationships>',
    )
    swapped = with_parts(book, **{"[Content_Types].xml": types, "xl___rels__workbook.xml.rels": links})
    buffer = io.BytesIO(swapped)
    with zipfile.ZipFile(buffer, "a") as file:
        body = f'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{chain}</calcChain>'
        file.writestr("xl/calcChain.xml", body)
    return buffer.getvalue()


def formulas(_: Any, sheet: Any, __: Any) -> None:
    for row in range(2, 7):
        sheet.write_formula(f"AJ{row}", f'=IF(X{row}>3,"五星级","")', None, "旧")
        sheet.write_formula(f"AP{row}", f"=AG{row}&1", None, f"缓存{row}")


def test_a_formula_written_over_leaves_the_calculation_chain() -> None:
    chain = '<c r="AJ2" i="1"/><c r="AP2"/><c r="AJ3"/><c r="A1" i="2"/><c r="A2"/>'
    book = chained(rich_book(extra=formulas), chain)
    after = written(book, {"AJ2": "四星级", "AJ3": "三星级"})
    assert changed(book, after) == {SHEET, "xl/calcChain.xml"}
    left = [(cell.get("r"), cell.get("i")) for cell in etree.fromstring(parts(after)["xl/calcChain.xml"])]
    assert left == [("AP2", "1"), ("A1", "2"), ("A2", None)]
    sheet = openpyxl_sheet(after)
    assert (sheet["AJ2"].value, sheet["AP2"].value) == ("四星级", "=AG2&1")
    assert openpyxl_sheet(after, data_only=True)["AP2"].value == "缓存2"


def test_a_calculation_chain_with_nothing_left_is_dropped_with_its_links() -> None:
    book = chained(rich_book(extra=formulas), '<c r="AJ2" i="1"/>')
    after = parts(written(book, {"AJ2": "四星级"}))
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]


def test_half_an_array_formula_is_not_written_over() -> None:
    def array(_: Any, sheet: Any, __: Any) -> None:
        sheet.write_array_formula("X2:X4", "{=ROW(A1:A3)}", None, 1)

    book = rich_book(extra=array)
    with pytest.raises(BookFault, match="X2:X4 是一个数组公式"):
        written(book, {"X3": 1.0})
    assert openpyxl_sheet(written(book, {"X2": 1.0, "X3": 2.0, "X4": 3.0}))["X3"].value == 2


def test_the_head_of_a_shared_formula_is_not_written_over_while_others_need_it() -> None:
    sheet = parts(rich_book())[SHEET]
    shared = sheet.replace(
        b"</row>", b'<c r="AP2"><f t="shared" ref="AP2:AQ2" si="0">A2</f><v>1</v></c>'
        b'<c r="AQ2"><f t="shared" si="0"/><v>1</v></c></row>', 2,
    ).replace(b'<c r="AP2"><f t="shared" ref="AP2:AQ2" si="0">A2</f><v>1</v></c><c r="AQ2"><f t="shared" si="0"/><v>1</v></c>', b"", 1)  # fmt: skip
    book = with_parts(rich_book(macros=False), **{"xl__worksheets__sheet1.xml": shared})
    with pytest.raises(BookFault, match="AQ2 与 AP2 共用一个公式"):
        written(book, {"AP2": 1.0})
    assert written(book, {"AP2": 1.0, "AQ2": 2.0})
    assert written(book, {"AQ2": 2.0})


def without_flag(book: bytes) -> bytes:
    workbook = parts(book)["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    return with_parts(book, **{"xl__workbook.xml": workbook})


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=SUM(1,2)", False),
        ("='客户数据'!X2", True),
        ('=COUNTIF(客户[星级],"五星级")', True),
        ('=INDIRECT("X"&2)', True),
    ],
)
def test_excel_calculates_again_only_where_a_formula_could_depend(formula: str, expected: bool) -> None:
    def extra(_: Any, __: Any, other: Any) -> None:
        other.write_formula("H1", formula, None, 0)

    book = without_flag(rich_book(extra=extra))
    after = written(book, {"X2": 4.0})
    assert (b'fullCalcOnLoad="1"' in parts(after)["xl/workbook.xml"]) is expected
    assert changed(book, after) == ({SHEET, "xl/workbook.xml"} if expected else {SHEET})


def rewritten(sheet: bytes, kind: str) -> bytes:
    """The same sheet as another program would have written it."""
    if kind == "prefixed":
        sheet = re.sub(rb"<(/?)(?!\?|x14|xm:|/?x14|/?xm)([a-zA-Z])", rb"<\1s:\2", sheet)
        return sheet.replace(b"<s:worksheet xmlns=", b"<s:worksheet xmlns:s=")
    if kind == "utf-16":
        root = etree.fromstring(sheet)
        return etree.tostring(root, encoding="utf-16", xml_declaration=True)
    if kind == "commented":
        return sheet.replace(b"<sheetData>", b"<!-- <row r='9'> --><sheetData>")
    if kind == "without addresses":
        return re.sub(
            rb'<row r="1"[^>]*>.*?</row>',
            lambda row: re.sub(rb' r="[A-Z]*1"| spans="[^"]*"', b"", row[0]),
            sheet,
        )
    return re.sub(rb'<c r="([^"]+)" t="s">', rb'<c t="s" r="\1">', sheet)


@pytest.mark.parametrize("kind", ["prefixed", "utf-16", "commented", "without addresses", "other order"])
def test_sheets_written_by_other_programs_are_patched_alike(kind: str) -> None:
    book = rich_book(3)
    sheet = rewritten(parts(book)[SHEET], kind)
    assert sheet != parts(book)[SHEET]
    after = written(
        with_parts(book, **{"xl__worksheets__sheet1.xml": sheet}), {"B1": "名称", "X3": 3.0, "A9": "新"}
    )
    expected = openpyxl_sheet(written(book, {"B1": "名称", "X3": 3.0, "A9": "新"}))
    assert [[cell.value for cell in row] for row in openpyxl_sheet(after).iter_rows()] == [
        [cell.value for cell in row] for row in expected.iter_rows()
    ]


def test_the_same_edit_gives_the_same_bytes() -> None:
    cells = {"X2": 5.0, "AJ3": "五星级"}
    book = rich_book()
    assert written(book, cells) == written(book, cells)


def _number(value: object) -> object:
    """Return the number behind a cell that is shown as a day or, for 0, as a time."""
    if isinstance(value, dt.time):
        return value.hour / 24 + value.minute / 1440 + value.second / 86_400
    return serial_date(value) if isinstance(value, dt.date) else value


@example(5211)  # 0 where a day stands: calamine shows a time
@given(st.integers(0, 10_000))
def test_scattered_writes_land_where_they_should(seed: int) -> None:
    chance = random.Random(seed)
    places = {(chance.randint(1, 12), chance.randint(1, 60)): float(chance.randint(0, 99)) for _ in range(12)}
    after = written(
        BASE, {f"{column_letters(right)}{down}": value for (down, right), value in places.items()}
    )
    before_rows, rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(book))
        .get_sheet_by_name("客户数据")
        .to_python(skip_empty_area=False)
        for book in (BASE, after)
    )
    for down, row in enumerate(rows, 1):
        for right, value in enumerate(row, 1):
            stood = (
                before_rows[down - 1][right - 1]
                if down <= len(before_rows) and right <= len(before_rows[0])
                else ""
            )
            assert _number(value) == places.get((down, right), _number(stood))


def test_column_letters_and_numbers_are_each_others_inverse() -> None:
    assert [column_letters(at) for at in (1, 26, 27, 702, 703, 16_384)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert all(column_number(column_letters(at)) == at for at in range(1, 16_385))


@pytest.mark.libreoffice
def test_libreoffice_shows_the_same_cells(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("没有安装 LibreOffice")
    after = written(
        rich_book(extra=formulas), {"X2": 5.0, "AG3": "=1+1", "AJ3": "五星级", "AN2": dt.date(2024, 1, 5)}
    )
    (tmp_path / "书.xlsm").write_bytes(after)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1",
        "--outdir",
    ]
    subprocess.run(
        [*command, str(tmp_path), str(tmp_path / "书.xlsm")], check=True, capture_output=True, timeout=120
    )
    with (tmp_path / "书.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    at = {name: place for place, name in enumerate(NAMES)}
    assert (lines[1][at["X"]], lines[1][at["评级日期"]], lines[1][at["客户编号"]]) == (
        "5",
        "2024-01-05",
        "00000001",
    )
    assert (lines[2][at["信用等级"]], lines[2][at["星级"]]) == ("=1+1", "五星级")


def test_new_rows_take_over_the_attributes_of_the_first_row_whatever_stands_in_them() -> None:
    tall = parts(BASE)[SHEET].replace(b'<row r="2"', b'<row r="2" ht="%b%%" customHeight="1"', 1)
    content = with_parts(BASE, **{SHEET.replace("/", "__"): tall})
    after = parts(written(content, {"A9": "00000009"}, resized=9))[SHEET]
    row = re.search(rb'<row r="9"([^>]*)>', after)
    assert row is not None
    assert row[1] == b' ht="%b%%" customHeight="1"'
