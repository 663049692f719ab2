"""Where did a cell of table 客户 come from? Asked on the command line, beside 解释所选客户, and as notes on the cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from attrs import frozen

from ccgrade_xl import undo
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.errors import BookFault, CcgradeError
from ccgrade_xl.pages.customers import day_of, number_meant, read_customers, row_of
from ccgrade_xl.pages.ledger import has_ledger, reading
from ccgrade_xl.pages.verification.asking import shown_value
from ccgrade_xl.sourcing import BookSources, read_sources
from ccgrade_xl.workbook.book import Book, Outcome, Table
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE, INPUT_COLUMNS
from ccgrade_xl.workbook.mapping import KEY
from ccgrade_xl.workbook.origins import Origin
from ccgrade_xl.workbook.verification import ON_SITE, SHEET

_NAMES = tuple(column.name for column in INPUT_COLUMNS if column.name != KEY)
_LABEL = "来源批注"
_OURS = f"ccgrade {_LABEL}（"
"""How every note of ours begins: a note that begins otherwise is somebody else's and is left alone."""


@frozen
class _Customer:
    """A customer, and where it stands in table 客户: in row `row` of its data, from 0."""

    number: str
    table: Table
    row: int

    @classmethod
    def of(cls, book: Book, number: str) -> _Customer:
        """Find a customer. Raises `BookFault` where the table does not have it."""
        table = read_customers(book)
        meant = number_meant(table, number)
        return cls(meant, table, row_of(table, meant))

    def cell(self, column: str) -> str:
        """Name a cell as the sheet does."""
        row, at = self.table.first_row + self.row, self.table.headers.index(column) + self.table.first_column
        return str(Area(row, at, row, at))

    def notes(self, book: Book) -> Mapping[str, str]:
        """Return the notes on the customer's cells, by column."""
        return book.read_notes(CUSTOMER_TABLE, self.row)


def origin_of(book: Book, number: str, columns: Sequence[str] = ()) -> Outcome:
    """Say where a customer's values came from: of some columns, or of every input column."""
    customer = _Customer.of(book, number)
    lines, warnings = _lines(book, customer, columns)
    told = [f"{customer.number} 的来源：", *(f"{column}：{line}" for column, line in lines.items())]
    return Outcome("\n".join(told), warnings, {"customer": customer.number, "origins": lines})


@command(
    "origin",
    _LABEL,
    "数据",
    "把所选客户各项资料的来源写成批注：来自哪个部门、哪个文件、哪一行、哪一天。再按一次可以刷新或取走。",
)
def note_selected(book: Book, *, at: dt.datetime | None = None) -> Outcome:
    """Write the origin of every input column on the selected customer's cells, or take these notes away again."""
    number = book.selected_customer()
    if number is None:
        raise BookFault(f"请先在“客户数据”里点选一户客户（任意一格），再按“{_LABEL}”。")
    customer = _Customer.of(book, number)
    ours = _ours(customer.notes(book))
    question = f"客户 {number} 已有 {len(ours)} 条{_LABEL}。要按现在的资料刷新吗？选“否”就把它们取走。"
    if ours and not book.ask(question):
        return _take_away(book, customer, ())
    return _note(book, customer, (), at)


def note_origins(
    book: Book, number: str, columns: Sequence[str] = (), *, at: dt.datetime | None = None
) -> Outcome:
    """Write where a customer's values came from as notes on the cells; a note of somebody else stays."""
    return _note(book, _Customer.of(book, number), columns, at)


def take_origins_away(book: Book, number: str, columns: Sequence[str] = ()) -> Outcome:
    """Take our notes away from a customer's cells: of some columns, or of all."""
    return _take_away(book, _Customer.of(book, number), columns)


def put_notes_back(book: Book, number: str, notes: Mapping[str, str | None]) -> None:
    """Put a customer's notes back as they stood before; what somebody else has written there since stays."""
    customer = _Customer.of(book, number)
    standing = customer.notes(book)
    theirs = standing.keys() - _ours(standing).keys()
    mine = {column: text for column, text in notes.items() if column not in theirs}
    book.write_notes(CUSTOMER_TABLE, customer.row, mine)


def _note(book: Book, customer: _Customer, columns: Sequence[str], at: dt.datetime | None) -> Outcome:
    lines, warnings = _lines(book, customer, columns)
    standing, number = customer.notes(book), customer.number
    ours = _ours(standing)
    theirs = [column for column in lines if column in standing and column not in ours]
    begin = f"{_OURS}{day_of(at):%Y-%m-%d}）"
    notes = {
        column: f"{begin}\n客户 {number} 的“{column}”：\n{line}"
        for column, line in lines.items()
        if column not in theirs
    }
    _write(book, customer, notes, ours)
    left = [f"“{column}”（{customer.cell(column)}）上已有别人写的批注，没有改动。" for column in theirs]
    return Outcome(
        f"已给客户 {number} 的 {len(notes)} 项资料写好{_LABEL}，鼠标停在单元格上就会显示。",
        [*warnings, *left],
        {"customer": number, "written": list(notes), "left": theirs},
    )


