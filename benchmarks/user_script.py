"""What a user would write instead of `ccgrade grade`: read with pandas, grade, write back with openpyxl.

Usage: python -m benchmarks.user_script BOOK OUT DATE
"""

from __future__ import annotations

import datetime as dt
import sys

import openpyxl
import pandas as pd

from ccgrade_xl import grade

SHEET = "客户数据"
HEADER_ROW = 2


def main(book: str, out: str, date: str) -> None:
    """Grade the customers of a workbook into a copy of it."""
    customers = pd.read_excel(book, sheet_name=SHEET, header=HEADER_ROW - 1, dtype={"客户编号": str})
    results = grade(customers, as_of=dt.date.fromisoformat(date))
    workbook = openpyxl.load_workbook(book, keep_vba=True)
    sheet = workbook[SHEET]
    columns = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    for name in results:
        values = results[name].astype(object).where(results[name].notna(), None)
        for row, value in enumerate(values, HEADER_ROW + 1):
            sheet.cell(row, columns[name]).value = value
    workbook.save(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
