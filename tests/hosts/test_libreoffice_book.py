"""An open Calc document keeps the `Book` protocol, and commands leave the same cells there as in a closed file."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.commands import COMMANDS, Command, grade_customers, run_command
from ccgrade_xl.errors import BookFault, CellError
from ccgrade_xl.functions import CATEGORY
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.libreoffice import LibreOfficeBook, system_path
from ccgrade_xl.hosts.libreoffice_commands import run_on_document
from ccgrade_xl.workbook.book import CellValue, Outcome
from ccgrade_xl.workbook.layout import RESULT_COLUMNS
from ccgrade_xl.workbook.notes import NOTE_WIDTH, note_height
from ccgrade_xl.workbook.overview import BLOCKS
from tests.hosts.conftest import Opener
from tests.hosts.customers import customer, plain, sample
from tests.hosts.office import Office, properties

pytestmark = pytest.mark.libreoffice

AS_OF = dt.date(2026, 10, 31)


@pytest.fixture
def document(addin_open: Opener, template: Path) -> Any:
    return addin_open(template)


@pytest.fixture
def book(addin_office: Office, document: Any) -> Iterator[LibreOfficeBook]:
    with LibreOfficeBook(document, addin_office.context, attended=False) as opened:
        yield opened


def test_the_location_is_the_files_path(addin_office: Office, addin_open: Opener, template: Path) -> None:
    odd = Path(shutil.copy(template, template.with_name("100%25 客户 #1.xlsm")))
    assert LibreOfficeBook(addin_open(odd), addin_office.context).location == str(odd)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", ""),
        ("file:///a/100%25%20%E5%AE%A2%E6%88%B7%20%231.xlsm", "/a/100% 客户 #1.xlsm"),
        ("file://localhost/a/b.xlsm", "/a/b.xlsm"),
        ("file://server/share/%E5%AE%A2%E6%88%B7.xlsm", "//server/share/客户.xlsm"),
    ],
)
def test_a_path_is_what_its_url_names_with_the_computer_that_shares_it(url: str, path: str) -> None:
    assert system_path(url) == path


def test_the_shipped_tables_are_there(book: LibreOfficeBook, template: Path) -> None:
    closed = ClosedFileBook(template)
    assert set(book.table_names()) == set(closed.table_names())
    for name in closed.table_names():
        here, there = book.read_table(name), closed.read_table(name)
        assert (here.headers, here.sheet, here.first_row, here.first_column) == (
            there.headers, there.sheet, there.first_row, there.first_column,
        )  # fmt: skip
        assert plain(here.rows) == plain(there.rows)


def test_cells_come_back_as_they_were_written(book: LibreOfficeBook) -> None:
    rows = [
        customer("000123", 客户名称="=1+1", 地址="-5", 开户日期=dt.date(2020, 2, 29), 月均用气量=1234.5),
        customer("9" * 30, 客户名称="@x", 月均用气量=CellError.NA, 逾期次数=CellError.NUM, 说明="长" * 300),
        customer("3", 逾期次数=CellError.DIV0, 在用月数=0.0, 合同签订="有效且信息一致", 班组=True),
    ]
    book.replace_rows("客户", rows)
    assert plain(book.read_table("客户").rows) == rows


def test_a_table_grows_and_shrinks(book: LibreOfficeBook) -> None:
    for count in (40, 3, 1000, 0, 1):
        rows = [customer(f"{at:06}", 月均用气量=float(at)) for at in range(count)]
        book.replace_rows("客户", rows)
        table = book.read_table("客户")
        assert list(table.column("客户编号")) == [row[0] for row in rows]
        assert len(table.rows) == count


def test_new_rows_look_like_the_first(book: LibreOfficeBook, document: Any) -> None:
    book.replace_rows("客户", [customer(f"{at}", 开户日期=dt.date(2020, 1, 1)) for at in range(7)])
    area = document.DatabaseRanges.getByName("客户").getDataArea()
    sheet = document.Sheets.getByIndex(area.Sheet)
    for column in range(area.StartColumn, area.EndColumn + 1):
        first = sheet.getCellByPosition(column, area.StartRow + 1)
        last = sheet.getCellByPosition(column, area.EndRow)
        assert (last.NumberFormat, last.CellBackColor) == (first.NumberFormat, first.CellBackColor)
        assert last.Validation.getFormula1() == first.Validation.getFormula1()


def test_rows_that_a_table_leaves_look_like_any_below_it(book: LibreOfficeBook, document: Any) -> None:
    book.replace_rows("客户", [customer("0")])
    area = document.DatabaseRanges.getByName("客户").getDataArea()
    sheet, first = document.Sheets.getByIndex(area.Sheet), area.StartRow + 1
    sheet.getCellRangeByPosition(area.StartColumn, first, area.EndColumn, first).CellBackColor = 0xFFF2CC
    book.replace_rows("客户", [customer(f"{at}", 开户日期=dt.date(2020, 1, 1)) for at in range(7)])
    assert sheet.getCellByPosition(area.StartColumn, first + 3).CellBackColor == 0xFFF2CC
    book.replace_rows("客户", [customer("0")])
    for column in range(area.StartColumn, area.EndColumn + 1):
        left, below = (sheet.getCellByPosition(column, first + down) for down in (3, 300))
        assert (left.NumberFormat, left.CellBackColor) == (below.NumberFormat, below.CellBackColor)
        assert left.Validation.getFormula1() == below.Validation.getFormula1()
    book.replace_rows("客户", [customer(f"{at}") for at in range(7)])
    assert sheet.getCellByPosition(area.StartColumn, first + 3).CellBackColor == 0xFFF2CC


def test_columns_are_written_and_others_left_alone(book: LibreOfficeBook) -> None:
    book.replace_rows("客户", [customer("1"), customer("2"), customer("3")])
    book.write_columns(
        "客户", {"星级": ["五星级", "待定"], "X": [5.0, None, 3.0], "说明": ["=SUM(1)", "", None]}
    )
    table = book.read_table("客户")
    assert table.column("星级") == ["五星级", "待定", None]
    assert table.column("X") == [5.0, None, 3.0]
    assert table.column("说明") == ["=SUM(1)", None, None]
    assert table.column("客户编号") == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (lambda book: book.read_table("没有"), "没有名为“没有”的表"),
        (lambda book: book.write_columns("客户", {"没有": []}), "没有“没有”列"),
        (lambda book: book.write_columns("客户", {"X": [1.0] * 5}), "放不下"),
        (lambda book: book.replace_rows("客户", [[None]]), "40 列"),
        (lambda book: book.replace_rows("客户", [customer("1", 说明="长" * 40000)]), "40000 个字"),
        (lambda book: book.replace_rows("客户", [customer("1", X=float("inf"))]), "不是有限的数"),
        (lambda book: book.replace_rows("客户", [customer("1")] * 1_048_576), "最多 1048574 行"),
        (lambda book: book.read_name("没有"), "没有指向单元格的名称“没有”"),
        (lambda book: book.write_block("规则版本", [[1.0, 2.0]]), "放不下"),
        (lambda book: book.activate("没有"), "没有“没有”工作表"),
    ],
)
def test_a_fault_is_one_sentence_and_changes_nothing(
    book: LibreOfficeBook, write: Any, sentence: str
) -> None:
    before = book.read_table("客户")
    with pytest.raises(BookFault, match=sentence):
        write(book)
    assert book.read_table("客户") == before


def test_a_table_does_not_run_over_what_stands_below(book: LibreOfficeBook, document: Any) -> None:
    area = document.DatabaseRanges.getByName("客户").getDataArea()
    document.Sheets.getByIndex(area.Sheet).getCellByPosition(2, area.EndRow + 3).setString("备注")
    with pytest.raises(BookFault, match="下方的单元格有内容"):
        book.replace_rows("客户", [customer(str(at)) for at in range(5)])


def test_a_protected_sheet_is_named(book: LibreOfficeBook, document: Any) -> None:
    document.Sheets.getByName("客户数据").protect("")
    with pytest.raises(BookFault, match="“客户数据”受保护"):
        book.replace_rows("客户", [customer("1")])


NOTES = {
    "客户名称": "来源：营业收费\n第 12 行",
    "地址": "=1+1",
    "合同签订": "_x0041_ <&>",
    "月均用气量": "字" * 300,
}


def test_notes_are_written_replaced_and_taken_away_and_theirs_stay(
    book: LibreOfficeBook, document: Any
) -> None:
    book.replace_rows("客户", [customer("1"), customer("2")])
    cells = document.Sheets.getByName("客户数据")
    area = document.DatabaseRanges.getByName("客户").getDataArea()
    theirs = cells.getCellByPosition(area.StartColumn, area.StartRow + 2)
    cells.getAnnotations().insertNew(theirs.getCellAddress(), "别删")
    book.write_notes("客户", 1, {"地址": "旧"})
    book.write_notes("客户", 1, NOTES)
    assert book.read_notes("客户", 1) == {"客户编号": "别删", **NOTES}
    assert book.read_notes("客户", 0) == {}
    assert cells.getAnnotations().getCount() == len(NOTES) + 1
    sizes = {
        (box := cells.getAnnotations().getByIndex(at).getAnnotationShape()).getString(): box.getSize()
        for at in range(len(NOTES) + 1)
    }
    for text in NOTES.values():
        assert sizes[text].Width * 96 / 2540 == pytest.approx(NOTE_WIDTH, abs=2)
        # Calc makes a box higher where its own letters need more room.
        assert 0.99 <= sizes[text].Height * 96 / 2540 / note_height(text) <= 1.2
    shown = [cells.getAnnotations().getByIndex(at).getIsVisible() for at in range(len(NOTES) + 1)]
    assert not any(shown)
    book.write_notes("客户", 1, dict.fromkeys(NOTES))
    assert book.read_notes("客户", 1) == {"客户编号": "别删"}
    with pytest.raises(BookFault, match="没有“没有”列"):
        book.write_notes("客户", 0, {"没有": "x"})


def test_notes_of_a_closed_file_are_those_libreoffice_shows(
    addin_office: Office, addin_open: Opener, template: Path
) -> None:
    closed = ClosedFileBook(template)
    closed.replace_rows("客户", [customer("1"), customer("2")])
    closed.write_notes("客户", 1, NOTES)
    closed.commit()
    document = addin_open(template)
    assert LibreOfficeBook(document, addin_office.context).read_notes("客户", 1) == NOTES
    notes = document.Sheets.getByName("客户数据").getAnnotations()
    found = [notes.getByIndex(at) for at in range(notes.getCount())]
    assert {(note.getAuthor(), note.getIsVisible()) for note in found} == {("ccgrade", False)}


def test_notes_that_are_not_committed_are_taken_back(addin_office: Office, document: Any) -> None:
    with LibreOfficeBook(document, addin_office.context) as book:
        book.replace_rows("客户", [customer("1")])
        book.write_notes("客户", 0, {"地址": "一", "客户名称": "二"})
        book.commit()
    with LibreOfficeBook(document, addin_office.context) as book:
        book.write_notes("客户", 0, {"地址": "三", "客户名称": None, "班组": "四"})
    assert LibreOfficeBook(document, addin_office.context).read_notes("客户", 0) == {
        "地址": "一",
        "客户名称": "二",
    }


def test_what_is_not_committed_is_taken_back(addin_office: Office, document: Any) -> None:
    def numbers() -> list[CellValue]:
        return LibreOfficeBook(document, addin_office.context).read_table("客户").column("客户编号")

    with LibreOfficeBook(document, addin_office.context) as book:
        book.replace_rows("客户", [customer("1"), customer("2")])
        book.commit()
    with LibreOfficeBook(document, addin_office.context) as book:
        book.replace_rows("客户", [customer(str(at)) for at in range(9)])
        book.write_columns("客户", {"星级": ["五星级"] * 9})
    assert numbers() == ["1", "2"]
    with LibreOfficeBook(document, addin_office.context):
        pass
    assert numbers() == ["1", "2"]


def test_a_command_is_one_step_of_libreoffices_own_undo(addin_office: Office, document: Any) -> None:
    with LibreOfficeBook(document, addin_office.context, title="导入") as book:
        book.replace_rows("客户", [customer(str(at)) for at in range(9)])
        book.write_columns("客户", {"星级": ["五星级"] * 9})
        book.commit()
    assert document.UndoManager.getAllUndoActionTitles()[0] == "导入"
    document.UndoManager.undo()
    assert LibreOfficeBook(document, addin_office.context).read_table("客户").rows == []


def test_what_stands_already_is_not_written_and_nobodys_last_step_taken_back_for_it(
    addin_office: Office, document: Any
) -> None:
    columns = {"星级": ["五星级", None, "三星级"], "评级日期": [AS_OF] * 3, "综合得分": [20.0, 0.0, None]}
    with LibreOfficeBook(document, addin_office.context) as book:
        book.replace_rows("客户", [customer(str(at)) for at in range(3)])
        book.write_columns("客户", columns)
        book.commit()
    document.Sheets.getByName("首页").getCellRangeByName("B60").setString("用户自己写的")
    steps = document.UndoManager.getAllUndoActionTitles()
    with LibreOfficeBook(document, addin_office.context) as book:
        book.write_columns("客户", columns)
    assert document.UndoManager.getAllUndoActionTitles() == steps
    assert document.Sheets.getByName("首页").getCellRangeByName("B60").getString() == "用户自己写的"


def test_only_rows_that_change_are_written_unless_a_formula_stands_among_them(
    addin_office: Office, document: Any
) -> None:
    with LibreOfficeBook(document, addin_office.context) as book:
        book.replace_rows("客户", [customer(str(at), 客户名称=f"第{at}户") for at in range(9)])
        book.commit()
        body = book_cells(document, "客户名称")
        cursor = body.getCellByPosition(0, 2).getText().createTextCursor()
        cursor.gotoStart(False)
        cursor.goRight(1, True)
        cursor.CharWeight = 150.0  # bold: gone once the cell is written
        names = [f"第{at}户" for at in range(9)]
        book.write_columns("客户", {"客户名称": [*names[:5], "改了", *names[6:]]})
        assert book.read_table("客户").column("客户名称")[5] == "改了"
        assert is_partly_bold(body.getCellByPosition(0, 2))
        body.getCellByPosition(0, 8).setFormula('="第"&"8户"')
        book.write_columns("客户", {"客户名称": names})
        assert body.getCellByPosition(0, 8).getFormula() == "第8户"
        assert not is_partly_bold(body.getCellByPosition(0, 2))


def test_of_a_row_that_changes_only_the_changing_columns_are_written(
    addin_office: Office, document: Any
) -> None:
    with LibreOfficeBook(document, addin_office.context) as book:
        book.replace_rows("客户", [customer(str(at), 客户名称="同一户", 表号=f"旧{at}") for at in range(3)])
        book.commit()
        name = book_cells(document, "客户名称").getCellByPosition(0, 1)
        cursor = name.getText().createTextCursor()
        cursor.gotoStart(False)
        cursor.goRight(1, True)
        cursor.CharWeight = 150.0
        book.write_columns("客户", {"客户名称": ["同一户"] * 3, "表号": ["新号"] * 3})
        assert book.read_table("客户").column("表号") == ["新号"] * 3
        assert is_partly_bold(name)


def book_cells(document: Any, header: str) -> Any:
    """The data cells of a column of 客户."""
    area = document.DatabaseRanges.getByName("客户").getDataArea()
    sheet = document.Sheets.getByName("客户数据")
    column = next(
        at
        for at in range(area.StartColumn, area.EndColumn + 1)
        if sheet.getCellByPosition(at, area.StartRow).getString() == header
    )
    return sheet.getCellRangeByPosition(column, area.StartRow + 1, column, area.EndRow)


def is_partly_bold(cell: Any) -> bool:
    weights = []
    portions = cell.getText().createEnumeration().nextElement().createEnumeration()
    while portions.hasMoreElements():
        weights.append(portions.nextElement().CharWeight)
    return len(set(weights)) > 1


def test_a_table_is_read_once_until_something_is_written(book: LibreOfficeBook, document: Any) -> None:
    book.replace_rows("客户", [customer("1"), customer("2")])
    first = book.read_table("客户")
    assert book.read_table("客户") is first
    book.write_columns("客户", {"星级": ["五星级", "四星级"]})
    assert book.read_table("客户").column("星级") == ["五星级", "四星级"]


def test_the_selected_row_names_the_customer(book: LibreOfficeBook, document: Any) -> None:
    book.replace_rows("客户", [customer("000007"), customer("000008")])
    sheet = document.Sheets.getByName("客户数据")
    area = document.DatabaseRanges.getByName("客户").getDataArea()
    for row, number in ((area.StartRow + 2, "000008"), (area.StartRow, None), (area.EndRow + 1, None)):
        document.CurrentController.select(sheet.getCellByPosition(5, row))
        assert book.selected_customer() == number


def test_names_and_blocks(book: LibreOfficeBook) -> None:
    block = BLOCKS[0].name
    assert book.has_name(block)
    assert not book.has_name("没有这个名称")
    height, width = len(book.read_block(block)), len(book.read_block(block)[0])
    book.write_block(block, [["甲"]])
    assert book.read_block(block) == [["甲", *[None] * (width - 1)], *[[None] * width] * (height - 1)]
    assert book.read_name(block) == "甲"


def test_grading_leaves_the_same_cells_as_in_a_closed_file(
    addin_office: Office, addin_open: Opener, template: Path
) -> None:
    closed = ClosedFileBook(template)
    closed.replace_rows("客户", sample(60))
    closed.commit()
    document = addin_open(Path(shutil.copy(template, template.with_name("打开的.xlsm"))))
    closed = ClosedFileBook(template)
    outcome = grade_customers(closed, as_of=AS_OF)
    closed.commit()
    with LibreOfficeBook(document, addin_office.context) as book:
        live = grade_customers(book, as_of=AS_OF)
        book.commit()
    assert live == outcome
    closed = ClosedFileBook(template)
    here, there = book.read_table("客户"), closed.read_table("客户")
    for column in RESULT_COLUMNS:
        assert plain([here.column(column.name)]) == plain([there.column(column.name)]), column.name
    assert plain(here.rows) == plain(there.rows)
    for block in BLOCKS:
        assert plain(book.read_block(block.name)) == plain(closed.read_block(block.name)), block.name


def test_undo_brings_the_results_back(book: LibreOfficeBook) -> None:
    book.replace_rows("客户", sample(20))
    book.write_columns("客户", {"星级": ["旧"] * 20})
    before = book.read_table("客户").rows
    run_command("grade", book)
    assert book.read_table("客户").rows != before
    run_command("undo", book)
    assert book.read_table("客户").rows == before


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_button_answers_in_words(addin_office: Office, document: Any, name: str) -> None:
    """Pressed on the toolbar, with the customers there are and nobody to answer."""
    with LibreOfficeBook(document, addin_office.context) as book:
        book.replace_rows("客户", sample(20))
        book.commit()
    result = addin_office.dispatch(document, f"vnd.ccgrade:{name}", Silent=True)
    assert result.Result.strip()
    assert addin_office.alive()


def test_the_toolbar_grades_inside_libreoffice(addin_office: Office, document: Any) -> None:
    with LibreOfficeBook(document, addin_office.context) as book:
        book.replace_rows("客户", sample(20))
        book.commit()
    result = addin_office.dispatch(document, "vnd.ccgrade:grade", Silent=True)
    assert result.State == 1
    assert result.Result.startswith("已评级")
    table = LibreOfficeBook(document, addin_office.context).read_table("客户")
    assert all(isinstance(cell, str) for cell in table.column("说明"))
    assert "五星级" in table.column("星级")


def test_the_buttons_on_the_first_sheet_run_the_workbooks_macros(addin_office: Office, document: Any) -> None:
    forms = document.Sheets.getByName("首页").DrawPage.Forms
    scripts = [
        event.ScriptCode
        for form in (forms.getByIndex(at) for at in range(forms.Count))
        for at in range(form.Count)
        for event in form.getScriptEvents(at)
    ]
    assert scripts
    for script in scripts:
        document.getScriptProvider().getScript(script).invoke((), (), ())
    assert addin_office.alive()


def test_the_workbooks_own_vba_reaches_the_extension(document: Any) -> None:
    """Where there is no COM, the extension answers CreateObject("CCGrade.Server")."""
    url = "vnd.sun.star.script:VBAProject.modBridge.CcgRunCommand?language=Basic&location=document"
    answer = document.getScriptProvider().getScript(url).invoke(("about", document.getURL()), (), ())[0]
    assert answer.startswith("工商客户分级 ccgrade")


def test_the_toolbar_stands_in_calc_under_its_name(addin_office: Office, document: Any) -> None:
    toolbar = "private:resource/toolbar/addon_org.ccgrade.toolbar"
    shown = document.CurrentController.Frame.LayoutManager.getElements()
    assert toolbar in [element.ResourceURL for element in shown]
    provider = addin_office.service("com.sun.star.configuration.ConfigurationProvider")
    node = properties(nodepath="/org.openoffice.Office.UI.CalcWindowState/UIElements/States")
    states = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", node)
    assert states.getByName(toolbar).UIName == CATEGORY


def press_escape(office: Office, document: Any) -> None:
    import uno

    window = document.CurrentController.Frame.ContainerWindow
    key = uno.createUnoStruct(
        "com.sun.star.awt.KeyEvent", KeyCode=1281, KeyChar=uno.Char("\x1b"), Source=window
    )
    office.service("com.sun.star.awt.Toolkit").keyPress(key)


def test_esc_cancels_between_two_steps(addin_office: Office) -> None:
    document = addin_office.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
    with LibreOfficeBook(document, addin_office.context) as book:
        assert not book.cancelled()
        press_escape(addin_office, document)
        assert book.cancelled()
    with LibreOfficeBook(document, addin_office.context) as book:
        assert not book.cancelled()
    document.close(True)


def test_a_document_is_not_closed_under_a_command(addin_office: Office) -> None:
    document = addin_office.new()
    with LibreOfficeBook(document, addin_office.context), pytest.raises(Exception, match="正在处理"):
        document.close(True)
    document.close(True)


def test_a_second_press_waits_for_the_first(
    addin_office: Office, document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press_again(_book: Any) -> Outcome:
        return Outcome(run_on_document("about", document, addin_office.context)[1])

    monkeypatch.setitem(COMMANDS, "again", Command("again", "再按", "帮助", "", press_again))
    _, told = run_on_document("again", document, addin_office.context)
    assert told == "上一个操作还没有完成，请等它结束。"
    assert run_on_document("about", document, addin_office.context)[0]


def test_a_command_nobody_knows_is_refused(addin_office: Office, document: Any) -> None:
    result = addin_office.dispatch(document, "vnd.ccgrade:unheard", Silent=True)
    assert result.State == 0
    assert "没有名为“unheard”的命令" in result.Result
