"""From a source's columns to canonical readings, and to the rows that cannot be read with their cause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ccgrade_xl.meters.headers import HeaderMap, SourceColumn
from ccgrade_xl.meters.readings import READING_COLUMN, REGISTERS

if TYPE_CHECKING:
    import ibis.expr.types as ir

NO_METER, NO_TIME, NO_REGISTER = "没有表号", "时间是空的或读不出", "累计读数是空的或读不出"
_FIRST_YEAR, _LAST_YEAR = 1990, 2060
_LARGEST = 1e300
"""No reading is larger; what is not a number, or without end, is no reading either."""


def canonical(source: ir.Table, mapping: HeaderMap, zone: str, *, padded: bool = True) -> ir.Table:
    """Return every row of the source as canonical columns, with `t` and `received_t` (s of wall-clock time) for the times.

    What cannot be read is null. `padded` tells whether blanks may stand around meter ids: taking them off is slow.
    """
    return source.select(**_columns(source, mapping, zone, padded=padded))


def with_cause(source: ir.Table, mapping: HeaderMap, zone: str) -> ir.Table:
    """Return the rows of the source as they are, with `原因`: why a row is no reading; null for one that is."""
    return source.mutate(原因=_cause(_columns(source, mapping, zone, padded=True)))


def _columns(source: ir.Table, mapping: HeaderMap, zone: str, *, padded: bool) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, column in mapping.columns.items():
        kind = READING_COLUMN[name].kind
        value = source[column.header]
        if kind == "text":
            columns[name] = _text(value, padded and name == "meter_id")
        elif kind == "number":
            columns[name] = _number(value, column)
        else:
            columns["t" if name == "time" else "received_t"] = _seconds(value, zone)
    return columns


def readable(readings: ir.Table) -> ir.Table:
    """Return the rows that are readings: with a meter, a time and a register."""
    return readings.filter(cause(readings).isnull())


def cause(readings: ir.Table) -> ir.StringValue:
    """Return why a row of canonical columns is no reading; null for one that is."""
    return _cause({name: readings[name] for name in readings.columns})


def _cause(columns: dict[str, Any]) -> ir.StringValue:
    import ibis  # noqa: PLC0415

    registers = [columns[name].isnull() for name in REGISTERS if name in columns]
    empty = registers[0] & registers[1] if len(registers) == 2 else registers[0]
    return ibis.cases(
        (columns["meter_id"].isnull() | (columns["meter_id"] == ""), NO_METER),
        (columns["t"].isnull(), NO_TIME),
        (empty, NO_REGISTER),
    )


def _text(value: ir.Value, trim: bool) -> ir.StringValue:
    if value.type().is_floating():
        value = value.cast("int64")
    text = value if value.type().is_string() else value.cast("string")
    return _trimmed(text) if trim else text


def _trimmed(text: ir.StringValue) -> ir.StringValue:
    """Return texts without the blanks around them. Ibis' own `strip` takes letters off on Spark; a pattern for every row is slow."""
    return is_padded(text).ifelse(text.re_replace(r"^\s+|\s+$", ""), text)


def is_padded(text: ir.StringValue) -> ir.BooleanValue:
    """Tell texts with a blank or a control character before them, or a blank behind them."""
    return (text < "!") | text.endswith(" ")


def _number(value: ir.Value, column: SourceColumn) -> ir.FloatingValue:
    """Return numbers in our unit; what is not a finite number is none."""
    kind = value.type()
    if kind.is_string():
        value = _trimmed(value).replace(",", "").try_cast("float64")
    number = value if kind.is_float64() else value.cast("float64")
    if kind.is_string() or kind.is_floating():
        number = number.between(-_LARGEST, _LARGEST).ifelse(number, None)
    if column.factor != 1.0:
        number = number * column.factor
    return number + column.addend if column.addend else number


def _seconds(value: ir.Value, zone: str) -> ir.IntegerValue:
    """Return whole seconds of wall-clock time since 1970; a time with an offset is moved to `zone`."""
    kind = value.type()
    if kind.is_string():
        text = _trimmed(value).replace("/", "-").replace("年", "-").replace("月", "-").replace("日", " ")
        value = text.try_cast("timestamp")
    elif kind.is_date():
        value = value.cast("timestamp")
    seconds = value.epoch_seconds().cast("float64").floor().cast("int64")
    return _local(seconds, zone) if kind.is_timestamp() and kind.timezone else seconds


def _local(seconds: ir.IntegerValue, zone: str) -> ir.IntegerValue:
    """Add the zone's offset from UTC, which changes at its clock changes."""
    changes = _offsets(zone)
    local = seconds + changes[0][1]
    for at, offset in changes[1:]:
        local = (seconds >= at).ifelse(seconds + offset, local)
    return local


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
    """Return the first hour of the day before `after` that has the offset already."""
    for hour in range(after - 86_400, after + 1, 1800):
        found = dt.datetime.fromtimestamp(hour, place).utcoffset() or dt.timedelta()
        if int(found.total_seconds()) == offset:
            return hour
    return after
