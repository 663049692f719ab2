"""In an open Calc document lists of departments, verification and redistribution leave what they leave in a closed file."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.commands import (
    assign_customers,
    grade_customers,
    import_customers,
    undo_last,
    verify_customers,
)
from ccgrade_xl.commands.origin import origin_of
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.libreoffice import LibreOfficeBook
from ccgrade_xl.workbook.book import Book, CellValue
from ccgrade_xl.workbook.team import CHART_NAME, COMPARISON, PEOPLE
from ccgrade_xl.workbook.verification import BATCHES, CONFLICTS, HEADERS, INDEX, SOURCES, VERIFICATION
from tests.hosts.conftest import Opener
from tests.hosts.customers import plain, sample
from tests.hosts.office import Office

pytestmark = pytest.mark.libreoffice

AS_OF = dt.date(2026, 10, 30)
AT = dt.datetime(2026, 10, 30, 9, tzinfo=dt.UTC)
TABLES = (
    "客户",
    VERIFICATION.name,
    CONFLICTS.name,
    SOURCES.name,
    HEADERS.name,
    BATCHES.name,
    INDEX.name,
    COMPARISON.name,
)
STAFF: list[list[CellValue]] = [
    ["周立群", "组长", None, None, None, None],
    *(
        [name, "客户经理", team, None, None, None]
        for name, team in zip("甲乙丙丁", ["客户一组", "客户二组"] * 2, strict=True)
    ),
]


def half_a_month(book: Book, folder: Path) -> list[str]:
    """Import, grade, redistribute, list, answer and take back; return what was said."""
    said = [
        import_customers(book, sorted(folder.glob("*.csv")), at=AT),
        grade_customers(book, as_of=AS_OF, at=AT),
    ]
    book.replace_rows(PEOPLE.name, STAFF)
    said += [assign_customers(book, as_of=AS_OF), verify_customers(book, as_of=AS_OF, at=AT)]
    rows = VERIFICATION.records(book.read_table(VERIFICATION.name))
    for row in [row for row in rows if row["原因"] == "冲突"][:3]:
        row.update({"核实结果": "属实", "依据": "现场照片"})
    book.replace_rows(VERIFICATION.name, VERIFICATION.rows(rows))
    said.append(verify_customers(book, as_of=AS_OF, at=AT))
    return [outcome.message for outcome in said]


def standing(book: Book) -> dict[str, Any]:
    tables = {name: plain(book.read_table(name).rows) for name in TABLES}
    return tables | {CHART_NAME: plain(book.read_block(CHART_NAME))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    numbers = [row[0] for row in sample(30)]
    lists = tmp_path / "各部门"
    lists.mkdir()
    money = "\n".join(f"{number},{at * 10},柜台" for at, number in enumerate(numbers))
    (lists / "财务_2026-10.csv").write_text(f"客户编号,预收余额,付款方式\n{money}\n", encoding="gb18030")
    papers = "\n".join(f"{number},有效且信息一至" for number in numbers[::7])
    (lists / "合同_2026-10.csv").write_text(f"客户编号,合同状态\n{papers}\n", encoding="utf-8")
    other = "\n".join(f"{number},现金" for number in numbers[::5])
    (lists / "营业收费_2026-10.csv").write_text(f"客户编号,付款方式\n{other}\n", encoding="utf-8")
    return lists


def test_all_of_it_is_as_in_a_closed_file(
    addin_office: Office, addin_open: Opener, template: Path, folder: Path, tmp_path: Path
) -> None:
    places = [tmp_path / name for name in ("开", "合")]
    for place in places:
        place.mkdir()
    path, closed_path = (Path(shutil.copy(template, place / "簿.xlsm")) for place in places)
    closed = ClosedFileBook(closed_path)
    closed.replace_rows("客户", sample(30))
    with LibreOfficeBook(addin_open(path), addin_office.context, attended=False) as book:
        book.replace_rows("客户", sample(30))
        assert half_a_month(book, folder) == half_a_month(closed, folder)
        assert standing(book) == standing(closed)
        number = str(sample(30)[0][0])
        assert origin_of(book, number).message == origin_of(closed, number).message
        before = standing(book)
        verify_customers(book, as_of=AS_OF, at=AT)
        undo_last(book)
        assert standing(book) == before
        book.commit()
