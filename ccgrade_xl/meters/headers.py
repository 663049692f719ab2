"""Which column of a source is which column of the readings, and what turns its unit into ours?

What was said of a header (a profile) goes before what its words say. A profile gives for a header the column it is, with the unit
in brackets behind it where the header itself does not tell: `{"CH1": "工况累计（L）", "备用": "不用"}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, frozen

from ccgrade_xl.errors import FileFault, NotUnderstood
from ccgrade_xl.meters.conversion import ATMOSPHERE_KPA
from ccgrade_xl.meters.readings import (
    ABSOLUTE_PRESSURE,
    DATES,
    HOURS,
    READING_COLUMN,
    READING_COLUMNS,
    ReadingColumn,
    missing_columns,
)
from ccgrade_xl.meters.registry import RegistryColumn
from ccgrade_xl.meters.units import UNITS, Unit, units_of
from ccgrade_xl.rules.wording import plain, shown

IGNORED = "不用"
"""What a header is said to be that is not to be read."""
_BRACKETS = re.compile(r"[(\[{【〔](.*?)[)\]}】〕]")
_MARKS = "_-/:,.、。·"
_LISTED = 60

Column = ReadingColumn | RegistryColumn
"""What a header may mean."""


@frozen
class SourceColumn:
    """A column of the source that is one of ours: value × `factor` + `addend` is in our unit; `unit` is the source's, "" ours.

    `date` is the column of the dates that stand before its times; "" for none. `absolute` tells a pressure that was absolute: `addend` makes
    it gauge pressure.
    """

    header: str
    factor: float = 1.0
    addend: float = 0.0
    unit: str = ""
    date: str = ""
    absolute: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """Every column of the source it is read from."""
        return (self.date, self.header) if self.date else (self.header,)


@frozen
class Header:
    """How a header was understood: the canonical name of its column, `IGNORED`, or "" for one that means nothing to us; its unit."""

    text: str
    column: str = ""
    unit: str = ""


@frozen
class HeaderMap:
    """How a source maps onto the readings: source columns by canonical name, every header as it was understood, remarks."""

    columns: Mapping[str, SourceColumn]
    headers: tuple[Header, ...] = ()
    remarks: tuple[str, ...] = ()


@frozen
class Meaning:
    """What a header was said to be: the canonical name of a column, the unit where one was said, and whether it is an absolute pressure."""

    column: str
    unit: Unit | None = None
    absolute: bool = False

    def __str__(self) -> str:
        unit = f"（{self.unit.name}）" if self.unit is not None else ""
        name = ABSOLUTE_PRESSURE[0] if self.absolute else READING_COLUMN[self.column].header
        return f"{name}{unit}"


class UnknownHeaders(FileFault):
    """The columns of readings are not among the headers of a source.

    `where` names it, `headers` are those found, each as far as it was understood, `lacking` the Chinese headers of what is missing.
    """

    def __init__(self, where: str, headers: tuple[Header, ...], lacking: tuple[str, ...]) -> None:
        found = "、".join(shown(header.text) for header in headers[:_LISTED])
        more = f" 等 {len(headers)} 列" if len(headers) > _LISTED else ""
        super().__init__(
            f"{where}的表头里找不到“{'、'.join(lacking)}”列。找到的列：{found}{more}。"
            "请改正表头，或说明哪一列是哪一列（表头对照）。"
        )
        self.where, self.headers, self.lacking = where, headers, lacking

    @property
    def left_out(self) -> str:
        """Say that this source was left out, where there are others."""
        return f"{self.where}里没有“{'、'.join(self.lacking)}”列，没有读入。"


def meaning(text: str) -> Meaning | None:
    """Return what a header is said to be by `列` or `列（单位）`, e.g. `工况累计（L）`; None for `不用`.

    Raises `NotUnderstood` for a column or unit there is not, naming those there are.
    """
    if plain(text) == plain(IGNORED):
        return None
    for column in READING_COLUMNS:
        names = {plain(name) for name in names_of(column)}
        if not names.isdisjoint(ways_to_read(text, column)):
            return Meaning(column.name, _said_unit(text, column), is_absolute(text, column))
    headers = "、".join(column.header for column in READING_COLUMNS)
    raise NotUnderstood(f"没有{shown(text)}这个列，可以写 {headers} 或 {IGNORED}。")


def map_headers(headers: Sequence[str], where: str, profile: Mapping[str, str] | None = None) -> HeaderMap:
    """Return the mapping of headers; what `profile` says of a header goes before names and synonyms.

    Raises `UnknownHeaders` naming `where` when a required column, or every register, is missing; `FileFault` where the profile says
    of two headers that they are the same column; `NotUnderstood` where it says what is no column.
    """
    told = _told(headers, profile or {}, where)
    free = [header for header in headers if header not in told]
    found: dict[str, SourceColumn] = {}
    remarks: list[str] = []
    for column in READING_COLUMNS:
        said = next((h for h, means in told.items() if means and means.column == column.name), None)
        header = said or _named(column, free, {other.header for other in found.values()})
        if header is not None:
            means = told.get(header)
            unit = means.unit if means else None
            source = _with_unit(column, header, unit, where, remarks)
            absolute = means.absolute if means else is_absolute(header, column)
            found[column.name] = _as_gauge(source, where, remarks) if absolute else source
    _date(found, free, where, remarks)
    understood = _understood(headers, found, told)
    lacking = missing_columns(found)
    if lacking:
        raise UnknownHeaders(where, understood, lacking)
    return HeaderMap(found, understood, tuple(remarks))


def _date(found: dict[str, SourceColumn], headers: Sequence[str], where: str, remarks: list[str]) -> None:
    """Put the column of dates before the one of times; where there is none, before that of hours, or in its place."""
    free = [header for header in headers if header not in {each.header for each in found.values()}]
    date = _of_words(free, DATES)
    if date is None:
        return
    if "time" in found:
        found["time"] = evolve(found["time"], date=date)
        return
    hour = _of_words(free, HOURS)
    found["time"] = SourceColumn(date) if hour is None else SourceColumn(hour, date=date)
    if hour is not None:
        remarks.append(f"{where}：{shown(date)}和{shown(hour)}两列合起来读成时间。")


def _of_words(headers: Iterable[str], words: Sequence[str]) -> str | None:
    return next((header for word in words for header in headers if _bare(header) == plain(word)), None)


def _told(headers: Sequence[str], profile: Mapping[str, str], where: str) -> dict[str, Meaning | None]:
    """Return what the profile says of those headers that are there."""
    said = {plain(header): text for header, text in profile.items()}
    told: dict[str, Meaning | None] = {}
    whose: dict[str, str] = {}
    for header in headers:
        if plain(header) not in said:
            continue
        means = told[header] = meaning(said[plain(header)])
        if means is not None and whose.setdefault(means.column, header) != header:
            raise FileFault(
                f"{where}：表头对照把{shown(whose[means.column])}和{shown(header)}都对应到"
                f"“{READING_COLUMN[means.column].header}”。请只留一个，另一个写“{IGNORED}”。"
            )
    return told


def _understood(
    headers: Iterable[str], found: Mapping[str, SourceColumn], told: Mapping[str, Meaning | None]
) -> tuple[Header, ...]:
    by_header = {column.header: Header(column.header, name, column.unit) for name, column in found.items()}
    return tuple(
        by_header.get(header) or Header(header, IGNORED if header in told and told[header] is None else "")
        for header in headers
    )


def names_of(column: Column) -> tuple[str, ...]:
    """Return every name of a column."""
    return column.name, column.header, *column.synonyms


def _named(column: ReadingColumn, headers: Sequence[str], taken: set[str]) -> str | None:
    texts = {header: ways_to_read(header, column) for header in headers if header not in taken}
    for name in names_of(column):
        for header, known in texts.items():
            if plain(name) in known:
                return header
    return None


def ways_to_read(header: str, column: Column) -> tuple[str, ...]:
    """Return a header as it is compared: whole, without brackets, and without a unit of the column behind it."""
    bare = _bare(header)
    without = (bare.removesuffix(word).strip(_MARKS) for word in units_of(column.unit) if bare.endswith(word))
    return plain(header), bare, *without


def is_absolute(header: str, column: Column) -> bool:
    """Tell whether a header names an absolute pressure."""
    return column.name == "pressure_kpa" and not {plain(name) for name in ABSOLUTE_PRESSURE}.isdisjoint(
        ways_to_read(header, column)
    )


def _as_gauge(source: SourceColumn, where: str, remarks: list[str]) -> SourceColumn:
    remarks.append(
        f"{where}：{shown(source.header)}是绝压，已减去 {ATMOSPHERE_KPA:g} kPa 按表压读；表具档案里压力类型是绝压的表，"
        "设定压力也这样换算，没有填压力类型的按表压。"
    )
    return evolve(source, addend=source.addend - ATMOSPHERE_KPA, absolute=True)


def _bare(header: str) -> str:
    return _BRACKETS.sub("", plain(header)).strip(_MARKS)


def _said_unit(text: str, column: ReadingColumn) -> Unit | None:
    """Return the unit somebody wrote behind a column. Raises `NotUnderstood` for one that is not known."""
    unit, foreign = unit_in(text, column)
    if foreign:
        units = "、".join(unit.name for unit in UNITS.get(column.unit, ()))
        raise NotUnderstood(
            f"“{column.header}”的单位{shown(foreign)}不认识，"
            + (f"可以写 {units}。" if units else "这一列没有单位，请不要写。")
        )
    return unit


def unit_in(header: str, column: Column) -> tuple[Unit | None, str]:
    """Return the unit a header names, in brackets or behind the name of its column; a text in brackets that is none of its units."""
    known = units_of(column.unit)
    bracketed = [text.removeprefix("单位").strip(_MARKS) for text in _BRACKETS.findall(plain(header))]
    for text in bracketed:
        if text in known:
            return known[text], ""
    bare, names = _bare(header), {plain(name) for name in names_of(column)}
    if bare not in names:
        for word, unit in known.items():
            if bare.endswith(word) and bare.removesuffix(word).strip(_MARKS) in names:
                return unit, ""
    return None, bracketed[0] if bracketed else ""


def _with_unit(
    column: ReadingColumn, header: str, told: Unit | None, where: str, remarks: list[str]
) -> SourceColumn:
    unit, foreign = (told, "") if told is not None else unit_in(header, column)
    if unit is not None:
        own = UNITS[column.unit][0].name
        return SourceColumn(header, unit.factor, unit.addend, "" if unit.name == own else unit.name)
    if foreign and units_of(column.unit):
        remarks.append(f"{where}：表头{shown(header)}的单位不能换算成 {column.unit}，已按原数读入，请核对。")
    return SourceColumn(header)
