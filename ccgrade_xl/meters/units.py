"""Which unit does a header name, and what turns its values into a column's own unit?"""

from __future__ import annotations

from functools import cache

from attrs import frozen

from ccgrade_xl.rules.wording import plain


@frozen
class Unit:
    """A unit of readings: value × `factor` + `addend` is in the column's own unit. `words` are other ways to write it."""

    name: str
    factor: float = 1.0
    addend: float = 0.0
    words: tuple[str, ...] = ()


UNITS: dict[str, tuple[Unit, ...]] = {
    "m³": (
        Unit("m³", words=("立方米", "立方", "方", "Nm³", "Sm³", "标方", "标立方", "标立方米")),
        Unit("L", 0.001, words=("升", "dm³")),
        Unit("千m³", 1_000.0, words=("千立方米", "千方")),
        Unit("万m³", 10_000.0, words=("万立方米", "万方")),
    ),
    "m³/h": (
        Unit("m³/h", words=("立方米/小时", "立方米/时", "方/小时", "方/时", "Nm³/h", "Sm³/h", "标方/小时")),
        Unit("m³/min", 60.0, words=("立方米/分钟",)),
        Unit("m³/s", 3_600.0, words=("立方米/秒",)),
        Unit("m³/d", 1 / 24, words=("m³/天", "m³/日", "立方米/天", "立方米/日")),
        Unit("L/h", 0.001, words=("升/小时", "升/时")),
        Unit("L/min", 0.06, words=("升/分钟",)),
        Unit("L/s", 3.6, words=("升/秒",)),
    ),
    "kPa": (
        Unit("kPa", words=("千帕",)),
        Unit("MPa", 1_000.0, words=("兆帕",)),
        Unit("bar", 100.0, words=("巴",)),
        Unit("Pa", 0.001, words=("帕",)),
        Unit("mbar", 0.1, words=("毫巴", "hPa")),
        Unit("kgf/cm²", 98.0665, words=("公斤/平方厘米", "公斤力/平方厘米")),
        Unit("mmH₂O", 0.00980665, words=("毫米水柱",)),
        Unit("psi", 6.894757),
    ),
    "℃": (
        Unit("℃", words=("C", "摄氏度", "度")),
        Unit("K", 1.0, -273.15, words=("开", "开尔文")),
        Unit("℉", 5 / 9, -160 / 9, words=("F", "华氏度")),
    ),
    "%": (Unit("%", words=("百分比",)),),
    "dBm": (Unit("dBm"),),
    "元": (Unit("元"), Unit("万元", 10_000.0), Unit("分", 0.01)),
}
"""The units that each column's own unit is reckoned from, the most usual first."""


REGISTRY_UNITS: dict[str, tuple[Unit, ...]] = {
    "位": (Unit("位"),),
    "K": (Unit("K", words=("开", "开尔文")), Unit("℃", 1.0, 273.15, words=("C", "摄氏度", "度"))),
    "分钟": (
        Unit("分钟", words=("min", "分")),
        Unit("小时", 60.0, words=("h", "时")),
        Unit("秒", 1 / 60, words=("s",)),
    ),
    "时": (Unit("时", words=("点", "点钟", ":00", "h")),),
}
"""The units of those columns of the registry that readings have none of."""


@cache
def units_of(own: str) -> dict[str, Unit]:
    """Return the units that can be turned into a column's own one, by every word for them as `plain` compares it."""
    units = (*UNITS.get(own, ()), *REGISTRY_UNITS.get(own, ()))
    return {plain(word): unit for unit in units for word in (unit.name, *unit.words)}
