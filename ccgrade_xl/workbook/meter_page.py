"""The named blocks of 远程抄表, declared once: the template draws them, the buttons fill them with plain values.

Plain values, no formulas: the page stands the same in a host without the add-in.
"""

from __future__ import annotations

from attrs import frozen

from ccgrade_xl.meters.checks import CHECKS


@frozen
class Block:
    """A range of `rows` × `columns` cells under a defined name."""

    name: str
    rows: int
    columns: int = 1


@frozen
class Setting:
    """One cell of the settings: its label, what it means, and what a blank means."""

    label: str
    help: str
    blank: str


FIGURE_LABELS = (
    "列入异常（条）",
    "高级别（条）",
    "涉及气量（m³）",
    "未处理已逾期（条）",
    "表具（块）",
    "读数截至",
)
FIGURES = Block("抄表_要点", len(FIGURE_LABELS))
"""6×1: the key figures, in the order of their labels."""

CHECK_HEADERS = (
    "异常", "高", "中", "低", "合计", "涉及气量", "已抑制", "属实", "误报", "准确率", "检查情况", "检查表数", "说明",
)  # fmt: skip
BY_CHECK = Block("抄表_按异常", len(CHECKS), len(CHECK_HEADERS))
"""25×13: a check a row, the one with the gravest alarms first: listed alarms by severity, marks, and whether it ran."""

NOTES = Block("抄表_说明", 8)
"""8×1: sentences about what was not checked, rejected rows, unknown and silent meters."""

TOP_HEADERS = ("客户编号", "异常", "最高", "责任人", "涉及气量", "客户名称")
TOP = Block("抄表_前列客户", 10, len(TOP_HEADERS))
"""10×6: the customers with the largest volume at stake."""

CHOSEN = Block("抄表_所选", 1)
"""The meter or customer whose panel is shown, as the user enters it; blank: the first of the list."""
CHOSEN_SAYS = Block("抄表_所选说明", 1)
"""One sentence about it."""
CHOSEN_DAYS = Block("抄表_所选日用气", 35, 3)
"""35×3: date, m³ measured, m³ estimated of its last 35 days."""
CHOSEN_AHEAD = Block("抄表_所选预测", 28, 4)
"""28×4: date, m³ expected, lower, upper of the next 28 days."""
CHOSEN_HEADERS = ("异常", "级别", "现状", "开始", "最后", "涉及气量", "依据")
CHOSEN_ALARMS = Block("抄表_所选异常", 12, len(CHOSEN_HEADERS))
"""12×7: its alarms, the latest first."""

USAGE_MONTHS = Block("抄表_月报月份", 1, 12)
"""1×12: which months the columns of 用气月报 are."""
FORECAST_MONTHS = Block("抄表_预测月份", 1, 12)
"""1×12: which months the columns of 预测 are."""
LIST_NOTES = Block("抄表_清单说明", 1)
USAGE_NOTES = Block("抄表_月报说明", 1)
FORECAST_NOTES = Block("抄表_预测说明", 1)
"""What stands over each list: of when it is."""

READINGS, REGISTRY, WEATHER, ZONE, ENGINE, AS_OF, LISTED_DAYS, MONTH, HOW = range(9)
SETTINGS = (
    Setting(
        "读数", "文件或文件夹（Parquet、CSV、.xlsx、DuckDB），或数据库连接串#表名。", "按“读取异常”时选择"
    ),
    Setting("表具档案", "表号、客户编号、量程、压力等；文件。", "用“客户数据”的表号"),
    Setting("气温文件", "日期和室外气温，预测采暖用气更准。", "不用气温"),
    Setting("时区", "读数时间的时区，如 Asia/Shanghai。", "Asia/Shanghai"),
    Setting("计算引擎", "Ibis 连接串，如 spark://…；表很多时用。", "本机 DuckDB"),
    Setting("截至时间", "通讯中断和未来时间从这时算起。", "最后一条读数"),
    Setting("列入天数", "只列最近这些天里有过的异常；标过状态的一直在。", "35"),
    Setting("报告月份", "用气月报的月份，如 2026-10。", "最后一个整月"),
    Setting("读取方式", "填“全部”时，每次把文件夹里的文件都重新读一遍。", "只读新增的文件"),
)
SOURCES = Block("抄表_设置", len(SETTINGS))
"""9×1: the settings, in order."""
