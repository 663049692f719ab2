"""What goes into the ledger comes back, in order, from both databases; nothing in it can be changed."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import sqlalchemy as sa

from ccgrade_xl.casework.ledger import (
    FROZEN_HEADERS,
    RECORDS,
    AlarmState,
    ExamResult,
    GradesCorrected,
    Head,
    Ledger,
    MonthFrozen,
    Objection,
    Override,
    Record,
    RulesKept,
    RunningCase,
    SampleAdjusted,
    StepDone,
    Task,
    TasksCarried,
    Verified,
    customers_in,
    verify,
)
from ccgrade_xl.casework.ledger.engines import Place, engine_of
from ccgrade_xl.errors import LedgerFault, UnknownRules
from ccgrade_xl.grading.exposure import estimated_arrears
from ccgrade_xl.grading.results import result_arrays
from ccgrade_xl.grading.sample import grade_sample
from tests.casework.samples import AS_OF, AT, DEFAULT, graded, month_frame

DAY = dt.date(2026, 3, 9)
EVERY_KIND: tuple[Record, ...] = (
    RulesKept(version="R-00000000", toml="# 规则\n[switches]\n"),
    StepDone(month="2026-03", step="导入", note="“引号”与\\反斜杠\n换行"),
    MonthFrozen(month="2026-01", graded_on=DAY, customers=3, graded=2, seal="ab"),
    GradesCorrected(month="2026-01", revision=1, reason="抄错", approver="李四", customers=1, seal="cd"),
    SampleAdjusted(
        month="2026-03", since="2026-02", approver="李四", joined=1, missing=2, closed=3, dismantled=4,
        suspended=5, resumed=6, total=7,
    ),
    Override(
        customer="001", subject="星级", computed="二星级", decided="三星级", reason="重点保供", approver="王五",
        expires=DAY,
    ),
    Objection(number="Y-1", customer="001", received=DAY, due=dt.date(2026, 3, 11), subject="缴纳", state="已标注"),
    Objection(
        number="Y-2", customer="002", received=DAY, due=DAY, subject="合同", state="已答复", answered=DAY,
        answer="答复", extension_approver="李四",
    ),
    Verified(customer="001", column="合同签订", before="", found="未签订", verifier="赵六", verified_on=DAY),
    Task(number="T-1", customer="001", aspect="预收气费", action="收取", owner="张三", due=DAY, state="待办", amount=1e4),
    AlarmState(
        customer="001", meter="M1", code="倒走", severity="高", first_seen="2026-03-01T00:00",
        last_seen="2026-03-02T00:00", state="未处理", false_alarm=True,
    ),
    TasksCarried(month="2026-03", tasks=2, late=1, open="…"),
    RunningCase(
        number="20260302-001", customer="001", process="过户", step="受理", owner="客户经理", start=DAY, due=DAY,
        note="资料齐",
    ),
    ExamResult(number="K-1", examinee="张三", taken_on=DAY, points=85.5, full_points=100.0),
)  # fmt: skip


def test_a_new_ledger_is_empty_and_sound(ledger: Ledger) -> None:
    found = verify(ledger)
    assert (found.records, found.frozen_grades, found.fault, found.head) == (0, 0, "", Head())


def test_there_is_a_sample_of_every_kind() -> None:
    assert {record.kind for record in EVERY_KIND} == set(RECORDS)


def test_every_kind_of_record_comes_back_as_it_was_written(ledger: Ledger) -> None:
    with ledger.writing(" 张三 ", AT) as pen:
        written = pen.append_all(EVERY_KIND, "R-00000000")
    with ledger.reading() as view:
        read = view.entries(Record)
        assert view.head() == Head(len(EVERY_KIND), written[-1].hash)
    assert read == written
    assert [entry.record for entry in read] == list(EVERY_KIND)
    assert {(entry.person, entry.at, entry.rule_version) for entry in read} == {("张三", AT, "R-00000000")}
    assert verify(ledger).records == len(EVERY_KIND)


def test_records_are_found_by_kind_customer_month_and_key(ledger: Ledger) -> None:
    with ledger.writing("张三", AT) as pen:
        pen.append_all(EVERY_KIND)
    with ledger.reading() as view:
        assert [entry.record.number for entry in view.entries(Objection)] == ["Y-1", "Y-2"]
        assert [entry.record.number for entry in view.entries(Objection, key="Y-2")] == ["Y-2"]
        assert {entry.record.kind for entry in view.entries(Record, customer="001")} == {
            "override", "objection", "verification", "task", "case", "alarm",
        }  # fmt: skip
        assert {entry.record.kind for entry in view.entries(Record, month="2026-03")} == {
            "step",
            "adjustment",
            "carried",
        }
        assert view.entries(Override, customer="002") == []


def test_the_latest_record_of_a_key_holds(ledger: Ledger) -> None:
    def task(number: str, state: str) -> Task:
        return Task(
            number=number, customer=number, aspect="合同", action="续签", owner="张三", due=DAY, state=state
        )

    with ledger.writing("张三", AT) as pen:
        pen.append_all([task("T-1", "待办"), task("T-2", "待办"), task("T-1", "完成")])
    with ledger.reading() as view:
        assert [(entry.record.number, entry.record.state) for entry in view.current(Task)] == [
            ("T-2", "待办"),
            ("T-1", "完成"),
        ]
        assert [entry.record.state for entry in view.current(Task, customer="T-1")] == ["完成"]
        assert len(view.entries(Task)) == 3


def test_a_frozen_month_comes_back_as_it_was(ledger: Ledger) -> None:
    frame = month_frame(60, 3)
    with ledger.writing("张三", AT) as pen:
        pen.freeze("2026-03", 0, frame)
    with ledger.reading() as view:
        pd.testing.assert_frame_equal(
            view.frozen("2026-03").to_pandas(), frame, check_dtype=False, check_exact=True
        )
        some = view.frozen("2026-03", ("星级", "客户编号")).to_pandas()
        pd.testing.assert_frame_equal(some, frame[["星级", "客户编号"]], check_dtype=False)


def test_frozen_customers_grade_again_to_the_same_results(ledger: Ledger) -> None:
    grades = graded(60, 3)
    with ledger.writing("张三", AT) as pen:
        pen.freeze("2026-03", 0, month_frame(60, 3))
    with ledger.reading() as view:
        again = grade_sample(customers_in(view.frozen("2026-03")), DEFAULT, AS_OF)
    pd.testing.assert_frame_equal(pd.DataFrame(result_arrays(again)), pd.DataFrame(result_arrays(grades)))


def test_a_correction_stands_in_its_place_and_the_month_keeps_what_was_frozen(ledger: Ledger) -> None:
    frame, right = month_frame(4), month_frame(4, 9).iloc[[2]]
    with ledger.writing("张三", AT) as pen:
        pen.freeze("2026-03", 0, frame)
        pen.freeze("2026-03", 1, right)
    with ledger.reading() as view:
        assert view.revision("2026-03") == 1
        expected = pd.concat([frame.iloc[:2], right, frame.iloc[3:]], ignore_index=True)
        pd.testing.assert_frame_equal(view.frozen("2026-03").to_pandas(), expected, check_dtype=False)
        pd.testing.assert_frame_equal(
            view.frozen("2026-03", corrected=False).to_pandas(), frame, check_dtype=False
        )


def test_a_customers_history_is_one_row_a_month_with_corrections_in_place(ledger: Ledger) -> None:
    with ledger.writing("张三", AT) as pen:
        for month, seed in (("2026-02", 2), ("2026-01", 1), ("2026-03", 3)):
            pen.freeze(month, 0, month_frame(4, seed))
        pen.freeze("2026-02", 1, month_frame(4, 9).iloc[[1]])
    with ledger.reading() as view:
        history = view.history("00000002", ("信用得分", "星级"))
        assert list(history.columns) == ["月份", "信用得分", "星级"]
        assert list(history["月份"]) == ["2026-01", "2026-02", "2026-03"]
        expected = [month_frame(4, seed)["信用得分"][1] for seed in (1, 9, 3)]
        assert list(history["信用得分"]) == pytest.approx(expected, abs=0, nan_ok=True)
        assert list(view.history("00000002", ("星级",), 2)["月份"]) == ["2026-02", "2026-03"]
        assert len(view.history("没有这户")) == 0
        assert list(view.history("没有这户").columns) == ["月份", *FROZEN_HEADERS]


def corrected_months(ledger: Ledger) -> tuple[str, ...]:
    """Freeze three months, one of them corrected twice, once for the same customer."""
    with ledger.writing("张三", AT) as pen:
        for month, seed in (("2026-01", 1), ("2026-02", 2), ("2026-03", 3)):
            pen.freeze(month, 0, month_frame(40, seed))
        pen.freeze("2026-02", 1, month_frame(40, 9).iloc[[1, 7, 30]])
        pen.freeze("2026-02", 2, month_frame(40, 11).iloc[[7, 8]])
    return "2026-01", "2026-02", "2026-03"


def test_a_months_totals_are_those_of_its_customers_as_they_stand_corrected(ledger: Ledger) -> None:
    for month in corrected_months(ledger):
        with ledger.reading() as view:
            frame, totals = view.frozen(month).to_pandas(), view.totals(month)
        owed = estimated_arrears(frame["当前欠费天数"].to_numpy(), frame["月均气费"].to_numpy())
        assert {each.star for each in totals} == set(frame["星级"])
        for each in totals:
            here = (frame["星级"] == each.star).to_numpy()
            assert each.customers == here.sum()
            assert each.scored == frame["信用得分"][here].notna().sum()
            assert each.score == pytest.approx(frame["信用得分"][here].sum())
            assert each.usage == pytest.approx(frame["月均用气量"][here].sum())
            assert each.arrears == pytest.approx(owed[here].sum())
        assert sum(each.arrears for each in totals) > 0


def test_the_largest_of_some_months_is_that_of_each_customer_as_corrected(ledger: Ledger) -> None:
    months = corrected_months(ledger)[:2]
    headers = ["最长逾期天数", "当前欠费天数"]
    with ledger.reading() as view:
        found = view.largest(months, headers).to_pandas()
        frames = pd.concat([view.frozen(month, ("客户编号", *headers)).to_pandas() for month in months])
        nobody = view.largest(["1999-01"], headers)
    expected = frames.groupby("客户编号").max().reset_index()[["客户编号", *headers]]
    pd.testing.assert_frame_equal(
        found.sort_values("客户编号", ignore_index=True), expected, check_dtype=False
    )
    assert (list(nobody.columns), len(nobody)) == (["客户编号", *headers], 0)


def test_a_month_that_is_not_frozen_is_said_to_be(ledger: Ledger) -> None:
    with ledger.reading() as view, pytest.raises(LedgerFault, match="2026-03 还没有月结；已月结的月份：无"):
        view.frozen("2026-03")


def test_a_column_that_is_not_frozen_is_said_to_be(ledger: Ledger) -> None:
    with ledger.reading() as view, pytest.raises(LedgerFault, match="没有“地址”这一列"):
        view.frozen("2026-03", ("地址",))


def test_a_rule_set_is_kept_once_and_comes_back(ledger: Ledger) -> None:
    with ledger.writing("张三", AT) as pen:
        pen.keep_rules(DEFAULT)
        pen.keep_rules(DEFAULT)
    with ledger.reading() as view:
        assert view.rules(DEFAULT.version) == DEFAULT
        assert len(view.entries(RulesKept)) == 1
        with pytest.raises(UnknownRules, match="R-ffffffff"):
            view.rules("R-ffffffff")


def test_an_error_leaves_nothing_of_a_writing(ledger: Ledger) -> None:
    def fail_in_the_middle() -> None:
        with ledger.writing("张三", AT) as pen:
            pen.append(StepDone(month="2026-03", step="导入"))
            pen.freeze("2026-03", 0, month_frame(4))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()
    found = verify(ledger)
    assert (found.records, found.frozen_grades, found.fault) == (0, 0, "")


@pytest.mark.parametrize("person", ["", "  ", "张\ud800"])
def test_nobody_cannot_write(ledger: Ledger, person: str) -> None:
    with pytest.raises(LedgerFault, match="经办人"), ledger.writing(person):
        pass


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_a_text_no_database_keeps_is_refused_in_a_sentence(ledger: Ledger, text: str) -> None:
    frame = month_frame(2).assign(客户名称=pd.Series(["好的", text], dtype=object))
    with pytest.raises(LedgerFault, match="第 2 户的“客户名称”里有残缺的字符"), ledger.writing("张三") as pen:
        pen.freeze("2026-03", 0, frame)


def test_a_broken_text_in_a_record_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerFault, match="月结步骤里有残缺的字符"), ledger.writing("张三") as pen:
        pen.append(StepDone(month="2026-03", step="导入", note="\ud800"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ccgrade_record SET person = '别人'",
        "DELETE FROM ccgrade_record",
        "UPDATE ccgrade_frozen_grade SET star = '五星级'",
        "DELETE FROM ccgrade_frozen_grade",
    ],
)
def test_the_database_itself_refuses_to_change_history(ledger: Ledger, statement: str) -> None:
    with ledger.writing("张三", AT) as pen:
        pen.append(StepDone(month="2026-03", step="导入"))
        pen.freeze("2026-03", 0, month_frame(4))
    with engine_of(ledger.place).connect() as connection, pytest.raises(sa.exc.DBAPIError, match="只能追加"):
        connection.exec_driver_sql(statement)


def test_postgresql_refuses_to_empty_history(postgresql_place: str) -> None:
    Ledger.create(postgresql_place)
    engine = engine_of(Place.of(postgresql_place))
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="只能追加"):
        connection.exec_driver_sql("TRUNCATE ccgrade_record")


def test_a_customer_stands_once_in_a_month(ledger: Ledger) -> None:
    frame = pd.concat([month_frame(2), month_frame(2)], ignore_index=True)
    with pytest.raises(LedgerFault), ledger.writing("张三") as pen:
        pen.freeze("2026-03", 0, frame)


def test_a_head_written_as_text_is_read_back() -> None:
    assert Head.of(str(Head(12, "ab" * 32))) == Head(12, "ab" * 32)
    assert Head.of("") == Head.of("看不懂") == Head()
