"""月结, 查看台账, 更正 and 样本调整 on a closed workbook: what is frozen, shown, refused, and kept when two close at once."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.casework.ledger import Ledger, SampleAdjusted, StepDone, beside, verify
from ccgrade_xl.commands import (
    adjust_sample,
    check_customers,
    close_month_in,
    correct_month_in,
    grade_customers,
    import_customers,
    run_command,
    show_ledger,
)
from ccgrade_xl.errors import BookFault, CcgradeError, CellError, LedgerFault, MonthClosed, NotUnderstood
from ccgrade_xl.functions import call
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE
from ccgrade_xl.workbook.names import LEDGER_HEAD, LEDGER_PERSON, LEDGER_PLACE
from ccgrade_xl.workbook.template import new_book
from tests.test_commands import CUSTOMERS, column

NAMES = [each.name for each in CUSTOMER_COLUMNS]
MARCH, APRIL = dt.date(2026, 3, 31), dt.date(2026, 4, 30)
AT = dt.datetime(2026, 5, 6, 1, tzinfo=dt.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "簿.xlsm"
    new_book(path)
    book = ClosedFileBook(path)
    book.replace_rows(CUSTOMER_TABLE, [[customer.get(name) for name in NAMES] for customer in CUSTOMERS])
    book.write_block(LEDGER_PERSON, [["张三"]])
    book.commit()
    return path


@pytest.fixture
def book(path: Path) -> ClosedFileBook:
    return ClosedFileBook(path)


def put(book: ClosedFileBook, row: int, **values: Any) -> None:
    rows = [list(each) for each in book.read_table(CUSTOMER_TABLE).rows]
    for name, value in values.items():
        rows[row][NAMES.index(name)] = value
    book.replace_rows(CUSTOMER_TABLE, rows)


def ledger(book: ClosedFileBook) -> Ledger:
    return Ledger.open(beside(book.path))


def closed(book: ClosedFileBook, *days: dt.date) -> None:
    for day in days:
        close_month_in(book, f"{day:%Y-%m}", day, reviewer="李四", at=AT)


# --- what is frozen, and how the sheet shows it -------------------------------------------------------------


def test_a_close_freezes_what_stands_in_the_book(book: ClosedFileBook) -> None:
    grade_customers(book, as_of=MARCH)
    outcome = close_month_in(book, "2026-03", at=AT)
    assert outcome.message.startswith("2026-03 已月结：3 户，参评 2 户")
    assert outcome.attention == ["没有填写复核人，“复核”一步没有登记。"]
    with ledger(book).reading() as view:
        frozen = view.frozen("2026-03")
    for header in ("客户编号", "星级", "信用等级", "说明"):
        assert [cell or None for cell in frozen[header]] == column(book, header)


_MONTH_IN_A_FRESH_PROCESS = """
import datetime as dt, sys
from pathlib import Path
from ccgrade_xl.commands import close_month_in, run_command
from ccgrade_xl.hosts.closed_file import ClosedFileBook
book = ClosedFileBook(Path(sys.argv[1]))
close_month_in(book, "2026-03", dt.date(2026, 3, 31))
close_month_in(book, "2026-04", dt.date(2026, 4, 30))
for name in ("ledger", "adjust", "overview", "check", "verify"):
    run_command(name, book)
