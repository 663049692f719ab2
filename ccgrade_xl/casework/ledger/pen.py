"""Writing into a ledger: records and frozen grades are added at the end, nothing else can be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, frozen

from ccgrade_xl.casework.ledger.chain import frozen_hashes, record_hash
from ccgrade_xl.casework.ledger.frozen import is_storable, values_of
from ccgrade_xl.casework.ledger.frozen_table import Columns
from ccgrade_xl.casework.ledger.records import RulesKept, content_of
from ccgrade_xl.casework.ledger.schema import FROZEN, RECORD
from ccgrade_xl.casework.ledger.views import Entry, R, View
from ccgrade_xl.errors import LedgerFault
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.toml_file import rules_text

_BATCH = 2_000
"""Frozen grades that go to the database in one statement's run."""


@frozen
class Pen(View):
    """A ledger that is being written: a view that sees its own writing, and adds to it.

    Nothing stands before the transaction ends well; until then no other process can write.
    """

    person: str
    at: dt.datetime

    def append(self, record: R, rule_version: str = "") -> Entry[R]:
        """Add one record and return it as it stands."""
        return self.append_all([record], rule_version)[0]

    def append_all(self, records: Sequence[R], rule_version: str = "") -> list[Entry[R]]:
        """Add records in their order and return them as they stand."""
        head, rows = self.head(), []
        number, before = head.number, head.hash
        for record in records:
            number += 1
            row: dict[str, Any] = {
                "number": number,
                "at": self.at.isoformat(),
                "person": self.person,
                "kind": record.kind,
                "key": record.key,
                "customer": record.customer,
                "month": record.month,
                "rule_version": rule_version,
                "content": content_of(record),
                "previous": before,
            }
            before = row["hash"] = record_hash(row, before)
            rows.append(row)
        if rows:
            self.connection.execute(RECORD.insert(), rows)
        return [
            Entry(row["number"], self.at, self.person, rule_version, record, row["hash"])
            for row, record in zip(rows, records, strict=True)
        ]

    def keep_rules(self, rules: RuleSet) -> None:
        """Keep a rule set, unless it is kept already."""
        if not self.entries(RulesKept, key=rules.version):
            self.append(RulesKept(version=rules.version, toml=rules_text(rules)), rules.version)

    def freeze(self, month: str, revision: int, table: Columns) -> str:
        """Add the frozen grades of a month and return their seal, the hash of the last as hexadecimal digits."""
        columns = values_of(table)
        hashes = list(frozen_hashes(month, revision, columns))
        length = len(hashes)
        self._add_frozen(
            {
                "month": [month] * length,
                "revision": [revision] * length,
                "position": range(length),
                "hash": hashes,
                **columns,
            }
        )
        return hashes[-1].hex() if hashes else ""

    def _add_frozen(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add frozen grades, handed to the driver as it takes them: naming each value took longer than writing it."""
        statement = FROZEN.insert().compile(dialect=self.connection.dialect, column_keys=[*columns])
        text, order = str(statement), getattr(statement, "positiontup", None)
        rows: list[Any] = list(zip(*(columns[name] for name in order or columns), strict=True))
        if order is None:
            rows = [dict(zip(columns, row, strict=True)) for row in rows]
        for first in range(0, len(rows), _BATCH):
            self.connection.exec_driver_sql(text, rows[first : first + _BATCH])


@define
class Writer:
    """Who writes and when; raises `LedgerFault` where nobody is named."""

    person: str
    at: dt.datetime

    @classmethod
    def of(cls, person: str, at: dt.datetime | None) -> Writer:
        """Name the writer; the time is now when left out, and is kept to the second in UTC."""
        name = person.strip()
        if not name or not is_storable(name):
            raise LedgerFault("写入评级台账要写明经办人，请先填写姓名。")
        moment = dt.datetime.now(dt.UTC) if at is None else at
        if moment.tzinfo is None:
            moment = moment.astimezone()
        return cls(name, moment.astimezone(dt.UTC).replace(microsecond=0))
