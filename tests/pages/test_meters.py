"""远程抄表 on a closed file: scan, refresh, marks, undo, settings, and a machine that cannot scan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ccgrade_xl.casework.ledger import AlarmState
from ccgrade_xl.commands import meters as commands
from ccgrade_xl.commands import read_alarms, report_usage, run_command, show_forecast, undo_last
from ccgrade_xl.errors import BookFault, Cancelled, CellError, NothingScanned, RuleFaults
from ccgrade_xl.meters.store import results
from ccgrade_xl.pages.ledger import has_ledger, ledger_of
from ccgrade_xl.workbook.meter_lists import ALARMS, ARCHIVE, FORECAST, METER_LISTS, NOT_FOUND, USAGE
from ccgrade_xl.workbook.meter_page import (
    BY_CHECK,
    CHOSEN,
    CHOSEN_DAYS,
    CHOSEN_SAYS,
    NOTES,
    SOURCES,
)
from ccgrade_xl.workbook.names import LEDGER_PERSON, LEDGER_PLACE
from tests.pages.meter_scan import BLOCKS, Desk, book_with_customers, simulated


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("fleet"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def path(home: Path) -> Path:
    return book_with_customers(home / "评级.xlsm")


def desk(path: Path, fleet: Path, *, scan: bool = True, **callbacks: Any) -> Desk:
    def choose(title: str) -> list[Path]:
        return [fleet / "registry.parquet"] if "档案" in title else [fleet / "readings"]

    return Desk(path, on_choose_files=choose, on_ask=lambda _question: scan, **callbacks)


@pytest.fixture
def book(path: Path, fleet: Path) -> Desk:
    """A book whose readings have been scanned; further refreshes do not scan."""
    opened = desk(path, fleet, scan=False)
    read_alarms(opened)
    return opened


def rows(book: Desk, declared) -> list[dict]:
    return declared.records(book.read_table(declared.name))


def page(book: Desk) -> Any:
    tables = {each.name: book.read_table(each.name).rows for each in METER_LISTS}
    return tables, {block.name: book.read_block(block.name) for block in BLOCKS}


def mark(book: Desk, at: int, **marks: str) -> dict:
    columns = {header: book.read_table("异常").column(header) for header in marks}
    for header, value in marks.items():
        columns[header][at] = value
    book.write_columns("异常", columns)
    return rows(book, ALARMS)[at]


def test_a_scan_lists_what_the_results_hold_and_remembers_its_files(book: Desk, fleet: Path) -> None:
    found = {(each.meter_id, each.code) for each in results().all_alarms()}
    listed = {(row["表号"], row["异常"]) for row in rows(book, ALARMS)}
    assert listed
    assert listed <= found
    cells = [row[0] for row in book.read_block(SOURCES.name)]
    assert cells[:2] == [str(fleet / "readings"), str(fleet / "registry.parquet")]
    assert book.shown == ["远程抄表"]


def test_the_owner_is_the_manager_or_else_the_team_and_texts_stay_texts(book: Desk) -> None:
    whose = {row["客户编号"]: (row["责任人"], row["客户名称"]) for row in rows(book, ALARMS)}
    for number, (person, name) in whose.items():
        at = int(str(number)) - 1
        if at < 10:
            assert (person, name) == ("张三" if at % 2 else "一组", f"={at}号厂")
        else:
            assert (person, name) == (None, None)


def test_every_check_has_a_row_and_its_counts_are_those_of_the_list(book: Desk) -> None:
    summary = {row[0]: row for row in book.read_block(BY_CHECK.name)}
    assert len(summary) == BY_CHECK.rows
    for code, row in summary.items():
        listed = [each["级别"] for each in rows(book, ALARMS) if each["异常"] == code]
        assert [row[at] or 0 for at in (1, 2, 3)] == [listed.count(rank) for rank in "高中低"]


def test_a_second_refresh_changes_nothing(book: Desk) -> None:
    before = page(book)
    read_alarms(book)
    assert page(book) == before


def test_marks_survive_a_new_scan_of_the_saved_file(book: Desk, path: Path, fleet: Path) -> None:
    row = mark(book, 0, 状态="处理中", 责任人="王五", 备注="=去看看")
    book.commit()
    again = desk(path, fleet)
    read_alarms(again)
    key = ALARMS.key_of(row)
    kept = next(each for each in rows(again, ALARMS) if ALARMS.key_of(each) == key)
    assert (kept["状态"], kept["责任人"], kept["备注"]) == ("处理中", "王五", "=去看看")


def test_a_false_alarm_is_suppressed_counted_and_lowers_the_precision(book: Desk) -> None:
    row = mark(book, 0, 误报="是")
    outcome = read_alarms(book)
    assert ALARMS.key_of(row) not in [ALARMS.key_of(each) for each in rows(book, ALARMS)]
    assert [ALARMS.key_of(each) for each in rows(book, ARCHIVE)] == [ALARMS.key_of(row)]
    assert outcome.data["suppressed"] == 1
    summary = next(each for each in book.read_block(BY_CHECK.name) if each[0] == row["异常"])
    assert summary[6:10] == [1, None, 1, 0]
    assert any("已抑制 1 条误报" in str(each[0]) for each in book.read_block(NOTES.name))


def test_undo_puts_the_whole_page_back(book: Desk) -> None:
    mark(book, 0, 误报="是")
    before = page(book)
    read_alarms(book)
    assert page(book) != before
    undo_last(book)
    assert page(book) == before


def test_esc_leaves_page_and_results_as_they_were(book: Desk, path: Path, fleet: Path) -> None:
    book.commit()
    kept = results().path
    stopped = desk(path, fleet, is_cancelled=lambda: True)
    before = page(stopped)
    with pytest.raises(Cancelled, match="上次的扫描结果还在"):
        read_alarms(stopped)
    assert (page(stopped), results().path) == (before, kept)


def test_progress_is_told_between_the_batches(path: Path, fleet: Path) -> None:
    told: list[tuple[str, float | None]] = []
    read_alarms(desk(path, fleet, on_status=lambda text, share: told.append((text, share))))
    shares = [share for _, share in told if share is not None]
    assert any("块表" in text for text, _ in told)
    assert shares == sorted(shares)


def test_the_panel_shows_the_meter_that_is_named(book: Desk) -> None:
    meter = sorted(results().meters())[3]
    book.write_block(CHOSEN.name, [[meter]])
    read_alarms(book)
    assert meter in str(book.read_block(CHOSEN_SAYS.name))
    days = [row for row in book.read_block(CHOSEN_DAYS.name) if row[0] is not None]
    last = results().report.last_day
    known = results().daily_usage(
        meter, days[0][0].date() if hasattr(days[0][0], "date") else days[0][0], last
    )
    assert len(days) == 35
    assert [round((row[1] or 0) + (row[2] or 0), 6) for row in days] == [
        round(each.m3 or 0, 6) for each in known
    ]


def test_a_number_nobody_has_is_said_in_the_panel(book: Desk) -> None:
    book.write_block(CHOSEN.name, [["没有这块表"]])
    read_alarms(book)
    assert "没有表号或客户编号" in str(book.read_block(CHOSEN_SAYS.name))


def test_use_by_month_is_that_of_the_results_and_follows_the_month_asked_for(book: Desk) -> None:
    cells = [row[0] for row in book.read_block(SOURCES.name)]
    book.write_block(SOURCES.name, [[cell] for cell in [*cells[:7], "2026-09"]])
    outcome = report_usage(book)
    assert outcome.data["month"] == "2026-09"
    for row in rows(book, USAGE):
        months = {each.month: each for each in results().usage_months(f"客户编号:{row['客户编号']}")}
        now, before = months[2026 * 12 + 8], months[2026 * 12 + 7]
        assert row["本月气量"] == row["当月"] == pytest.approx(now.m3)
        assert row["上月气量"] == pytest.approx(before.m3)
        assert row["环比"] == pytest.approx(now.m3 / before.m3 - 1) if before.m3 else row["环比"] is None


def test_customers_take_what_the_meters_counted_where_the_user_wants_it(
    book: Desk, path: Path, fleet: Path
) -> None:
    before = book.read_table("客户").column("月均用气量")
    report_usage(book)
    assert book.read_table("客户").column("月均用气量") == before
    book.commit()
    willing = desk(path, fleet)
    assert report_usage(willing).data["filled"]["changed"] > 0
    used = dict(
        zip(*(willing.read_table("客户").column(name) for name in ("客户编号", "月均用气量")), strict=True)
    )
    for number, use in results().metered_use().items():
        if number in used and use.mean_m3 is not None:
            assert used[number] == pytest.approx(use.mean_m3, abs=0.06)
    undo_last(willing)
    assert willing.read_table("客户").column("月均用气量") == before


def test_the_forecast_adds_up_its_days_and_lies_within_its_bounds(book: Desk) -> None:
    show_forecast(book)
    listed = rows(book, FORECAST)
    assert listed
    for row in listed:
        assert row["未来28天"] == pytest.approx(results().forecast(f"客户编号:{row['客户编号']}", 28))
        if row["下限"] is not None:
            assert row["下限"] <= row["未来28天"] + 1e-6 <= row["上限"] + 2e-6


def test_without_a_registry_the_customers_meters_do(path: Path, fleet: Path) -> None:
    book = Desk(path, on_choose_files=lambda title: [] if "档案" in title else [fleet / "readings"])
    outcome = read_alarms(book)
    assert "超量程" in outcome.data["not_run"]
    assert any("有读数、没有档案的表 2 块" in str(row[0]) for row in book.read_block(NOTES.name))


def test_the_book_decides_which_checks_run_and_faults_are_told_at_once(path: Path, fleet: Path) -> None:
    book = desk(path, fleet)
    switches = book.read_table("异常项").column("启用")
    book.write_columns("异常项", {"启用": ["是", *["否" for _ in switches[1:]]]})
    read_alarms(book)
    assert {row[10] for row in book.read_block(BY_CHECK.name)[1:]} <= {"未启用", "已检查"}
    assert {row["异常"] for row in rows(book, ALARMS)} <= {book.read_table("异常项").column("异常")[0]}
    book.write_columns("异常项", {"启用": ["否" for _ in switches]})
    with pytest.raises(BookFault, match="全部关闭"):
        read_alarms(book)
    book.write_columns("异常项", {"启用": ["也许", *switches[1:]]})
    values = book.read_table("异常阈值").column("取值")
    book.write_columns("异常阈值", {"取值": ["很多", *values[1:]]})
    with pytest.raises(RuleFaults) as told:
        read_alarms(book)
    assert [fault.split("：")[0] for fault in told.value.faults] == ["异常项 第 1 行", "异常阈值 第 1 行"]


def test_bad_settings_are_named_all_at_once(path: Path, fleet: Path) -> None:
    book = desk(path, fleet)
    cells = [None, None, CellError.REF, "火星", None, "昨天", -3.0, "2026-13"]
    book.write_block(SOURCES.name, [[cell] for cell in cells])
    with pytest.raises(BookFault) as told:
        read_alarms(book)
    faults = ("“气温文件”是错误值 #REF!", "时区", "截至时间", "列入天数", "报告月份")
    assert [word in str(told.value) for word in faults] == [True] * 5


def test_a_machine_that_cannot_scan_shows_the_last_results_and_says_why(
    book: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(commands._NEEDED, "no_such_module", "duckdb")
    before = [ALARMS.key_of(row) for row in rows(book, ALARMS)]
    message = run_command("alarms", book).message
    assert "没有装 duckdb" in message
    assert "上次扫描的结果" in message
    assert [ALARMS.key_of(row) for row in rows(book, ALARMS)] == before


def test_a_machine_that_cannot_scan_and_never_has_says_so(
    path: Path, fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(commands._NEEDED, "no_such_module", "duckdb")
    with pytest.raises(BookFault, match=r"没有装 duckdb.*没有上次的扫描结果"):
        read_alarms(desk(path, fleet))


@pytest.mark.parametrize("button", [report_usage, show_forecast])
def test_reports_need_a_scan(button, path: Path, fleet: Path) -> None:
    with pytest.raises(NothingScanned, match="读取异常"):
        button(desk(path, fleet))


def test_no_readings_chosen_changes_nothing(path: Path) -> None:
    with pytest.raises(Cancelled, match="没有选择读数"):
        read_alarms(Desk(path))


# --- the ledger ----------------------------------------------------------------------------------------------


def states(book: Desk) -> list[AlarmState]:
    with ledger_of(book).reading() as view:
        return [entry.record for entry in view.entries(AlarmState)]


def test_nobody_makes_a_ledger_before_anybody_has_said_anything_of_an_alarm(book: Desk) -> None:
    assert not has_ledger(book)
    mark(book, 0, 状态="处理中")
    read_alarms(book)
    assert {state.meter for state in states(book)} == {row["表号"] for row in rows(book, ALARMS)}


def test_what_was_done_about_an_alarm_stands_in_the_ledger_once(book: Desk) -> None:
    row = mark(book, 0, 状态="处理中", 责任人="王五", 结果="泄漏", 备注="已约")
    book.write_block(LEDGER_PERSON, [["李四"]])
    for _ in range(2):
        read_alarms(book)
    with ledger_of(book).reading() as view:
        (entry,) = [
            each for each in view.entries(AlarmState) if each.record.key == "|".join(ALARMS.key_of(row))
        ]
    state = entry.record
    assert entry.person == "李四"
    assert (state.state, state.owner, state.result, state.note) == ("处理中", "王五", "泄漏", "已约")
    assert (state.severity, state.due, state.false_alarm) == (row["级别"], row["期限"].date(), False)
    mark(book, [ALARMS.key_of(each) for each in rows(book, ALARMS)].index(ALARMS.key_of(row)), 误报="是")
    read_alarms(book)
    assert [(each.false_alarm, each.place) for each in states(book) if each.key == state.key] == [
        (False, ""),
        (True, "已抑制"),
    ]


def test_the_workbook_of_a_new_month_takes_over_what_was_said(book: Desk, home: Path, fleet: Path) -> None:
    false, under_way = mark(book, 0, 误报="是"), mark(book, 1, 状态="处理中", 责任人="王五", 备注="已约")
    read_alarms(book)
    before = page(book)[0]
    other = desk(book_with_customers(home / "下月.xlsm"), fleet, scan=False)
    read_alarms(other)
    after = page(other)[0]
    assert after[ALARMS.name] == before[ALARMS.name]
    assert after[ARCHIVE.name] == before[ARCHIVE.name]
    assert ALARMS.key_of(false) in {ARCHIVE.key_of(row) for row in rows(other, ARCHIVE)}
    taken = next(row for row in rows(other, ALARMS) if ALARMS.key_of(row) == ALARMS.key_of(under_way))
    assert (taken["责任人"], taken["备注"]) == ("王五", "已约")


def test_an_open_alarm_no_scan_finds_any_more_comes_back_too(book: Desk, home: Path, fleet: Path) -> None:
    row = mark(book, 0, 状态="处理中")
    read_alarms(book)
    with ledger_of(book).writing("张三") as pen:
        state = next(each for each in states(book) if each.state == "处理中")
        pen.append(evolve(state, first_seen="2026-01-01 00:00", last_seen="2026-01-02 00:00"))
    other = desk(book_with_customers(home / "下月.xlsm"), fleet, scan=False)
    read_alarms(other)
    (old,) = [each for each in rows(other, ALARMS) if each["开始"] == "2026-01-01 00:00"]
    assert (old["表号"], old["现状"], old["状态"], old["依据"]) == (
        row["表号"],
        NOT_FOUND,
        "处理中",
        row["依据"],
    )


def test_a_state_of_the_same_alarm_with_another_beginning_does_not_come_back(
    book: Desk, home: Path, fleet: Path
) -> None:
    mark(book, 0, 状态="处理中")
    read_alarms(book)
    count = len(rows(book, ALARMS))
    with ledger_of(book).writing("张三") as pen:
        state = next(each for each in states(book) if each.state == "处理中")
        pen.append(evolve(state, first_seen="2026-01-01 00:00"))
    other = desk(book_with_customers(home / "下月.xlsm"), fleet, scan=False)
    read_alarms(other)
    assert len(rows(other, ALARMS)) == count


def test_a_ledger_that_cannot_be_written_keeps_no_alarm_from_the_list(book: Desk) -> None:
    book.write_block(LEDGER_PLACE, [["没有这里/台账.sqlite"]])
    mark(book, 0, 状态="处理中")
    outcome = read_alarms(book)
    assert any(said.startswith("异常的处理情况没有记入台账：") for said in outcome.attention)
    assert rows(book, ALARMS)
