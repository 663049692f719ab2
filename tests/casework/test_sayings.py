"""Every record says in Chinese what it is about; nothing of it needs a programmer to be read."""

import datetime as dt
import re

import pytest
from attrs import evolve

from ccgrade_xl.casework.ledger import RECORDS, Override, Record, RunningCase, said
from tests.casework.test_ledger import EVERY_KIND

DAY = dt.date(2026, 3, 9)


@pytest.mark.parametrize("record", EVERY_KIND, ids=lambda record: record.kind)
def test_a_record_of_every_kind_says_something_readable(record: Record) -> None:
    sentence = said(record)
    assert re.search("[一-鿿]", sentence)
    assert not re.search("None|True|False|datetime|[a-z]{2,}_[a-z]{2,}", sentence)
    assert not sentence.startswith("，")
    assert "，，" not in sentence


def test_every_kind_has_its_saying() -> None:
    assert {type(record) for record in EVERY_KIND} == set(RECORDS.values())


def test_what_was_decided_and_what_became_of_it_can_be_read() -> None:
    override = Override(
        customer="1",
        subject="星级",
        computed="二星级",
        decided="三星级",
        reason="保供",
        approver="王五",
        expires=DAY,
    )
    assert said(override) == "星级由 二星级 调整为 三星级，至 2026-03-09，保供，批准人 王五"
    assert "已撤销" in said(evolve(override, withdrawn=True))
    case = RunningCase(
        number="20260309-001", process="过户", step="受理", owner="客户经理", start=DAY, due=DAY
    )
    assert said(case) == "20260309-001 过户·受理，2026-03-09 开始，到期 2026-03-09"
    assert "办结 2026-03-10" in said(evolve(case, done=dt.date(2026, 3, 10)))
    assert "没有时限" in said(evolve(case, due=None))
