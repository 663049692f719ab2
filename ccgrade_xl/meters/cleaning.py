"""From a source's columns to canonical readings, and to the rows that cannot be read with their cause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ccgrade_xl.meters.headers import HeaderMap, SourceColumn
from ccgrade_xl.meters.meter_numbers import ROUNDED, from_number, tidied
from ccgrade_xl.meters.readings import READING_COLUMN, REGISTERS
from ccgrade_xl.meters.times import PREFIX, with_seconds
from ccgrade_xl.meters.units import UNITS

if TYPE_CHECKING:
    import ibis.expr.types as ir

NOTHING = ("", "-", "--", "---", "—", "——", "/", "\\", "无", "空", "null", "none", "nan", "n/a", "na", "#n/a")
"""What stands for no value, lower case."""
NO_METER, NO_TIME, NO_REGISTER = "没有表号", "时间是空的或读不出", "累计读数是空的或读不出"
ROUNDED_METER = "表号是科学计数法，数位已丢失，请按文本重新导出"
PER_CENT = "battery_pct"
"""The column of per cent."""
_LARGEST = 1e300
"""No reading is larger; what is not a number, or without end, is no reading either."""


def canonical(timed: ir.Table, mapping: HeaderMap, *, tidy: bool = True) -> ir.Table:
    """Return every row of a source `with_times` as canonical columns, with `t` and `received_t` (s of wall-clock time) for the times.

    What cannot be read is null. `tidy` tells whether meter ids are to be tidied, which is slow.
    """
    return timed.select(**_columns(timed, mapping, tidy=tidy))


def with_cause(timed: ir.Table, mapping: HeaderMap) -> ir.Table:
    """Return the rows of a source `with_times` as they are, with `原因`: why a row is no reading; null for one that is."""
    own = [name for name in timed.columns if not name.startswith(PREFIX)]
    return timed.select(*own, 原因=_cause(_columns(timed, mapping, tidy=True)))


_SECONDS = {"time": "t", "received_time": "received_t"}


def with_times(source: ir.Table, mapping: HeaderMap, zone: str) -> ir.Table:
    """Return the rows of a source with the seconds of their times in columns of their own."""
    return with_seconds(source, _times(source, mapping), zone)


def writes_times(source: ir.Table, mapping: HeaderMap) -> bool:
    """Tell whether times of a source are texts: reading them is a long way."""
    return any(time.type().is_string() for time in _times(source, mapping).values())


def _times(source: ir.Table, mapping: HeaderMap) -> dict[str, ir.Value]:
    return {
        seconds: _time(source, mapping.columns[name])
        for name, seconds in _SECONDS.items()
        if name in mapping.columns
    }


_CLOCK = r"^\d{1,2}(:\d\d(:\d\d(\.\d+)?)?|[时点])?$"
"""A time that tells no date."""


def _time(source: ir.Table, column: SourceColumn) -> ir.Value:
    """Return the times of a column, those that tell the clock only with the date that stands beside them."""
    time = source[column.header]
    kind = time.type()
    if column.date and (kind.is_time() or kind.is_numeric()):
        time = _text(time)
    elif not kind.is_string():
        return time
    time = _trimmed(time)
    if not column.date:
        return time
    date = source[column.date].cast("string").re_replace(r"[T\s]+00:00(:00(\.0+)?)?$", "")
    return time.re_search(_CLOCK).ifelse(_trimmed(date) + " " + time, time)


def _columns(source: ir.Table, mapping: HeaderMap, *, tidy: bool) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, column in mapping.columns.items():
        kind = READING_COLUMN[name].kind
        value = source[column.header]
        if name == "meter_id":
            columns[name] = _meter(value, tidy=tidy)
        elif kind == "text":
            columns[name] = _text(value)
        elif kind == "number":
            columns[name] = number(value, column, READING_COLUMN[name].unit)
        else:
            columns[_SECONDS[name]] = source[f"{PREFIX}{_SECONDS[name]}"]
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
        (columns["meter_id"] == ROUNDED, ROUNDED_METER),
        (columns["t"].isnull(), NO_TIME),
        (empty, NO_REGISTER),
    )


def _meter(value: ir.Value, *, tidy: bool) -> ir.StringValue:
    text = from_number(value) if value.type().is_numeric() else _text(value)
    return tidied(text) if tidy else text


def _text(value: ir.Value) -> ir.StringValue:
    if value.type().is_floating():
        value = value.cast("int64")
    return value if value.type().is_string() else value.cast("string")


def _trimmed(text: ir.StringValue) -> ir.StringValue:
    """Return texts without the blanks around them. Ibis' own `strip` takes letters off on Spark; a pattern for every row is slow."""
    padded = (text < "!") | text.endswith(" ") | text.endswith("\t")
    return padded.ifelse(text.re_replace(r"^\s+|\s+$", ""), text)


def number(value: ir.Value, column: SourceColumn, own: str) -> ir.FloatingValue:
    """Return numbers in our `own` unit; what is not a finite number is none."""
    kind = value.type()
    if kind.is_string():
        value = _written(_trimmed(value).replace(",", ""), column.unit or own, own)
    read = value if kind.is_float64() else value.cast("float64")
    if kind.is_string() or kind.is_floating():
        read = read.between(-_LARGEST, _LARGEST).ifelse(read, None)
    if column.factor != 1.0:
        read = read * column.factor
    return read + column.addend if column.addend else read


def _written(text: ir.StringValue, unit: str, own: str) -> ir.FloatingValue:
    """Read texts; one with the column's unit behind it, `123.4 m³`, is read without."""
    read = text.try_cast("float64")
    words = "|".join(
        re.escape(word)
        for each in UNITS.get(own, ())
        if each.name == unit
        for word in (each.name, *each.words)
    )
    bare = text.re_replace(rf"(?i)\s*({words})$", "") if words else text
    return read.fill_null(bare.try_cast("float64")) if words else read


def odd_values(source: ir.Table, mapping: HeaderMap) -> ir.Table | None:
    """Return one row: for each column of numbers that is written as text, how many values are none (`<name>`) and one of them
    (`<name>_text`); None where no such column is. `shares` tells whether a column of per cent holds shares: all of its values are from
    0 to 1, and not all are either, as percentages of a spreadsheet are when its formats are gone.
    """
    counts: dict[str, Any] = {}
    for name, column in mapping.columns.items():
        raw = source[column.header]
        if READING_COLUMN[name].kind != "number" or not raw.type().is_string():
            continue
        text, value = _trimmed(raw), number(raw, column, READING_COLUMN[name].unit)
        odd = text.notnull() & ~text.lower().isin(NOTHING) & value.isnull()
        if name == PER_CENT and not column.unit:
            broken = value.max(where=(value != value.floor()) & ~raw.endswith("%"))
            counts["shares"] = ((value.min() >= 0) & (value.max() <= 1) & broken.notnull()).fill_null(False)
        counts |= {name: odd.sum().fill_null(0), f"{name}_text": raw.min(where=odd)}
    return source.aggregate(**counts) if counts else None
