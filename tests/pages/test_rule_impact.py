"""Before the next close 评级台账 says what the rules on 评分规则 would change, and never stands in the way of the ledger."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from attrs import evolve

from ccgrade_xl import grade
from ccgrade_xl.casework.health.impact import Impact, Move, sensitivity
from ccgrade_xl.cli import NOTHING_DONE
from ccgrade_xl.commands import close_month_in, grade_customers, show_ledger, undo_last
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.customers import read_customers, rules_of
from ccgrade_xl.pages.rule_impact import customers_of, said
from ccgrade_xl.rules.ruleset import STARS, RuleSet
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.book import Book
from ccgrade_xl.workbook.template import new_book
from tests.hosts.customers import sample
from tests.test_cli import Runner, run

__all__ = ["run"]

MARCH = dt.date(2026, 3, 31)
AT = dt.datetime(2026, 4, 6, 1, tzinfo=dt.UTC)
INDICATORS = "信用指标"
BEST = {
    "用气单位性质": "学校", "合同签订": "有效且信息一致", "用气单位所属": "自有物业", "逾期次数": 0.0,
    "最长逾期天数": 0.0, "当前欠费天数": 0.0, "缴费方式": "银行代扣", "预收气费余额": 1e6, "月均气费": 1000.0,
}  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> ClosedFileBook:
    """A workbook of 300 customers with March closed."""
    new_book(tmp_path / "簿.xlsm")
    opened = ClosedFileBook(tmp_path / "簿.xlsm")
    opened.replace_rows("客户", sample(300))
    close_month_in(opened, "2026-03", MARCH, at=AT)
    opened.commit()
    return opened


def weigh(book: Book, **weights: float) -> None:
    """Edit weights on 评分规则."""
    table = book.read_table(INDICATORS)
    cells = zip(table.column("指标"), table.column("权重"), strict=True)
    book.write_columns(INDICATORS, {"权重": [weights.get(str(name), weight) for name, weight in cells]})


def filled(book: Book, name: str) -> list[list[Any]]:
    return [list(row) for row in book.read_block(name) if any(cell is not None for cell in row)]


def test_after_a_close_nothing_has_changed(book: ClosedFileBook) -> None:
    version = RuleSet.default().version
    assert book.read_name(sheet.IMPACT_SAID) == f"评分规则没有改动，仍是 2026-03 月结时的规则 {version}。"
    assert filled(book, sheet.IMPACT.name) == []
    assert all(row[1:] == [None] * len(row[1:]) for row in filled(book, sheet.IMPACT_STARS.name))
    assert show_ledger(book, at=AT).message.splitlines()[1] == book.read_name(sheet.IMPACT_SAID)


def test_edited_rules_show_who_would_move_as_grading_by_both_says(book: ClosedFileBook) -> None:
    weigh(book, 缴费方式=40.0, 合同签订=0.0)
    outcome = show_ledger(book, at=AT)
    table, rules = read_customers(book), rules_of(book)
    frame = pd.DataFrame(list(table.rows), columns=list(table.headers))
    day = AT.astimezone().date()
    before, after = grade(frame, RuleSet.default(), day), grade(frame, rules, day)
    frame["月均用气量"] = pd.to_numeric(frame["月均用气量"], errors="coerce").fillna(0.0)
    names = ["信用等级", "星级"]
    moved = frame[(before[names] != after[names]).any(axis=1)]
    largest = moved.sort_values("月均用气量", ascending=False, kind="stable").head(sheet.IMPACT.rows)
    assert len(moved) > sheet.IMPACT.rows
    assert filled(book, sheet.IMPACT.name) == [
        [
            row.客户编号, row.客户名称, before["信用等级"][row.Index], after["信用等级"][row.Index],
            before["星级"][row.Index], after["星级"][row.Index], row.月均用气量,
        ]
        for row in largest.itertuples()
    ]  # fmt: skip
    stars = Counter(zip(before["星级"], after["星级"], strict=True))
    labels = (*STARS, "待定")
    assert filled(book, sheet.IMPACT_STARS.name) == [
        [was, *(float(stars[was, star]) for star in labels)] for was in labels
    ]
    said = outcome.data["rules"]
    assert f"2026-03 月结时的规则 {RuleSet.default().version} → {rules.version}：{len(moved)} 户变动" in said
    assert f"全部 {len(moved)} 户" in said
    at_stake = frame["月均用气量"][before["星级"] != after["星级"]].sum()
    assert f"星级变动涉及气量 {at_stake:,.0f} m³/月" in said
    assert book.read_name(sheet.IMPACT_SAID) == said


def test_where_all_who_move_are_listed_nobody_is_sent_to_the_command_line(book: ClosedFileBook) -> None:
    weigh(book, 缴费方式=40.0, 合同签订=0.0)
    show_ledger(book, at=AT)
    listed = filled(book, sheet.IMPACT.name)
    table = book.read_table("客户")
    moved = {row[0] for row in listed}
    rows = zip(table.column("客户编号"), table.rows, strict=True)
    book.replace_rows("客户", [list(row) for number, row in rows if number in moved])
    said = show_ledger(book, at=AT).data["rules"]
    assert filled(book, sheet.IMPACT.name) == listed
    assert f"：{sheet.IMPACT.rows} 户变动，" in said
    assert "下面列出" not in said


@pytest.mark.parametrize(("usage", "share"), [(2500.0, "50.0%"), (0.0, "0.0%")])
def test_what_hangs_on_the_moves_is_said_with_its_share_of_the_usage(usage: float, share: str) -> None:
    move = Move(0, "3A", "2A", "三星级", "二星级", usage / 2)
    assert said(Impact("新", (), (move, move), 0, 2, usage / 2, usage), "旧") == (
        f"规则 旧 → 新：2 户变动，星级升 0 户、降 2 户；星级变动涉及气量 {usage / 2:,.0f} m³/月（{share}）。"
    )


def test_rules_that_move_nobody_say_so() -> None:
    assert said(Impact("新", (), (), 0, 0, 0.0, 2500.0), "旧") == "规则 旧 → 新：没有客户变动。"


def test_sensitivity_is_that_of_the_customers_and_rules_as_they_stand(book: ClosedFileBook) -> None:
    weigh(book, 缴费方式=40.0)
    rows = [list(row) for row in book.read_table("客户").rows][:200]
    book.replace_rows("客户", rows)
    show_ledger(book, at=AT)
    table = read_customers(book)
    found = sensitivity(customers_of(table), rules_of(book), AT.astimezone().date())
    assert filled(book, sheet.SENSITIVITY.name) == [
        [each.indicator, each.weight, each.points, each.credit_moved, each.star_moved, each.usage_moved]
        for each in found[: sheet.SENSITIVITY.rows]
    ]


def test_the_month_shown_decides_with_which_rules_they_are_compared(book: ClosedFileBook) -> None:
    weigh(book, 缴费方式=40.0)
    adopted = rules_of(book).version
    grade_customers(book, as_of=dt.date(2026, 4, 30))
    close_month_in(book, "2026-04", at=AT + dt.timedelta(days=28))
    assert adopted in str(book.read_name(sheet.IMPACT_SAID))
    assert "没有改动" in str(book.read_name(sheet.IMPACT_SAID))
    book.write_block(sheet.SHOWN_MONTH, [["2026-03"]])
    said = show_ledger(book, at=AT + dt.timedelta(days=29)).data["rules"]
    assert said.startswith(f"2026-03 月结时的规则 {RuleSet.default().version} → {adopted}：")


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda book: weigh(book, 缴费方式=-3.0), "“评分规则”有 1 处要先改正"),
        (lambda book: book.replace_rows("客户", []), "还不能看规则的影响：“客户数据”里还没有客户"),
    ],
    ids=["faulty rules", "no customers"],
)
def test_what_stands_in_the_way_is_said_and_the_ledger_still_shows(
    book: ClosedFileBook, edit: Any, sentence: str
) -> None:
    edit(book)
    outcome = show_ledger(book, at=AT)
    assert outcome.message.startswith("已显示 2026-03")
    assert sentence in outcome.data["rules"]
    assert filled(book, sheet.IMPACT.name) == filled(book, sheet.SENSITIVITY.name) == []


def test_without_a_frozen_month_only_the_weights_are_told(tmp_path: Path) -> None:
    new_book(tmp_path / "新.xlsm")
    book = ClosedFileBook(tmp_path / "新.xlsm")
    book.replace_rows("客户", sample(60))
    assert show_ledger(book, at=AT).message == "台账里还没有月结。评级、复核后按“月结”。"
    assert book.read_name(sheet.IMPACT_SAID) == "还没有月结，没有可以比较的规则。"
    assert filled(book, sheet.SENSITIVITY.name)


def test_undo_brings_back_what_the_sheet_said_before(book: ClosedFileBook) -> None:
    before = book.read_name(sheet.IMPACT_SAID)
    weigh(book, 缴费方式=40.0)
    show_ledger(book, at=AT)
    assert book.read_name(sheet.IMPACT_SAID) != before
    undo_last(book)
    assert book.read_name(sheet.IMPACT_SAID) == before
    assert filled(book, sheet.IMPACT.name) == []


def test_one_grade_up_looks_at_the_frozen_grades(book: ClosedFileBook) -> None:
    table = book.read_table("客户")
    better = [
        [BEST.get(header, cell) for header, cell in zip(table.headers, row, strict=True)]
        for row in table.rows
    ]
    book.replace_rows("客户", better)
    held = evolve(RuleSet.default(), switches=evolve(RuleSet.default().switches, one_grade_up=True))
    switches = book.read_table("评级开关")
    book.write_columns(
        "评级开关",
        {
            "取值": [
                "是" if str(name) == "一期只升一级" else value
                for name, value in zip(switches.column("开关"), switches.column("取值"), strict=True)
            ]
        },
    )
    assert rules_of(book).version == held.version
    show_ledger(book, at=AT)
    ladder = ("1A", "2A", "3A", "4A", "5A")
    stood = dict(zip(table.column("客户编号"), table.column("信用等级"), strict=True))
    assert filled(book, sheet.IMPACT.name)
    for row in filled(book, sheet.IMPACT.name):
        assert ladder.index(row[3]) == ladder.index(stood[row[0]]) + 1 < ladder.index(row[2])


def test_the_command_line_compares_with_a_month_where_no_draft_is_named(
    run: Runner, book: ClosedFileBook
) -> None:
    same = run("rules", "impact", book.path, "--json").data
    assert (same["moved"], same["rules"]) == ([], same["draft"])
    assert len(run("rules", "impact", book.path).out.splitlines()) == 1  # no table of nobody
    weigh(book, 缴费方式=40.0)
    show_ledger(book, at=AT)
    book.commit()
    found = run("rules", "impact", book.path, "--month", "2026年3月", "--as-of", "2026-04-06", "--json").data
    assert [row["客户编号"] for row in found["moved"]][: sheet.IMPACT.rows] == [
        row[0] for row in filled(book, sheet.IMPACT.name)
    ]
    refused = run("rules", "impact", book.path, "--month", "2025-01")
    assert (refused.code, "2025-01 还没有月结" in refused.err) == (NOTHING_DONE, True)
