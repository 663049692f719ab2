"""Business hours such as `1-5 08:00-18:00; 6 09:00-12:00`, as the open hours of each weekday."""

from __future__ import annotations

import re

from ccgrade_xl.errors import NotUnderstood
from ccgrade_xl.rules.wording import plain, shown

HOURS = 24
OPEN_ALL_DAY = (1 << HOURS) - 1
_DAY_LONG = HOURS * 60
_CLOCK = r"(上午|早上|早|凌晨|中午|下午|晚上|晚)?(\d{1,2})(?::(\d\d)(?::00)?|[点时](半|\d{1,2}(?=分))?分?"
_SPELL = re.compile(
    rf"{_CLOCK}|(?=-\d{{1,2}}[点时]))-(次日|第二天|翌日)?{_CLOCK})|(全天|24小时|24h)(?:营业)?"
)
"""From when until when, as `8:00-18:00`, `8点-18点半`, `8-18点`, `下午6:00-次日2:00`; or all day."""
_WEEK = {
    "每天": "1-7", "每日": "1-7", "天天": "1-7", "工作日": "1-5", "周末": "6-7", "双休日": "6-7",
}  # fmt: skip
_DAY = "[1-7一二三四五六日天]"
_DAYS = re.compile(rf"({_DAY})-({_DAY})|({_DAY}|[一二三四五六日天]+)")
_WEEKDAYS = (
    {name: at for at, name in enumerate("一二三四五六日")} | {str(at + 1): at for at in range(7)} | {"天": 6}
)
_BETWEEN = ";、, :和及与"
"""What stands between spells, and between weekdays."""


def open_hours(text: str) -> tuple[int, ...] | None:
    """Return seven masks, Monday first: bit h is set where any of hour h is open; None for a blank text.

    A spell without weekdays has those of the one before, the first one all. Hours that run past midnight belong to the next day's
    morning. Raises `NotUnderstood` with the sentence.
    """
    if not text.strip():
        return None
    line = re.sub(r"\s*([-:至到])\s*", r"\1", " ".join(plain(word) for word in text.split()))
    line = re.sub("[至到]", "-", line)
    masks, days, read = [0] * 7, list(range(7)), 0
    for spell in _SPELL.finditer(line):
        if told := line[read : spell.start()].strip(_BETWEEN):
            days = _days(told, text)
        begin, end = _minutes(spell, text)
        for day in days:
            _open(masks, day, begin // 60, -(-end // 60))
        read = spell.end()
    if not read or line[read:].strip(_BETWEEN):
        raise _unread(text)
    return tuple(masks)


def _days(told: str, text: str) -> list[int]:
    """Return the weekdays that are told, Monday 0. Raises `NotUnderstood`."""
    for word, days in _WEEK.items():
        told = told.replace(word, days)
    found: list[int] = []
    for part in re.split(f"[{_BETWEEN}]+", re.sub("周|星期|礼拜", "", told)):
        these = _DAYS.fullmatch(part)
        if these is None:
            raise _unread(text)
        first, last, each = these.groups()
        if each:
            found += [_WEEKDAYS[day] for day in each]
        else:
            begin, end = _WEEKDAYS[first], _WEEKDAYS[last]
            found += [day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)]
    return found


def _minutes(spell: re.Match[str], text: str) -> tuple[int, int]:
    """Return from which minute of its day until which later one a spell is open. Raises `NotUnderstood`."""
    *clock, next_day, half, hour, colon, rest, all_day = spell.groups()
    if all_day:
        return 0, _DAY_LONG
    begin = _minute(clock[0], clock[1], clock[2], clock[3], text)
    end = _minute(half, hour, colon, rest, text)
    if next_day and end > begin:
        raise _unread(text)
    return begin, end if end > begin else end + _DAY_LONG


def _minute(half: str | None, hour: str, minute: str | None, rest: str | None, text: str) -> int:
    """Return the minute of the day of a clock time. Raises `NotUnderstood`."""
    hours, minutes = int(hour), 30 if rest == "半" else int(minute or rest or 0)
    if half in ("下午", "晚上", "晚") and 0 < hours < HOURS // 2:
        hours += HOURS // 2
    if minutes > 59 or hours * 60 + minutes > _DAY_LONG:
        raise _unread(text)
    return hours * 60 + minutes


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
    for hour in range(begin, until):
        masks[(day + hour // HOURS) % 7] |= 1 << hour % HOURS


def _unread(text: str) -> NotUnderstood:
    return NotUnderstood(f"营业时间{shown(text)}看不懂，请写成 1-5 08:00-18:00 这样，几段用分号隔开。")
