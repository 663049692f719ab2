"""数据: who joined, left, stopped or came back since the last frozen month, to be checked and approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ccgrade_xl import boundary, undo
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.errors import Cancelled, LedgerFault
from ccgrade_xl.pages.closing import must_have_ledger, who, working_month
from ccgrade_xl.pages.customers import customer_numbers, day_of, read_customers
from ccgrade_xl.pages.ledger import entered, ledger_of, writing
from ccgrade_xl.pages.ledger_sheet import write_state
from ccgrade_xl.rules.customer_states import STATES
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.book import Book, CellValue, Outcome, Table
from ccgrade_xl.workbook.identifiers import alike_but_for_zeros

if TYPE_CHECKING:
    from ccgrade_xl.casework.adjustment import Adjustment, Kind
    from ccgrade_xl.casework.ledger import FrozenTable

_LIST = sheet.ADJUSTMENT_LIST
_NAMED = 5
"""How many pairs of customers a sentence names."""


@command(
    "adjust",
    "样本调整",
    "数据",
    "与上次月结相比，列出新增、销户、拆表、暂停、恢复和缺失的客户，供核对和批准。",
)
def adjust_sample(book: Book, approver: str | None = None, *, at: dt.datetime | None = None) -> Outcome:
    """List what became of the sample since the last frozen month; record the approval of a list that was checked.

    The approval is recorded where somebody approves and the list on the sheet is the one that was shown before.
    """
    from ccgrade_xl.casework.adjustment import NEEDED, sample_adjustment  # noqa: PLC0415 - waits for the ledger

    must_have_ledger(book)
    with ledger_of(book).reading() as view:
        months = view.months()
        if not months:
            raise LedgerFault("台账里还没有月结，没有可以比较的样本；第一次月结以后再做样本调整。")
        since, month = months[-1], working_month(book, view, day_of(at))
        previous = view.frozen(since, NEEDED)
        write_state(book, view)
    table = read_customers(book)
    found = sample_adjustment(previous, _sample(table))
    standing = _LIST.records(book.read_table(_LIST.name)) if _LIST.name in book.table_names() else []
    fresh = [_row(change) for change in found.changes]
    shown_before = [_LIST.key_of(row) for row in standing] == [_LIST.key_of(row) for row in fresh]
    _show(book, found, fresh, standing)
    counts = (
        "，".join(f"{kind} {found.count(kind)} 户" for kind in _kinds() if found.count(kind)) or "没有变动"
    )
    attention = _alike(set(previous["客户编号"].tolist()), customer_numbers(table))
    said = f"与 {since} 相比：上次 {found.before} 户，现在 {found.now} 户；{counts}。"
    data: dict[str, object] = {
        "month": month, "since": since, "before": found.before, "now": found.now,
        "counts": {kind: found.count(kind) for kind in _kinds()}, "approved": False,
    }  # fmt: skip
    by = approver or entered(book, sheet.ADJUSTMENT_APPROVER)
    if not by or not (shown_before or approver):
        return Outcome(
            f"{said}\n请在“评级台账”右侧的清单里核对，填写批准人，再按一次“样本调整”。", attention, data
        )
    if open_rows := [str(row["客户编号"]) for row in standing if row["核对"] == "待查"]:
        return Outcome(f"{said}\n还有 {len(open_rows)} 户待查，没有批准。", [*attention, *open_rows], data)
    if not book.ask(f"{said}\n由{by}批准这份清单，记入台账吗？"):
        raise Cancelled("没有批准，台账没有改变。")
    with writing(book, at) as pen:
        pen.append(found.approved(month, since, by))
    return Outcome(f"{said}\n{by}已批准，记入台账（{month}）。", attention, {**data, "approved": True})


def _alike(before: set[str], now: Sequence[str]) -> list[str]:
    """Name customers who seem to be new or gone only because their numbers lost leading zeros, or got them back."""
    known = {*filter(None, now)}
    alike = [each for each in alike_but_for_zeros({*before, *known}) if not before.issuperset(each)]
    if not alike:
        return []
    named = "；".join(" 和 ".join(sorted(each)) for each in sorted(alike)[:_NAMED])
    return [
        f"有 {len(alike)} 户的编号与上次月结的只差开头的 0，可能是同一户：{named}{'……' if len(alike) > _NAMED else ''}。"
        "是的话，请把“客户数据”里的编号改成与上次一样，重新评级，再核对样本。"
    ]


def _sample(table: Table) -> FrozenTable:
    """Return the customers of the book as 样本调整 compares them."""
    from ccgrade_xl.casework.ledger import FrozenTable  # noqa: PLC0415

    texts = who(table)
    count = len(table.rows)
    read = [header for header in ("客户状态", "月均用气量") if header in table.headers]
    customers = boundary.customers_from({header: table.column(header) for header in read}, count)
    return FrozenTable.of(
        {
            "客户编号": texts["客户编号"],
            "客户名称": texts.get("客户名称", [""] * count),
            "客户状态": [customers.status.text_at(row) or "" for row in range(count)],
            "月均用气量": customers.usage,
        }
    )


def _row(change: object) -> dict[str, CellValue]:
    values = {
        "类型": "kind", "客户编号": "customer", "客户名称": "name", "上次状态": "before", "现在状态": "now", "月均用气量": "usage",
    }  # fmt: skip
    return {header: boundary.cell_of(getattr(change, name)) for header, name in values.items()}


def _show(
    book: Book,
    found: Adjustment,
    fresh: list[dict[str, CellValue]],
    standing: list[dict[str, CellValue]],
) -> None:
    blocks = {sheet.FLOWS.name: book.read_block(sheet.FLOWS.name)} if book.has_name(sheet.FLOWS.name) else {}
    tables = {}
    if _LIST.name in book.table_names():
        tables[_LIST.name] = _LIST.rows(standing, standing)
    undo.remember(book.location, undo.Replaced("样本调整", "", {}, None, blocks, tables))
    if blocks:
        book.write_block(sheet.FLOWS.name, _flows(found))
    if tables:
        book.replace_rows(_LIST.name, _LIST.rows(fresh, standing))
    book.activate(sheet.SHEET_NAME)


def _flows(found: Adjustment) -> list[list[CellValue]]:
    """Return the flows by state, states written otherwise as one, and their sum."""
    rows: dict[str, list[float]] = {state: [0.0] * 4 for state in sheet.FLOW_STATES}
    for flow in found.flows:
        for state in (flow.state if flow.state in STATES else sheet.OTHER_STATE, sheet.EVERY_STATE):
            counts = (flow.before, flow.arrived, flow.left, flow.now)
            rows[state] = [total + count for total, count in zip(rows[state], counts, strict=True)]
    return [[state, *counts] for state, counts in rows.items()]


def _kinds() -> tuple[Kind, ...]:
    from ccgrade_xl.casework.adjustment import KINDS  # noqa: PLC0415

    return tuple(KINDS)
