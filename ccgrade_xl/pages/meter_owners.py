"""Whose is a meter, and may it run? After 表号, 客户编号 and 客户状态 of table 客户."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from ccgrade_xl import boundary
from ccgrade_xl.errors import BookFault, CellFault
from ccgrade_xl.rules.customer_states import STATES
from ccgrade_xl.rules.wording import shown
from ccgrade_xl.workbook.book import Book, CellValue
from ccgrade_xl.workbook.column_reading import listed_rows
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, identifier, listed_meters
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.meter_lists import SHEET

if TYPE_CHECKING:
    import pandas as pd


@frozen
class Claim:
    """Whose a meter is; `state` is one of `STATES`, None where 客户状态 is blank or cannot be read."""

    customer: str
    state: str | None


@frozen
class MeterOwners:
    """Who has which meter, the first customer where several claim one; and sentences about cells that cannot be read:
    `faults` about numbers, `odd_states` about 客户状态.
    """

    by_meter: Mapping[str, Claim]
    faults: tuple[str, ...] = ()
    odd_states: tuple[str, ...] = ()


@frozen
class CustomerRegistry:
    """A registry made of table 客户: 表号, 客户编号, 客户状态; and sentences about states that cannot be read."""

    meters: pd.DataFrame
    faults: tuple[str, ...]


def registry_of_customers(book: Book) -> CustomerRegistry:
    """Return a registry made of table 客户. Raises `BookFault` without any 表号."""
    import pandas as pd  # noqa: PLC0415

    owners = meters_of_customers(book)
    if not owners.by_meter:
        nothing = f"没有表具档案，“客户数据”里也没有表号。请在“{SHEET}”页“数据来源”填上表具档案，或在“客户数据”填上表号。"
        raise BookFault("\n".join((nothing, *owners.faults)))
    rows = [(meter, claim.customer, claim.state) for meter, claim in owners.by_meter.items()]
    return CustomerRegistry(pd.DataFrame(rows, columns=["表号", "客户编号", "客户状态"]), owners.odd_states)


def meters_of_customers(book: Book) -> MeterOwners:
    """Return whose each 表号 of table 客户 is. Rows without a customer's number have nobody to own a meter."""
    table = book.read_table(CUSTOMER_TABLE)
    place = f"“{table.sheet or table.name}”"
    columns = [
        table.column(name) if name in table.headers else [None] * len(table.rows)
        for name in ("表号", "客户编号", "客户状态")
    ]
    found: dict[str, Claim] = {}
    faults, odd_states = _Remarks(place), _Remarks(place)
    for row, (listed, number, status) in enumerate(zip(*columns, strict=True), table.first_row):
        meters = list(_meters_in(listed, row, faults))
        if not meters:
            continue
        customer = _customer(number, row, faults)
        if not customer:
            continue
        claim = Claim(customer, _state(status, row, odd_states))
        for meter in meters:
            found.setdefault(meter, claim)
    return MeterOwners(found, faults.sentences(), odd_states.sentences())


@frozen
class _Remarks:
    """What there is to say about cells, each sentence once with all its rows."""

    place: str
    rows: dict[str, list[int]] = field(factory=dict)

    def add(self, row: int, text: str) -> None:
        self.rows.setdefault(text, []).append(row)

    def sentences(self) -> tuple[str, ...]:
        return tuple(f"{self.place}{listed_rows(rows)}：{text}" for text, rows in self.rows.items())


def _meters_in(cell: CellValue, row: int, faults: _Remarks) -> Iterator[str]:
    """Return the meters a cell lists; a text that cannot be trusted stays as it is written, as on import."""
    for part in listed_meters(cell):
        try:
            meter = identifier(part)
        except UnusableIdentifier as reason:
            meter = part.strip() if isinstance(part, str) else None
            taken = "按原样与读数核对" if meter else "没有采用"
            faults.add(row, f"表号{boundary.shown(part)}不可靠（{reason}），{taken}。")
        if meter:
            yield meter


def _customer(cell: CellValue, row: int, faults: _Remarks) -> str:
    if (error := boundary.error_in(cell)) is not None:
        faults.add(row, f"客户编号是{error.named}，这一行的表号没有客户，请改正。")
        return ""
    return boundary.text_of(cell)


def _state(cell: CellValue, row: int, odd: _Remarks) -> str | None:
    """Return the state a cell means; None for a blank, and where it cannot be read."""
    try:
        state = boundary.read_status(cell)
    except CellFault:
        state = boundary.text_of(cell)
    if state is None or state in STATES:
        return state
    odd.add(row, f"客户状态{shown(state)}不是 {'、'.join(STATES)} 之一，它的表按在用检查，请改正。")
    return None
