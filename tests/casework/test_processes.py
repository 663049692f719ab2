"""The manual as data: every process of the paper, each limit with its basis, and plain words for what is wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from ccgrade_xl.casework.calendar import Limit
from ccgrade_xl.casework.processes import City, Step, default_manual, manual_of, parse_manual
from ccgrade_xl.errors import FileFault, NothingToGrade, NotUnderstood

MANUAL = default_manual()
PROCESSES = (
    "报装/开户", "通气点火", "过户/变更性质", "暂停/恢复", "销户+预收核退", "换表", "校表", "表故障估量", "抄表",
    "欠费催缴", "安检", "隐患停复气", "异常用气核查", "客户查询", "异议/申诉", "分级月结",
)  # fmt: skip


def test_the_manual_holds_every_process_in_order() -> None:
    assert tuple(process.name for process in MANUAL.processes) == PROCESSES


@pytest.mark.parametrize(
    ("process", "step", "limit", "basis"),
    [
        ("报装/开户", "现场踏勘", Limit(1, "工作日"), "依据"),
        ("报装/开户", "方案和安装（小型）", Limit(7, "工作日"), "依据"),
        ("报装/开户", "方案和安装（一般）", Limit(9, "工作日"), "依据"),
        ("报装/开户", "受理申请", Limit(1, "工作日"), "依据"),
        ("报装/开户", "挂表（10 m³/h 及以下）", Limit(4, "工作日"), "依据"),
        ("报装/开户", "挂表（10 m³/h 以上）", Limit(6, "工作日"), "依据"),
        ("报装/开户", "挂表（含外线工程）", Limit(11, "工作日"), "依据"),
        ("通气点火", "竣工验收", Limit(5, "工作日"), "依据"),
        ("通气点火", "通气点火", Limit(3, "工作日"), "依据"),
        ("过户/变更性质", "办结并改签合同", Limit(3, "工作日"), "依据"),
        ("暂停/恢复", "恢复供气", Limit(2, "工作日"), "依据"),
        ("销户+预收核退", "抄表结算", Limit(3, "工作日"), "默认值"),
        ("销户+预收核退", "核对账目", Limit(5, "工作日"), "默认值"),
        ("销户+预收核退", "退还预收余额", Limit(10, "工作日"), "默认值"),
        ("换表", "现场换表", Limit(5, "工作日"), "默认值"),
        ("校表", "到期检定", Limit(36, "月"), "依据"),
        ("抄表", "有异议时复抄", Limit(24, "小时"), "依据"),
        ("欠费催缴", "短信提醒", Limit(1, "日"), "默认值"),
        ("欠费催缴", "电话催缴", Limit(7, "日"), "默认值"),
        ("欠费催缴", "书面催缴", Limit(15, "日"), "默认值"),
        ("欠费催缴", "停气预告", Limit(30, "日"), "默认值"),
        ("安检", "入户安检", Limit(6, "月"), "依据"),
        ("隐患停复气", "整改后确认并恢复供气", Limit(24, "小时"), "依据"),
        ("异常用气核查", "高等级异常到场", Limit(1, "工作日"), "默认值"),
        ("异常用气核查", "中等级异常到场", Limit(3, "工作日"), "默认值"),
        ("异常用气核查", "低等级异常核查", None, "默认值"),
        ("异常用气核查", "办结", Limit(10, "工作日"), "默认值"),
        ("客户查询", "答复查询", Limit(5, "工作日"), "依据"),
        ("异议/申诉", "处理并答复", Limit(2, "工作日", 3), "依据"),
        ("分级月结", "导入", Limit(5, "次月"), "默认值"),
        ("分级月结", "检查", Limit(8, "次月"), "默认值"),
        ("分级月结", "月结", Limit(10, "次月"), "默认值"),
    ],
)
def test_a_step_has_its_limit_and_says_what_it_rests_on(process, step, limit, basis) -> None:
    found = MANUAL.step(process, step)
    assert (found.limit, found.basis) == (limit, basis)


def test_every_step_has_an_owner_and_a_form() -> None:
    assert [
        step for process in MANUAL.processes for step in process.steps if not (step.owner and step.form)
    ] == []


def test_the_cities_say_what_is_published_and_nothing_else() -> None:
    cities = {city.name: city for city in MANUAL.cities}
    assert list(cities) == ["上海", "青岛", "淄博", "济南", "深圳"]
    assert (cities["上海"].overdue_days, cities["上海"].notice_days) == (60, 15)
    assert (cities["青岛"].overdue_days, cities["青岛"].notice_days) == (30, None)
    assert cities["淄博"].restore_hours == 24
    assert cities["深圳"] == City("深圳", "按合同/待法务确认")
    assert [city.name for city in MANUAL.cities if city.basis == "默认值"] == ["深圳"]


@pytest.mark.parametrize("name", ["异议/申诉", "异议", " 申诉 ", "异议／申诉"])
def test_a_process_goes_by_its_aliases(name: str) -> None:
    assert MANUAL.process(name).name == "异议/申诉"


def test_a_due_date_comes_from_process_step_and_start() -> None:
    start = dt.date(2025, 3, 6)
    assert MANUAL.due("异议", "处理并答复", start).day == dt.date(2025, 3, 10)
    assert MANUAL.due("异议", "处理并答复", start, extended=True).day == dt.date(2025, 3, 13)
    assert MANUAL.due("月结", "导入", dt.date(2025, 3, 31)).day == dt.date(2025, 4, 5)


@pytest.mark.parametrize(
    ("process", "step", "error", "said"),
    [
        ("没有", "导入", NotUnderstood, "没有叫“没有”的流程，可用的有：报装/开户、"),
        (
            "月结",
            "没有",
            NotUnderstood,
            "没有叫“没有”的“分级月结”的步骤，可用的有：导入、检查、评级、复核、月结",
        ),
        ("欠费", "按当地规定处理", NothingToGrade, "“欠费催缴”的“按当地规定处理”没有时限"),
    ],
)
def test_what_has_no_due_date_is_said(process, step, error, said) -> None:
    with pytest.raises(error, match=said):
        MANUAL.due(process, step, dt.date(2025, 3, 6))


STEP = '{ name = "一", owner = "甲" }'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("processes = [", "不合 TOML 格式"),
        ("processes = 3", "processes 应当是若干项的列表"),
        ('[[processes]]\nname = "甲"\nowner = "乙"', "流程“甲”没有步骤"),
        (f'[[processes]]\nname = "甲"\nsteps = [{STEP}]', "流程“甲”：缺少一项"),
        (
            f'[[processes]]\nname = "甲"\nowner = "乙"\nsteps = [{STEP}, {STEP}]',
            "流程“甲”的步骤“一”出现了两次",
        ),
        (
            '[[processes]]\nname = "甲"\nowner = "乙"\nsteps = [{ name = "一", owner = "甲", count = 3 }]',
            "时限要写 count 和 unit 两项",
        ),
        (
            '[[processes]]\nname = "甲"\nowner = "乙"\nsteps = [{ name = "一", owner = "甲", count = 3, unit = "周" }]',
            "unit 是工作日、日、小时、月、次月之一",
        ),
        (
            '[[processes]]\nname = "甲"\nowner = "乙"\nsteps = [{ name = "一", owner = "甲", count = -3, unit = "日" }]',
            "count “-3”不是 0 或更大的整数",
        ),
        (
            '[[processes]]\nname = "甲"\nowner = "乙"\n'
            'steps = [{ name = "一", owner = "甲", count = 3, unit = "日", extension = "两天" }]',
            "extension “两天”不是 0 或更大的整数",
        ),
        (
            '[[processes]]\nname = "甲"\nowner = "乙"\nsteps = [{ name = "一", owner = "甲", limit = 3 }]',
            "流程“甲”的步骤“一”",
        ),
        (
            f'[[processes]]\nname = "甲"\nowner = "乙"\nsteps = [{STEP}]\naliases = ["丙"]\n'
            f'[[processes]]\nname = "丙"\nowner = "乙"\nsteps = [{STEP}]',
            "流程“丙”出现了两次",
        ),
        ('[[cities]]\nname = "甲"', "城市 甲：缺少一项"),
        ('[[cities]]\nname = "甲"\nrule = ""\n[[cities]]\nname = "甲"\nrule = ""', "城市“甲”出现了两次"),
    ],
)
def test_a_manual_that_cannot_be_read_says_where_and_what(text: str, said: str) -> None:
    with pytest.raises(FileFault, match=said):
        parse_manual(text)


ROW = {"流程": "过户", "步骤": "办结", "岗位": "客户经理", "时限": 3.0, "单位": "工作日"}


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({}, Step("办结", "客户经理", Limit(3, "工作日"))),
        ({"时限": " 0 ", "单位": " 日 "}, Step("办结", "客户经理", Limit(0, "日"))),
        ({"可延长": "2"}, Step("办结", "客户经理", Limit(3, "工作日", 2))),
        ({"时限": None}, Step("办结", "客户经理", None)),
        ({"时限": " ", "单位": "周", "可延长": 2.0}, Step("办结", "客户经理", None)),
        ({"岗位": None, "依据": "默认值"}, Step("办结", "", Limit(3, "工作日"))),
        (
            {"表单": " 过户单 ", "要点": "核对", "依据": "条例"},
            Step("办结", "客户经理", Limit(3, "工作日"), "过户单", "核对", "条例"),
        ),
    ],
)
def test_a_step_is_read_as_it_stands_on_the_sheet(changed: dict[str, object], step: Step) -> None:
    [process] = manual_of([ROW | changed]).processes
    assert (process.name, process.owner, process.steps) == ("过户", step.owner, (step,))


def test_steps_on_the_sheet_are_put_together_by_process_with_the_other_names_it_goes_by() -> None:
    other = ROW | {"流程": "异议/申诉", "步骤": "答复", "岗位": "组长"}
    rows = [other, ROW, ROW | {"流程": " "}, ROW | {"步骤": None}, other | {"步骤": "归档", "岗位": "内勤"}]
    manual = manual_of(rows)
    assert [(each.name, each.owner, [step.name for step in each.steps]) for each in manual.processes] == [
        ("异议/申诉", "组长", ["答复", "归档"]),
        ("过户", "客户经理", ["办结"]),
    ]
    assert manual.process("申诉") is manual.processes[0]
    assert manual.process("过户").aliases == ()
    assert manual.cities == MANUAL.cities


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"时限": "三"}, "流程“过户”的“办结”：时限“三”不是 0 或更大的整数，请改正。"),
        ({"时限": -1.0}, "流程“过户”的“办结”：时限“-1”不是 0 或更大的整数，请改正。"),
        ({"时限": 1.5}, "流程“过户”的“办结”：时限“1.5”不是 0 或更大的整数，请改正。"),
        ({"可延长": "inf"}, "流程“过户”的“办结”：可延长“inf”不是 0 或更大的整数，请改正。"),
        ({"单位": "周"}, "流程“过户”的“办结”：单位 “周” 不认识，应为工作日、日、小时、月、次月之一。"),
        ({"单位": None}, "单位 “” 不认识，应为"),
    ],
)
def test_a_limit_on_the_sheet_that_is_none_is_refused_with_its_step(
    changed: dict[str, object], said: str
) -> None:
    with pytest.raises(NotUnderstood, match=said):
        manual_of([ROW | changed])
