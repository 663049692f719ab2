"""The numbers behind the differentiated strategies: how early, how often and how much, by star.

They decide what is done next, never a grade: they stand on 差异化策略 (table 策略参数) and are no part of the rule
version. Every default is a reasoned one (`default`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import evolve, frozen

from ccgrade_xl.errors import NotUnderstood, OutOfRange
from ccgrade_xl.rules.ruleset import STARS
from ccgrade_xl.rules.wording import plain, shown

MeasureKind = Literal["number", "whole", "text"]
"""What a cell holds; `whole` is a number without a fraction."""


@frozen
class Measures:
    """What one star asks for: days of notice, months between two visits (0: none), months of prepayment, two texts."""

    contract_days: int
    archive_months: int
    prepayment_months: float
    tracking_months: int
    site_check_months: int
    value_added_months: int
    reading: str
    value_added: str


@frozen
class Measure:
    """A row of table 策略参数: one number or text for each star. `largest` is the most that makes sense."""

    name: str
    attribute: str
    kind: MeasureKind
    unit: str
    help: str
    largest: float = 0.0

    @property
    def label(self) -> str:
        """What stands on the sheet: the name, and the unit in brackets."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name


MEASURES: tuple[Measure, ...] = (
    Measure("合同提醒提前天数", "contract_days", "whole", "天", "合同到期前几天提醒续签。", 365),
    Measure("档案复核间隔", "archive_months", "whole", "月", "几个月复核一次档案；0 为不安排。", 120),
    Measure(
        "预收目标", "prepayment_months", "number", "月气费", "预收余额应够几个月的气费；0 为不催收。", 24
    ),
    Measure("信用复评间隔", "tracking_months", "whole", "月", "几个月复评一次信用；0 为不安排。", 120),
    Measure(
        "现场核对间隔", "site_check_months", "whole", "月", "几个月现场核对一次远传读数；0 为不安排。", 120
    ),
    Measure("增值服务间隔", "value_added_months", "whole", "月", "几个月提供一次增值服务；0 为不安排。", 120),
    Measure("抄表方式", "reading", "text", "", "抄表和结算的方式；星级变动后按它调整。"),
    Measure("增值服务内容", "value_added", "text", "", "向客户提供的增值服务。"),
)
"""The rows of table 策略参数, in their order."""

_DAILY = "远程日抄、按月结算"

DEFAULT_MEASURES: dict[str, Measures] = {
    "五星级": Measures(90, 12, 0, 12, 6, 12, _DAILY, "客户经理回访、用能诊断"),
    "四星级": Measures(90, 12, 1, 6, 6, 12, _DAILY, "客户经理回访"),
    "三星级": Measures(60, 6, 1.5, 6, 3, 0, "按月抄表结算", "标准服务"),
    "二星级": Measures(60, 6, 2, 3, 3, 0, "每半月抄表结算", "无"),
    "一星级": Measures(30, 3, 2, 1, 1, 0, "每 10 天抄表结算", "无"),
}
"""What ccgrade ships, by star."""


def measures_from(rows: Mapping[str, Mapping[str, object]]) -> dict[str, Measures]:
    """Return the measures by star from cells given by measure and star; a measure that is absent is the default's.

    Raises `NotUnderstood` or `OutOfRange` naming the row and the star of a cell that cannot be used.
    """
    by_name = {plain(word): measure for measure in MEASURES for word in (measure.name, measure.label)}
    found = dict(DEFAULT_MEASURES)
    for name, cells in rows.items():
        measure = by_name.get(plain(name))
        if measure is None:
            raise NotUnderstood(
                f"表格“策略参数”里没有叫{shown(name)}的参数，请改成{'、'.join(each.label for each in MEASURES)}之一。"
            )
        for star in STARS:
            value = _value(measure, star, cells.get(star))
            changed: dict[str, Any] = {measure.attribute: value}
            found[star] = evolve(found[star], **changed)
    return found


def _value(measure: Measure, star: str, cell: object) -> int | float | str:
    place = f"表格“策略参数”的“{measure.name}”一行“{star}”一列"
    if measure.kind == "text":
        return "无" if cell is None else str(cell).strip() or "无"
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return 0
    try:
        number = float(str(cell))
    except ValueError:
        raise NotUnderstood(f"{place}是 {shown(cell)}，请填数字（{measure.unit}）。") from None
    if not 0 <= number <= measure.largest:
        raise OutOfRange(f"{place}是 {number:g}，应在 0 至 {measure.largest:g} {measure.unit}之间，请改正。")
    if measure.kind == "number":
        return number
    if not number.is_integer():
        raise OutOfRange(f"{place}是 {number:g}，不是整数，请填整数（{measure.unit}）。")
    return int(number)
