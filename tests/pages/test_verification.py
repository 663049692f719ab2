"""待核实清单: why each entry is there, who gets it, and that what was found comes back and is recorded."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ccgrade_xl.casework.ledger.records import Verified
from ccgrade_xl.commands import grade_customers, import_customers, run_command, undo_last, verify_customers
from ccgrade_xl.commands.origin import origin_of
from ccgrade_xl.errors import BookFault, Cancelled
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.ledger import reading, writing
from ccgrade_xl.pages.verification.printing import write_field_lists
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import RESULT_HEADERS, grade_table
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.meter_lists import ALARMS
from ccgrade_xl.workbook.template import new_book
from ccgrade_xl.workbook.verification import (
    CONFLICTS,
    LIMIT_NAME,
    PER_PERSON_NAME,
    PRINTED,
    REASONS,
    SOURCES,
    VALID_NAME,
    VERIFICATION,
)
from tests.addin.validator import validation_errors
from tests.hosts.customers import customer

AS_OF = dt.date(2026, 10, 30)  # a Friday
FULL: dict[str, CellValue] = {
    "客户状态": "在用", "在用月数": 12.0, "月均用气量": 12000.0, "用气单位性质": "国有企业", "合同签订": "有效且信息一致",
    "用气单位所属": "自有物业", "逾期次数": 0.0, "最长逾期天数": 0.0, "当前欠费天数": 0.0, "缴费方式": "银行代扣",
    "预收气费余额": 200000.0, "月均气费": 100000.0, "客户经理": "甲", "班组": "一组", "地址": "澄安市高新区一路1号",
}  # fmt: skip
ODD: dict[str, dict[str, CellValue]] = {
    "0001": {},
    "0002": {"用气单位性质": "民营企也", "客户经理": "乙"},
    "0003": {"否决事项": "窃气", "地址": "澄安市河西区二路2号"},
    "0004": {"逾期次数": "很多"},
    "0005": {"月均用气量": None, "合同签订": None},
    "0006": {"客户状态": "销户", "用气单位性质": None},
    "0007": {"客户状态": "在用中"},
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "簿.xlsm"
    new_book(path)
    book = ClosedFileBook(path)
    book.replace_rows("客户", [customer(number, **{**FULL, **odd}) for number, odd in ODD.items()])
    book.commit()
    return path


@pytest.fixture
def book(path: Path) -> ClosedFileBook:
    return ClosedFileBook(path)


def listed(book: ClosedFileBook) -> dict[tuple[str, str], dict[str, CellValue]]:
    rows = VERIFICATION.records(book.read_table(VERIFICATION.name))
    return {(str(row["客户编号"]), str(row["核实项目"])): row for row in rows}


def enter(book: ClosedFileBook, number: str, column: str, **cells: CellValue) -> None:
    rows = VERIFICATION.records(book.read_table(VERIFICATION.name))
    for row in rows:
        if (row["客户编号"], row["核实项目"]) == (number, column):
            row.update(cells)
    book.replace_rows(VERIFICATION.name, VERIFICATION.rows(rows))


def cell(book: ClosedFileBook, number: str, column: str) -> CellValue:
    table = book.read_table("客户")
    return table.column(column)[list(table.column("客户编号")).index(number)]


@pytest.mark.parametrize(
    ("number", "column", "reason", "hint"),
    [
        ("0002", "用气单位性质", "选项有误", "建议：民营企业"),
        ("0003", "否决日期", "否决无日期", "窃气"),
        ("0004", "逾期次数", "看不懂", "很多"),
        ("0005", "月均用气量", "未知", "平均标准体积"),
        ("0005", "合同签订", "未知", "供用气合同"),
        ("0007", "客户状态", "选项有误", "建议：在用"),
    ],
)
def test_each_reason_is_found_with_what_is_known(
    book: ClosedFileBook, number: str, column: str, reason: str, hint: str
) -> None:
    verify_customers(book, as_of=AS_OF)
    row = listed(book)[number, column]
    assert row["原因"] == reason
    assert hint in str(row["线索"])
    assert reason in REASONS


def test_customers_without_faults_and_closed_ones_are_not_listed(book: ClosedFileBook) -> None:
    verify_customers(book, as_of=AS_OF)
    assert {number for number, _ in listed(book)} == {"0002", "0003", "0004", "0005", "0007"}


def test_every_entry_has_an_owner_and_a_due_day_in_working_days(book: ClosedFileBook) -> None:
    book.write_block(LIMIT_NAME, [[3.0]])
    verify_customers(book, as_of=AS_OF)
    rows = listed(book).values()
    assert {row["负责人"] for row in rows} <= {"甲", "乙"}
    assert {row["截止日期"] for row in rows} == {dt.datetime(2026, 11, 4)}


def test_work_is_shared_out_evenly(path: Path) -> None:
    book = ClosedFileBook(path)
    book.replace_rows("客户", [customer(f"{at:04}", **{**FULL, "合同签订": None}) for at in range(41)])
    book.replace_rows("人员", [[name, "客户经理", "一组", None, None, None] for name in "甲乙丙"])
    verify_customers(book, as_of=AS_OF)
    counts = Counter(row["负责人"] for row in listed(book).values())
    assert sum(counts.values()) == 41
    assert max(counts.values()) - min(counts.values()) <= 1


def test_what_is_listed_keeps_owner_day_and_entries(book: ClosedFileBook) -> None:
    verify_customers(book, as_of=AS_OF)
    enter(book, "0005", "合同签订", 负责人="乙", 核实结果="未能核实", 依据="门锁着")
    before = listed(book)["0005", "合同签订"]
    verify_customers(book, as_of=AS_OF + dt.timedelta(days=3))
    row = listed(book)["0005", "合同签订"]
    assert (row["负责人"], row["核实结果"], row["依据"]) == ("乙", "未能核实", "门锁着")
    assert row["截止日期"] == before["截止日期"]


def test_pressed_twice_the_list_is_the_same(book: ClosedFileBook) -> None:
    verify_customers(book, as_of=AS_OF)
    before = listed(book)
    verify_customers(book, as_of=AS_OF)
    assert listed(book) == before


def test_more_than_a_person_can_do_waits_and_is_told(path: Path) -> None:
    book = ClosedFileBook(path)
    book.replace_rows("客户", [customer(f"{at:04}", **{**FULL, "合同签订": None}) for at in range(10)])
    book.write_block(PER_PERSON_NAME, [[4.0]])
    outcome = verify_customers(book, as_of=AS_OF)
    assert (outcome.data["listed"], outcome.data["waiting"]) == (4, 6)
    assert "另有 6 条留待下次" in outcome.message


def test_what_was_found_comes_back_regrades_and_is_recorded(book: ClosedFileBook) -> None:
    grade_customers(book, as_of=AS_OF)
    verify_customers(book, as_of=AS_OF)
    before = cell(book, "0002", "性质分")
    enter(book, "0002", "用气单位性质", 核实结果="更正", 核实值="民企", 核实人="张三", 依据="营业执照")
    outcome = verify_customers(book, as_of=AS_OF)
    assert "收回 1 条" in outcome.message
    assert cell(book, "0002", "用气单位性质") == "民营企业"
    assert before is None
    assert cell(book, "0002", "性质分") == 70.0
    assert ("0002", "用气单位性质") not in listed(book)
    from ccgrade_xl.casework.ledger import Verified

    with reading(book) as view:
        (entry,) = view.entries(Verified)
    record = entry.record
    assert (record.before, record.found, record.verifier, record.evidence) == (
        "民营企也", "民营企业", "张三", "营业执照",
    )  # fmt: skip
    assert record.verified_on == AS_OF
    assert "张三于 2026-10-30 核实（原值“民营企也”，依据：营业执照）" in origin_of(book, "0002").message


def test_the_regraded_book_is_as_if_graded_at_once(book: ClosedFileBook) -> None:
    grade_customers(book, as_of=AS_OF)
    verify_customers(book, as_of=AS_OF)
    enter(book, "0005", "月均用气量", 核实值=50_000.0)
    verify_customers(book, as_of=AS_OF + dt.timedelta(days=9))
    table = book.read_table("客户")
    assert table.column("月均用气量")[4] == 50_000.0
    grades = grade_table(table, RuleSet.default(), AS_OF)
    assert table.column("星级") == [grades.star_name(row) or None for row in range(len(table.rows))]
    assert len(set(map(str, table.column("评级日期")))) == 1


def test_a_value_confirmed_is_not_asked_again_until_it_changes(book: ClosedFileBook, tmp_path: Path) -> None:
    was = dt.date(2024, 1, 31)
    contracts = tmp_path / "合同_2024-01.csv"
    contracts.write_text("客户编号,合同状态\n0002,九十日内到期\n", "utf-8")
    import_customers(book, [contracts], day=was)
    verify_customers(book, as_of=AS_OF)
    assert listed(book)["0002", "合同签订"]["原因"] == "合同到期"
    enter(book, "0002", "合同签订", 核实结果="属实", 依据="合同原件")
    verify_customers(book, as_of=AS_OF)
    verify_customers(book, as_of=AS_OF)
    assert ("0002", "合同签订") not in listed(book)
    verify_customers(book, as_of=dt.date(2027, 12, 1))
    assert ("0002", "合同签订") in listed(book)


@pytest.mark.parametrize(
    ("number", "column", "said"),
    [
        ("0002", "用气单位性质", "“民营企也”不在选项里。建议：民营企业。"),
        ("0003", "否决日期", "现有值是空的"),
        ("0004", "逾期次数", "“很多”"),
        ("0005", "合同签订", "现有值是空的"),
        ("0007", "客户状态", "不在选项里"),
    ],
)
def test_what_grading_cannot_use_is_not_confirmed(
    book: ClosedFileBook, number: str, column: str, said: str
) -> None:
    verify_customers(book, as_of=AS_OF)
    enter(book, number, column, 核实结果="属实", 依据="现场看过")
    (told,) = verify_customers(book, as_of=AS_OF).attention
    assert told.startswith(f"“待核实”里客户 {number} 的{column}没有收回：")
    assert said in told.replace(" ", "")
    assert "不能填 属实" in told
    assert listed(book)[number, column]["核实结果"] == "属实"


def test_what_an_older_version_let_be_confirmed_is_listed_again(book: ClosedFileBook) -> None:
    with writing(book) as pen:
        pen.append(
            Verified(
                customer="0005", column="合同签订", before="", found="", verifier="甲", verified_on=AS_OF
            )
        )
    verify_customers(book, as_of=AS_OF)
    assert ("0005", "合同签订") in listed(book)


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"核实结果": "更正"}, "请在“核实值”里填写"),
        ({"核实结果": "更正", "核实值": "民营企也"}, "建议：民营企业"),
        ({"核实结果": "对"}, "看不懂"),
        ({"核实结果": "更正", "核实值": "民营企业", "核实日期": dt.datetime(2027, 1, 1)}, "还没有到"),
        ({"核实结果": "更正", "核实值": "民营企业", "核实日期": "昨天"}, "不是看得懂的日期"),
    ],
)
def test_what_cannot_be_used_stays_on_the_list_and_is_told(
    book: ClosedFileBook, entered: dict[str, CellValue], said: str
) -> None:
    verify_customers(book, as_of=AS_OF)
    enter(book, "0002", "用气单位性质", **entered)
    outcome = verify_customers(book, as_of=AS_OF)
    assert any("客户 0002 的用气单位性质没有收回" in line and said in line for line in outcome.attention)
    row = listed(book)["0002", "用气单位性质"]
    assert all(row[header] == value for header, value in entered.items())
    assert cell(book, "0002", "用气单位性质") == "民营企也"


def test_undo_puts_list_customers_and_results_back(book: ClosedFileBook) -> None:
    grade_customers(book, as_of=AS_OF)
    verify_customers(book, as_of=AS_OF)
    enter(book, "0002", "用气单位性质", 核实结果="更正", 核实值="民营企业")
    before = book.read_table("客户").rows, book.read_table(VERIFICATION.name).rows
    run_command("verify", book)
    assert book.read_table("客户").rows != before[0]
    undo_last(book)
    assert (book.read_table("客户").rows, book.read_table(VERIFICATION.name).rows) == before


def test_esc_changes_nothing_and_records_nothing(path: Path, book: ClosedFileBook) -> None:
    verify_customers(book, as_of=AS_OF)
    enter(book, "0002", "用气单位性质", 核实结果="属实")
    book.commit()
    before = path.read_bytes()
    with pytest.raises(Cancelled):
        verify_customers(ClosedFileBook(path, is_cancelled=lambda: True), as_of=AS_OF)
    assert path.read_bytes() == before
    assert not (path.parent / "评级台账.sqlite").exists()


def test_conflicts_and_stale_values_are_listed_with_their_sources(
    book: ClosedFileBook, tmp_path: Path
) -> None:
    lists = {
        "营业收费_2026-10.csv": "客户编号,缴费方式,月均用气量\n0001,柜台,12000\n",
        "财务_2026-10.csv": "客户编号,缴费方式\n0001,现金\n",
        "合同_2024-01.csv": "客户编号,合同状态\n0002,九十日内到期\n",
        "安检_2024-01.csv": "客户编号,单位性质\n0003,国有企业\n",
    }
    for name, content in lists.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    import_customers(book, [tmp_path / name for name in lists])
    verify_customers(book, as_of=AS_OF)
    rows = listed(book)
    assert rows["0001", "缴费方式"]["原因"] == "冲突"
    assert rows["0001", "缴费方式"]["线索"] == "营业收费 2026-10-30：柜台；财务 2026-10-30：现金" or (
        "营业收费" in str(rows["0001", "缴费方式"]["线索"])
        and "财务" in str(rows["0001", "缴费方式"]["线索"])
    )
    assert rows["0002", "合同签订"]["原因"] == "合同到期"
    assert rows["0003", "用气单位性质"]["原因"] == "过期"
    enter(book, "0001", "缴费方式", 核实结果="更正", 核实值="现金")
    verify_customers(book, as_of=AS_OF)
    assert cell(book, "0001", "缴费方式") == "现金"
    assert not CONFLICTS.records(book.read_table(CONFLICTS.name))


def test_a_jump_against_the_last_frozen_month_is_listed(book: ClosedFileBook) -> None:
    from ccgrade_xl.commands.closing import close_month_in

    book.replace_rows("客户", [customer(f"{at:04}", **FULL) for at in range(3)])
    moment = dt.datetime(2026, 10, 9, tzinfo=dt.UTC)
    close_month_in(book, "2026-09", as_of=dt.date(2026, 9, 30), at=moment)
    book.write_columns("客户", {"月均用气量": [12000.0, 40000.0, 12500.0]})
    verify_customers(book, as_of=AS_OF)
    (key,) = listed(book)
    assert key == ("0001", "月均用气量")
    assert "2026-09 月结为 12,000 m³/月，变化 +233%" in str(listed(book)[key]["线索"])


def test_open_alarms_of_the_meters_are_listed_once(book: ClosedFileBook) -> None:
    alarm = {
        "客户编号": "0001",
        "异常": "停走疑似",
        "级别": "高",
        "表号": "LL1",
        "开始": "2026-10-01",
        "依据": "零 20 天",
    }
    mild = {**alarm, "异常": "缺数", "级别": "低"}
    done = {**alarm, "异常": "倒走", "状态": "已处理"}
    rows = ALARMS.rows([alarm, {**alarm, "表号": "LL2"}, mild, done])
    book.replace_rows(ALARMS.name, rows)
    verify_customers(book, as_of=AS_OF)
    found = [row for row in listed(book).values() if row["原因"] == "抄表异常"]
    assert [(row["核实项目"], row["途径"]) for row in found] == [("停走疑似", "计量")]
    assert found[0]["线索"] == "表 LL1，2026-10-01：零 20 天"
    enter(book, "0001", "停走疑似", 核实结果="属实", 核实值="表已更换")
    assert verify_customers(book, as_of=AS_OF).data["taken_back"] == 1


def test_each_person_gets_an_a4_list_that_comes_back(book: ClosedFileBook, tmp_path: Path) -> None:
    verify_customers(book, as_of=AS_OF)
    files = write_field_lists(book, tmp_path / "清单")
    assert {path.name for path in files} == {"待核实_甲.xlsx", "待核实_乙.xlsx"}
    path = next(path for path in files if "乙" in path.name)
    page = load_workbook(path).active
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.print_title_rows == "$3:$3"
    headers = [each.value for each in page[3]]
    assert headers == list(VERIFICATION.headers[1:PRINTED])
    assert page.cell(4, headers.index("勾选") + 1).value == "□属实  □更正"
    assert validation_errors(path) == []
    workbook = load_workbook(path)
    at = next(each[0].row for each in workbook.active.iter_rows(4) if each[0].value == "0002")
    for column, value in (("核实结果", "更正"), ("核实值", "民营企业"), ("核实人", "李四"), ("依据", "=1+1")):
        workbook.active.cell(at, headers.index(column) + 1).value = value
        workbook.active.cell(at, headers.index(column) + 1).data_type = "s"
    workbook.save(path)
    outcome = verify_customers(book, [path], AS_OF)
    assert outcome.data["taken_back"] == 1
    assert cell(book, "0002", "用气单位性质") == "民营企业"


def test_a_returned_list_that_is_imported_is_put_into_the_sheet(book: ClosedFileBook, tmp_path: Path) -> None:
    verify_customers(book, as_of=AS_OF)
    back = tmp_path / "回表.csv"
    back.write_text(
        "客户编号,核实项目,核实结果,核实值\n0002,用气单位性质,更正,民营企业\n0009,地址,属实,\n",
        encoding="utf-8",
    )
    outcome = import_customers(book, [back])
    assert "1 条核实结果填入" in outcome.message
    assert any("0009" in line for line in outcome.attention)
    assert listed(book)["0002", "用气单位性质"]["核实值"] == "民营企业"
    assert len(book.read_table("客户").rows) == len(ODD)


def test_a_file_that_is_no_returned_list_is_refused(book: ClosedFileBook, tmp_path: Path) -> None:
    verify_customers(book, as_of=AS_OF)
    other = tmp_path / "客户.csv"
    other.write_text("客户编号,地址\n0002,一路\n", encoding="utf-8")
    with pytest.raises(BookFault, match="不是待核实清单的回表"):
        verify_customers(book, [other], AS_OF)


def test_a_damaged_ledger_is_told_and_the_list_is_made_all_the_same(book: ClosedFileBook) -> None:
    with writing(book):
        pass
    (book.path.parent / "评级台账.sqlite").write_bytes(b"broken")
    outcome = verify_customers(book, as_of=AS_OF)
    assert any("没有参考评级台账" in line for line in outcome.attention)
    assert outcome.data["listed"] > 0


def test_a_setting_that_is_no_number_is_named(book: ClosedFileBook) -> None:
    book.write_block(LIMIT_NAME, [["三天"]])
    with pytest.raises(BookFault, match="“待核实”页的“办理时限”"):
        verify_customers(book, as_of=AS_OF)


@pytest.mark.parametrize(
    ("name", "cell", "says"),
    [(LIMIT_NAME, 2.5, "“2.5” 不是整数"), (VALID_NAME, "30天", "请填写数字，单位是 月")],
)
def test_a_setting_with_a_fraction_or_another_unit_is_refused(
    book: ClosedFileBook, name: str, cell: object, says: str
) -> None:
    book.write_block(name, [[cell]])
    with pytest.raises(BookFault, match=says):
        verify_customers(book, as_of=AS_OF)


def test_the_template_knows_the_departments(book: ClosedFileBook) -> None:
    names = [row["来源"] for row in SOURCES.records(book.read_table(SOURCES.name))]
    assert names == ["营业收费", "财务", "合同", "安检", "计量"]
    assert RESULT_HEADERS
