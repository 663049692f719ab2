"""人员分工: the table of people, the organisation chart, and the view before and after a redistribution."""

from __future__ import annotations

from ccgrade_xl.rules.ruleset import STARS, UNDECIDED
from ccgrade_xl.workbook.lists import ListColumn, SheetList

SHEET = "人员分工"
LEADER, SPECIALIST = "组长", "技术骨干"
POSTS = (LEADER, SPECIALIST, "客户经理", "抄表员", "安检员")

PEOPLE = SheetList(
    "人员",
    SHEET,
    "人员",
    (
        ListColumn("姓名", 11, "一人一行；同名的人请加以区别。", entered=True),
        ListColumn("岗位", 11, "组长和技术骨干组成“1+1”，其余为一线人员。", "option", entered=True, options=POSTS),
        ListColumn(
            "班组", 12, "与“客户数据”的班组写法一致；组长、技术骨干管全部班组的留空。", entered=True
        ),
        ListColumn(
            "承担客户", 9, "是：可以分到客户；否：不分（休假、调离也填否）。留空：一线人员为是，组长、技术骨干为否。",
            "option", entered=True, options=("是", "否"),
        ),
        ListColumn("负责区域", 24, "地址里的字样，如 高新区；多个用 ; 隔开。分派时优先，可以留空。", entered=True),
        ListColumn("备注", 16, "可以留空。", entered=True),
    ),
    ("姓名",),
)  # fmt: skip
"""Who there is. Filled in by the group lead; commands only read it."""

TOTAL = "合计"

COMPARISON = SheetList(
    "分工对比",
    SHEET,
    "分派前后对比（在用客户）",
    (
        ListColumn("姓名", 11, "承担客户的人；不在人员表里的名字是分派前的客户经理。"),
        ListColumn("班组", 12, "人员表里的班组。"),
        ListColumn("户数 前", 8, "分派前的在用客户数。", "count"),
        ListColumn("户数 后", 8, "分派后的在用客户数。", "count"),
        ListColumn("调入", 7, "这次分派新分到的客户数。", "count"),
        ListColumn("调出", 7, "这次分派交出去的客户数。", "count"),
        ListColumn("月气量 前", 13, "分派前客户的月均用气量合计，m³/月。", "number", number_format="#,##0"),
        ListColumn("月气量 后", 13, "分派后客户的月均用气量合计，m³/月。", "number", number_format="#,##0"),
        ListColumn("大客户 前", 8, "用气量四级、五级的客户数。", "count"),
        ListColumn("大客户 后", 8, "用气量四级、五级的客户数。", "count"),
        ListColumn("低星 前", 8, "一星级、二星级的客户数。", "count"),
        ListColumn("低星 后", 8, "一星级、二星级的客户数。", "count"),
        *(ListColumn(star, 8, f"分派后的{star}客户数。", "count") for star in STARS),
        ListColumn(UNDECIDED, 8, "分派后星级待定的客户数。", "count"),
        ListColumn("区域数 前", 8, "分派前客户分布在几个区域（按地址）。", "count"),
        ListColumn("区域数 后", 8, "分派后客户分布在几个区域（按地址）。", "count"),
    ),
    ("姓名",),
)  # fmt: skip
"""What the last redistribution did, a person a row, the total last. Written by 任务分派."""

CHART_NAME = "架构_图"
CHART_TEAMS, CHART_MEMBERS = 8, 16
CHART_TOP, CHART_TEAM, CHART_LEADER, CHART_SPECIALIST, CHART_FIRST = 0, 2, 3, 4, 6
CHART_ROWS = CHART_FIRST + CHART_MEMBERS
CHART_COLUMNS = 2 * CHART_TEAMS - 1
"""The block of the organisation chart: a column a team, with a narrow one between two of them.

Rows: who leads all teams, a gap, each team's name, its lead and its specialist, a gap, the front line.
"""
