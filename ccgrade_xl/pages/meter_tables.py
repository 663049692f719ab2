"""用气月报 and 预测: a row a customer, of what the last scan left."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Sequence

from ccgrade_xl.errors import NothingToGrade
from ccgrade_xl.meters.store import Results
from ccgrade_xl.pages.alarm_list import Owner
from ccgrade_xl.rules.dates import month_number, month_text
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.meter_lists import EXPECTED_MONTHS, MONTHS_SHOWN, USED_MONTHS

Cells = dict[str, CellValue]
_BLOCKS = "▁▂▃▄▅▆▇█"

OwnerOf = Callable[[str, str], Owner]


def subjects(results: Results) -> list[tuple[str, int]]:
    """Return whose volumes are reported: every customer with how many meters, and meters no registry knows by themselves."""
    customers = [(f"客户编号:{number}", len(meters)) for number, meters in results.customers().items()]
    return customers + [(f"表号:{meter}", 1) for meter, owner in results.meters().items() if not owner]


def report_month(results: Results, asked: int | None) -> int:
    """Return the month of the report (year·12 + month − 1): the one asked for, else the last whole month of the readings."""
    if asked is not None:
        return asked
    last = results.report.last_day or results.report.as_of.date()
    month = month_number(last)
    return month if last.day == calendar.monthrange(last.year, last.month)[1] else month - 1


def usage_rows(results: Results, month: int, owner: OwnerOf) -> list[Cells]:
    """Return the rows of 用气月报 for a month, the largest use first; whoever has no readings at all is left out."""
    rows = []
    for number, meters in subjects(results):
        try:
            volumes = {each.month: each for each in results.usage_months(number)}
        except NothingToGrade:
            continue
        used = {at: volumes[at].m3 if at in volumes else None for at in range(month - 12, month + 1)}
        now, before, year_ago = used[month], used[month - 1], used[month - 12]
        share = volumes[month].estimated_share if month in volumes else None
        rows.append(
            _whom(number, owner)
            | {
                "表数": meters, "本月气量": now, "估算占比": share, "上月气量": before, "去年同月": year_ago,
                "环比": _change(now, before), "同比": _change(now, year_ago),
            }
            | _by_month(USED_MONTHS, [used[month - MONTHS_SHOWN + 1 + at] for at in range(MONTHS_SHOWN)])
        )  # fmt: skip
    rows.sort(key=lambda row: (-_number(row["本月气量"]), str(row["客户编号"])))
    return rows


def forecast_rows(results: Results, owner: OwnerOf) -> list[Cells]:
    """Return the rows of 预测: the balances that run out within four weeks first, then the largest use."""
    rows = []
    for number, _meters in subjects(results):
        try:
            near, far = results.forecast_days(number), results.forecast_months(number)
        except NothingToGrade:
            continue
        total = sum(each.m3 for each in near)
        # The days' bounds do not add up to those of a total; those of the next whole month are as wide in proportion.
        wide = far[0]
        low, high = (
            total * bound / wide.m3 if bound is not None and wide.m3 > 0 else None
            for bound in (wide.low, wide.high)
        )
        rows.append(
            _whom(number, owner)
            | {
                "未来28天": total, "下限": low, "上限": high, "未来12月": sum(each.m3 for each in far),
                "可用天数": _days(results.days_left(number)),
            }
            | _by_month(EXPECTED_MONTHS, [each.m3 for each in far])
        )  # fmt: skip
    rows.sort(key=lambda row: (_urgency(row["可用天数"]), -_number(row["未来28天"]), str(row["客户编号"])))
    return rows


def month_labels(first: int) -> list[CellValue]:
    """Return twelve months from `first` on as `2026-06`."""
    return [month_text(month) for month in range(first, first + MONTHS_SHOWN)]


def first_month_ahead(results: Results) -> int:
    """Return the first month of the forecast: the one after the last day's."""
    last: dt.date = results.report.last_day or results.report.as_of.date()
    for number, _meters in subjects(results):
        try:
            return int(results.forecast_months(number)[0].when)
        except NothingToGrade:
            continue
    return month_number(last) + 1


def _by_month(headers: Sequence[str], volumes: Sequence[float | None]) -> Cells:
    """Return the volumes by header, and the line they make."""
    return {**dict(zip(headers, volumes, strict=True)), "走势": trend(volumes)}


def trend(volumes: Sequence[float | None]) -> str | None:
    """Return volumes as a line of block letters, the largest of them full height; a dot where nothing is known."""
    most = max((volume for volume in volumes if volume is not None), default=0.0)
    if most <= 0:
        return None
    return "".join(
        "·" if volume is None else _BLOCKS[min(int(max(volume, 0.0) / most * len(_BLOCKS)), len(_BLOCKS) - 1)]
        for volume in volumes
    )


def _whom(number: str, owner: OwnerOf) -> Cells:
    kind, _, bare = number.partition(":")
    whose = owner(bare, "") if kind == "客户编号" else owner("", bare)
    return {"客户编号": bare, "客户名称": whose.name or None, "责任人": whose.person or None}


def _change(now: float | None, before: float | None) -> float | None:
    return now / before - 1 if now is not None and before else None


def _number(cell: CellValue) -> float:
    return float(cell) if isinstance(cell, int | float) else -1.0


def _days(left: float | None) -> float | None:
    return None if left is None or left > 3660 else round(left, 1)


def _urgency(left: CellValue) -> float:
    """Return the days left where they are few; all others are as urgent as each other."""
    return left if isinstance(left, float) and left < 28 else 28.0
