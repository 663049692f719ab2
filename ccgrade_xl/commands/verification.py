"""工作: what is to be verified, by whom, and what was found."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from attrs import define, evolve, field

from ccgrade_xl import undo
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.list_cells import texts_in
from ccgrade_xl.pages.customers import day_of, graded_day, read_customers, rules_of, stop_if_cancelled
from ccgrade_xl.pages.grading import grades_of
from ccgrade_xl.pages.ledger import writing
from ccgrade_xl.pages.overview import overview_before, write_overview
from ccgrade_xl.pages.team import members_of
from ccgrade_xl.pages.verification.asking import Case, shown_value
from ccgrade_xl.pages.verification.listing import (
    due_day,
    open_alarms,
    remembered,
    settings_of,
    standing_list,
)
from ccgrade_xl.pages.verification.reasons import all_entries
from ccgrade_xl.pages.verification.returning import returned_rows
from ccgrade_xl.pages.verification.sharing import Shared, shared, verifiers
from ccgrade_xl.pages.verification.taking_back import Finding, Returned, filled_in, taken_back
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import RESULT_HEADERS, result_columns
from ccgrade_xl.sourcing import BookSources, read_sources, write_sources
from ccgrade_xl.workbook.book import Book, CellValue, Outcome, Table
from ccgrade_xl.workbook.layout import COLUMN, CUSTOMER_TABLE
from ccgrade_xl.workbook.team import PEOPLE
from ccgrade_xl.workbook.verification import ON_SITE, SHEET, VERIFICATION

Row = dict[str, CellValue]


@define
class _Work:
    """One press of the button: what stood, what came back, what stands from now on."""

    rules: RuleSet
    as_of: dt.date
    table: Table
    standing: list[Row]
    sources: BookSources | None
    returned: Returned
    columns: dict[str, list[CellValue]] = field(factory=dict)
    grades: Grades | None = None


@command(
    "verify",
    "待核实清单",
    "工作",
    "先收回填好的核实结果（写入客户数据、重新评级、记入台账），再列出还要核实的：缺失、冲突、选项有误、突变等，按班组均分到人。",
)
def verify_customers(
    book: Book,
    returned: Sequence[Path] = (),
    as_of: dt.date | None = None,
    *,
    at: dt.datetime | None = None,
) -> Outcome:
    """Take back what was found, from the sheet and from files, then list what is left to verify."""
    day = as_of or day_of(at)
    table, rules = read_customers(book), rules_of(book)
    standing, strangers = _with_returned(standing_list(book), returned)
    work = _Work(rules, day, table, standing, read_sources(book), taken_back(standing, table, rules, day))
    book.status(f"正在核对 {len(table.rows)} 户……", 0.2)
    _apply(book, work)
    listed, said = _list(book, work)
    stop_if_cancelled(book)
    if work.returned.findings:
        _record(book, work, at)
    undo.remember(book.location, _before(book, work))
    book.status("正在写入清单……", 0.7)
    _write(book, work, listed)
    book.activate(SHEET)
    outcome = _told(work, listed)
    return evolve(outcome, attention=[*work.returned.faults, *strangers, *said])


def _with_returned(standing: list[Row], returned: Sequence[Path]) -> tuple[list[Row], list[str]]:
    known = [str(row["客户编号"]) for row in standing]
    faults: list[str] = []
    for path in returned:
        standing, strangers = filled_in(standing, returned_rows(path, known))
        faults += strangers
    return standing, faults


def _apply(book: Book, work: _Work) -> None:
    """Put what was found into the customers in memory, note where it came from, and grade those it changes."""
    changed = [finding for finding in work.returned.findings if finding.changes]
    for finding in changed:
        if finding.row is not None:
            column = work.columns.setdefault(finding.column, list(work.table.column(finding.column)))
            column[finding.row] = finding.value
    _note_origins(work)
    at = {header: place for place, header in enumerate(work.table.headers)}
    rows = [list(row) for row in work.table.rows]
    for header, cells in work.columns.items():
        for row, cell in zip(rows, cells, strict=True):
            row[at[header]] = cell
    work.table = evolve(work.table, rows=rows)
    graded_on = graded_day(work.table)
    if changed and graded_on is not None:
        work.grades = grades_of(book, work.table, work.rules, graded_on)
        fresh = result_columns(work.grades)
        touched = {finding.row for finding in changed}
        for header in RESULT_HEADERS:
            if header in at:
                cells = list(work.table.column(header))
                work.columns[header] = [
                    fresh[header][row] if row in touched else cell for row, cell in enumerate(cells)
                ]


def _note_origins(work: _Work) -> None:
    if work.sources is None:
        return
    sourcing = work.sources.sourcing
    for finding in work.returned.findings:
        if finding.row is None or finding.column not in COLUMN:
            continue
        batch = sourcing.origins.open_batch(ON_SITE, "", "", finding.day, work.as_of, finding.verifier)
        sourcing.origins.note(finding.customer, finding.column, finding.value, batch)
        sourcing.conflicts.pop((finding.customer, finding.column), None)


def _list(book: Book, work: _Work) -> tuple[Shared, list[str]]:
    """Make the list of what is left to verify."""
    settings = settings_of(book)
    known, said = remembered(book)
    found = {
        (finding.customer, finding.column): (shown_value(finding.value), finding.day)
        for finding in work.returned.findings
    }
    grades = work.grades or grades_of(book, work.table, work.rules, work.as_of)
    case = Case(
        work.table, grades, work.as_of, work.sources, {**known.confirmed, **found}, settings.valid_months,
        known.month, known.frozen, open_alarms(book),
    )  # fmt: skip
    entries, more = all_entries(case)
    due, note = due_day(work.as_of, settings.limit)
    members = members_of(book) if PEOPLE.name in book.table_names() else []
    still = {(str(row["客户编号"]), str(row["核实项目"])): row for row in work.standing}
    still = {key: row for key, row in still.items() if key not in found}
    people = verifiers(members, work.table)
    listed = shared(case, entries, people, still, due, settings.per_person)
    if entries and not people:
        more.append("没有人可以分派：请填写“人员分工”的人员表，或“客户数据”的客户经理。")
    return listed, [*said, *more, *note]


def _record(book: Book, work: _Work, at: dt.datetime | None) -> None:
    """Record in the ledger who found what, when and on which evidence."""
    with writing(book, at) as pen:
        from ccgrade_xl.casework.ledger.records import Verified  # noqa: PLC0415 - only a book with results waits for it

        pen.append_all(
            [
                Verified(
                    customer=finding.customer,
                    column=finding.column,
                    before=shown_value(finding.before),
                    found=shown_value(finding.value),
                    verifier=finding.verifier,
                    verified_on=finding.day,
                    evidence=finding.evidence,
                )
                for finding in work.returned.findings
            ],
            work.rules.version,
        )


def _before(book: Book, work: _Work) -> undo.Replaced:
    whole = read_customers(book, blank_rows=True)
    tables = {VERIFICATION.name: book.read_table(VERIFICATION.name).rows}
    if work.sources is not None and work.returned.findings:
        tables |= work.sources.before
    blocks = overview_before(book) if work.grades is not None else {}
    return undo.Replaced(
        "待核实清单",
        CUSTOMER_TABLE,
        {header: whole.column(header) for header in work.columns},
        None,
        blocks,
        tables,
    )


def _write(book: Book, work: _Work, listed: Shared) -> None:
    if work.columns:
        book.write_columns(CUSTOMER_TABLE, work.columns)
    if work.grades is not None:
        write_overview(book, work.table, work.grades)
    if work.sources is not None and work.returned.findings:
        write_sources(book, work.sources, [number for number in texts_in(work.table, "客户编号") if number])
    found = {(finding.customer, finding.column) for finding in work.returned.findings}
    left = [row for row in work.standing if VERIFICATION.key_of(row) not in found]
    book.replace_rows(VERIFICATION.name, VERIFICATION.rows(listed.rows, left))


def _told(work: _Work, listed: Shared) -> Outcome:
    findings: list[Finding] = work.returned.findings
    changed = {finding.customer for finding in findings if finding.changes}
    reasons = Counter(str(row["原因"]) for row in listed.rows)
    back = (
        f"收回 {len(findings)} 条核实结果，更正 {len(changed)} 户{'并重新评级' if work.grades else ''}；"
        if findings
        else ""
    )
    people = len([name for name in listed.people if name])
    message = (
        f"{back}待核实 {len(listed.rows)} 条，{len({row['客户编号'] for row in listed.rows})} 户，分给 {people} 人"
        f"：{'，'.join(f'{reason} {count}' for reason, count in reasons.most_common()) or '没有'}。"
        + (f"另有 {listed.waiting} 条留待下次（每人条数已满）。" if listed.waiting else "")
    )
    data = {
        "taken_back": len(findings), "changed": len(changed), "open": work.returned.open,
        "listed": len(listed.rows), "waiting": listed.waiting, "reasons": dict(reasons), "people": dict(listed.people),
    }  # fmt: skip
    return Outcome(message, (), data)
