"""The lists of 远程抄表: alarms that are open, alarms that are done with, use by month, what is expected, and the headers of readings."""

from __future__ import annotations

from ccgrade_xl.meters.headers import IGNORED
from ccgrade_xl.meters.readings import READING_COLUMNS
from ccgrade_xl.meters.units import UNITS
from ccgrade_xl.workbook.lists import ListColumn, SheetList

SHEET = "远程抄表"

OPEN, UNDER_WAY, HANDLED, FALSE_ALARM = "待处理", "处理中", "已处理", "误报"
STATES = (OPEN, UNDER_WAY, HANDLED, FALSE_ALARM)
"""状态: what has become of an alarm, as the manager enters it."""

RESULTS = ("表具故障", "通讯故障", "用气变化", "泄漏", "违规用气", "参数有误", "检修停用", "其他")
"""结果: what the verification of an alarm found."""

GOES_ON, ENDED, NOT_FOUND = "仍在", "已结束", "未再出现"
"""现状: whether the last scan still saw the alarm."""

SUPPRESSED, CLOSED = "已抑制", "已办结"
"""去向: why an alarm stands in 异常记录: a false alarm that is not listed again, or one handled that has ended."""

MONTHS_SHOWN = 12

_WHAT = (
    ListColumn("级别", 5, "高、中、低；高的排在最前。", "option"),
    ListColumn("异常", 14, "异常的名称，规则见“评分规则”的异常项和异常阈值。"),
    ListColumn("表号", 13, "发生异常的表具。"),
    ListColumn("客户名称", 20, "客户数据里的名称。"),
    ListColumn("现状", 8, "仍在：最近两天还有；已结束：不再发生；未再出现：这次扫描里没有了。", "option"),
    ListColumn("开始", 15, "异常开始的时间。"),
    ListColumn("涉及气量", 10, "涉及的标况气量，m³；说不出时为空。", "number", number_format="#,##0"),
    ListColumn("依据", 54, "一句话：数值和阈值。"),
    ListColumn(
        "责任人", 8, "默认是客户经理，没有时是班组；可以改派，刷新后保留。", "option", entered=True
    ),
    ListColumn("期限", 10, "从发现日期起：高 1 个工作日，中 3 个，低随下次抄表（10 个）。", "date"),
    ListColumn("状态", 8, "待处理、处理中、已处理 或 误报。", "option", entered=True, options=STATES),
    ListColumn("结果", 10, "核实的结果，可以自己写。", "option", entered=True, options=RESULTS),
    ListColumn(
        "误报", 5, "是：误报，下次不再列出；否：属实。已处理而没有填的算属实。", "option",
        entered=True, options=("是", "否"),
    ),
    ListColumn("备注", 14, "需要记下的话。", entered=True),
)  # fmt: skip
_WHEN = (
    ListColumn("最后", 15, "最后一次见到异常的时间。"),
    ListColumn("发现日期", 10, "第一次列入清单的日期，期限从这天算起。", "date"),
    ListColumn("客户编号", 13, "表具所属的客户。"),
)

ALARMS = SheetList("异常", SHEET, "异常清单", (*_WHAT, *_WHEN), ("表号", "异常", "开始"))
"""Alarms somebody has to look at, the gravest first, then by volume at stake."""

ARCHIVE = SheetList(
    "异常记录",
    SHEET,
    "异常记录",
    (
        ListColumn("去向", 8, "已抑制：标为误报，不再列出；已办结：处理完、也不再发生。", "option"),
        *_WHAT,
        *_WHEN,
    ),
    ("表号", "异常", "开始"),
)
"""Alarms that have left the list, with every mark: nothing is lost. One whose 误报 is taken back returns."""

_WHOM = (
    ListColumn("客户编号", 12, "表具档案里的客户编号；档案里没有的表按表号列出。"),
    ListColumn("客户名称", 18, "客户数据里的名称。"),
    ListColumn("责任人", 7, "客户经理，没有时是班组。", "option"),
)


def _volume(header: str, width: float, text: str) -> ListColumn:
    return ListColumn(header, width, text, "number", number_format="#,##0")


def _month(header: str, text: str) -> ListColumn:
    return ListColumn(header, 8, text, "number", number_format='[>=999999.5]#,##0,"千";#,##0')


USED_MONTHS = (*(f"前{at}月" for at in range(MONTHS_SHOWN - 1, 0, -1)), "当月")
"""The headers of the twelve months up to the month of the report."""

USAGE = SheetList(
    "用气月报",
    SHEET,
    "用气月报",
    (
        *_WHOM,
        ListColumn("表数", 5, "有读数的表数。", "count"),
        _volume("本月气量", 9, "报告月份的标况气量，m³。"),
        ListColumn("估算占比", 7, "缺读数、按规律估算的部分占本月气量的比例。", "share", number_format="0%"),
        _volume("上月气量", 9, "上一个月的标况气量，m³。"),
        _volume("去年同月", 9, "去年同一个月的标况气量，m³。"),
        ListColumn("环比", 7, "比上月增减。", "share", number_format="+0%;-0%;0%"),
        ListColumn("同比", 7, "比去年同月增减。", "share", number_format="+0%;-0%;0%"),
        ListColumn("走势", 13, "最近 12 个月，一格一个月，越高越多。"),
        *(_month(header, f"报告月份{header}的标况气量，m³。") for header in USED_MONTHS),
    ),
    ("客户编号",),
)
"""Use by customer and month, the largest first."""

EXPECTED_MONTHS = tuple(f"后{at}月" for at in range(1, MONTHS_SHOWN + 1))
"""The headers of the twelve whole months ahead."""

FORECAST = SheetList(
    "预测",
    SHEET,
    "用气预测",
    (
        *_WHOM,
        _volume("未来28天", 10, "今后 28 天预计的标况气量，m³。"),
        _volume("下限", 9, "28 天气量的下限：十次里有一次会更低。"),
        _volume("上限", 9, "28 天气量的上限：十次里有一次会更高。"),
        _volume("未来12月", 11, "今后 12 个整月预计的标况气量，m³。"),
        ListColumn("可用天数", 8, "预收余额按预测还够用几天；不是预付费的表为空。", "number", number_format="0.0"),
        ListColumn("走势", 13, "今后 12 个月，一格一个月，越高越多。"),
        *(_month(header, f"{header}（整月）预计的标况气量，m³。") for header in EXPECTED_MONTHS),
    ),
    ("客户编号",),
)  # fmt: skip
"""Expected use by customer: those whose balance runs out first, then the largest."""

READING_HEADERS = SheetList(
    "读数表头",
    SHEET,
    "读数表头",
    (
        ListColumn("来源", 24, "哪一份读数：文件夹、文件或数据库的表；文件名里的日期不算。"),
        ListColumn("文件里的表头", 20, "读数里的列名。"),
        ListColumn("对应列", 12, f"是哪一列；{IGNORED}：不读；留空：按列名自动识别。", "option",
                   entered=True, options=(*(column.header for column in READING_COLUMNS), IGNORED)),
        ListColumn("单位", 9, "读数的单位，如 L、MPa、bar；留空：看表头里写的，没有写就是 m³、m³/h、kPa、℃。", "option",
                   entered=True, options=tuple(unit.name for units in UNITS.values() for unit in units if len(units) > 1)),
    ),
    ("来源", "文件里的表头"),
)  # fmt: skip
"""How the headers of each source of readings were understood; what stands in 对应列 and 单位 is used by the next scan."""

METER_LISTS = (ALARMS, USAGE, FORECAST, ARCHIVE, READING_HEADERS)
"""The lists of the sheet, left to right."""
