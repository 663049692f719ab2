"""The half year on a closed file: every count adds up, and whoever plays it again gets the same ledger."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from ccgrade_xl.casework.health.migration import migrations
from ccgrade_xl.casework.ledger import (
    Ledger,
    MonthFrozen,
    Objection,
    Override,
    SampleAdjusted,
    StepDone,
    Verified,
    beside,
    verify,
)
from tests.casework.half_year.company import COUNT, JOINED, MONTHS, standing
from tests.casework.half_year.play import play_closed


def played(folder: Path) -> Ledger:
    folder.mkdir()
    path = folder / "客户分级.xlsm"
    play_closed(path)
    return Ledger.open(beside(path))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return played(tmp_path_factory.mktemp("半年") / "甲")


def test_every_month_is_frozen_with_every_customer_and_the_ledger_is_sound(ledger: Ledger) -> None:
    with ledger.reading() as view:
        assert view.months() == list(MONTHS)
        for month in MONTHS:
            frozen, states = view.frozen(month), standing(month)
            assert dict(zip(frozen["客户编号"], frozen["客户状态"], strict=True)) == states
            active = sum(state == "在用" for state in states.values())
            (entry,) = view.entries(MonthFrozen, month=month)
            assert (entry.record.customers, entry.record.graded) == (len(states), active)
            assert sum(star != "" for star in frozen["星级"]) == active
    assert verify(ledger).fault == ""


def test_the_samples_add_up_from_month_to_month(ledger: Ledger) -> None:
    with ledger.reading() as view:
        adjusted = {each.record.month: each.record for each in view.entries(SampleAdjusted)}
    assert list(adjusted) == list(MONTHS[1:])
    total = COUNT
    for month, record in adjusted.items():
        assert record.joined == JOINED.get(month, 0)
        total += record.joined - record.missing
        assert record.total == total
    counts = Counter()
    for record in adjusted.values():
        counts.update(closed=record.closed, suspended=record.suspended, resumed=record.resumed)
        counts.update(dismantled=record.dismantled)
    assert counts == {"closed": 1, "suspended": 1, "resumed": 1, "dismantled": 1}


def test_every_migration_counts_everybody_once(ledger: Ledger) -> None:
    with ledger.reading() as view:
        months = [view.frozen(month) for month in MONTHS]
    for before, after in pairwise(months):
        everybody = set(before["客户编号"]) | set(after["客户编号"])
        for matrix in migrations(before, after):
            assert int(matrix.counts.sum()) == len(everybody)


def test_the_rules_change_in_the_fourth_month_and_both_sets_are_kept(ledger: Ledger) -> None:
    with ledger.reading() as view:
        versions = [view.entries(MonthFrozen, month=month)[0].rule_version for month in MONTHS]
        assert len(set(versions[:3])) == len(set(versions[3:])) == 1
        assert versions[0] != versions[3]
        for version in set(versions):
            assert view.rules(version).version == version


def test_steps_decisions_and_findings_are_recorded(ledger: Ledger) -> None:
    with ledger.reading() as view:
        steps = Counter((each.record.month, each.record.step) for each in view.entries(StepDone))
        for month in MONTHS[1:]:
            assert {step for at, step in steps if at == month} == {"导入", "检查", "评级", "复核"}
        assert [each.record.customer for each in view.current(Override)] == ["0003"]
        states = [each.record.state for each in view.entries(Objection)]
        assert len(states) == 2
        assert len(view.entries(Verified)) >= 1


def test_who_plays_it_again_gets_the_same_ledger(ledger: Ledger, tmp_path: Path) -> None:
    again = played(tmp_path / "乙")
    with ledger.reading() as one, again.reading() as other:
        assert one.head() == other.head()
