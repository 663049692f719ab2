"""The example company: who its customers are, month by month, and the files its departments send."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from ccgrade_xl.casework.months import last_day, months_later

MONTHS = tuple(months_later("2026-01", count) for count in range(6))
COUNT = 40
JOINED = {"2026-02": 2, "2026-03": 1, "2026-05": 3}
"""How many customers are new in a month."""
LEFT = {"2026-03": {"0005": "销户"}, "2026-04": {"0007": "暂停", "0011": "拆表"}, "2026-06": {"0007": "在用"}}
"""Whose state becomes what in a month."""
HEADERS = (
    "客户编号", "客户名称", "客户状态", "月均用气量", "在用月数", "用气单位性质", "合同签订", "用气单位所属", "逾期次数",
    "最长逾期天数", "当前欠费天数", "缴费方式", "预收气费余额", "月均气费",
)  # fmt: skip


def number(at: int) -> str:
    """Return a customer's number."""
    return f"{at:04}"


def standing(month: str) -> dict[str, str]:
    """Return every customer's state in a month."""
    count = COUNT + sum(new for each, new in JOINED.items() if each <= month)
    states = {number(at): "在用" for at in range(1, count + 1)}
    for each, changes in LEFT.items():
        states |= changes if each <= month else {}
    return states


def moment(month: str, day: int, hour: int) -> dt.datetime:
    """Return a moment in the month after, when the month is worked on."""
    after = last_day(month) + dt.timedelta(days=day)
    return dt.datetime(after.year, after.month, after.day, hour, tzinfo=dt.UTC)


def business_file(folder: Path, month: str) -> Path:
    """Write what the business department sends: every customer."""
    at_month = MONTHS.index(month)
    rows = []
    for at, (code, state) in enumerate(standing(month).items()):
        late = (at + at_month) % 4
        rows.append((
            code, f"第{at}用气单位", state, 500.0 * (1 + at * at % 97) * (1 + at_month / 10), 12,
            ("学校", "民营企业", "国有企业")[at % 3], ("有效且信息一致", "未签订", "自动顺延")[at % 3 - at % 2],
            ("自有物业", "转租")[at % 2], late, late * 6, 0 if late < 3 else 20,
            ("银行代扣", "现金", "柜台")[(at + at_month) % 3], 1000.0 * (at % 9), 4000.0,
        ))  # fmt: skip
    return _written(folder / f"营业_{month}.csv", HEADERS, rows)


def finance_file(folder: Path, month: str) -> Path:
    """Write what finance sends: a few customers, whose late payments differ from the business department's."""
    rows = [(code, 5, 50) for code in list(standing(month))[:: 9 + MONTHS.index(month)]]
    return _written(folder / f"财务_{month}.csv", ("客户编号", "逾期次数", "最长逾期天数"), rows)


def _written(path: Path, headers: tuple[str, ...], rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path
