"""A check is shown the facts it asks for; it asks for what it decides by, and for nothing else."""

from __future__ import annotations

import ibis
import pytest
from ibis.common.exceptions import IbisError

from ccgrade_xl.meters import batches, scan
from ccgrade_xl.meters.checks import CHECKS
from ccgrade_xl.meters.declaration import GIVEN
from ccgrade_xl.meters.settings import DEFAULT
from tests.meters.series import at, fleet, registry, works


@pytest.fixture(scope="module")
def facts():
    """Tables without rows that have every fact of a day, and of a suspicious day."""
    tables, staged = [], batches.stage

    def staging(run, batch):
        found = staged(run, batch)
        tables.extend(
            ibis.table(table.schema(), name=name)
            for name, table in zip(("facts", "close_facts"), found, strict=True)
        )
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "stage", staging)
        scan(fleet({"1": works(days=10)}), registry({"1": {}}), as_of=at(10, 0))
    return tables[:2]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.key)
def test_a_check_decides_by_every_fact_it_asks_for(check, facts):
    days, close = facts

    def find(asks, asks_close):
        return list(check.find(days.select(*GIVEN, *asks), close.select(*GIVEN, *asks_close), DEFAULT))

    find(check.asks, check.asks_close)
    for name in check.asks:
        with pytest.raises((AttributeError, IbisError)):
            find([each for each in check.asks if each != name], check.asks_close)
    for name in check.asks_close:
        with pytest.raises((AttributeError, IbisError)):
            find(check.asks, [each for each in check.asks_close if each != name])
