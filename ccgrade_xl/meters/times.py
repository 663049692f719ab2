"""From the times of a source, however they are written, to whole seconds of wall-clock time in one zone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import ibis.expr.types as ir

_FIRST_YEAR, _LAST_YEAR = 1990, 2060
_OFFSET = r"([+-]\d\d):?(\d\d)?$"
_HAS_OFFSET = r"\d:\d\d.*([Zz]|[+-]\d\d(:?\d\d)?)$"
_DATED = r"^\d{4}-\d{1,2}-\d{1,2}"
"""What a time begins with: Spark takes `8:30` for today and `2025` for a year."""
_COMPACT = r"^(\d{4})(\d\d)(\d\d)\s*(?:(\d\d):?(\d\d):?(\d\d)?)?$"
_LOOSE = r"^(\d{4})[.-](\d{1,2})[.-](\d{1,2})\s*(?:(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*(?:[:分]\s*(?:(\d{1,2})\s*秒?)?)?)?)?$"
"""`20250707083000`, and `2025.7.7 8:30` or `2025-7-7 8时30分`, taken apart: engines write groups in replacements differently."""
_MILLISECONDS = 100_000_000_000
"""A number of this size or more counts milliseconds since 1970."""


def seconds_of(value: ir.Value, zone: str) -> ir.IntegerValue:
    """Return whole seconds of wall-clock time since 1970; null for what is no time.

    A time with an offset, and a number, which counts seconds or milliseconds since 1970 in UTC, is moved to `zone`.
    """
    import ibis  # noqa: PLC0415

    kind = value.type()
    if kind.is_string():
        return _written(value, zone)
    if kind.is_numeric() and not kind.is_decimal():
        return _counted(value.cast("float64"), zone)
    if kind.is_date():
        value = value.cast("timestamp")
    elif not kind.is_timestamp():
        return ibis.null("int64")
    seconds = value.epoch_seconds().cast("float64").floor().cast("int64")
    return local(seconds, zone) if kind.is_timestamp() and kind.timezone else seconds


def _written(text: ir.StringValue, zone: str) -> ir.IntegerValue:
    """Read texts, the usual way of writing first: only what that cannot read is tidied."""
    import ibis  # noqa: PLC0415

    plain = text.replace("/", "-").replace("年", "-").replace("月", "-").replace("日", " ")
    read = plain.try_cast("timestamp")
    return ibis.cases(
        (plain.re_search(_HAS_OFFSET), _with_offset(plain, zone)),
        (plain.re_search(_DATED) & read.notnull(), _epoch(read)),
        (plain.re_search(r"^1\d{9}(\d{3})?$"), _counted(plain.try_cast("float64"), zone)),
        else_=_epoch(_tidied(plain).try_cast("timestamp")),
    )


def _with_offset(text: ir.StringValue, zone: str) -> ir.IntegerValue:
    """Read times that tell their offset: `2025-07-07T08:00:00+08:00`, `…Z`."""
    bare = text.re_replace(r"\s*([Zz]|[+-]\d\d(:?\d\d)?)$", "")
    hours = text.re_extract(_OFFSET, 1).try_cast("int64").fill_null(0)
    minutes = text.re_extract(_OFFSET, 2).try_cast("int64").fill_null(0)
    east = (hours.abs() * 60 + minutes) * 60
    behind = text.re_search(r"-\d\d(:?\d\d)?$")
    return local(_epoch(bare.try_cast("timestamp")) + behind.ifelse(east, -east), zone)


def _tidied(text: ir.StringValue) -> ir.StringValue:
    """Return texts as every engine reads them, put together from their parts; what has none is no time then either."""
    compact = text.re_search(_COMPACT)
    year, *parts = (
        compact.ifelse(text.re_extract(_COMPACT, group), text.re_extract(_LOOSE, group))
        for group in range(1, 7)
    )
    month, day, hour, minute, second = (part.lpad(2, "0") for part in parts)
    return year + "-" + month + "-" + day + " " + hour + ":" + minute + ":" + second


def _epoch(value: ir.TimestampValue) -> ir.IntegerValue:
    return value.epoch_seconds().cast("float64").floor().cast("int64")


def _counted(number: ir.FloatingValue, zone: str) -> ir.IntegerValue:
    """Read seconds or milliseconds since 1970 in UTC; what is too small to be either is no time."""
    seconds = (number >= _MILLISECONDS).ifelse(number / 1000.0, number).floor()
    return (seconds >= 631_152_000).ifelse(local(seconds.cast("int64"), zone), None)


def local(seconds: ir.IntegerValue, zone: str) -> ir.IntegerValue:
    """Add the zone's offset from UTC, which changes at its clock changes."""
    changes = _offsets(zone)
    moved = seconds + changes[0][1]
    for at, offset in changes[1:]:
        moved = (seconds >= at).ifelse(seconds + offset, moved)
    return moved


def _offsets(zone: str) -> list[tuple[int, int]]:
    """Return the UTC seconds at which the zone's offset changes, and the offset (s) from then on."""
    place = ZoneInfo(zone)
    hour = int(dt.datetime(_FIRST_YEAR, 1, 1, tzinfo=dt.UTC).timestamp())
    end = int(dt.datetime(_LAST_YEAR, 1, 1, tzinfo=dt.UTC).timestamp())
    changes: list[tuple[int, int]] = []
    while hour < end:
        offset = dt.datetime.fromtimestamp(hour, place).utcoffset() or dt.timedelta()
        if not changes or changes[-1][1] != int(offset.total_seconds()):
            changes.append((_exact(place, hour, int(offset.total_seconds())), int(offset.total_seconds())))
        hour += 86_400
    return changes


def _exact(place: ZoneInfo, after: int, offset: int) -> int:
    """Return the first half hour of the day before `after` that has the offset already."""
    for hour in range(after - 86_400, after + 1, 1800):
        found = dt.datetime.fromtimestamp(hour, place).utcoffset() or dt.timedelta()
        if int(found.total_seconds()) == offset:
            return hour
    return after
