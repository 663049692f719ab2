"""A month is frozen once and stays as it was; corrections stand beside it; the next month looks at the last one."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from ccgrade_xl.casework.ledger import (
    GradesCorrected,
    Ledger,
    MonthFrozen,
    RulesKept,
    StarTotal,
    frozen_table,
    verify,
)
from ccgrade_xl.casework.ledger.star_totals import COUNTED, packed, star_totals, unpacked
from ccgrade_xl.casework.month_close import close_month, correct_month, previous_credit_grades
from ccgrade_xl.errors import LedgerFault, MonthClosed
from ccgrade_xl.grading.sample import grade_sample
from tests.casework.samples import AS_OF, AT, DEFAULT, customers, month_frame, numbered

OTHER = evolve(DEFAULT, switches=evolve(DEFAULT.switches, star_cap_on=True))
ONE_UP = evolve(DEFAULT, switches=evolve(DEFAULT.switches, one_grade_up=True))


def close(ledger, month="2026-03", frame=None, rules=DEFAULT, person="张三"):
    return close_month(ledger, month, month_frame() if frame is None else frame, rules, person, at=AT)


def test_a_closed_month_tells_who_froze_how_many_under_which_rules(ledger: Ledger) -> None:
    entry, head = close(ledger)
    assert (entry.person, entry.at, entry.rule_version) == ("张三", AT, DEFAULT.version)
    assert (entry.record.month, entry.record.customers, entry.record.graded_on) == ("2026-03", 8, AS_OF)
    assert entry.record.graded == (month_frame()["星级"] != "").sum()
    assert head.hash == entry.hash
    with ledger.reading() as view:
        assert view.months() == ["2026-03"]
        assert view.rules(DEFAULT.version) == DEFAULT
        assert view.head() == head
    assert verify(ledger, since=head).fault == ""


def test_a_closed_month_is_not_closed_again(ledger: Ledger) -> None:
    close(ledger)
    with pytest.raises(MonthClosed, match=r"2026-03 已由张三于 2026-09-0.* 月结（8 户），不能再次月结"):
        close(ledger, person="李四", frame=month_frame(8, 1))
    with ledger.reading() as view:
        pd.testing.assert_frame_equal(view.frozen("2026-03").to_pandas(), month_frame(), check_dtype=False)
        assert len(view.entries(MonthFrozen)) == 1


def test_a_month_before_a_closed_one_is_not_closed_any_more(ledger: Ledger) -> None:
    close(ledger)
    with pytest.raises(MonthClosed, match="2026-02 早于已经月结的 2026-03"):
        close(ledger, "2026-02")


def test_a_month_may_be_left_out(ledger: Ledger) -> None:
    close(ledger, "2026-01")
    close(ledger, "2026-03")
    with ledger.reading() as view:
        assert view.months() == ["2026-01", "2026-03"]


def test_a_month_that_has_not_begun_is_not_closed(ledger: Ledger) -> None:
    with pytest.raises(LedgerFault, match="2026-10 还没有到"):
        close(ledger, "2026-10")


def test_rules_are_kept_once_while_they_do_not_change(ledger: Ledger) -> None:
    close(ledger, "2026-01")
    close(ledger, "2026-02")
    close(ledger, "2026-03", month_frame(rules=OTHER), OTHER)
    with ledger.reading() as view:
        assert [entry.record.version for entry in view.entries(RulesKept)] == [DEFAULT.version, OTHER.version]
        assert [entry.rule_version for entry in view.entries(MonthFrozen)] == [
            DEFAULT.version, DEFAULT.version, OTHER.version,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (month_frame(0), "没有客户可以月结"),
        (month_frame().drop(columns=["星级", "Y"]), "缺少列：Y、星级"),
        (
            month_frame().assign(客户编号=["1", "", "3", " ", "5", "6", "7", "8"]),
            "第 2、4 户等 2 户没有客户编号",
        ),
        (
            month_frame().assign(客户编号=["1", "2", "1", "4", "5", "2", "7", "8"]),
            "客户编号 1、2 等 2 个重复出现",
        ),
        (month_frame(rules=OTHER), f"规则版本是 {OTHER.version}，不是 {DEFAULT.version}"),
        (month_frame().assign(月均用气量=float("inf")), "“月均用气量”里有无穷大的数"),
    ],
)
def test_what_cannot_be_frozen_is_said_and_nothing_is(ledger: Ledger, frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(LedgerFault, match=said):
        close(ledger, frame=frame)
    assert verify(ledger).records == 0


@pytest.mark.parametrize("month", ["三月", "2026-13", "2026", "", "0000-01", "2026-3", "2026年3月"])
def test_a_month_not_written_as_the_ledger_names_months_is_refused(ledger: Ledger, month: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month must be|year 0"):
        close(ledger, month)


def test_a_correction_says_why_and_who_approved_and_keeps_what_was_frozen(ledger: Ledger) -> None:
    close(ledger)
    right = month_frame(8, 5).iloc[[2, 6]]
    for _ in range(2):
        correct_month(ledger, "2026-03", right, DEFAULT, "王五", reason="抄错表", approver="李四", at=AT)
    with ledger.reading() as view:
        records = [entry.record for entry in view.entries(GradesCorrected)]
        assert [(each.revision, each.reason, each.approver, each.customers) for each in records] == [
            (1, "抄错表", "李四", 2),
            (2, "抄错表", "李四", 2),
        ]
        pd.testing.assert_frame_equal(
            view.frozen("2026-03", corrected=False).to_pandas(), month_frame(), check_dtype=False
        )
        assert view.frozen("2026-03")["信用得分"][2] == pytest.approx(right["信用得分"][2], nan_ok=True)
    assert verify(ledger).fault == ""


def test_what_seals_a_month_keeps_how_it_is_spread_over_the_stars(ledger: Ledger) -> None:
    close(ledger, frame=month_frame(40, 3))
    with ledger.reading() as view:
        first = view.totals("2026-03")
        assert first == view.counted("2026-03")
        assert sum(each.customers for each in first) == 40
    right = month_frame(40, 5).iloc[[2, 6, 30]]
    correct_month(ledger, "2026-03", right, DEFAULT, "王五", reason="抄错表", approver="李四", at=AT)
    with ledger.reading() as view:
        assert view.totals("2026-03") == view.counted("2026-03") != first


def test_the_spread_that_the_last_seal_keeps_is_taken_and_nobody_counts_again(ledger: Ledger) -> None:
    first, last = (StarTotal("三星级", count, count, 80.5 * count, 1e6, 0.0) for count in (7, 8))
    with ledger.writing("张三", AT) as pen:
        seal = pen.freeze("2026-03", 0, month_frame())
        month = MonthFrozen(
            month="2026-03", graded_on=AT.date(), customers=8, graded=8, seal=seal, spread=packed([first])
        )
        pen.append(month)
        assert pen.totals("2026-03") == [first]
        right = GradesCorrected(
            month="2026-03",
            revision=1,
            reason="抄错",
            approver="李四",
            customers=1,
            seal=seal,
            spread=packed([last]),
        )
        pen.append(right)
    with ledger.reading() as view:
        assert view.totals("2026-03") == [last]


def test_a_month_that_was_sealed_before_its_spread_was_kept_is_counted(ledger: Ledger) -> None:
    with ledger.writing("张三", AT) as pen:
        seal = pen.freeze("2026-03", 0, month_frame())
        pen.append(MonthFrozen(month="2026-03", graded_on=AT.date(), customers=8, graded=8, seal=seal))
    with ledger.reading() as view:
        assert view.totals("2026-03") == view.counted("2026-03") != []


@pytest.mark.parametrize("seed", range(5))
def test_the_spread_is_the_same_to_the_last_digit_in_whatever_order_customers_stand(seed: int) -> None:
    columns = [month_frame(400, seed)[header].to_numpy() for header in COUNTED]
    order = np.random.default_rng(seed).permutation(400)
    assert packed(star_totals(*columns)) == packed(star_totals(*(column[order] for column in columns)))


@pytest.mark.parametrize("spread", ["三星级", "三星级\t1\t1\t80.0\t多\t0.0", "\t1\t1\t80.0\t1.0\t0.0\t0.0"])
def test_a_spread_that_cannot_be_read_is_said(spread: str) -> None:
    with pytest.raises(LedgerFault, match="运行台账核验"):
        unpacked(spread)


@pytest.mark.parametrize(("reason", "approver"), [("", "李四"), ("抄错", " ")])
def test_a_correction_needs_a_reason_and_an_approver(ledger: Ledger, reason: str, approver: str) -> None:
    close(ledger)
    with pytest.raises(LedgerFault, match="原因和批准人"):
        correct_month(ledger, "2026-03", month_frame(), DEFAULT, "王五", reason=reason, approver=approver)


def test_an_open_month_is_not_corrected(ledger: Ledger) -> None:
    with pytest.raises(LedgerFault, match="2026-03 还没有月结，不需要更正"):
        correct_month(ledger, "2026-03", month_frame(), DEFAULT, "王五", reason="抄错", approver="李四")


def frame_with(grades: dict[str, str]) -> pd.DataFrame:
    """Return a month in which these customers have these credit grades."""
    frame = month_frame(len(grades))
    return frame.assign(客户编号=list(grades), 信用等级=list(grades.values()))


def previous(ledger: Ledger, names: list[str], month: str) -> list[str | None]:
    with ledger.reading() as view:
        coded = previous_credit_grades(view, names, month)
    return [coded.text_at(row) for row in range(len(names))]


def test_the_previous_grade_is_the_last_one_decided_before_the_month(ledger: Ledger) -> None:
    close(ledger, "2026-01", frame_with({"a": "1A", "b": "2A", "c": "3A", "gone": "2A"}))
    close(ledger, "2026-02", frame_with({"a": "5A", "b": "待定", "c": "", "d": "待定"}))
    names = ["d", "a", "b", "c", "gone", "new"]
    assert previous(ledger, names, "2026-03") == [None, "5A", "2A", "3A", "2A", None]
    assert previous(ledger, names, "2026-02") == [None, "1A", "2A", "3A", "2A", None]
    assert previous(ledger, names, "2026-01") == [None] * 6


def test_the_previous_grade_is_the_corrected_one(ledger: Ledger) -> None:
    close(ledger, "2026-01", frame_with({"a": "5A", "b": "5A"}))
    correct_month(
        ledger, "2026-01", frame_with({"b": "1A"}), DEFAULT, "王五", reason="抄错", approver="李四", at=AT
    )
    assert previous(ledger, ["a", "b"], "2026-02") == ["5A", "1A"]


def test_no_customer_rises_by_more_than_one_grade_over_six_months(ledger: Ledger) -> None:
    who, order, count = numbered(40), ("1A", "2A", "3A", "4A", "5A"), 40
    for at in range(6):
        month = f"2026-0{at + 1}"
        with ledger.reading() as view:
            before = previous_credit_grades(view, who["客户编号"], month)
        grades = grade_sample(customers(count, at, 否决事项=[""] * count), ONE_UP, AS_OF, before)
        close(ledger, month, frozen_table(who, grades), ONE_UP)
    held = 0
    with ledger.reading() as view:
        for number in who["客户编号"]:
            grades_of = [each for each in view.history(number)["信用等级"] if each in order]
            for earlier, later in pairwise(grades_of):
                assert order.index(later) <= order.index(earlier) + 1
            held += sum("一期只升一级" in remark for remark in view.history(number)["说明"])
    assert held > 10


def test_a_date_is_kept_to_the_second_with_its_zone(ledger: Ledger) -> None:
    local = dt.datetime(2026, 4, 10, 8, 0, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    entry, _ = close_month(ledger, "2026-03", month_frame(), DEFAULT, "张三", at=local)
    assert entry.at == dt.datetime(2026, 4, 10, 0, 0, 0, tzinfo=dt.UTC)
