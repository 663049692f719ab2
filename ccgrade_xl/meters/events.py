"""The event table: one row an alarm."""

from __future__ import annotations

from attrs import frozen

SEVERITIES = ("低", "中", "高")
"""How grave an alarm is, lowest first."""


@frozen
class EventColumn:
    """One column of the event table: `name` in Python, `header` on a sheet, `kind` as in the readings."""

    name: str
    header: str
    kind: str
    unit: str
    help: str


EVENT_COLUMNS: tuple[EventColumn, ...] = (
    EventColumn("meter_id", "表号", "text", "", "发生异常的表具。"),
    EventColumn("customer_id", "客户编号", "text", "", "表具所属的客户；档案里没有这块表时为空。"),
    EventColumn("code", "异常", "text", "", "异常的名称。"),
    EventColumn("severity", "级别", "text", "", "低、中 或 高。"),
    EventColumn("first_time", "开始", "time", "", "异常开始的时间。"),
    EventColumn("last_time", "最后", "time", "", "最后一次见到异常的时间。"),
    EventColumn("evidence", "依据", "text", "", "一句话：数值和阈值。"),
    EventColumn("value", "数值", "number", "", "与阈值相比的数值，单位与阈值相同。"),
    EventColumn("threshold", "阈值", "number", "", "判定所用的阈值。"),
    EventColumn("stake_m3", "涉及气量", "number", "m³", "涉及的标况气量；说不出时为空。"),
)
"""Every column of the event table, in order. An event is known by meter, code and first time."""

EVENT_NAMES = tuple(column.name for column in EVENT_COLUMNS)
"""The column names, in order."""
