"""Every button, declared once: id, Chinese label, group, help, and the command it runs on a `Book`.

The ribbon XML, its callbacks, the LibreOffice toolbar, the buttons on 首页, the manual and the command line
follow from `COMMANDS`. A command is written once and runs on live Excel, live LibreOffice and a closed file.
"""

from __future__ import annotations

from ccgrade_xl.collector import collector_at_rest
from ccgrade_xl.commands.adjusting import adjust_sample
from ccgrade_xl.commands.closing import close_month_in, correct_month_in, show_ledger
from ccgrade_xl.commands.data import check_customers, import_customers
from ccgrade_xl.commands.decisions import settle_decisions
from ccgrade_xl.commands.declaring import DECLARED, FIRST, GROUPS, Command
from ccgrade_xl.commands.grading import (
    explain_customer,
    explain_selected,
    explained,
    grade_customers,
    graded_outcome,
    trial_selected,
    undo_last,
)
from ccgrade_xl.commands.guidance import about, diagnose, show_functions, show_self_check
from ccgrade_xl.commands.meters import read_alarms, report_usage, show_forecast
from ccgrade_xl.commands.origin import note_origins, note_selected, origin_of, take_origins_away
from ccgrade_xl.commands.reports import print_overview, refresh_overview
from ccgrade_xl.commands.tasks import list_tasks
from ccgrade_xl.commands.team import assign_customers
from ccgrade_xl.commands.training import mark_exam, new_exam
from ccgrade_xl.commands.verification import verify_customers
from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.pages.customers import read_customers, rules_of
from ccgrade_xl.workbook.book import Book, Outcome

__all__ = [
    "COMMANDS",
    "Command",
    "about",
    "adjust_sample",
    "assign_customers",
    "check_customers",
    "close_month_in",
    "correct_month_in",
    "diagnose",
    "explain_customer",
    "explain_selected",
    "explained",
    "grade_customers",
    "graded_outcome",
    "import_customers",
    "list_tasks",
    "mark_exam",
    "new_exam",
    "note_origins",
    "note_selected",
    "origin_of",
    "print_overview",
    "read_alarms",
    "read_customers",
    "refresh_overview",
    "report_usage",
    "rules_of",
    "run_command",
    "settle_decisions",
    "show_forecast",
    "show_functions",
    "show_ledger",
    "show_self_check",
    "take_origins_away",
    "told",
    "trial_selected",
    "undo_last",
    "verify_customers",
]

COMMANDS: dict[str, Command] = {
    name: DECLARED[name]
    for group in GROUPS
    for name in dict.fromkeys((*FIRST, *DECLARED))
    if DECLARED[name].group == group
}
"""Every button by name, in the order the ribbon shows them."""


def run_command(name: str, book: Book) -> Outcome:
    """Run a button's command; make its writes final and tell the user, or tell her why nothing was done."""
    if name not in COMMANDS:
        raise CcgradeError(f"没有名为“{name}”的命令，工作簿与本程序的版本可能不一致，请更新工作簿模板。")
    command = COMMANDS[name]
    book.status(f"{command.label}……")
    try:
        with collector_at_rest():
            outcome = command.run(book)
            book.commit()
    except CcgradeError as fault:
        outcome = Outcome(str(fault), data={"failed": True})
    finally:
        book.status("")
    book.tell(told(outcome))
    return outcome


_TOLD = 12
"""How many rows that need attention a message box lists."""


def told(outcome: Outcome) -> str:
    """Return an outcome as a message: its sentence, then the first rows that need attention."""
    rows = outcome.attention
    if not rows:
        return outcome.message
    more = [f"……另有 {len(rows) - _TOLD} 条。"] if len(rows) > _TOLD else []
    return "\n".join([outcome.message, "", *rows[:_TOLD], *more])
