"""月结, 查看台账, 更正 and 样本调整 leave the same sheet in a live LibreOffice as in a closed file."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.commands import adjust_sample, close_month_in, correct_month_in, show_ledger
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.libreoffice import LibreOfficeBook
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.book import Book
from ccgrade_xl.workbook.names import LEDGER_HEAD, LEDGER_PERSON
from tests.hosts.conftest import Opener
from tests.hosts.customers import plain, sample
from tests.hosts.office import Office
from tests.pages.test_rule_impact import weigh

pytestmark = pytest.mark.libreoffice

AT = dt.datetime(2026, 6, 2, 1, tzinfo=dt.UTC)


def press(book: Book) -> list[str]:
    """Press every button of the sheet; return what was said."""
    number = str(book.read_table("客户").rows[0][0])
    book.write_block(LEDGER_PERSON, [["张三"]])
    said = [close_month_in(book, f"2026-0{at}", dt.date(2026, at, 28), at=AT).message for at in (4, 5)]
    book.write_block(sheet.SHOWN_CUSTOMER, [[number]])
    said.append(adjust_sample(book, "王五", at=AT).message)
    said.append(correct_month_in(book, "2026-04", [number], reason="漏录", approver="王五", at=AT).message)
    weigh(book, 缴费方式=40.0, 合同签订=0.0)
    said.append(show_ledger(book, at=AT).message)
    return said


def shown(book: Book) -> list[Any]:
    lists = (sheet.MONTH_LIST.name, sheet.ADJUSTMENT_LIST.name)
    blocks = [plain(book.read_block(block.name)) for block in sheet.BLOCKS]
    assert any(row[0] for row in book.read_block(sheet.IMPACT.name))
    blocks += [book.read_name(name) for name in sheet.SENTENCES]
    return [*blocks, *(plain(book.read_table(name).rows) for name in lists), book.read_name(LEDGER_HEAD)]


def test_the_sheet_is_the_same(addin_office: Office, addin_open: Opener, template: Path) -> None:
    closed = ClosedFileBook(template)
    closed.replace_rows("客户", sample(60))
    closed.commit()
    live_folder = template.parent / "打开的"
    live_folder.mkdir()
    document = addin_open(Path(shutil.copy(template, live_folder / "簿.xlsm")))
    said = press(closed)
    closed.commit()
    with LibreOfficeBook(document, addin_office.context, attended=False) as book:
        assert press(book) == said
        book.commit()
        assert shown(book) == shown(ClosedFileBook(template))
