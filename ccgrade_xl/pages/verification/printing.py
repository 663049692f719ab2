"""The list for the field on paper: one A4 workbook a person."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from ccgrade_xl.list_cells import text_in
from ccgrade_xl.pages.verification.listing import standing_list
from ccgrade_xl.workbook.book import Book, CellValue
from ccgrade_xl.workbook.field_list import field_list
from ccgrade_xl.workbook.replace_file import replace_file

_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\s.]+')


def write_field_lists(book: Book, folder: Path) -> list[Path]:
    """Write each person's rows of the list into a workbook of its own; return the files."""
    rows: dict[str, list[dict[str, CellValue]]] = defaultdict(list)
    for row in standing_list(book):
        rows[text_in(row["负责人"]) or "未分派"].append(row)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for person, own in rows.items():
        path = folder / f"待核实_{_NOT_IN_A_NAME.sub('', person) or '无名'}.xlsx"
        replace_file(path, field_list(person, own), lambda _content: None)
        written.append(path)
    return written
