"""Lists of several departments become one table; each cell's origin, each conflict and each header is remembered."""

import datetime as dt
import os
from pathlib import Path

import pytest

from ccgrade_xl.commands import COMMANDS, import_customers, undo_last
from ccgrade_xl.commands.origin import origin_of
from ccgrade_xl.errors import BookFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.sourcing import day_of_list, read_sources
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.template import new_book
from ccgrade_xl.workbook.verification import BATCHES, CONFLICTS, HEADERS, INDEX, SIDE_TABLES, SOURCES

TODAY = dt.date(2026, 11, 24)
LISTS = {
    "营业收费_2026-10.csv": "户号,户名,付款方式,逾期次数,预收余额\n0010001,一厂,柜台,0,100\n0010002,二厂,现金,1,200\n",
    "财务余额_2026-10.csv": "客户编号,预收余额（元）,欠费天数\n10001,150,0\n0010002,200,3\n",
    "合同台账2026年10月.csv": "客户编号,客户名称,合同状态\n0010001　,一厂,有效且信息一致\n００１０００２,二厂有限公司,未签订\n",
    "安检_202610.csv": "客户编号,安检结果\n0010001,无隐患\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in LISTS.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def book(tmp_path: Path) -> ClosedFileBook:
    path = tmp_path / "簿.xlsm"
    new_book(path)
    return ClosedFileBook(path)


@pytest.fixture
def full(book: ClosedFileBook, folder: Path) -> ClosedFileBook:
    import_customers(book, [folder / name for name in LISTS])
    book.commit()
    return book


def cell(book: ClosedFileBook, number: str, column: str) -> CellValue:
    table = book.read_table("客户")
    return table.column(column)[list(table.column("客户编号")).index(number)]


def rows(book: ClosedFileBook, table: object) -> list[dict[str, CellValue]]:
    return table.records(book.read_table(table.name))


def test_customers_are_joined_on_their_mended_numbers(full: ClosedFileBook) -> None:
    assert full.read_table("客户").column("客户编号") == ["0010001", "0010002"]
    assert (cell(full, "0010002", "合同签订"), cell(full, "0010002", "当前欠费天数")) == ("未签订", 3.0)


def test_the_source_that_prevails_for_a_column_is_taken(full: ClosedFileBook) -> None:
    assert cell(full, "0010001", "预收气费余额") == 150.0
    assert cell(full, "0010002", "客户名称") == "二厂有限公司"


def test_conflicts_are_listed_with_both_values_sources_and_days(full: ClosedFileBook) -> None:
    found = {(row["客户编号"], row["列"]): row for row in rows(full, CONFLICTS)}
    assert set(found) == {("0010001", "预收气费余额"), ("0010002", "客户名称")}
    row = found["0010001", "预收气费余额"]
    assert (row["采用值"], row["采用来源"], row["另一值"], row["另一来源"]) == (
        "150",
        "财务",
        "100",
        "营业收费",
    )
    assert row["采用日期"].date() == row["另一日期"].date() == dt.date(2026, 10, 31)


def test_every_cells_origin_can_be_asked(full: ClosedFileBook) -> None:
    said = origin_of(full, "0010001", ["预收气费余额"]).data["origins"]["预收气费余额"]
    assert "财务，文件“财务余额_2026-10.csv”第 2 行，数据日期 2026-10-31" in said
    assert "与“100”（营业收费 2026-10-31）不一致" in said
    assert "安检_202610.csv" in origin_of(full, "0010001").data["origins"]["燃气安全状况"]


def test_a_blank_never_wipes_a_known_value(full: ClosedFileBook, folder: Path) -> None:
    later = folder / "财务余额_2026-11.csv"
    later.write_text("客户编号,预收余额,欠费天数\n0010001,,\n0010002,250,\n", encoding="utf-8")
    import_customers(full, [later])
    assert (cell(full, "0010001", "预收气费余额"), cell(full, "0010002", "当前欠费天数")) == (150.0, 3.0)
    assert "2026-10-31" in origin_of(full, "0010001").data["origins"]["预收气费余额"]


def test_a_cell_changed_by_hand_is_told_so(full: ClosedFileBook) -> None:
    full.write_columns("客户", {"缴费方式": ["银行代扣", "现金"]})
    assert "导入后手工改过" in origin_of(full, "0010001").data["origins"]["缴费方式"]
    assert "手工" not in origin_of(full, "0010002").data["origins"]["缴费方式"]


def test_the_explanation_of_a_customer_names_the_sources(
    full: ClosedFileBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClosedFileBook, "selected_customer", lambda _self: "0010001")
    full.write_columns("客户", {"缴费方式": ["银行代扣", "现金"]})
    said = COMMANDS["explain"].run(full).message.splitlines()[-1]
    assert said.startswith("资料来源：")
    assert "当前欠费天数、预收气费余额" in said
    assert "（财务 2026-10-31）" in said
    assert "缴费方式（营业收费 2026-10-31，后手工改过）" in said


def test_origins_survive_saving_under_another_name(full: ClosedFileBook, tmp_path: Path) -> None:
    full.write_columns(
        "客户", {"备注": []} if "备注" in full.read_table("客户").headers else {"班组": ["一组", "一组"]}
    )
    full.commit(tmp_path / "另存.xlsm")
    again = ClosedFileBook(tmp_path / "另存.xlsm")
    assert "营业收费" in origin_of(again, "0010001").data["origins"]["缴费方式"]


def test_headers_are_saved_and_what_is_saved_is_used_next_time(full: ClosedFileBook, folder: Path) -> None:
    odd = folder / "财务_2026-11.csv"
    odd.write_text("客户编号,预收余额,余额乙,杂项\n0010001,1,0.03,x\n", encoding="utf-8")
    import_customers(full, [odd])
    saved = rows(full, HEADERS)
    assert [row["对应列"] for row in saved if row["文件里的表头"] == "余额乙"] == [None]
    for row in saved:
        if row["文件里的表头"] == "余额乙":
            row |= {"对应列": "预收气费余额", "倍数": 10000.0}
        if row["文件里的表头"] == "预收余额" and row["来源"] == "财务":
            row["对应列"] = "不用"
    full.replace_rows(HEADERS.name, HEADERS.rows(saved))
    import_customers(full, [odd])
    assert cell(full, "0010001", "预收气费余额") == 300.0


def test_a_saved_column_that_is_none_is_named(full: ClosedFileBook, folder: Path) -> None:
    saved = rows(full, HEADERS)
    next(row for row in saved if row["来源"] == "安检")["对应列"] = "星级"
    full.replace_rows(HEADERS.name, HEADERS.rows(saved))
    with pytest.raises(BookFault, match="对应到“星级”"):
        import_customers(full, [folder / "安检_202610.csv"])


def test_sources_show_what_they_last_delivered(full: ClosedFileBook) -> None:
    found = {row["来源"]: row for row in rows(full, SOURCES)}
    assert (found["财务"]["最近文件"], found["财务"]["行数"]) == ("财务余额_2026-10.csv", 2.0)
    assert found["计量"]["最近文件"] is None


def test_a_file_nobody_named_becomes_a_source_of_its_own(book: ClosedFileBook, tmp_path: Path) -> None:
    path = tmp_path / "杂表 (3).csv"
    path.write_text("客户编号,地址\n0010001,新柳街1号\n", encoding="utf-8")
    import_customers(book, [path])
    assert rows(book, SOURCES)[-1]["来源"] == "杂表"


def test_a_named_source_and_day_count_before_the_files_name(book: ClosedFileBook, folder: Path) -> None:
    path = folder / "安检_202610.csv"
    import_customers(book, [path], source="合同", day=dt.date(2026, 9, 30))
    assert "合同，" in origin_of(book, "0010001").data["origins"]["燃气安全状况"]
    assert "数据日期 2026-09-30" in origin_of(book, "0010001").data["origins"]["燃气安全状况"]


def test_undo_takes_the_sources_back_too(full: ClosedFileBook, folder: Path) -> None:
    before = [full.read_table(table.name) for table in SIDE_TABLES]
    later = folder / "合同_2026-11.csv"
    later.write_text("客户编号,客户名称\n0010001,一厂集团\n0010009,新户\n", encoding="utf-8")
    import_customers(full, [later])
    assert [full.read_table(table.name) for table in SIDE_TABLES] != before
    undo_last(full)
    assert [full.read_table(table.name).rows for table in SIDE_TABLES] == [table.rows for table in before]


def test_customers_that_left_the_book_leave_the_index(full: ClosedFileBook, folder: Path) -> None:
    full.replace_rows("客户", full.read_table("客户").rows[:1])
    import_customers(full, [folder / "安检_202610.csv"])
    assert [row["客户编号"] for row in rows(full, INDEX)] == ["0010001"]
    assert {row["客户编号"] for row in rows(full, CONFLICTS)} == {"0010001"}


def test_a_book_that_knows_no_sources_says_so(
    tmp_path: Path, full: ClosedFileBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClosedFileBook, "table_names", lambda _self: ["客户"])
    assert read_sources(full) is None
    with pytest.raises(BookFault, match="没有“待核实”页的来源表"):
        origin_of(full, "0010001")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("财务_2026-10.csv", dt.date(2026, 10, 31)),
        ("202602账单.xlsx", dt.date(2026, 2, 28)),
        ("合同2026年9月.csv", dt.date(2026, 9, 30)),
        ("安检20260915.csv", dt.date(2026, 9, 15)),
        ("余额 2026-11-03.csv", dt.date(2026, 11, 3)),
        ("余额_2026-11.csv", TODAY),
        ("没有日期.csv", dt.date(2026, 8, 5)),
    ],
)
def test_the_day_of_a_list_is_in_its_name_or_when_it_was_changed(
    tmp_path: Path, name: str, day: dt.date
) -> None:
    path = tmp_path / name
    path.touch()
    moment = dt.datetime(2026, 8, 5, 12).timestamp()
    os.utime(path, (moment, moment))
    assert day_of_list(path, TODAY) == day


def test_batches_are_named_once(full: ClosedFileBook, folder: Path) -> None:
    import_customers(full, [folder / name for name in LISTS])
    assert len(rows(full, BATCHES)) <= len(LISTS)
