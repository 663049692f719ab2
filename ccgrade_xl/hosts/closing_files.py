"""The month close and the ledger for the command line: a closed workbook, a ledger file or a database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ccgrade_xl import boundary
from ccgrade_xl.errors import CcgradeError, LedgerFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.ledger import entered, ledger_of, ledger_place
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.book import Outcome
from ccgrade_xl.workbook.names import LEDGER_HEAD

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import Head, Ledger, View

Shown = tuple[tuple[str, ...], list[tuple[Any, ...]]]
EVERY = "全部"
"""What asks for records of every kind."""

_BOOKS = (".xlsm", ".xlsx")
_MONTH = (
    "客户编号",
    "客户名称",
    "月均用气量",
    "用气量等级",
    "信用得分",
    "信用等级",
    "综合得分",
    "星级",
    "说明",
)


def committed(book: ClosedFileBook, outcome: Outcome) -> Outcome:
    """Write the workbook; what the ledger holds by now stays there even where the workbook cannot be written."""
    try:
        book.commit()
    except CcgradeError as fault:
        said = f"台账已写好，但工作簿没有更新：{fault}"
        return evolve(outcome, attention=[*outcome.attention, said])
    return outcome


def correction_lacks(book: ClosedFileBook, given: Mapping[str, str | None]) -> list[str]:
    """Return the options (--month, --reason, --approver) that a correction lacks: neither given nor entered on the sheet."""
    cells = {
        "--month": sheet.CORRECTED_MONTH,
        "--reason": sheet.CORRECTION_REASON,
        "--approver": sheet.CORRECTION_APPROVER,
    }
    return [option for option, name in cells.items() if not (given[option] or entered(book, name))]


def opened_ledger(place: str) -> tuple[Ledger, Head]:
    """Open the ledger of a workbook, a ledger file or a database; and the last record the workbook has seen of it."""
    from ccgrade_xl.casework.ledger import Head, Ledger  # noqa: PLC0415 - only commands of the ledger wait for it

    if Path(place).suffix.lower() in _BOOKS:
        book = ClosedFileBook(Path(place))
        return ledger_of(book), Head.of(entered(book, LEDGER_HEAD))
    return Ledger.open(_place(place)), Head()


def shown_ledger(place: str, month: str | None, customer: str | None) -> Shown:
    """Return what there is to show of a ledger as a table: every month, one month, or one customer's months."""
    ledger, _ = opened_ledger(place)
    with ledger.reading() as view:
        if customer is not None:
            found = view.history(customer, _MONTH)
            if not len(found):
                raise LedgerFault(f"台账里没有客户 {customer}，请核对客户编号。")
        elif named := boundary.read_month_text(month):
            found = view.frozen(named, _MONTH)
        else:
            return _months(view)
    rows = [tuple(_text(cell) for cell in row) for row in found.rows()]
    return found.columns, rows


def shown_records(place: str, kind: str, month: str | None, customer: str | None) -> Shown:
    """Return who did what and when, the oldest first: records of a kind by its Chinese name, or 全部.

    Raises `LedgerFault` with the names there are for a kind there is not.
    """
    from ccgrade_xl.casework.ledger import RECORDS, Record, said  # noqa: PLC0415

    kinds: dict[str, type[Record]] = {EVERY: Record, **{each.title: each for each in RECORDS.values()}}
    if kind not in kinds:
        raise LedgerFault(f"台账里没有“{kind}”这一类记录，可以写：{'、'.join(kinds)}。")
    ledger, _ = opened_ledger(place)
    named = boundary.read_month_text(month) or ""
    with ledger.reading() as view:
        entries = view.entries(kinds[kind], customer=customer or "", month=named)
    rows = [
        (
            entry.number,
            f"{entry.at.astimezone():%Y-%m-%d %H:%M}",
            entry.person,
            entry.record.title,
            entry.record.customer,
            entry.record.month,
            said(entry.record),
            entry.rule_version,
        )
        for entry in entries
    ]
    return ("编号", "时间", "经手人", "类别", "客户编号", "月份", "内容", "规则版本"), rows


def _months(view: View) -> Shown:
    from ccgrade_xl.casework.ledger import GradesCorrected, MonthFrozen  # noqa: PLC0415

    corrected = [entry.record.month for entry in view.entries(GradesCorrected)]
    rows = [
        (
            entry.record.month,
            f"{entry.at.astimezone():%Y-%m-%d %H:%M}",
            entry.person,
            entry.record.customers,
            entry.record.graded,
            corrected.count(entry.record.month),
            entry.rule_version,
        )
        for entry in view.entries(MonthFrozen)
    ]
    return ("月份", "月结时间", "经办人", "户数", "参评", "更正次数", "规则版本"), rows


def verified(place: str) -> Outcome:
    """Check a ledger hash by hash, and against the last record its workbook has seen."""
    from ccgrade_xl.casework.ledger import verify  # noqa: PLC0415

    ledger, seen = opened_ledger(place)
    found = verify(ledger, seen)
    data = {"records": found.records, "frozen_grades": found.frozen_grades, "head": str(found.head)}
    if found.fault:
        return Outcome("台账没有通过核验：", [found.fault], data)
    return Outcome(
        f"台账完好：{found.records} 条记录、{found.frozen_grades} 户次封存的评级逐条核对无误。", data=data
    )


def backed_up(place: str, target: Path) -> str:
    """Back a ledger up; return the sentence that says so."""
    from ccgrade_xl.casework.ledger import backup  # noqa: PLC0415

    head = backup(opened_ledger(place)[0], target)
    return f"已备份到 {target}：{head.number} 条记录。"


def restored(source: Path, place: str, *, replace: bool) -> str:
    """Restore a ledger from a backup to the place of a workbook's ledger, a file or a database."""
    from ccgrade_xl.casework.ledger import restore  # noqa: PLC0415

    is_book = Path(place).suffix.lower() in _BOOKS
    target = ledger_place(ClosedFileBook(Path(place))) if is_book else _place(place)
    if isinstance(target, Path) and target.exists() and not replace:
        raise LedgerFault(f"台账“{target}”已经存在，没有覆盖；要换下它请加 --replace，换下的另存在旁边。")
    ledger = restore(source, target, replace=replace)
    return f"已恢复到 {ledger.place.shown}。"


def _place(text: str) -> Path | str:
    return text if "://" in text else Path(text)


def _text(cell: object) -> object:
    value = boundary.cell_of(cell)  # type: ignore[arg-type]
    return "" if value is None else f"{value:g}" if isinstance(value, float) else value
