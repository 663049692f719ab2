"""What must outlive a month: frozen grades, rule sets, overrides, objections, results, tasks, and who did it when.

ledger = Ledger.create(beside(book))        # or Ledger.open(…); a path, or postgresql+psycopg://…
with ledger.reading() as view:              # one moment of it
    view.months(), view.frozen("2026-03"), view.history("0001"), view.entries(Override)
with ledger.writing("张三") as pen:          # one transaction of it
    pen.append(Override(…), rules.version)
verify(ledger, since=head), backup(ledger, file), restore(file, place)
"""

from ccgrade_xl.casework.ledger.backup import backup, restore
from ccgrade_xl.casework.ledger.chain import Head
from ccgrade_xl.casework.ledger.frozen import FROZEN_COLUMNS, FROZEN_HEADERS, customers_in, frozen_table
from ccgrade_xl.casework.ledger.frozen_table import FrozenTable
from ccgrade_xl.casework.ledger.pen import Pen
from ccgrade_xl.casework.ledger.records import (
    RECORDS,
    AlarmState,
    ExamResult,
    GradesCorrected,
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
)
from ccgrade_xl.casework.ledger.sayings import said
from ccgrade_xl.casework.ledger.star_totals import StarTotal
from ccgrade_xl.casework.ledger.store import Ledger, beside
from ccgrade_xl.casework.ledger.verification import Verification, verify
from ccgrade_xl.casework.ledger.views import Entry, View

__all__ = [
    "FROZEN_COLUMNS",
    "FROZEN_HEADERS",
    "RECORDS",
    "AlarmState",
    "Entry",
    "ExamResult",
    "FrozenTable",
    "GradesCorrected",
    "Head",
    "Ledger",
    "MonthFrozen",
    "Objection",
    "Override",
    "Pen",
    "Record",
    "RulesKept",
    "RunningCase",
    "SampleAdjusted",
    "StarTotal",
    "StepDone",
    "Task",
    "TasksCarried",
    "Verification",
    "Verified",
    "View",
    "backup",
    "beside",
    "customers_in",
    "frozen_table",
    "restore",
    "said",
    "verify",
]
