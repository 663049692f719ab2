"""A picture of one meter's last days: bars of its use and its alarms, in the terminal or as SVG."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from attrs import frozen

from ccgrade_xl.errors import OutOfRange

if TYPE_CHECKING:
    from ccgrade_xl.meters.result_records import Alarm, DayVolume
    from ccgrade_xl.meters.results import Results

BAR = 40
"""The longest bar on a screen, in characters."""
LONGEST = 400
_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT = 900, 300, 70, 40, 30
_LISTED = 8
_LONGEST_LINE = 70
_COLOURS = {"高": "#C00000", "中": "#ED7D31", "低": "#BF9000"}


@frozen
class Picture:
    """What is drawn: the number, its days, and the alarms that touch them."""

    number: str
    days: tuple[DayVolume, ...]
    alarms: tuple[Alarm, ...]

    def marks(self, day: dt.date) -> str:
        """Return how grave the gravest alarm on a day is; "" without one."""
        begin = dt.datetime.combine(day, dt.time())
        end = begin + dt.timedelta(days=1)
        levels = [
            alarm.severity
            for alarm in self.alarms
            if alarm.first_time < end and (alarm.last_time > begin or alarm.first_time >= begin)
        ]
        return max(levels, key="低中高".index, default="")


def picture_of(kept: Results, number: str, days: int) -> Picture:
    """Return the picture of a number's last days. Raises `OutOfRange` for no day or more than `LONGEST`."""
    if not 1 <= days <= LONGEST:
        raise OutOfRange(f"天数应在 1–{LONGEST} 之间，现在是 {days}。")
    last = kept.report.last_day or kept.report.as_of.date()
    first = last - dt.timedelta(days=days - 1)
    return Picture(number, kept.daily_usage(number, first, last), kept.alarms(number, first, last))


def drawn_on_screen(picture: Picture) -> str:
    """Return a line a day, its bar and its alarm, and the alarms below."""
    most = max((day.m3 or 0.0 for day in picture.days), default=0.0) or 1.0
    lines = [f"{picture.number} 逐日用气量，m³（█ 实测 ░ 估算）"]
    for day in picture.days:
        lines.append(f"{day.day:%m-%d} {_bar(day, most)} {picture.marks(day.day)}".rstrip())
    return "\n".join([*lines, *_listed(picture)])


def _bar(day: DayVolume, most: float) -> str:
    if day.m3 is None:
        return f"{'没有读数':>8}"
    length = round(BAR * max(day.m3, 0.0) / most)
    estimated = min(length, round(BAR * (day.estimated_m3 or 0.0) / most))
    return f"{day.m3:12,.1f} {'█' * (length - estimated)}{'░' * estimated}"


def _listed(picture: Picture) -> list[str]:
    if not picture.alarms:
        return ["这些天没有异常。"]
    return [
        f"{alarm.severity} {alarm.code} {alarm.first_time:%m-%d %H:%M} 至 {alarm.last_time:%m-%d %H:%M}：{alarm.evidence}"
        for alarm in picture.alarms
    ]


def drawn_svg(picture: Picture) -> str:
    """Return the picture as SVG."""
    most = max((day.m3 or 0.0 for day in picture.days), default=0.0)
    step = (_WIDTH - _LEFT - 20) / len(picture.days)
    listed = _listed(picture)
    if len(listed) > _LISTED:
        listed = [*listed[: _LISTED - 1], f"……另有 {len(listed) - _LISTED + 1} 条异常。"]
    height = _HEIGHT + _FOOT + 20 * len(listed) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="16" font-weight="bold">{escape(picture.number)} 逐日用气量 m³</text>',
        *_scale(most),
    ]
    for at, day in enumerate(picture.days):
        parts += _column(picture, day, _LEFT + at * step, step, most or 1.0)
        if at % max(1, len(picture.days) // 10) == 0:
            parts.append(f'<text x="{_LEFT + at * step:.1f}" y="{_HEIGHT + 18}">{day.day:%m-%d}</text>')
    for at, line in enumerate(listed):
        parts.append(
            f'<text x="{_LEFT}" y="{_HEIGHT + _FOOT + 16 + 20 * at}">{escape(_shortened(line))}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def _scale(most: float) -> list[str]:
    """Return the lines of none, half and all of the highest use, with three digits that count; of an idle meter that of none."""
    parts, places = [], max(0, 2 - math.floor(math.log10(most))) if most > 0 else 0
    for share in (0.0, 0.5, 1.0) if most > 0 else (0.0,):
        y = _HEIGHT - share * (_HEIGHT - _TOP)
        parts.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - 20}" y2="{y:.1f}" stroke="#D9D9D9"/>')
        parts.append(
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{most * share:,.{places}f}</text>'
        )
    return parts


def _column(picture: Picture, day: DayVolume, x: float, step: float, most: float) -> list[str]:
    """Return a day's bar, its estimated part pale, and a mark where there is an alarm."""
    high = _HEIGHT - _TOP
    whole = high * max(day.m3 or 0.0, 0.0) / most
    pale = min(whole, high * (day.estimated_m3 or 0.0) / most)
    wide = max(step * 0.8, 1.0)
    parts = [
        f'<rect x="{x:.1f}" y="{_HEIGHT - whole:.1f}" width="{wide:.1f}" height="{whole - pale:.1f}" fill="#2E75B6"/>',
        f'<rect x="{x:.1f}" y="{_HEIGHT - pale:.1f}" width="{wide:.1f}" height="{pale:.1f}" fill="#9DC3E6"/>',
    ]
    if level := picture.marks(day.day):
        parts.append(
            f'<circle cx="{x + wide / 2:.1f}" cy="{_HEIGHT + 5}" r="{min(4.0, wide / 2):.1f}" fill="{_COLOURS[level]}"/>'
        )
    return parts
