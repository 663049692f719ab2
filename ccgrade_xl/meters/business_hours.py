"""Business hours such as `1-5 08:00-18:00; 6 09:00-12:00`, as the open hours of each weekday."""

from __future__ import annotations

import re

from ccgrade_xl.errors import NotUnderstood
from ccgrade_xl.rules.wording import plain, shown

HOURS = 24
OPEN_ALL_DAY = (1 << HOURS) - 1
_PART = re.compile(
    r"(?:(?:周|星期)?([1-7一二三四五六日天])(?:[-至到](?:周|星期)?([1-7一二三四五六日天]))?)?(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})"
)
_WEEKDAYS = (
    {name: at for at, name in enumerate("一二三四五六日")} | {str(at + 1): at for at in range(7)} | {"天": 6}
)


def open_hours(text: str) -> tuple[int, ...] | None:
    """Return seven masks, Monday first: bit h is set where any of hour h is open; None for a blank text.

    Hours that run past midnight belong to the next day's morning. Raises `NotUnderstood` with the sentence.
    """
    if not text.strip():
        return None
    masks = [0] * 7
    for part in re.split(r"[;；、,，\n]", text):
        if not part.strip():
            continue
        found = _PART.fullmatch(plain(part).replace("：", ":"))
        if found is None:
            raise _unread(text)
        first, last, *clock = found.groups()
        begin_day = 0 if first is None else _WEEKDAYS[first]
        end_day = 6 if first is None else _WEEKDAYS[last or first]
        begin, begin_minute, end, end_minute = map(int, clock)
        if begin > HOURS or end > HOURS or begin_minute > 59 or end_minute > 59:
            raise _unread(text)
        until = end + (end_minute > 0)
        for day in range(begin_day, end_day + 1 if end_day >= begin_day else end_day + 8):
            _open(masks, day % 7, begin, until)
    return tuple(masks)


def of_gas_day(masks: tuple[int, ...], start_hour: int) -> tuple[int, ...]:
    """Return the masks of gas days that begin at `start_hour`: bit h is the h-th hour of the gas day."""
    turned = []
    for day in range(7):
        both = masks[day] | masks[(day + 1) % 7] << HOURS
        turned.append(both >> start_hour & OPEN_ALL_DAY)
    return tuple(turned)


def spells(mask: int) -> list[tuple[int, int]]:
    """Return when a day's mask is open, as hours from and until."""
    found = []
    hour = 0
    while hour < HOURS:
        if mask >> hour & 1:
            begin = hour
            while hour < HOURS and mask >> hour & 1:
                hour += 1
            found.append((begin, hour))
        hour += 1
    return found


def _open(masks: list[int], day: int, begin: int, until: int) -> None:
    for hour in range(begin, until if until > begin else until + HOURS):
        masks[(day + hour // HOURS) % 7] |= 1 << hour % HOURS


def _unread(text: str) -> NotUnderstood:
    return NotUnderstood(f"营业时间{shown(text)}看不懂，请写成 1-5 08:00-18:00 这样，几段用分号隔开。")