def _take_away(book: Book, customer: _Customer, columns: Sequence[str]) -> Outcome:
    wanted, number = columns or _NAMES, customer.number
    _refuse_others(wanted)
    ours = {column: text for column, text in _ours(customer.notes(book)).items() if column in wanted}
    data = {"customer": number, "taken": list(ours)}
    if not ours:
        return Outcome(f"客户 {number} 上没有{_LABEL}，什么都没有改变。", data=data)
    _write(book, customer, dict.fromkeys(ours), ours)
    return Outcome(f"已取走客户 {number} 的 {len(ours)} 条{_LABEL}。", data=data)


def _ours(notes: Mapping[str, str]) -> dict[str, str]:
    return {column: text for column, text in notes.items() if text.startswith(_OURS)}


def _write(
    book: Book, customer: _Customer, notes: Mapping[str, str | None], before: Mapping[str, str]
) -> None:
    """Write notes, so that they can be undone."""
    stood = {customer.number: {column: before.get(column) for column in notes}}
    undo.remember(book.location, undo.Replaced(_LABEL, CUSTOMER_TABLE, {}, None, {}, notes=stood))
    book.write_notes(CUSTOMER_TABLE, customer.row, notes)


def _lines(book: Book, customer: _Customer, columns: Sequence[str]) -> tuple[dict[str, str], Sequence[str]]:
    """Return in a line each where a customer's values came from, by column, and what could not be looked up."""
    wanted = tuple(columns) or tuple(name for name in _NAMES if name in customer.table.headers)
    _refuse_others(wanted)
    sources = read_sources(book)
    if sources is None:
        raise BookFault(f"工作簿里没有“{SHEET}”页的来源表，查不到来源；请用新模板重建工作簿后导入。")
    verified, said = _verified(book, customer.number)
    table, row, number = customer.table, customer.row, customer.number
    return {column: _line(table, row, number, column, sources, verified) for column in wanted}, said


def _refuse_others(columns: Sequence[str]) -> None:
    for column in columns:
        if column not in _NAMES:
            raise BookFault(f"“{column}”不是导入的列，没有来源；可以查：{'、'.join(_NAMES)}。")


def origins_in_short(book: Book, number: str) -> str:
    """Return one line that names the sources of a customer's values, column by column; "" where none is known."""
    sources = read_sources(book)
    table = read_customers(book)
    number = number_meant(table, number)
    columns: dict[str, list[str]] = {}
    for column in _NAMES if sources is not None else ():
        origin = sources.sourcing.origins.of(number, column) if sources is not None else None
        if origin is None or column not in table.headers:
            continue
        still = origin.still(table.column(column)[row_of(table, number)])
        came = (
            f"{origin.batch.person}核实 {origin.batch.day:%Y-%m-%d}"
            if origin.batch.source == ON_SITE
            else origin.batch.shown
        )
        columns.setdefault(came if still else f"{came}，后手工改过", []).append(column)
    listed = "；".join(f"{'、'.join(names)}（{came}）" for came, names in columns.items())
    return f"资料来源：{listed}" if listed else ""


def _line(
    table: Table, row: int, number: str, column: str, sources: BookSources, verified: dict[str, str]
) -> str:
    cell = table.column(column)[row] if column in table.headers else None
    shown = f"“{shown_value(cell)}”" if cell is not None else "空"
    origin = sources.sourcing.origins.of(number, column)
    if origin is None:
        return (
            f"{shown}，没有来源记录（手工填写，或导入于本功能启用之前）"
            if cell is not None
            else "空，没有来源"
        )
    came = _came(origin)
    if column in verified and origin.batch.source == ON_SITE:
        came += verified[column]
    if not origin.still(cell):
        came = f"导入后手工改过；导入时来自{came}"
    conflict = sources.sourcing.conflicts.get((number, column))
    if conflict is not None:
        day = f" {conflict.other_day:%Y-%m-%d}" if conflict.other_day else ""
        came += f"；与“{conflict.other}”（{conflict.other_from}{day}）不一致"
    return f"{shown}，{came}"


def _came(origin: Origin) -> str:
    batch = origin.batch
    if batch.source == ON_SITE:
        return f"{batch.person}于 {batch.day:%Y-%m-%d} 核实"
    sheet = f"工作表“{batch.sheet}”" if batch.sheet else ""
    return (
        f"{batch.source}，文件“{batch.file}”{sheet}第 {origin.row} 行，数据日期 {batch.day:%Y-%m-%d}，"
        f"{batch.taken:%Y-%m-%d} 导入"
    )


def _verified(book: Book, number: str) -> tuple[dict[str, str], list[str]]:
    """Return what the ledger adds to a verified value: what stood before, and the evidence."""
    if not has_ledger(book):
        return {}, []
    from ccgrade_xl.casework.ledger.records import Verified  # noqa: PLC0415 - only a book with a ledger waits for it

    try:
        with reading(book) as view:
            records = [entry.record for entry in view.current(Verified, customer=number)]
    except CcgradeError as fault:
        return {}, [f"台账里的核实依据没有读出来：{fault}"]
    return {
        record.column: f"（原值“{record.before}”，依据：{record.evidence or '没有写'}）" for record in records
    }, []
