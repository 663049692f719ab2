"""Customers for a host's table 客户, as cell values."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS
from examples.customers import clean_customers

HEADERS = [column.name for column in CUSTOMER_COLUMNS]


def customer(number: str, **values: CellValue) -> list[CellValue]:
    row = dict.fromkeys(HEADERS) | {"客户编号": number, "客户名称": f"客户{number}", **values}
    return [row[header] for header in HEADERS]


def sample(count: int) -> list[list[CellValue]]:
    """Clean customers, some cells spoilt: a blank, nonsense, an error, a closed one, a veto."""
    frame = clean_customers(count)
    rows = [customer(**_cells(record)) for record in frame.to_dict("records")]
    usage, late, status, veto = (
        HEADERS.index(name) for name in ("月均用气量", "逾期次数", "客户状态", "否决事项")
    )
    rows[1][usage], rows[2][usage], rows[3][usage] = None, "很多", CellError.NA
    rows[4][late], rows[5][status], rows[6][veto] = CellError.DIV0, "销户", "窃气"
    return rows


def _cells(record: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the example frame as cell values, the number under the argument's name."""
    cells = {name: _cell(value) for name, value in record.items() if name in HEADERS}
    return {"number": cells.pop("客户编号"), **cells}


def _cell(value: Any) -> CellValue:
    if value is None or value != value or value == "":
        return None
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    return value if isinstance(value, (str, dt.date)) else float(value)


def plain(rows: Sequence[Sequence[CellValue]]) -> list[list[CellValue]]:
    """Return rows with dates as days: a host may say midnight where another says a day."""
    return [[cell.date() if isinstance(cell, dt.datetime) else cell for cell in row] for row in rows]
