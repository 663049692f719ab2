"""任务分派 on a closed workbook: who is asked, what is written, and that undo puts it back."""

from collections import Counter
from pathlib import Path

import pytest

from ccgrade_xl.casework.assignment import Charge
from ccgrade_xl.commands import assign_customers, run_command, undo_last
from ccgrade_xl.errors import BookFault, Cancelled
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.team import Graded, Member, chart_rows, comparison_rows, members_of
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.team import (
    CHART_COLUMNS,
    CHART_FIRST,
    CHART_MEMBERS,
    CHART_NAME,
    CHART_ROWS,
    CHART_TEAMS,
    COMPARISON,
    LEADER,
    PEOPLE,
    SPECIALIST,
    TOTAL,
)
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


# --- without a workbook --------------------------------------------------------------------------------------


def customer(
    at: int, manager: str, star: str = "三星级", *, district: str = "", large: bool = False
) -> Graded:
    return Graded(at, Charge(f"{at}", "", district, "", 10.0 * (at + 1), "", manager), star, large)


CUSTOMERS = [
    customer(0, "甲", "一星级", district="东区", large=True),
    customer(1, "甲", district="西区"),
    customer(2, "", "二星级", district="东区"),
    customer(3, "退", "待定"),
]
AFTER = {"0": "甲", "1": "乙", "2": "乙", "3": "甲"}


def test_the_comparison_has_a_row_for_everybody_and_for_nobody() -> None:
    rows = comparison_rows(CUSTOMERS, AFTER, {"乙": "一组", "甲": "二组", "丙": "一组"})
    headers = ("姓名", "班组", "户数 前", "户数 后", "调入", "调出", "月气量 前", "月气量 后", "大客户 前", "大客户 后", "低星 前",
               "低星 后", "区域数 前", "区域数 后")  # fmt: skip
    assert [tuple(row[header] for header in headers) for row in rows] == [
        ("丙", "一组", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        ("乙", "一组", 0, 2, 2, 0, 0, 50, 0, 0, 0, 1, 0, 2),
        ("甲", "二组", 2, 2, 1, 1, 30, 50, 1, 1, 1, 1, 2, 1),
        ("退", None, 1, 0, 0, 1, 40, 0, 0, 0, 0, 0, 0, 0),
        ("（未分派）", None, 1, 0, 0, 1, 30, 0, 0, 0, 1, 0, 1, 0),
        (TOTAL, None, 4, 4, 3, 3, 100, 100, 1, 1, 2, 2, 2, 2),
    ]
    assert [(row["一星级"], row["二星级"], row["三星级"], row["待定"]) for row in rows[1:3]] == [
        (0, 1, 1, 0),
        (1, 0, 0, 1),
    ]


def test_the_comparison_has_no_row_for_nobody_where_everybody_had_somebody() -> None:
    rows = comparison_rows(CUSTOMERS[:2], AFTER, {"甲": "", "乙": ""})
    assert [row["姓名"] for row in rows] == ["乙", "甲", TOTAL]


def member(name: str, post: str = "客户经理", team: str = "一组") -> Member:
    return Member(name, post, team, True, ())


def column(members: list[Member], at: int = 0, counts: dict[str, int] | None = None) -> list[CellValue]:
    rows = chart_rows(members, counts or {})
    assert [len(row) for row in rows] == [CHART_COLUMNS] * CHART_ROWS
    return [row[at] for row in rows]


def test_the_chart_has_who_leads_all_above_and_each_team_below() -> None:
    everybody = [
        member("骨", SPECIALIST, ""), member("长", LEADER, ""), member("散", "客户经理", ""),
        member("甲"), member("组", LEADER), member("技", SPECIALIST), member("技二", SPECIALIST), member("乙"),
        member("丙", team="二组"),
    ]  # fmt: skip
    blank = [None] * (CHART_MEMBERS - 2)
    team = ["一组", "组长 组", "技术骨干 技、技二", "│", "甲 3 户", "乙", *blank]
    assert column(everybody, 0, {"甲": 3}) == ["组长 长", "│", *team]
    second = ["二组", "组长 （空缺）", "技术骨干 （空缺）", "│", "丙", None, *blank]
    assert column(everybody, 2, {"甲": 3}) == ["技术骨干 骨", None, *second]
    assert column(everybody, 1) == column(everybody, 4) == [None] * CHART_ROWS


def test_the_chart_joins_only_what_there_is() -> None:
    assert column([member("长", LEADER, "")])[:2] == ["组长 长", None]
    assert column([member("甲")])[:3] == [None, None, "一组"]


@pytest.mark.parametrize(("count", "last"), [(CHART_MEMBERS, "15"), (CHART_MEMBERS + 1, "……另有 2 人")])
def test_a_team_with_more_people_than_rows_says_how_many_more(count: int, last: str) -> None:
    line = column([member(f"{at}") for at in range(count)])[CHART_FIRST:]
    assert line == [*(f"{at}" for at in range(CHART_MEMBERS - 1)), last]


def test_more_teams_than_columns_are_left_out_of_the_chart() -> None:
    everybody = [member(f"{at}", team=f"{at}组") for at in range(CHART_TEAMS + 1)]
    teams = [column(everybody, at)[2] for at in range(0, CHART_COLUMNS, 2)]
    assert teams == [f"{at}组" for at in range(CHART_TEAMS)]


def test_who_takes_customers_is_as_entered_else_everybody_but_leads_and_specialists(
    staffed: ClosedFileBook,
) -> None:
    posts = [
        ("组长", None),
        ("技术骨干", None),
        ("客户经理", None),
        (None, None),
        ("组长", "是"),
        ("客户经理", "否"),
    ]
    rows: list[list[CellValue]] = [
        [f"{at}", post, "", takes, "东区、西区", None] for at, (post, takes) in enumerate(posts)
    ]
    staffed.replace_rows(PEOPLE.name, [*rows, [None, "组长", "", "是", None, None]])
    members = members_of(staffed)
    assert [member.takes_customers for member in members] == [False, False, True, True, True, False]
    assert members[0].districts == ("东区", "西区")
