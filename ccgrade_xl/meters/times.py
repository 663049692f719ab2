"""From the times of a source, however they are written, to whole seconds of wall-clock time in one zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from attrs import frozen

if TYPE_CHECKING:
    import ibis.expr.types as ir

_FIRST_YEAR, _LAST_YEAR = 1990, 2060
_DAY = 86_400
_OFFSET = r"([+-]\d\d):?(\d\d)?$"
_HAS_OFFSET = r"\d:\d\d.*([Zz]|[+-]\d\d(:?\d\d)?)$"
_CLOCK = r"([01]?\d|2[0-3]):\d{1,2}(:\d{1,2}(\.\d+)?)?"
_USUAL = rf"^\d{{4}}-\d{{1,2}}-\d{{1,2}}([T ]{_CLOCK})?$"
"""What engines may read: Spark takes `8:30` for today and `2025` for a year, DuckDB leaves out what stands behind a time."""
_PERIOD = r"\s\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d$|:\d\d\s*-\s*\d{1,2}:\d\d:\d\d$"
"""`2025-07-07 08:00-09:00` tells no offset."""
_HOUR = r"^\d{4}-\d{1,2}-\d{1,2}[T\s]+\d{1,2}$"
_HALF = r"(?i)\s*([ap]\.?m\.?|上午|下午)\s*"
_LATE = r"(?i)p\.?m|下午"
"""Which half of the day: hours are those of a clock of twelve."""
_MIDNIGHT = r"[T\s]24(:00(:00)?)?$"
_UTC = r"(?i)\s*(utc|gmt)$"
_COUNTED = r"^1\d{9}(\d{3})?$"
_COMPACT = r"^(\d{4})(\d\d)(\d\d)\s*(?:(\d\d)(?::?(\d\d):?(\d\d)?)?)?$"
_LOOSE = r"^(\d{4})[.-](\d{1,2})[.-](\d{1,2})\s*(?:(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*(?:[:分]\s*(?:(\d{1,2})\s*秒?)?)?)?)?$"
"""`20250707083000`, and `2025.7.7 8:30` or `2025-7-7 8时30分`, taken apart: engines write groups in replacements differently."""
_SERIAL = r"^\d{5}(\.\d+)?$"
_FIRST_SERIAL, _LAST_SERIAL, _SERIAL_OF_1970 = 20_000, 80_000, 25_569
"""What a spreadsheet counts days by, since 1899-12-30, where its cells are no dates: of the years 1954 to 2119."""
HOW_WRITTEN = (
    "时间可以写成 2026-07-01 08:00:00、2026/7/1 8:00、2026年7月1日8时、2026-07-01 下午1:00、20260701080000，"
    "或分成“日期”和“小时”两列"
)
"""How times may be written, for a sentence."""
_MILLISECONDS = 100_000_000_000
"""A number of this size or more counts milliseconds since 1970."""
_EARLIEST = 631_152_000
"""A smaller number of seconds since 1970 is no time."""


PREFIX = "ccgrade_"
"""What the names of columns of seconds begin with, beside those of a source."""


def with_seconds(table: ir.Table, times: Mapping[str, ir.Value], zone: str) -> ir.Table:
    """Return a table with whole seconds of wall-clock time since 1970 for each new name (behind `PREFIX`); null for what is no time.

    A time with an offset, and a number, which counts seconds or milliseconds since 1970 in UTC, is moved to `zone`. Texts go through
    columns of their own: written as one expression they would be thousands. Engines put them together again where they filter by the
    outcome, so it is to be kept first.
    """
    texts = [name for name, value in times.items() if value.type().is_string()]
    others = {f"{PREFIX}{name}": _seconds(times[name], zone) for name in times if name not in texts}
    if not texts:
        return table.mutate(**others)
    names = table.columns
    table = table.mutate(**{f"{PREFIX}{name}_plain": _plain(times[name]) for name in texts}, **others)
    for step in _STEPS:
        table = table.mutate(
            **{f"{PREFIX}{name}_{step.__name__.strip('_')}": step(_Parts(table, name)) for name in texts}
        )
    read = {f"{PREFIX}{name}": _read(_Parts(table, name), zone) for name in texts}
    return table.select(*names, *others, **read)


def _seconds(value: ir.Value, zone: str) -> ir.IntegerValue:
    import ibis  # noqa: PLC0415

    kind = value.type()
    if kind.is_numeric() and not kind.is_decimal():
        return _counted(value.cast("float64"), zone)
    if kind.is_date():
        value = value.cast("timestamp")
    elif not kind.is_timestamp():
        return ibis.null("int64")
    seconds = value.epoch_seconds().cast("float64").floor().cast("int64")
    return local(seconds, zone) if kind.is_timestamp() and kind.timezone else seconds


@frozen
class _Parts:
    """What the steps before have made of the texts of a column."""

    table: ir.Table
    name: str

    def __getitem__(self, step: str) -> Any:
        return self.table[f"{PREFIX}{self.name}_{step}"]


def _plain(text: ir.StringValue) -> ir.StringValue:
    for mark, usual in (("/", "-"), ("年", "-"), ("月", "-"), ("日", " "), ("：", ":"), (",", ".")):
        text = text.replace(mark, usual)
    return text


def _usual(parts: _Parts) -> ir.BooleanValue:
    """Tell what is written in the usual way: nothing else is done to it."""
    return parts["plain"].re_search(_USUAL)


def _bare(parts: _Parts) -> ir.StringValue:
    """Return what tells date and clock alone, without the half of the day, and midnight as the day it ends."""
    text = parts["plain"]
    bare = text.re_replace(_HALF, " ").re_replace(r"\s+$", "").re_replace(_MIDNIGHT, "")
    return parts["usual"].ifelse(text, bare)


def _whole(parts: _Parts) -> ir.StringValue:
    text = parts["bare"]
    return (~parts["usual"] & text.re_search(_HOUR)).ifelse(text + ":00", text)


def _told(parts: _Parts) -> ir.IntegerValue:
    """Return what date and clock tell."""
    import ibis  # noqa: PLC0415

    text = parts["whole"]
    return ibis.cases(
        (parts["usual"], _epoch(text.try_cast("timestamp"))),
        (text.re_search(_USUAL), _epoch(text.try_cast("timestamp"))),
        else_=_epoch(_tidied(text).try_cast("timestamp")),
    )


def _instant(parts: _Parts) -> ir.IntegerValue:
    """Return the seconds since 1970 in UTC of what tells them: with an offset, or as a number."""
    import ibis  # noqa: PLC0415

    text = parts["plain"].re_replace(_UTC, "Z")
    return ibis.cases(
        (parts["usual"] | text.re_search(_PERIOD), None),
        (text.re_search(_HAS_OFFSET), _with_offset(text)),
        (text.re_search(_COUNTED), _from_1970(text.try_cast("float64"))),
    ).cast("int64")


_STEPS = (_usual, _bare, _whole, _told, _instant)


def _read(parts: _Parts, zone: str) -> ir.IntegerValue:
    """Return the seconds that all of it tells."""
    import ibis  # noqa: PLC0415

    text, told, instant = parts["plain"], parts["told"], parts["instant"]
    hour, late = told % _DAY // 3600, text.re_search(_LATE)
    return ibis.cases(
        (parts["usual"], told),
        (instant.notnull(), local(instant, zone)),
        (text.re_search(_PERIOD), None),
        (text.re_search(_HALF) & late, told + (hour < 12).ifelse(_DAY // 2, 0)),
        (text.re_search(_HALF), (hour <= 12).ifelse(told - (hour == 12).ifelse(_DAY // 2, 0), None)),
        (text.re_search(_MIDNIGHT), told + _DAY),
        (text.re_search(_SERIAL), _of_serial(text.try_cast("float64"))),
        else_=told,
    )


def _with_offset(text: ir.StringValue) -> ir.IntegerValue:
    """Read times that tell their offset: `2025-07-07T08:00:00+08:00`, `…Z`."""
    bare = text.re_replace(r"\s*([Zz]|[+-]\d\d(:?\d\d)?)$", "")
    hours = text.re_extract(_OFFSET, 1).try_cast("int64").fill_null(0)
    minutes = text.re_extract(_OFFSET, 2).try_cast("int64").fill_null(0)
    east = (hours.abs() * 60 + minutes) * 60
    behind = text.re_search(r"-\d\d(:?\d\d)?$")
    return _epoch(bare.try_cast("timestamp")) + behind.ifelse(east, -east)


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
    """Read seconds or milliseconds since 1970 in UTC, or the days of a spreadsheet; what is neither is no time."""
    return local(_from_1970(number), zone).coalesce(_of_serial(number))


def _from_1970(number: ir.FloatingValue) -> ir.IntegerValue:
    seconds = (number >= _MILLISECONDS).ifelse(number / 1000.0, number).floor()
    return (seconds >= _EARLIEST).ifelse(seconds.cast("int64"), None)


def _of_serial(days: ir.FloatingValue) -> ir.IntegerValue:
    seconds = ((days - _SERIAL_OF_1970) * _DAY).round().cast("int64")
    return days.between(_FIRST_SERIAL, _LAST_SERIAL).ifelse(seconds, None)


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
        hour += _DAY
    return changes


def _exact(place: ZoneInfo, after: int, offset: int) -> int:
    """Return the first half hour of the day before `after` that has the offset already."""
    for hour in range(after - _DAY, after + 1, 1800):
        found = dt.datetime.fromtimestamp(hour, place).utcoffset() or dt.timedelta()
        if int(found.total_seconds()) == offset:
            return hour
    return after
