"""任务分派 on a closed workbook: who is asked, what is written, and that undo puts it back."""

from collections import Counter
from pathlib import Path

import pytest

from ccgrade_xl.commands import assign_customers, run_command, undo_last
from ccgrade_xl.errors import BookFault, Cancelled
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.team import CHART_NAME, COMPARISON, PEOPLE
from ccgrade_xl.workbook.template import new_book
from tests.hosts.customers import sample

STAFF: list[list[CellValue]] = [
    ["周立群", "组长", None, None, None, None],
    ["孙燕", "技术骨干", "客户一组", None, None, None],
    ["甲", "客户经理", "客户一组", None, None, None],
    ["乙", "客户经理", "客户一组", "是", "高新区", None],
    ["丙", "客户经理", "客户二组", None, None, None],
    ["丁", "客户经理", "客户三组", None, None, None],
    ["戊", "客户经理", "客户三组", "否", None, "休假"],
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "簿.xlsm"
    new_book(path)
    book = ClosedFileBook(path)
    book.replace_rows("客户", sample(60))
    book.commit()
    return path


@pytest.fixture
def staffed(path: Path) -> ClosedFileBook:
    book = ClosedFileBook(path)
    book.replace_rows(PEOPLE.name, STAFF)
    book.commit()
    return book


def _active(book: ClosedFileBook) -> list[CellValue]:
    table = book.read_table("客户")
    pairs = zip(table.column("客户状态"), table.column("客户经理"), strict=True)
    return [manager for status, manager in pairs if status in ("在用", None)]


def test_an_empty_table_says_what_to_fill_in_and_who_there_is(path: Path) -> None:
    with pytest.raises(BookFault, match=r"“人员”表还是空的.*姓名、岗位和班组.*现有的客户经理"):
        assign_customers(ClosedFileBook(path))


def test_only_people_of_the_table_who_take_customers_get_some(staffed: ClosedFileBook) -> None:
    outcome = assign_customers(staffed)
    counts = Counter(_active(staffed))
    assert set(counts) == {"甲", "乙", "丙", "丁"}
    assert sum(counts.values()) == outcome.data["customers"]
    assert abs(counts["甲"] - counts["乙"]) <= 1


def test_how_many_have_no_team_is_said_and_what_became_of_them(staffed: ClosedFileBook) -> None:
    table = staffed.read_table("客户")
    rows = [list(row) for row in table.rows]
    active = [at for at, status in enumerate(table.column("客户状态")) if status in ("在用", None)]
    for at in active[:3]:
        rows[at][table.headers.index("班组")] = None
        rows[at][table.headers.index("地址")] = "澄安市高新区一路1号"
    rows[active[3]][table.headers.index("班组")] = None
    rows[active[3]][table.headers.index("地址")] = "外省某地"
    staffed.replace_rows("客户", rows)
    said = next(line for line in assign_customers(staffed).attention if "没有填写班组" in line)
    assert said.startswith("4 户没有填写班组：3 户按负责区域分派，1 户的地址不在负责区域里，")


def test_customers_not_in_use_keep_their_manager(staffed: ClosedFileBook) -> None:
    before = staffed.read_table("客户")
    assign_customers(staffed)
    after = staffed.read_table("客户")
    closed = [at for at, status in enumerate(before.column("客户状态")) if status not in ("在用", None)]
    assert closed
    assert [after.column("客户经理")[at] for at in closed] == [before.column("客户经理")[at] for at in closed]


def test_nothing_but_the_manager_changes_in_the_customers(staffed: ClosedFileBook) -> None:
    before = staffed.read_table("客户")
    assign_customers(staffed)
    after = staffed.read_table("客户")
    assert [h for h in before.headers if before.column(h) != after.column(h)] == ["客户经理"]


def test_the_comparison_adds_up(staffed: ClosedFileBook) -> None:
    assign_customers(staffed)
    *rows, total = COMPARISON.records(staffed.read_table(COMPARISON.name))
    for header in ("户数 前", "户数 后", "大客户 后", "低星 前", "三星级", "调入", "调出"):
        assert sum(float(str(row[header])) for row in rows) == total[header]
    assert total["户数 前"] == total["户数 后"] == len(_active(staffed))
    assert total["调入"] == total["调出"]


def test_pressed_again_nothing_moves(staffed: ClosedFileBook) -> None:
    assign_customers(staffed)
    assert assign_customers(staffed).data["moved"] == 0


def test_the_chart_names_lead_specialist_and_front_line(staffed: ClosedFileBook) -> None:
    assign_customers(staffed)
    cells = {cell for row in staffed.read_block(CHART_NAME) for cell in row if cell}
    assert {"组长 周立群", "客户一组", "技术骨干 孙燕", "组长 （空缺）", "戊"} <= cells
    assert any(str(cell).startswith("甲 ") and str(cell).endswith(" 户") for cell in cells)


def test_a_preview_writes_nothing(staffed: ClosedFileBook) -> None:
    before = staffed.path.read_bytes()
    outcome = assign_customers(staffed, preview=True)
    staffed.commit()
    assert "没有写入" in outcome.message
    assert staffed.path.read_bytes() == before


def test_undo_puts_everything_back(staffed: ClosedFileBook) -> None:
    tables = ("客户", COMPARISON.name)
    before = [staffed.read_table(name) for name in tables], staffed.read_block(CHART_NAME)
    run_command("assign", staffed)
    assert staffed.read_table("客户") != before[0][0]
    undo_last(staffed)
    assert ([staffed.read_table(name) for name in tables], staffed.read_block(CHART_NAME)) == before


def test_esc_leaves_everything_as_it_was(staffed: ClosedFileBook) -> None:
    before = staffed.path.read_bytes()
    with pytest.raises(Cancelled):
        assign_customers(ClosedFileBook(staffed.path, is_cancelled=lambda: True))
    assert staffed.path.read_bytes() == before


def test_a_name_that_stands_twice_is_refused(staffed: ClosedFileBook) -> None:
    staffed.replace_rows(PEOPLE.name, [*STAFF, STAFF[2]])
    with pytest.raises(BookFault, match="“甲”出现了两次"):
        assign_customers(staffed)
