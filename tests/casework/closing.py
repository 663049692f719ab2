"""A process that closes months, to be raced and killed: `python -m tests.casework.closing …`.

race PLACE PERSON GO        close 2026-03 as soon as the file GO is there; print what happened
until-killed PLACE          close one month after the other, without end
die PLACE STEP              close 2026-03 and be killed before the STEP-th statement (0: never)
die-upgrading PLACE STEP    the same while upgrading, die-creating while creating
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ccgrade_xl.casework.ledger import Ledger, StepDone, schema
from ccgrade_xl.casework.month_close import close_month
from ccgrade_xl.casework.months import months_later
from ccgrade_xl.errors import LedgerFault
from tests.casework.samples import AT, DEFAULT, month_frame

COUNT = 300


def race(place: str, person: str, go: str) -> None:
    ledger, frame = Ledger.open(place), month_frame(COUNT)
    print("ready", flush=True)
    while not Path(go).exists():
        time.sleep(0.001)
    try:
        entry, _ = close_month(ledger, "2026-03", frame, DEFAULT, person, at=AT)
        print("won", entry.person)
    except LedgerFault as fault:
        print("told", fault)


def until_killed(place: str) -> None:
    ledger, month = Ledger.open(place), "1999-12"
    frame = month_frame(COUNT)
    while True:
        month = months_later(month, 1)
        close_month(ledger, month, frame, DEFAULT, "张三", at=AT)
        with ledger.writing("张三", AT) as pen:
            pen.append(StepDone(month=month, step="复核"))
        print(month, flush=True)


def die_before(statement: int) -> None:
    """Kill this process, as kill -9 does, before its so-many-th statement to any database."""
    seen = 0

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def _count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    @sa.event.listens_for(sa.Engine, "commit")
    def _commit(_: Any) -> None:
        _count()


def add_column(connection: sa.Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE ccgrade_record ADD COLUMN branch TEXT")
    connection.exec_driver_sql("ALTER TABLE ccgrade_frozen_grade ADD COLUMN branch TEXT")


def main(what: str, place: str, *rest: str) -> None:
    if what == "race":
        race(place, *rest)
    elif what == "until-killed":
        until_killed(place)
    elif what == "die":
        ledger, frame = Ledger.open(place), month_frame(COUNT)
        die_before(int(rest[0]))
        close_month(ledger, "2026-03", frame, DEFAULT, "张三", at=AT)
    elif what == "die-upgrading":
        die_before(int(rest[0]))
        Ledger.open(place, upgrades=(*schema.UPGRADES, add_column))
    elif what == "die-creating":
        die_before(int(rest[0]))
        Ledger.create(place)


if __name__ == "__main__":
    main(*sys.argv[1:])
