"""What is due next: hand-worked days and amounts, and the laws every list of tasks keeps."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.casework.measures import DEFAULT_MEASURES
from ccgrade_xl.casework.tasks import ACTIONS, Action, Customer, Done, next_actions, to_collect
from ccgrade_xl.rules.ruleset import STARS
from tests.casework.samples import is_working_day

DAY = dt.date(2026, 3, 2)
"""A Monday; the tenth working day after it is Monday 16 March."""
YEAR = 366


def tasks(*customers: Customer, horizon: int = YEAR, as_of: dt.date = DAY, **known: Any) -> list[Action]:
    return next_actions(customers, DEFAULT_MEASURES, as_of, horizon, **known)


def customer(star: str = "三星级", **known: Any) -> Customer:
    return Customer(**{"number": "0001", "star": star, "opened": dt.date(2020, 5, 11), **known})


def due(found: Sequence[Action]) -> dict[str, dt.date]:
    return {action.name: action.due for action in found}


def test_what_comes_regularly_follows_the_opening_day_at_first() -> None:
    """三星级, opened on 11 May: six-monthly on 11 May and 11 November, quarterly also on 11 February and 11 August."""
    assert due(tasks(customer())) == {
        "档案复核": dt.date(2026, 5, 11), "信用复评": dt.date(2026, 5, 11), "现场核对": dt.date(2026, 5, 11)
    }  # fmt: skip


def test_what_was_done_moves_the_next_day() -> None:
    past = {("0001", "档案复核"): Done(dt.date(2026, 2, 27))}
    assert due(tasks(customer(), past=past))["档案复核"] == dt.date(2026, 8, 27)


def test_a_task_once_given_a_day_keeps_it_until_it_is_done() -> None:
    missed = {("0001", "档案复核"): dt.date(2026, 1, 12)}
    assert due(tasks(customer(), standing=missed))["档案复核"] == dt.date(2026, 1, 12)
    done = {("0001", "档案复核"): Done(DAY)}
    assert due(tasks(customer(), past=done, standing={}))["档案复核"] == dt.date(2026, 9, 2)


def test_a_task_the_data_ask_for_keeps_the_day_it_was_given_where_that_is_earlier() -> None:
    unsigned = customer(contract="未签订")
    [first] = [each.due for each in tasks(unsigned) if each.name == "合同提醒"]
    for days, kept in ((-20, -20), (0, 0), (20, 0)):
        standing = {("0001", "合同提醒"): first + dt.timedelta(days=days)}
        found = due(tasks(unsigned, standing=standing))["合同提醒"]
        assert found == first + dt.timedelta(days=kept)


def test_what_comes_every_month_comes_every_month() -> None:
    assert due(tasks(customer("一星级")))["信用复评"] == dt.date(2026, 3, 11)
    past = {("0001", "信用复评"): Done(dt.date(2026, 3, 11))}
    found = due(tasks(customer("一星级"), past=past, as_of=dt.date(2026, 3, 12)))
    assert found["信用复评"] == dt.date(2026, 4, 13)  # a Monday


@pytest.mark.parametrize(("horizon", "listed"), [(69, False), (70, True)])
def test_a_task_is_listed_up_to_and_with_the_last_day_looked_at(horizon: int, listed: bool) -> None:
    """It is due on 11 May, 70 days after 2 March."""
    assert ("档案复核" in due(tasks(customer(), horizon=horizon))) is listed


def test_a_day_of_rest_moves_to_the_next_working_day() -> None:
    """1 October 2026 begins a week of holidays; 8 October is the first working day."""
    past = {("0001", "档案复核"): Done(dt.date(2026, 4, 1))}
    assert due(tasks(customer(), past=past))["档案复核"] == dt.date(2026, 10, 8)


@pytest.mark.parametrize("expires", [dt.date(9999, 12, 31), dt.date(2999, 12, 31), dt.date(1900, 1, 15)])
def test_a_contract_without_end_keeps_nobody_from_his_tasks(expires: dt.date) -> None:
    """What is written for a contract without end, and a day of no year anybody meant."""
    endless = tasks(customer(number="0002", expires=expires), customer())
    assert [each.name for each in endless if each.customer == "0001"] == [
        each.name for each in tasks(customer())
    ]
    assert ("合同提醒" in due(endless)) == (expires.year == 1900)


@pytest.mark.parametrize("opened", [dt.date(9999, 12, 31), dt.date(2950, 1, 1)])
def test_who_is_opened_in_no_year_anybody_meant_has_no_rounds_yet(opened: dt.date) -> None:
    assert not tasks(customer(opened=opened))


@pytest.mark.parametrize(
    ("star", "amount"),
    [("五星级", None), ("四星级", 4000.0), ("三星级", 9000.0), ("二星级", 14000.0), ("一星级", 14000.0)],
)
def test_prepayment_to_collect_is_target_times_bill_less_balance(star: str, amount: float | None) -> None:
    """A bill of 10,000 and 6,000 in hand; targets 0 / 1 / 1.5 / 2 / 2 months."""
    found = [each for each in tasks(customer(star, balance=6000.0, bill=10000.0)) if each.name == "预收催收"]
    assert [(each.amount, each.due) for each in found] == (
        [] if amount is None else [(amount, dt.date(2026, 3, 16))]
    )


@pytest.mark.parametrize(
    "known",
    [
        {"balance": None},
        {"bill": None},
        {"channel": "预付费表"},
        {"balance": 20000.0},
        {"balance": 19999.996},
    ],
)
def test_nothing_is_collected_where_nothing_is_short_or_known(known: dict[str, Any]) -> None:
    found = tasks(customer("二星级", **{"balance": 6000.0, "bill": 10000.0, **known}))
    assert "预收催收" not in due(found)


def test_a_debt_is_collected_on_top_of_the_target() -> None:
    assert to_collect(2, 1000.10, -500.05) == 2500.25


def test_a_payment_asked_for_rests_for_thirty_days() -> None:
    short = customer("二星级", balance=0.0, bill=10.0)
    asked = {("0001", "预收催收"): Done(dt.date(2026, 2, 10))}
    assert "预收催收" not in due(tasks(short, past=asked))
    assert due(tasks(short, past=asked, as_of=dt.date(2026, 3, 12)))["预收催收"] == dt.date(2026, 3, 26)


@pytest.mark.parametrize(
    ("contract", "star", "day"),
    [
        ("有效且信息一致", "三星级", None),
        ("", "三星级", None),
        ("九十日内到期", "五星级", dt.date(2026, 3, 16)),
        ("变更未改签", "三星级", dt.date(2026, 3, 16)),
        ("未签订", "一星级", dt.date(2026, 3, 16)),
        ("自动顺延", "五星级", dt.date(2026, 6, 1)),  # 90 days: Sunday 31 May
        ("自动顺延", "一星级", dt.date(2026, 4, 1)),  # 30 days
    ],
)
def test_a_contract_that_is_not_in_order_is_a_task(contract: str, star: str, day: dt.date | None) -> None:
    assert due(tasks(customer(star, contract=contract))).get("合同提醒") == day


def test_a_known_last_day_is_reminded_of_as_early_as_the_star_asks() -> None:
    ends = dt.date(2026, 8, 31)
    known = {"contract": "有效且信息一致", "expires": ends}
    assert due(tasks(customer("五星级", **known)))["合同提醒"] == dt.date(2026, 6, 2)
    assert due(tasks(customer("一星级", **known)))["合同提醒"] == dt.date(2026, 8, 3)  # Saturday 1 August
    reminded = {("0001", "合同提醒"): Done(dt.date(2026, 6, 2))}
    assert "合同提醒" not in due(tasks(customer("五星级", **known), past=reminded))


def test_the_last_reminder_was_about_another_contract() -> None:
    reminded = {("0001", "合同提醒"): Done(dt.date(2025, 6, 2))}
    found = tasks(customer("五星级", expires=dt.date(2026, 8, 31)), past=reminded)
    assert due(found)["合同提醒"] == dt.date(2026, 6, 2)


def test_the_reading_mode_changes_with_the_star() -> None:
    [check] = [each for each in tasks(customer()) if each.name == "现场核对"]
    past = {("0001", "现场核对"): Done(dt.date(2026, 2, 27), check.detail)}
    assert "抄表方式" not in due(tasks(customer(), past=past))
    fallen = tasks(customer("一星级"), past=past)
    [change] = [each for each in fallen if each.name == "抄表方式"]
    assert (change.due, change.detail) == (dt.date(2026, 3, 16), "星级变动后改变抄表方式：每 10 天抄表结算")
    past[("0001", "抄表方式")] = Done(DAY, change.detail)
    assert "抄表方式" not in due(tasks(customer("一星级"), past=past))


def test_value_added_service_goes_to_those_who_are_offered_one() -> None:
    assert {star for star in STARS if "增值服务" in due(tasks(customer(star)))} == {"五星级", "四星级"}


@pytest.mark.parametrize("star", ["待定", "", "六星级"])
def test_nobody_without_a_star_has_tasks(star: str) -> None:
    assert tasks(customer(star)) == []


DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2026, 12, 31))
AMOUNTS = st.none() | st.floats(-1e6, 1e7)
CUSTOMERS = st.lists(
    st.builds(
        Customer,
        number=st.text("0123456789", min_size=1, max_size=6),
        star=st.sampled_from((*STARS, "待定")),
        contract=st.sampled_from(("", "有效且信息一致", "自动顺延", "九十日内到期", "变更未改签", "未签订")),
        channel=st.sampled_from(("", "现金", "预付费表")),
        opened=st.none() | DAYS,
        expires=st.none() | DAYS,
        balance=AMOUNTS,
        bill=st.none() | st.floats(0, 1e7),
    ),
    max_size=6,
    unique_by=lambda each: each.number,
)
PAST = st.dictionaries(
    st.tuples(st.text("0123456789", min_size=1, max_size=6), st.sampled_from(tuple(ACTIONS))),
    st.builds(Done, on=DAYS, detail=st.text(max_size=5)),
)


@given(CUSTOMERS, PAST, st.integers(0, YEAR))
def test_every_list_of_tasks_keeps_its_laws(customers: list[Customer], past: Any, horizon: int) -> None:
    found = next_actions(customers, DEFAULT_MEASURES, DAY, horizon, past)
    assert all(each.due <= DAY + dt.timedelta(days=horizon) and is_working_day(each.due) for each in found)
    assert [each.due for each in found] == sorted(each.due for each in found)
    assert len({(each.customer, each.name) for each in found}) == len(found)
    assert all(
        (each.amount or 0) >= 0 and (each.amount is not None) == (each.name == "预收催收") for each in found
    )
    assert next_actions(customers[::-1], DEFAULT_MEASURES, DAY, horizon, past) == found


@given(CUSTOMERS, PAST)
def test_listing_again_changes_nothing(customers: list[Customer], past: Any) -> None:
    first = next_actions(customers, DEFAULT_MEASURES, DAY, YEAR, past)
    standing = {(each.customer, each.name): each.due for each in first}
    assert next_actions(customers, DEFAULT_MEASURES, DAY, YEAR, past, standing) == first


@given(CUSTOMERS, st.integers(0, 60), st.integers(0, 300))
def test_a_longer_look_ahead_only_adds(customers: list[Customer], horizon: int, more: int) -> None:
    short = next_actions(customers, DEFAULT_MEASURES, DAY, horizon)
    assert next_actions(customers, DEFAULT_MEASURES, DAY, horizon + more)[: len(short)] == short