sys.exit("pandas" in sys.modules)
"""


def test_whoever_closes_a_month_and_looks_at_it_does_not_wait_for_pandas(path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", _MONTH_IN_A_FRESH_PROCESS, path], check=False)
    assert run.returncode == 0


def test_the_sheet_shows_history_checklist_and_the_months_customers(book: ClosedFileBook) -> None:
    closed(book, MARCH, APRIL)
    history = [row for row in book.read_block(sheet.HISTORY.name) if row[0]]
    assert [(row[0], row[2], row[3], row[4]) for row in history] == [
        ("2026-03", "张三", 3, 2),
        ("2026-04", "张三", 3, 2),
    ]
    assert [row[5] + row[6] for row in history] == [2, 2]
    states = [row[2] for row in book.read_block(sheet.CHECKLIST.name)]
    assert states == ["逾期", "待办", "完成", "完成", "完成"]
    rows = sheet.MONTH_LIST.records(book.read_table(sheet.MONTH_LIST.name))
    assert [(row["客户编号"], row["变动"]) for row in rows] == [
        ("0001", "不变"),
        ("0002", "不变"),
        ("0003", None),
    ]


def test_edited_days_decide_what_is_late(book: ClosedFileBook) -> None:
    book.write_block(sheet.DAYS, [[8.0], [8.0], [9.0], [10.0], [5.0]])
    closed(book, APRIL)
    states = [row[2] for row in book.read_block(sheet.CHECKLIST.name)]
    assert states[0] == "待办"
    assert states[4] == "逾期完成"
    book.write_block(sheet.DAYS, [[31.0]])
    with pytest.raises(NotUnderstood, match=r"“导入”的期限是 “31”，请填 1 到 28"):
        show_ledger(book, at=AT)


def test_every_matrix_adds_up_to_the_customers(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    put(book, 0, 月均用气量=50_000.0)
    closed(book, APRIL)
    for block in sheet.MIGRATIONS.values():
        assert sum(cell for row in book.read_block(block.name) for cell in row[1:]) == 3
    levels = book.read_block(sheet.MIGRATIONS["用气量等级"].name)
    assert levels[0][2] == 1


@pytest.mark.parametrize("written", ["2026年3月", 202603.0, dt.datetime(2026, 3, 9), "2026-03-09"])
def test_any_month_and_a_customers_line_can_be_chosen(book: ClosedFileBook, written: object) -> None:
    closed(book, MARCH, APRIL)
    book.write_block(sheet.SHOWN_MONTH, [[written]])
    book.write_block(sheet.SHOWN_CUSTOMER, [["0001"]])
    assert show_ledger(book, at=AT).data["shown"] == "2026-03"
    line = [row for row in book.read_block(sheet.CUSTOMER_LINE.name) if row[0]]
    assert [(row[0], row[7]) for row in line] == [("2026-03", "五星级"), ("2026-04", "五星级")]


def test_a_month_that_is_not_frozen_is_told(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    book.write_block(sheet.SHOWN_MONTH, [["2025-01"]])
    outcome = show_ledger(book, at=AT)
    assert "2025-01 还没有月结；已月结的月份：2026-03" in outcome.message


def test_a_month_that_is_not_understood_is_told_with_its_cell(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    book.write_block(sheet.CLOSING_MONTH, [["三月"]])
    with pytest.raises(NotUnderstood, match="“评级台账”页的“月结月份”：“三月” 不是看得懂的月份"):
        close_month_in(book, at=AT)


# --- refusals -----------------------------------------------------------------------------------------------


def test_a_closed_month_cannot_be_closed_again(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    with pytest.raises(MonthClosed, match=r"2026-03 已由张三于 .* 月结（3 户），不能再次月结"):
        closed(book, MARCH)


def test_customers_that_are_not_graded_are_not_frozen(book: ClosedFileBook) -> None:
    with pytest.raises(BookFault, match="还没有评级"):
        close_month_in(book, "2026-03", at=AT)


def test_grades_older_than_the_month_named_are_not_frozen(book: ClosedFileBook) -> None:
    grade_customers(book, as_of=MARCH)
    with pytest.raises(LedgerFault, match="早于 2026-04，不能作为 2026-04 月结"):
        close_month_in(book, "2026-04", at=AT)


def test_a_month_that_is_not_over_is_frozen_only_when_it_is_named(book: ClosedFileBook) -> None:
    closed(book, APRIL)
    grade_customers(book, as_of=AT.date())
    with pytest.raises(LedgerFault, match="2026-05 还没有过完"):
        close_month_in(book, at=AT)
    book.write_block(sheet.CLOSING_MONTH, [["2026-05"]])
    assert close_month_in(book, at=AT).data["month"] == "2026-05"


def test_grades_are_frozen_as_a_month_before_their_own_only_when_it_is_named(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    grade_customers(book, as_of=dt.date(2026, 5, 31))
    june = dt.datetime(2026, 6, 2, 1, tzinfo=dt.UTC)
    with pytest.raises(LedgerFault, match=r"2026-04 .*2026-05-31.*“月结月份”里填写 2026-04 或 2026-05"):
        close_month_in(book, at=june)
    grade_customers(book, as_of=dt.date(2026, 5, 30))
    assert close_month_in(book, at=june).data["month"] == "2026-04"


def test_data_changed_after_grading_is_not_frozen(book: ClosedFileBook) -> None:
    grade_customers(book, as_of=MARCH)
    put(book, 1, 逾期次数=3.0, 最长逾期天数=20.0)
    with pytest.raises(BookFault, match=r"第 4 行等 1 户的资料或结果在评级之后改动过"):
        close_month_in(book, "2026-03", at=AT)


@pytest.mark.parametrize("header", ["客户名称", "班组", "客户经理"])
def test_an_error_value_in_what_says_who_a_customer_is_is_named_and_not_frozen(
    book: ClosedFileBook, header: str
) -> None:
    put(book, 1, **{header: CellError.NA})
    grade_customers(book, as_of=MARCH)
    with pytest.raises(BookFault, match=f"“客户数据”第 4 行的“{header}”是错误值 #N/A，不能月结"):
        close_month_in(book, "2026-03", at=AT)
    with ledger(book).reading() as view:
        assert view.months() == []


def test_a_truth_value_and_the_number_it_equals_are_two_names(book: ClosedFileBook) -> None:
    put(book, 0, 客户名称=True)
    put(book, 1, 客户名称=1.0)
    closed(book, MARCH)
    with ledger(book).reading() as view:
        assert list(view.frozen("2026-03")["客户名称"])[:2] == ["是", "1"]


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda file: file.unlink(), "找不到评级台账"),
        (lambda file: file.write_bytes(b""), "是空的"),
        (lambda file: file.write_bytes(file.read_bytes()[:5000]), "已损坏或被截断"),
        (lambda file: file.write_bytes(b"x" * 5000), "不是评级台账"),
    ],
)
def test_a_harmed_ledger_is_told_through_the_button_and_the_book_still_grades(
    book: ClosedFileBook, harm: Any, sentence: str
) -> None:
    closed(book, MARCH)
    harm(beside(book.path))
    outcome = run_command("close", book)
    assert sentence in outcome.message
    assert sentence in run_command("ledger", book).message
    assert sentence in str(book.read_name(sheet.STATE))
    graded = grade_customers(book, as_of=APRIL)
    assert any("月结清单没有记下“评级”" in row and sentence in row for row in graded.attention)


def test_a_missing_component_is_a_sentence(book: ClosedFileBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccgrade_xl.pages.ledger.find_spec", lambda _name: None)
    grade_customers(book, as_of=MARCH)
    assert 'pip install "ccgrade[ledger]"' in run_command("close", book).message


# --- steps, correction, one grade up ------------------------------------------------------------------------


def test_steps_are_recorded_only_where_there_is_a_ledger(book: ClosedFileBook, tmp_path: Path) -> None:
    check_customers(book)
    assert not beside(book.path).exists()
    closed(book, MARCH)
    (tmp_path / "四月.csv").write_text("客户编号,客户名称\n0004,四厂", encoding="utf-8")
    import_customers(book, [tmp_path / "四月.csv"], at=AT)
    check_customers(book, at=AT)
    grade_customers(book, as_of=APRIL, at=AT)
    with ledger(book).reading() as view:
        steps = [(each.record.month, each.record.step) for each in view.entries(StepDone)]
    assert steps == [("2026-03", "复核"), ("2026-04", "导入"), ("2026-04", "检查"), ("2026-04", "评级")]


@pytest.mark.parametrize(
    ("named", "as_of", "month"),
    [
        (None, dt.date(2026, 3, 31), "2026-03"),  # two months late
        (None, dt.date(2026, 4, 3), "2026-03"),  # early in the month after
        (None, dt.date(2026, 4, 28), "2026-04"),
        ("2026-05", dt.date(2026, 3, 31), "2026-03"),
        ("2026-03", dt.date(2026, 4, 20), "2026-03"),
    ],
)
def test_a_step_belongs_to_the_month_that_is_graded(
    book: ClosedFileBook, named: str | None, as_of: dt.date, month: str
) -> None:
    Ledger.create(beside(book.path))
    book.write_block(sheet.CLOSING_MONTH, [[named]])
    check_customers(book, as_of=as_of, at=AT)
    grade_customers(book, as_of=as_of, at=AT)
    with ledger(book).reading() as view:
        steps = [(each.record.month, each.record.step) for each in view.entries(StepDone)]
    assert steps == [(month, "检查"), (month, "评级")]


def test_a_correction_stands_beside_what_was_frozen(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    put(book, 0, 逾期次数=4.0, 最长逾期天数=40.0)
    for name, text in {
        sheet.CORRECTED_MONTH: "2026-03",
        sheet.CORRECTED_CUSTOMERS: "0001；",
        sheet.CORRECTION_REASON: "漏了逾期",
    }.items():
        book.write_block(name, [[text]])
    with pytest.raises(LedgerFault, match="写明原因和批准人"):
        correct_month_in(book, at=AT)
    correct_month_in(book, approver="王五", at=AT)
    with ledger(book).reading() as view:
        now, before = view.frozen("2026-03"), view.frozen("2026-03", corrected=False)
    assert (before["信用等级"][0], now["信用等级"][0]) == ("5A", "3A")
    assert [row[11] for row in book.read_block(sheet.HISTORY.name) if row[0]] == [1]
    assert book.read_name(sheet.CORRECTED_CUSTOMERS) is None


def test_with_the_switch_on_a_grade_rises_one_step_a_cycle(book: ClosedFileBook) -> None:
    switches = [list(row) for row in book.read_table("评级开关").rows]
    assert switches[-1][:2] == ["一期只升一级", "否"]
    switches[-1][1] = "是"
    book.replace_rows("评级开关", switches)
    put(book, 0, 逾期次数=9.0, 最长逾期天数=90.0, 预收气费余额=0.0)
    closed(book, MARCH)
    worst = column(book, "信用等级")[0]
    put(book, 0, 逾期次数=0.0, 最长逾期天数=0.0, 预收气费余额=200_000.0)
    grade_customers(book, as_of=APRIL)
    assert (worst, column(book, "信用等级")[0]) == ("1A", "2A")
    closed(book, APRIL)
    grade_customers(book, as_of=dt.date(2026, 5, 31))
    assert column(book, "信用等级")[0] == "3A"


# --- 样本调整 -----------------------------------------------------------------------------------------------


def test_a_new_book_says_what_the_ledger_beside_it_holds(book: ClosedFileBook, tmp_path: Path) -> None:
    closed(book, MARCH)
    new_book(tmp_path / "四月.xlsm")
    later = ClosedFileBook(tmp_path / "四月.xlsm")
    later.replace_rows(CUSTOMER_TABLE, book.read_table(CUSTOMER_TABLE).rows)
    assert "还没有台账" in str(later.read_name(sheet.STATE))
    adjust_sample(later, at=AT)
    assert str(later.read_name(sheet.STATE)).startswith("已月结 1 个月（2026-03 至 2026-03）")


def test_the_sample_is_listed_checked_and_approved_and_every_count_adds_up(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    rows = [list(row) for row in book.read_table(CUSTOMER_TABLE).rows]
    rows[0][NAMES.index("客户状态")] = "暂停"
    fresh = list(rows[1])
    fresh[0] = "0009"
    book.replace_rows(CUSTOMER_TABLE, [rows[0], rows[2], fresh])
    outcome = adjust_sample(book, at=AT)
    assert outcome.data["counts"] == {
        "新增": 1, "缺失": 1, "销户": 0, "拆表": 0, "暂停": 1, "恢复": 0, "其他": 0,
    }  # fmt: skip
    for _state, before, arrived, left, now in book.read_block(sheet.FLOWS.name):
        assert before + arrived - left == now
    assert [row[4] for row in book.read_block(sheet.FLOWS.name)][-1] == 3
    book.write_block(sheet.ADJUSTMENT_APPROVER, [["王五"]])
    listed = [list(row) for row in book.read_table(sheet.ADJUSTMENT_LIST.name).rows]
    listed[0][6] = "待查"
    book.replace_rows(sheet.ADJUSTMENT_LIST.name, listed)
    assert "待查，没有批准" in adjust_sample(book, at=AT).message
    listed[0][6] = "属实"
    book.replace_rows(sheet.ADJUSTMENT_LIST.name, listed)
    assert adjust_sample(book, at=AT).data["approved"]
    with ledger(book).reading() as view:
        (entry,) = view.entries(SampleAdjusted)
    assert (entry.record.since, entry.record.joined, entry.record.total) == ("2026-03", 1, 3)


# --- formulas -----------------------------------------------------------------------------------------------


def test_the_sample_names_customers_whose_numbers_lost_their_zeros(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    put(book, 0, 客户编号="1")
    said = adjust_sample(book, at=AT).attention
    assert len(said) == 1
    assert "可能是同一户：0001 和 1。" in said[0]


def test_a_correction_takes_a_number_without_its_zeros(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    outcome = correct_month_in(book, "2026-03", ["1", "0001"], reason="核对", approver="王五", at=AT)
    assert "已更正 1 户" in outcome.message
    assert "0001 仍为 5A 五星级。" in outcome.message


def test_a_correction_says_what_it_changed(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    put(book, 0, 逾期次数=4.0, 最长逾期天数=40.0)
    given: dict[str, Any] = {"reason": "漏了逾期", "approver": "王五", "at": AT}
    message = correct_month_in(book, "2026-03", ["0001"], **given).message
    assert "0001 由 5A 五星级 改为 " in message


def test_formulas_read_the_ledger_used_last(book: ClosedFileBook) -> None:
    closed(book, MARCH, APRIL)
    history = call("CCG_HISTORY", ["0001"])
    assert isinstance(history, tuple)
    assert [row[0] for row in history] == ["月份", "2026-03", "2026-04"]
    assert len(call("CCG_HISTORY", ["0001", 1.0])) == 2  # type: ignore[arg-type]
    assert call("CCG_GRADE_AT", ["0001", "2026-03"]) == "五星级"
    for month in (202603.0, 46082.0, "2026-03-09", "2026年3月"):
        assert call("CCG_GRADE_AT", ["0001", month]) == "五星级"
    assert call("CCG_GRADE_AT", ["0003", dt.date(2026, 3, 9)]) == "不参评"
    beside(book.path).unlink()
    assert "找不到评级台账" in str(call("CCG_CHECK", ["CCG_GRADE_AT", "0001", "2026-03"]))


# --- two at once, and kill -9 -------------------------------------------------------------------------------

PRESS = """
import sys, time, datetime as dt
from pathlib import Path
from ccgrade_xl.commands import run_command
from ccgrade_xl.hosts.closed_file import ClosedFileBook
book = ClosedFileBook(Path(sys.argv[1]))
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    time.sleep(0.001)
print(run_command("close", book).message, flush=True)
"""


def press(path: Path, go: Path) -> subprocess.Popen[str]:
    root = Path(__file__).parents[1]
    return subprocess.Popen(
        [sys.executable, "-c", PRESS, str(path), str(go)],
        stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip


def test_of_two_that_close_one_month_at_once_one_wins_and_the_other_is_told(
    book: ClosedFileBook, path: Path, tmp_path: Path
) -> None:
    closed(book, dt.date(2020, 1, 31))
    book.write_block(LEDGER_PLACE, [[str(beside(path))]])
    grade_customers(book, as_of=dt.date(2020, 2, 29))
    book.commit()
    (tmp_path / "别处").mkdir()
    other = Path(shutil.copy(path, tmp_path / "别处" / "乙.xlsm"))
    running = [press(each, tmp_path / "go") for each in (path, other)]
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    (tmp_path / "go").touch()
    said = sorted(each.communicate()[0] for each in running)
    assert sum("2020-02 已月结：3 户" in each for each in said) == 1
    assert sum("不能再次月结" in each for each in said) == 1
    found = verify(Ledger.open(beside(path)))
    assert not found.fault
    assert found.frozen_grades == 6


@pytest.mark.parametrize("wait", [0.0, 0.05, 0.1, 0.2, 0.3, 0.45])
def test_a_close_killed_at_any_moment_leaves_a_whole_ledger_and_the_old_or_the_new_book(
    book: ClosedFileBook, path: Path, tmp_path: Path, wait: float
) -> None:
    closed(book, dt.date(2020, 1, 31))
    grade_customers(book, as_of=dt.date(2020, 2, 29))
    book.commit()
    running = press(path, tmp_path / "go")
    assert running.stdout is not None
    running.stdout.readline()
    (tmp_path / "go").touch()
    time.sleep(wait)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    after = ClosedFileBook(path)
    shown = [row[0] for row in after.read_block(sheet.HISTORY.name) if row[0]]
    assert shown in (["2020-01"], ["2020-01", "2020-02"])
    found = verify(Ledger.open(beside(path)))
    assert not found.fault
    assert found.frozen_grades in (3, 6)
    assert found.frozen_grades == 6 or shown == ["2020-01"]
    if found.frozen_grades == 3:
        assert "2020-02 已月结" in run_command("close", after).message
    else:
        with pytest.raises(CcgradeError, match="不能再次月结"):
            close_month_in(after, "2020-02")


def test_the_book_notices_that_its_ledger_was_replaced(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    early = beside(book.path).read_bytes()
    assert book.read_name(LEDGER_HEAD)
    closed(book, APRIL)
    beside(book.path).write_bytes(early)
    assert "不是这个工作簿用过的那一份，或末尾的记录被删除过" in run_command("ledger", book).message


def test_the_default_rules_are_those_that_are_frozen(book: ClosedFileBook) -> None:
    closed(book, MARCH)
    with ledger(book).reading() as view:
        assert view.rules(RuleSet.default().version) == RuleSet.default()
