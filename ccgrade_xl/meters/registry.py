"""The meter registry: what is known of each meter, declared once with its defaults."""

from __future__ import annotations

import math
from typing import Literal

from attrs import frozen

from ccgrade_xl.rules.customer_states import ACTIVE, STATE_WORDS, STATES

RegistryKind = Literal["text", "number", "whole"]


@frozen
class RegistryColumn:
    """One column of the registry.

    `default` is what a blank cell or a missing column means; None: not known, and the checks that need it are not
    run for that meter. `choices` maps each canonical text to the words read as it. A number outside `least` to `most` is no value.
    """

    name: str
    header: str
    kind: RegistryKind
    unit: str
    help: str
    default: float | str | None = None
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] | None = None
    least: float = -math.inf
    most: float = math.inf


REGISTRY_COLUMNS: tuple[RegistryColumn, ...] = (
    RegistryColumn(
        "meter_id",
        "表号",
        "text",
        "",
        "与读数里的表号一致。",
        required=True,
        synonyms=("表具编号", "表具号", "燃气表号", "表钢号"),
    ),
    RegistryColumn(
        "customer_id",
        "客户编号",
        "text",
        "",
        "表具所属的客户。",
        required=True,
        synonyms=("客户号", "用户编号", "户号", "用户号"),
    ),
    RegistryColumn(
        "qmax_m3h",
        "最大流量",
        "number",
        "m³/h",
        "铭牌最大工况流量 Qmax。",
        synonyms=("qmax", "最大流量qmax"),
        least=0.001,
        most=100_000,
    ),
    RegistryColumn(
        "qmin_m3h",
        "最小流量",
        "number",
        "m³/h",
        "铭牌最小工况流量 Qmin。",
        synonyms=("qmin", "最小流量qmin"),
        least=0.0001,
        most=100_000,
    ),
    RegistryColumn(
        "register_digits",
        "读数位数",
        "whole",
        "位",
        "累计读数的整数位数，满位后回零。",
        synonyms=("位数", "字轮位数", "计数器位数"),
        least=1,
        most=15,
    ),
    RegistryColumn(
        "pulse_m3",
        "脉冲当量",
        "number",
        "m³",
        "读数的最小单位。",
        0.1,
        synonyms=("最小分度", "分辨率", "脉冲当量m3"),
        least=0.0001,
        most=10_000,
    ),
    RegistryColumn(
        "pressure_set_kpa",
        "设定压力",
        "number",
        "kPa",
        "调压后的设定压力，与压力同为表压或绝压。",
        synonyms=("供气压力", "额定压力", "调压压力"),
        least=0.001,
        most=20_000,
    ),
    RegistryColumn(
        "pressure_kind",
        "压力类型",
        "text",
        "",
        "读数里的压力是表压还是绝压。",
        synonyms=("压力形式", "表压绝压"),
        choices={"gauge": ("gauge", "表压", "相对压力"), "absolute": ("absolute", "绝压", "绝对压力")},
    ),
    RegistryColumn(
        "temperature_min_c",
        "最低温度",
        "number",
        "℃",
        "介质温度的正常下限。",
        -20.0,
        synonyms=("温度下限",),
        least=-100,
        most=200,
    ),
    RegistryColumn(
        "temperature_max_c",
        "最高温度",
        "number",
        "℃",
        "介质温度的正常上限。",
        60.0,
        synonyms=("温度上限",),
        least=-100,
        most=200,
    ),
    RegistryColumn(
        "business_hours",
        "营业时间",
        "text",
        "",
        "如 1-5 08:00-18:00；几段用分号隔开。",
        synonyms=("用气时间", "生产时间", "营业时段"),
    ),
    RegistryColumn(
        "interval_minutes",
        "上传间隔",
        "number",
        "分钟",
        "两次读数的间隔；留空则由读数推定。",
        synonyms=("采集间隔", "采集周期", "上传周期"),
        least=0.1,
        most=50_000,
    ),
    RegistryColumn(
        "base_temperature_k", "基准温度", "number", "K", "标准体积的基准温度。", 293.15, least=250, most=330
    ),
    RegistryColumn(
        "base_pressure_kpa", "基准压力", "number", "kPa", "标准体积的基准压力。", 101.325, least=50, most=200
    ),
    RegistryColumn(
        "gas_day_start_hour",
        "气日起点",
        "whole",
        "时",
        "一个气日从几点开始，0–23。",
        0.0,
        synonyms=("气日开始", "燃气日起点"),
        least=0,
        most=23,
    ),
    RegistryColumn(
        "status",
        "客户状态",
        "text",
        "",
        f"{'、'.join(STATES[:-1])} 或 {STATES[-1]}。",
        ACTIVE,
        synonyms=("用户状态", "状态", "表具状态"),
        choices={state: (state, *words) for state, words in STATE_WORDS.items()},
    ),
)
"""Every column of the registry, in order."""

REGISTRY_COLUMN: dict[str, RegistryColumn] = {column.name: column for column in REGISTRY_COLUMNS}
"""Every column by its name."""
