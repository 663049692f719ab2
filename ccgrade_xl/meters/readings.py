"""The canonical readings: what a row of remote meter readings holds, declared once.

Header mapping, sources, checks and the simulator follow from this declaration. Times are local wall-clock times
of the declared zone, without an offset; volumes are cumulative register readings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import frozen

ReadingKind = Literal["text", "time", "number"]
"""What a column holds: text (`string`), time (`timestamp(6)`, naive local), number (`float64`)."""

TIME_ZONE = "Asia/Shanghai"
"""The zone of times that carry no offset, unless another is declared."""


ABSOLUTE_PRESSURE = ("绝对压力", "绝压", "介质绝对压力", "absolute pressure")
"""Headers of a pressure that is absolute, whatever the registry says of the meter; it is read as gauge pressure."""


@frozen
class ReadingColumn:
    """One column of the readings.

    `name` is the canonical name, `header` its Chinese one, `unit` what values are converted to; `synonyms` are other
    headers that mean it (compared by `rules.wording.plain`). `required` columns must be there.
    """

    name: str
    header: str
    kind: ReadingKind
    unit: str
    help: str
    required: bool = False
    synonyms: tuple[str, ...] = ()


READING_COLUMNS: tuple[ReadingColumn, ...] = (
    ReadingColumn(
        "meter_id",
        "表号",
        "text",
        "",
        "表具编号，按文字读，保留前导零。",
        True,
        (
            "表具编号",
            "表具号",
            "表计编号",
            "燃气表号",
            "表钢号",
            "钢号",
            "设备编号",
            "终端编号",
            "仪表编号",
            "meter",
            "meter no",
            "meterid",
        ),
    ),
    ReadingColumn(
        "time",
        "时间",
        "time",
        "",
        "读数的时间（表具时钟）。",
        True,
        (
            "采集时间",
            "抄表时间",
            "读数时间",
            "数据时间",
            "上报时间",
            "冻结时间",
            "记录时间",
            "timestamp",
            "datetime",
            "ts",
        ),
    ),
    ReadingColumn(
        "actual_m3",
        "工况累计",
        "number",
        "m³",
        "工况累计读数，不修正压力和温度。",
        synonyms=(
            "工况累计量",
            "工况总量",
            "工况累积量",
            "工况累计流量",
            "工况读数",
            "未修正累计",
            "表底数",
            "表读数",
            "累计读数",
            "机械读数",
            "vm",
        ),
    ),
    ReadingColumn(
        "standard_m3",
        "标况累计",
        "number",
        "m³",
        "标况累计读数，已换算到基准状态。",
        synonyms=(
            "标况累计量",
            "标况总量",
            "标况累积量",
            "标况累计流量",
            "标况读数",
            "修正累计",
            "标准累计量",
            "累计气量",
            "累计用气量",
            "总用气量",
            "vb",
        ),
    ),
    ReadingColumn(
        "actual_flow",
        "工况瞬时",
        "number",
        "m³/h",
        "工况瞬时流量。",
        synonyms=("工况流量", "工况瞬时流量", "工况瞬时量", "未修正流量", "瞬时流量", "qm"),
    ),
    ReadingColumn(
        "standard_flow",
        "标况瞬时",
        "number",
        "m³/h",
        "标况瞬时流量。",
        synonyms=("标况流量", "标况瞬时流量", "标况瞬时量", "修正流量", "qb"),
    ),
    ReadingColumn(
        "temperature_c",
        "温度",
        "number",
        "℃",
        "介质温度。",
        synonyms=("介质温度", "气体温度", "燃气温度", "temperature", "temp"),
    ),
    ReadingColumn(
        "pressure_kpa",
        "压力",
        "number",
        "kPa",
        "介质压力；表压还是绝压由表具档案说明，表头写“绝对压力”的换算成表压。",
        synonyms=("介质压力", "气体压力", "燃气压力", "表前压力", "pressure", *ABSOLUTE_PRESSURE),
    ),
    ReadingColumn(
        "battery_pct",
        "电池电量",
        "number",
        "%",
        "电池剩余电量。",
        synonyms=("电池", "电量", "剩余电量", "电池百分比", "battery"),
    ),
    ReadingColumn(
        "valve",
        "阀门",
        "text",
        "",
        "阀门状态：开 或 关。",
        synonyms=("阀门状态", "阀状态", "阀门开关", "valve state"),
    ),
    ReadingColumn(
        "signal", "信号", "number", "dBm", "通讯信号强度。", synonyms=("信号强度", "信号质量", "rssi", "csq")
    ),
    ReadingColumn(
        "status",
        "状态",
        "text",
        "",
        "状态码或状态文字，多个用分号隔开。",
        synonyms=("状态码", "表具状态", "报警状态", "事件", "告警", "alarm"),
    ),
    ReadingColumn(
        "balance",
        "余额",
        "number",
        "元",
        "预付费余额。",
        synonyms=("剩余金额", "账户余额", "表内余额", "预存余额", "余额（元）"),
    ),
    ReadingColumn(
        "disturbance_m3",
        "扰动量累计",
        "number",
        "m³",
        "修正仪替代值或故障期间的累计量。",
        synonyms=("扰动量", "干扰量", "故障累计量", "替代量", "替代值累计"),
    ),
    ReadingColumn(
        "received_time",
        "接收时间",
        "time",
        "",
        "平台收到这条读数的时间。",
        synonyms=("上传时间", "入库时间", "平台时间", "服务器时间"),
    ),
    ReadingColumn(
        "site_m3",
        "现场读数",
        "number",
        "m³",
        "人工现场抄到的工况累计读数。",
        synonyms=("人工读数", "现场抄表", "人工抄表", "现场表底数"),
    ),
)
"""Every column of the readings, in the canonical order; one of `REGISTERS` must be there too."""

READING_COLUMN: dict[str, ReadingColumn] = {column.name: column for column in READING_COLUMNS}
"""Every column by its canonical name."""

DATES = ("日期", "抄表日期", "采集日期", "数据日期", "读数日期", "date")
HOURS = ("小时", "时刻", "整点", "钟点", "时", "hour")
"""Headers of a date, which stands before a time that tells the clock only or is the time where there is none; and of such a time."""

REGISTERS = ("actual_m3", "standard_m3")
"""The cumulative registers, of which at least one is required."""


def missing_columns(present: Iterable[str]) -> tuple[str, ...]:
    """Return the Chinese headers of what readings with these canonical columns lack; empty when they can be read."""
    names = set(present)
    lacking = [column.header for column in READING_COLUMNS if column.required and column.name not in names]
    if names.isdisjoint(REGISTERS):
        lacking.append(" 或 ".join(READING_COLUMN[name].header for name in REGISTERS))
    return tuple(lacking)


def is_zone(name: str) -> bool:
    """Return whether a time zone has this name; a machine without a list of them takes every name."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - it reads many files

    known = available_timezones() if name != TIME_ZONE else set()
    return not known or name in known
