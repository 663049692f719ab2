"""Write the example files: `python -m examples.generate`, or `… --clean 10000 clean.xlsx`."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import xlsxwriter

from ccgrade_xl.workbook.layout import COLUMN
from examples.customers import AS_OF, clean_customers
from examples.mess import GBK_CSV, HEADERS, WORKBOOK, Cell, header_texts, messy_rows

ROOT = Path(__file__).resolve().parent.parent
MESSY_CSV = ROOT / "ccgrade_xl" / "demo" / "messy_customers_gbk.csv"
"""Ships inside the package: `ccgrade demo` grades it."""

MESSY_WORKBOOK = ROOT / "examples" / "messy_customers.xlsx"
MESSY_CUSTOMERS = 600

HEADER_GROUPS: tuple[tuple[str, str, str], ...] = (
    ("基本信息", "客户编号", "客户经理"),
    ("合同与场所", "用气单位性质", "合同签订"),
    ("用气与缴费", "月均用气量", "当前欠费天数"),
    ("安全与失信", "燃气安全状况", "否决日期"),
)
"""The upper header row: a text merged from one column to another. 备注 is merged over both rows."""


def messy_csv(customers: pd.DataFrame) -> bytes:
    """Return the messy list as a CSV file the way Excel on a Chinese Windows writes it: GBK, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header_texts(GBK_CSV))
    writer.writerows([_csv_text(cell) for cell in row] for row in messy_rows(customers, GBK_CSV))
    return text.getvalue().encode("gbk")


def _csv_text(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def messy_workbook(customers: pd.DataFrame) -> bytes:
    """Return the messy list as a workbook with a merged header of two rows."""
    content = io.BytesIO()
    with _new_workbook(content) as book:
        sheet = book.add_worksheet("客户台账")
        bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#DDEBF7"})
        names, texts = list(HEADERS), header_texts(WORKBOOK)
        for title, first, last in HEADER_GROUPS:
            sheet.merge_range(0, names.index(first), 0, names.index(last), title, bold)
        sheet.merge_range(0, len(names) - 1, 1, len(names) - 1, texts[-1], bold)
        for column, text in enumerate(texts[:-1]):
            sheet.write_string(1, column, text, bold)
        _write_rows(book, sheet, messy_rows(customers, WORKBOOK), first_row=2)
        sheet.set_column(0, len(names) - 1, 14)
        sheet.freeze_panes(2, 2)
    return content.getvalue()


def write_clean(customers: pd.DataFrame, path: Path) -> None:
    """Write clean customers under the headers of the 客户 table, numbers as numbers and dates as dates."""
    with _new_workbook(path) as book:
        sheet = book.add_worksheet("客户数据")
        sheet.write_row(0, 0, list(customers.columns))
        for column, name in enumerate(customers.columns):
            sheet.set_column(column, column, COLUMN[name].width)
        dated = customers.astype(object).where(customers.notna(), None)
        rows = ([_day(cell) for cell in row] for row in dated.itertuples(index=False))
        _write_rows(book, sheet, rows, first_row=1)


def _day(cell: Cell) -> Cell:
    return cell.date() if isinstance(cell, dt.datetime) else cell


def _new_workbook(target: Path | io.BytesIO) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    made = dt.datetime(AS_OF.year, AS_OF.month, AS_OF.day)  # noqa: DTZ001 - a document property without a zone
    book.set_properties({"title": "工商客户台账（虚构样例）", "created": made})
    return book


def _write_rows(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    rows: Iterable[Sequence[Cell]],
    first_row: int,
) -> None:
    date_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(rows, first_row):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.date):
                sheet.write_datetime(at, column, dt.datetime.combine(cell, dt.time()), date_format)
            elif isinstance(cell, (int, float)):
                sheet.write_number(at, column, cell)
            elif cell is not None:
                sheet.write_string(at, column, cell)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the two messy files in their places, or a clean sample where asked."""
    parser = argparse.ArgumentParser(prog="python -m examples.generate", description=__doc__)
    parser.add_argument("--clean", type=int, metavar="N", help="write N clean customers instead")
    parser.add_argument("out", type=Path, nargs="?", help="the .xlsx file the clean customers go to")
    asked = parser.parse_args(arguments)
    if (asked.clean is None) != (asked.out is None):
        parser.error("--clean N and the output file belong together")
    if asked.clean is not None:
        write_clean(clean_customers(asked.clean), asked.out)
        return
    customers = clean_customers(MESSY_CUSTOMERS)
    MESSY_CSV.parent.mkdir(exist_ok=True)
    MESSY_CSV.write_bytes(messy_csv(customers))
    MESSY_WORKBOOK.write_bytes(messy_workbook(customers))


if __name__ == "__main__":
    main()
