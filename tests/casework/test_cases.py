"""Processes under way: their last day by the manual as it stands, and how they stand on a day."""

import datetime as dt

import pytest

from ccgrade_xl.casework.cases import Case, case_number, case_state
from ccgrade_xl.casework.processes import default_manual, manual_of
from ccgrade_xl.errors import CellError, NotUnderstood
from ccgrade_xl.functions import call
from ccgrade_xl.workbook.processes import STEP_LIST, city_rows, step_rows

START = dt.date(2026, 3, 5)
"""A Thursday."""


@pytest.mark.parametrize(
    ("day", "done", "state"),
    [
        (6, None, "在办"), (10, None, "今天到期"), (12, None, "逾期 2 天"), (30, 10, "已办结"), (30, 11, "逾期办结"),
    ],
)  # fmt: skip
def test_a_case_stands_as_its_days_say(day: int, done: int | None, state: str) -> None:
    """过户: the contract is re-signed within 3 working days, Tuesday 10 March."""
    case = Case("过户", "办结并改签合同", START, done=done and dt.date(2026, 3, done))
    found = case_state(case, default_manual(), dt.date(2026, 3, day))
    assert (found.due, found.state) == (dt.date(2026, 3, 10), state)
    assert found.is_late is (state == "逾期 2 天")


def test_a_step_without_a_limit_is_never_late() -> None:
    found = case_state(Case("抄表", "按计划抄表", START), default_manual(), dt.date(2030, 1, 1))
    assert (found.due, found.limit, found.state) == (None, "没有时限", "在办")


def test_an_approved_extension_counts() -> None:
    case = Case("异议", "处理并答复", START, extended=True)
    assert case_state(case, default_manual(), START).due == dt.date(2026, 3, 12)
    plain = Case("异议", "处理并答复", START)
    assert case_state(plain, default_manual(), START).due == dt.date(2026, 3, 9)


def rows() -> list[dict[str, object]]:
    return [dict(zip(STEP_LIST.headers, row, strict=True)) for row in step_rows(default_manual())]


def test_the_table_that_ships_is_the_manual_that_ships() -> None:
    again, shipped = manual_of(rows()), default_manual()
    assert again.cities == shipped.cities
    assert [(p.name, p.aliases, len(p.steps)) for p in again.processes] == [
        (p.name, p.aliases, len(p.steps)) for p in shipped.processes
    ]
    for process in shipped.processes:
        for step in process.steps:
            found = again.step(process.name, step.name)
            assert (found.owner, found.limit, found.form, found.basis == "依据" or not found.limit) == (
                step.owner, step.limit, step.form, step.basis == "依据" or not step.limit
            )  # fmt: skip


def test_a_limit_edited_on_the_sheet_decides() -> None:
    edited = rows()
    row = next(row for row in edited if row["步骤"] == "处理并答复")
    row["时限"], row["单位"] = 5.0, "日"
    assert manual_of(edited).due("异议/申诉", "处理并答复", START).day == dt.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("header", "cell", "says"),
    [
        ("时限", "几天", "时限“几天” 不是"),
        ("时限", -1.0, "时限“-1”不是 0 或更大的整数"),
        ("可延长", "两天", "可延长“两天”不是 0 或更大的整数"),
        ("可延长", 1.5, "可延长“1.5”不是 0 或更大的整数"),
        ("时限", 1.5, "不是 0"),
        ("单位", "周", "单位“周” 不认识"),
    ],
)
def test_a_limit_nobody_understands_is_named(header: str, cell: object, says: str) -> None:
    edited = rows()
    edited[0][header] = cell
    with pytest.raises(NotUnderstood, match="流程“报装/开户”的“受理申请”") as refused:
        manual_of(edited)
    assert says.replace(" ", "") in str(refused.value).replace(" ", "")


def test_a_new_case_takes_the_first_free_place_of_its_day() -> None:
    taken = {"20260302-001", "20260302-002", "20260302-004"}
    assert case_number(dt.date(2026, 3, 2), taken) == "20260302-003"
    assert case_number(dt.date(2026, 3, 3), taken) == "20260303-001"
    assert case_number(dt.date(2026, 3, 3), {"20260303-001"}) == "20260303-002"


def test_shenzhen_has_no_published_days() -> None:
    [row] = [row for row in city_rows(default_manual()) if row[0] == "深圳"]
    assert row[1:] == ["按合同/待法务确认", None, None, None, None, "待法务确认"]


def test_a_cell_takes_the_table_as_it_was_edited() -> None:
    edited = step_rows(default_manual())
    at = next(at for at, row in enumerate(edited) if row[1] == "处理并答复")
    edited[at][3:5] = [5.0, "日"]
    block = (STEP_LIST.headers, *(tuple(row) for row in edited))
    assert call("CCG_DUE", ("异议", "处理并答复", "2026-03-05")) == 46090.0
    assert call("CCG_DUE", ("异议", "处理并答复", "2026-03-05", block)) == 46091.0
    assert call("CCG_DUE", ("异议", "处理并答复", None)) is CellError.NA
    assert call("CCG_DUE", ("抄表", "按计划抄表", "2026-03-05")) is CellError.NA
    assert "缺少“流程”“步骤”" in call(
        "CCG_CHECK", ("CCG_DUE", "异议", "处理并答复", "2026-03-05", (("甲",), ("乙",)))
    )
