"""Who joined, left, stopped or came back: each customer once, and every count adds up."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.casework.adjustment import KINDS, sample_adjustment
from ccgrade_xl.errors import LedgerFault

STATES = ("在用", "暂停", "销户", "拆表", "", "待拆迁")
MONTH = st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from(STATES), max_size=10)


def month(states: dict[str, str], usage: float = 100.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "客户编号": list(states),
            "客户名称": [f"客户{number}" for number in states],
            "客户状态": list(states.values()),
            "月均用气量": [usage * (at + 1) for at in range(len(states))],
        },
        columns=["客户编号", "客户名称", "客户状态", "月均用气量"],
    )


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (None, "在用", "新增"), (None, "暂停", "新增"), ("在用", None, "缺失"), ("销户", None, "缺失"),
        ("在用", "销户", "销户"), ("暂停", "销户", "销户"), ("在用", "拆表", "拆表"), ("在用", "暂停", "暂停"),
        ("暂停", "在用", "恢复"), ("销户", "在用", "恢复"), ("拆表", "", "恢复"), ("在用", "待拆迁", "其他"),
        ("在用", "在用", None), ("", "在用", None), ("在用", "", None), ("暂停", "暂停", None),
    ],
)  # fmt: skip
def test_what_happened_to_a_customer(before: str | None, now: str | None, kind: str | None) -> None:
    found = sample_adjustment(
        month({"z": "在用"} | ({} if before is None else {"a": before})),
        month({"z": "在用"} | ({} if now is None else {"a": now})),
    )
    assert [(change.customer, change.kind) for change in found.changes] == ([("a", kind)] if kind else [])


@given(MONTH, MONTH)
def test_every_count_adds_up(before: dict[str, str], now: dict[str, str]) -> None:
    found = sample_adjustment(month(before), month(now))
    assert (found.before, found.now) == (len(before), len(now))
    assert found.before + found.count("新增") - found.count("缺失") == found.now
    assert sum(found.count(kind) for kind in KINDS) == len(found.changes)
    assert len({change.customer for change in found.changes}) == len(found.changes)
    for flow in found.flows:
        assert flow.before + flow.arrived - flow.left == flow.now
        assert flow.now == sum((state or "在用") == flow.state for state in now.values())
    assert sum(flow.before for flow in found.flows) == found.before
    assert sum(flow.now for flow in found.flows) == found.now


@given(MONTH)
def test_nothing_changes_against_itself(before: dict[str, str]) -> None:
    assert sample_adjustment(month(before), month(before)).changes == ()


def test_the_list_is_in_the_order_of_kinds_with_the_largest_users_first() -> None:
    found = sample_adjustment(
        month({"a": "在用", "b": "在用", "c": "在用", "d": "暂停"}),
        month({"a": "销户", "b": "暂停", "c": "暂停", "d": "在用", "e": "在用", "f": "在用"}),
    )
    assert [(change.kind, change.customer) for change in found.changes] == [
        ("新增", "f"), ("新增", "e"), ("销户", "a"), ("暂停", "c"), ("暂停", "b"), ("恢复", "d"),
    ]  # fmt: skip


def test_a_change_shows_the_customer_as_it_is_now_or_was_last() -> None:
    found = sample_adjustment(
        month({"a": "在用", "b": "", "c": "暂停"}), month({"d": "暂停", "b": "销户"}, 7.0)
    )
    assert {
        (each.customer, each.name, each.kind, each.before, each.now, each.usage) for each in found.changes
    } == {
        ("a", "客户a", "缺失", "在用", "", 100.0),
        ("b", "客户b", "销户", "在用", "销户", 14.0),
        ("c", "客户c", "缺失", "暂停", "", 300.0),
        ("d", "客户d", "新增", "", "暂停", 7.0),
    }


def test_the_approval_carries_the_counts() -> None:
    found = sample_adjustment(month({"a": "在用", "b": "在用"}), month({"a": "销户", "c": "在用"}))
    record = found.approved("2026-03", "2026-02", " 李四 ")
    assert (record.approver, record.joined, record.missing, record.closed, record.total) == (
        "李四",
        1,
        1,
        1,
        2,
    )
    with pytest.raises(LedgerFault, match="批准人"):
        found.approved("2026-03", "2026-02", " ")


@pytest.mark.parametrize(
    ("numbers", "said"), [(["1", "1"], "客户编号 1 出现了两次"), (["1", " "], "没有客户编号")]
)
def test_customers_that_cannot_be_told_apart_are_refused(numbers: list[str], said: str) -> None:
    frame = month({"a": "在用", "b": "在用"}).assign(客户编号=numbers)
    with pytest.raises(LedgerFault, match=f"现在的数据里.*{said}"):
        sample_adjustment(month({}), frame)
