"""工作: overrides and objections, beside the computed grades and never instead of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeVar

from attrs import evolve

from ccgrade_xl import boundary, undo
from ccgrade_xl.casework.decisions import Objected, Overridden, answer_letter
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.commands.grading import explained
from ccgrade_xl.errors import BookFault
from ccgrade_xl.pages.customers import (
    graded_day,
    number_meant,
    read_customers,
    row_named,
    rules_of,
    stop_if_cancelled,
    today,
)
from ccgrade_xl.pages.decisions import (
    Decisions,
    Entry,
    bring_back,
    decision_columns,
    decision_rows_before,
    must_be_usable,
    override_warnings,
    read_decisions,
    record_decisions,
    remarked,
    write_answer_days,
)
from ccgrade_xl.pages.grading import previous_grades
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import Book, CellValue, Outcome, Table
from ccgrade_xl.workbook.decisions import LETTER, LETTER_NUMBER, LETTER_ROWS, OBJECTION_LIST, OVERRIDE_LIST
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.lists import SheetList
from ccgrade_xl.workbook.tasks import SHEET_NAME

T = TypeVar("T")


@command(
    "decisions",
    "调整和异议",
    "工作",
    "登记人工调整和客户异议：记入台账，标注在说明里，排出答复期限，写好答复书；计算出的等级不变。",
)
def settle_decisions(
    book: Book, as_of: dt.date | None = None, at: dt.datetime | None = None, rules: RuleSet | None = None
) -> Outcome:
    """Take overrides and objections into the ledger, mark them on the customers, and write the answer letter."""
    missing = [each.name for each in (OVERRIDE_LIST, OBJECTION_LIST) if each.name not in book.table_names()]
    if missing:
        raise BookFault(
            f"工作簿里没有表格“{'”“'.join(missing)}”，请用新模板重建（ccgrade new），再导入客户。"
        )
    table, day = read_customers(book), as_of or today()
    lacking = [header for header in ("星级", "说明") if header not in table.headers]
    if lacking:
        raise BookFault(f"“客户数据”缺少“{'”“'.join(lacking)}”列，请补上列名，再按“一键评级”。")
    decisions = read_decisions(book, table, day)
    stop_if_cancelled(book)
    remarks = remarked(decisions, table, table.column("说明"), day)
    before = undo.Replaced(
        "调整和异议", CUSTOMER_TABLE, {"说明": read_customers(book, blank_rows=True).column("说明")}, None,
        _letter_before(book), decision_rows_before(book),
    )  # fmt: skip
    undo.remember(book.location, before)
    if bring_back(book, decisions):
        decisions = read_decisions(book, table, day)
    letter = _letter(book, decisions, table, rules or rules_of(book), day)
    recorded = record_decisions(book, decisions, table, at)
    write_answer_days(book, decisions)
    for name, columns in decision_columns(decisions, table, day).items():
        if any(columns.values()):
            book.write_columns(name, columns)
    book.write_columns(CUSTOMER_TABLE, {"说明": remarks})
    if letter:
        book.write_block(LETTER, [[line] for line in letter[:LETTER_ROWS]])
    book.activate(SHEET_NAME)
    graded = sum(bool(boundary.text_of(cell)) for cell in table.column("星级"))
    attention = [*_lacking(decisions), *_late(decisions, day), *override_warnings(decisions, graded, day)]
    return Outcome(_told(decisions, day, recorded), attention, _data(decisions, day, recorded))


def letter_of(
    book: Book, decisions: Decisions, objection: Objected, table: Table, rules: RuleSet, as_of: dt.date
) -> list[str]:
    """Return the letter that answers an objection, with the explanation of the grade."""
    mine = row_named(table, objection.customer)
    graded = graded_day(mine)
    day = graded or as_of
    said = explained(mine, rules, day, previous_grades(book, mine, rules, day)).message.splitlines()
    row: Mapping[str, CellValue] = dict(zip(mine.headers, mine.rows[0], strict=True))
    headers = ("用气量等级", "信用得分", "信用等级", "星级", "规则版本", "评级日期")
    grade = {header: boundary.text_of(row.get(header)) for header in headers if header != "评级日期"}
    grade["评级日期"] = str(graded or "")
    decided = [each for each in decisions.overrides if each.customer == objection.customer]
    advice = said[-1].removeprefix("怎样升星：")
    return answer_letter(
        objection, boundary.text_of(row.get("客户名称")), grade, said[1:-1], advice, as_of, decided
    )


def _letter_before(book: Book) -> dict[str, Sequence[Sequence[CellValue]]]:
    return {LETTER: book.read_block(LETTER)} if book.has_name(LETTER) else {}


def _letter(book: Book, decisions: Decisions, table: Table, rules: RuleSet, as_of: dt.date) -> list[str]:
    """Return the letter for the objection that was chosen, or for the last one; nothing where there is none, or no place for it."""
    if not book.has_name(LETTER):
        return []
    wanted = boundary.text_of(book.read_name(LETTER_NUMBER))
    chosen = [each for each in decisions.objections if not wanted or each.number == wanted]
    if wanted and not chosen:
        return [f"没有编号为 {wanted} 的异议，请核对。"]
    return letter_of(book, decisions, chosen[-1], table, rules, as_of) if chosen else []


def _lacking(decisions: Decisions) -> list[str]:
    """Name the rows in which something is missing or not understood."""
    named: tuple[tuple[str, Sequence[Entry[Overridden] | Entry[Objected]]], ...] = (
        (OVERRIDE_LIST.name, decisions.overridden),
        (OBJECTION_LIST.name, decisions.objected),
    )
    return [
        f"表格“{name}”第 {at} 行{'没有登记' if each.decided is None else '仍按原来登记的'}：{each.fault}。"
        for name, rows in named
        for at, each in enumerate(rows, 1)
        if each.fault
    ]


def _late(decisions: Decisions, day: dt.date) -> list[str]:
    expired = [
        f"客户 {each.customer} 的人工调整（{each.subject} {each.decided}）已于 {each.expires} 到期，不再显示。"
        for each in decisions.overrides
        if each.state(day) == "已到期"
    ]
    waiting = [(each, each.due()) for each in decisions.objections if not each.answer]
    return expired + [
        f"客户 {each.customer} 的异议（{each.number}）应在 {due} 前答复，已{each.state(day, due)}。"
        for each, due in waiting
        if day > due
    ]


def _told(decisions: Decisions, day: dt.date, recorded: int) -> str:
    waiting = sum(not each.answer for each in decisions.objections)
    message = f"人工调整有效 {decisions.in_force(day)} 户；异议待答复 {waiting} 件，已答复 {len(decisions.objections) - waiting} 件。"
    return message + (f"{recorded} 条记入台账。" if recorded else "没有新的登记。")


def _data(decisions: Decisions, day: dt.date, recorded: int) -> dict[str, object]:
    return {
        "overrides": [_override(each, day) for each in decisions.overrides],
        "objections": [
            {
                "number": each.number,
                "customer": each.customer,
                "due": each.due().isoformat(),
                "state": each.state(day, each.due()),
            }
            for each in decisions.objections
        ],
        "recorded": recorded,
        "as_of": day.isoformat(),
    }


def _override(each: Overridden, day: dt.date) -> dict[str, str]:
    return {
        "customer": each.customer,
        "subject": each.subject,
        "decided": each.decided,
        "expires": each.expires.isoformat(),
        "state": each.state(day),
    }


def register_override(
    book: Book, entered: Mapping[str, CellValue], as_of: dt.date | None = None, at: dt.datetime | None = None
) -> Outcome:
    """Enter an override as a row of its table, by header, and settle all; one of the same customer and subject is changed.

    Raises `NotUnderstood` before anything is written where the row cannot be registered.
    """
    day, table = as_of or today(), read_customers(book)
    entered = {**entered, "客户编号": number_meant(table, boundary.text_of(entered["客户编号"]))}
    entries = _brought_back(book, table, day).overridden
    same = [
        place
        for place, entry in enumerate(entries)
        if all(boundary.text_of(entry.cells[header]) == entered[header] for header in OVERRIDE_LIST.key)
    ]
    _enter(book, OVERRIDE_LIST, entries, same[-1] if same else None, entered, table)
    return settle_decisions(book, day, at)


def withdraw_override(
    book: Book,
    customer: str,
    subject: str = "",
    as_of: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Outcome:
    """Withdraw a customer's override and settle all; without a subject the only one the customer has.

    Raises `BookFault` where there is none, or more than one and no subject tells which.
    """
    day, table = as_of or today(), read_customers(book)
    customer = number_meant(table, customer)
    entries = _brought_back(book, table, day).overridden
    mine = [
        (place, each)
        for place, each in _decided(entries)
        if each.customer == customer and not each.withdrawn and subject in ("", each.subject)
    ]
    if not mine:
        raise BookFault(f"客户 {customer} 没有可以撤销的{subject}人工调整，请核对客户编号。")
    standing = {each.subject: each.decided for _, each in mine}
    if len(standing) > 1:
        named = " 或 ".join(f"--to {grade}" for grade in standing.values())
        raise BookFault(f"客户 {customer} 的{'和'.join(standing)}都有人工调整，请写明撤销哪一项：{named}。")
    _enter(book, OVERRIDE_LIST, entries, mine[-1][0], {"撤销": "是"}, table)
    return settle_decisions(book, day, at)


def register_objection(
    book: Book,
    customer: str,
    entered: Mapping[str, CellValue],
    number: str = "",
    as_of: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Outcome:
    """Register a new objection (`entered` holds 异议内容), or fill in a standing one, and settle all.

    Without a number the customer's last objection that waits for an answer is meant, else the last one; `data["letter"]` is the letter that answers it.
    Raises `BookFault` where there is none, and `NotUnderstood` before anything is written where the row cannot be
    registered.
    """
    day, table, place = as_of or today(), read_customers(book), None
    customer = number_meant(table, customer)
    entries = _brought_back(book, table, day).objected
    if number or not entered.get("异议内容"):
        mine = {each.number: place for place, each in _decided(entries) if each.customer == customer}
        if not mine or number not in ("", *mine):
            raise BookFault(
                f"客户 {customer} 没有登记过{f'编号为 {number} 的' if number else ''}异议，请用 --text 登记。"
            )
        waiting = [each.number for _, each in _decided(entries) if each.number in mine and not each.answer]
        number = number or (waiting or [*mine])[-1]
        place = mine[number]
    _enter(book, OBJECTION_LIST, entries, place, {"客户编号": customer, **entered}, table)
    outcome = settle_decisions(book, day, at)
    decisions = read_decisions(book, table, day)
    chosen = [
        each for each in decisions.objections if each.customer == customer and number in ("", each.number)
    ]
    letter = letter_of(book, decisions, chosen[-1], read_customers(book), rules_of(book), day)
    return evolve(outcome, data={**outcome.data, "number": chosen[-1].number, "letter": letter})


def _brought_back(book: Book, customers: Table, day: dt.date) -> Decisions:
    """Return the decisions of a book, once all that only the ledger knows of them stands on its sheet."""
    decisions = read_decisions(book, customers, day)
    return read_decisions(book, customers, day) if bring_back(book, decisions) else decisions


def _decided(entries: Sequence[Entry[T]]) -> list[tuple[int, T]]:
    return [(place, entry.decided) for place, entry in enumerate(entries) if entry.decided is not None]


def _enter(
    book: Book,
    declared: SheetList,
    entries: Sequence[Entry[T]],
    place: int | None,
    entered: Mapping[str, CellValue],
    customers: Table,
) -> None:
    """Enter a row, or change the one at `place`. Raises `NotUnderstood` for a row that could not be registered."""
    rows: list[dict[str, CellValue]] = [dict(entry.cells) for entry in entries]
    if place is None:
        place = len(rows)
        rows.append({})
    rows[place].update({header: cell for header, cell in entered.items() if cell is not None})
    must_be_usable(declared, rows[place], customers)
    filled = [row for row in rows if not all(map(boundary.is_blank, row.values()))]
    book.replace_rows(declared.name, declared.rows(filled))
