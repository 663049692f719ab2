"""From whatever a registry was kept in to its canonical columns, and to the table that a batch of meters joins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from ccgrade_xl.errors import FileFault, NotUnderstood
from ccgrade_xl.meters.business_hours import OPEN_ALL_DAY, of_gas_day, open_hours, spells
from ccgrade_xl.meters.conversion import ATMOSPHERE_KPA
from ccgrade_xl.meters.headers import names_of, unit_in, ways_to_read
from ccgrade_xl.meters.meter_numbers import meter_number
from ccgrade_xl.meters.registry import REGISTRY_COLUMN, REGISTRY_COLUMNS, RegistryColumn
from ccgrade_xl.meters.units import Unit, units_of
from ccgrade_xl.rules.customer_states import OUT_OF_USE
from ccgrade_xl.rules.numerals import number_in
from ccgrade_xl.rules.wording import plain, shown

if TYPE_CHECKING:
    import pandas as pd

PATTERNS = 3
"""Different sets of opening hours one meter's week can have, besides open all day."""
SPELLS = 2
"""How often a day can open."""


@frozen(eq=False)
class Registry:
    """The meters known: `meters` has every canonical column, one row a meter; `faults` are sentences about cells that
    could not be read and count as blank; `patterns` how many different opening hours of a day a meter has at most.
    """

    meters: pd.DataFrame
    faults: tuple[str, ...] = ()
    patterns: int = 0


def read_registry(frame: pd.DataFrame | None) -> Registry:
    """Return the registry a data frame holds, by canonical or Chinese headers; None: nothing is known of any meter.

    Raises `FileFault` where the columns 表号 or 客户编号 are missing, or a meter is there twice.
    """
    import pandas as pd  # noqa: PLC0415

    if frame is None:
        frame = pd.DataFrame({column.name: [] for column in REGISTRY_COLUMNS if column.required})
    headers = [str(name) for name in frame.columns]
    places = _places(headers)
    lacking = [column.header for column in REGISTRY_COLUMNS if column.required and column.name not in places]
    if lacking:
        raise FileFault(f"表具档案缺少“{'、'.join(lacking)}”列，请补上或改正表头后再试。")
    faults: list[str] = [*frame.attrs.get("remarks", ())]
    first_row = frame.attrs.get("first_row", 2)
    columns: dict[str, Any] = {}
    for column in REGISTRY_COLUMNS:
        cells: Sequence[Any] = [None] * len(frame)
        unit = None
        if column.name in places:
            cells = frame.iloc[:, places[column.name]].astype(object).tolist()
            unit = _unit(column, headers[places[column.name]], faults)
        columns[column.name] = pd.Series(
            [_cell(column, cell, unit, row, faults) for row, cell in enumerate(cells, first_row)],
            dtype=object if column.kind == "text" else "float64",
        )
    meters = pd.DataFrame(columns)
    for low, high in _RANGES:
        _without_contradictions(meters, REGISTRY_COLUMN[low], REGISTRY_COLUMN[high], first_row, faults)
    meters = meters[meters.meter_id.astype(bool)]
    twice = meters.meter_id[meters.meter_id.duplicated()]
    if len(twice):
        raise FileFault(
            f"表具档案里表号{shown(twice.iloc[0])}出现了两次以上（共 {twice.nunique()} 块表重复）。请只留一行。"
        )
    masks = [
        _masks(text, 0 if pd.isna(start) else int(start))
        for text, start in meters[["business_hours", "gas_day_start_hour"]]
        .astype(object)
        .itertuples(index=False)
    ]
    most = max((len(_patterns(mask)) for mask in masks), default=0)
    return Registry(meters.reset_index(drop=True), tuple(faults), most)


def knows_registry(headers: list[str]) -> tuple[bool, int]:
    """Tell whether headers are those of a registry, and how many are understood."""
    places = _places(headers)
    return all(column.name in places for column in REGISTRY_COLUMNS if column.required), len(places)


def in_gauge(registry: Registry) -> Registry:
    """Return what is known of meters whose absolute pressures are read as gauge pressures: so are their set ones."""
    meters = registry.meters.copy()
    absolute = meters.pressure_kind == "absolute"
    gauge = meters.pressure_set_kpa - ATMOSPHERE_KPA
    meters["pressure_set_kpa"] = meters.pressure_set_kpa.where(~absolute, gauge.where(gauge > 0))
    meters["pressure_kind"] = "gauge"
    return evolve(registry, meters=meters)


def joined(registry: Registry, meter_ids: Sequence[str], now: int) -> pd.DataFrame:
    """Return the table a batch of meters joins; every batch has the same columns.

    A meter the registry does not know has the defaults. `meter` is its number in the batch: engines join and sort by numbers
    faster than by texts.
    """
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    known = registry.meters.set_index("meter_id").reindex(list(meter_ids))
    for column in REGISTRY_COLUMNS:
        if not column.required and column.default is not None:
            known[column.name] = known[column.name].fillna(column.default)
    table = known[[column.name for column in REGISTRY_COLUMNS if column.kind == "number"]].astype("float64")
    start = known.gas_day_start_hour.astype("int64")
    table["start_seconds"] = start * 3600
    table["range_m3"] = 10.0 ** known.register_digits.astype("float64")
    kinds = {"gauge": ATMOSPHERE_KPA, "absolute": 0.0}
    table["atmosphere"] = [kinds.get(kind, np.nan) for kind in known.pressure_kind]
    table["out_of_use"] = known.status.isin(OUT_OF_USE)
    table["now"] = now
    masks = [_masks(text, int(hour)) for text, hour in zip(known.business_hours, start, strict=True)]
    table["knows_hours"] = [mask is not None for mask in masks]
    _lay_hours(table, masks, registry.patterns)
    table.insert(0, "meter_id", list(meter_ids))
    table.insert(0, "meter", np.arange(len(meter_ids), dtype="int32"))
    return pd.DataFrame(table).reset_index(drop=True)


def _lay_hours(table: pd.DataFrame, masks: Sequence[tuple[int, ...] | None], most: int) -> None:
    """Give each meter its different opening hours of a day and each weekday the number of its own.

    `open_n_m` and `shut_n_m` are the seconds of the gas day at which pattern n opens and shuts for the mth time.
    """
    different = [_patterns(mask) for mask in masks]
    for weekday in range(7):
        table[f"pattern_{weekday}"] = [
            -1 if mask is None or mask[weekday] == OPEN_ALL_DAY else each.index(mask[weekday])
            for mask, each in zip(masks, different, strict=True)
        ]
    for number in range(most):
        for spell in range(SPELLS):
            hours = [_spell(each, number, spell) for each in different]
            table[f"open_{number}_{spell}"] = [begin * 3600.0 for begin, _ in hours]
            table[f"shut_{number}_{spell}"] = [end * 3600.0 for _, end in hours]


def _spell(patterns: list[int], number: int, spell: int) -> tuple[int, int]:
    """Return from when until when a pattern is open for the nth time of a day; never, where it is not."""
    opened = spells(patterns[number]) if number < len(patterns) else []
    return opened[spell] if spell < len(opened) else (0, 0)


def _patterns(mask: tuple[int, ...] | None) -> list[int]:
    return [] if mask is None else [hours for hours in dict.fromkeys(mask) if hours != OPEN_ALL_DAY]


def _masks(text: Any, start_hour: int) -> tuple[int, ...] | None:
    if not isinstance(text, str):
        return None
    masks = open_hours(text)
    return None if masks is None else of_gas_day(masks, start_hour)


_RANGES = (("qmin_m3h", "qmax_m3h"), ("temperature_min_c", "temperature_max_c"))
"""Columns of which the first must not be above the second."""


def _without_contradictions(
    meters: pd.DataFrame, low: RegistryColumn, high: RegistryColumn, first_row: int, faults: list[str]
) -> None:
    """Make blank what contradicts each other; what is not filled counts with its default."""
    import pandas as pd  # noqa: PLC0415

    lows, highs = (
        meters[column.name] if column.default is None else meters[column.name].fillna(column.default)
        for column in (low, high)
    )
    for at in meters.index[lows > highs]:
        faults.append(
            f"表具档案第 {at + first_row} 行：{low.header} {lows[at]:g} 大于{high.header} {highs[at]:g}，两项都按没有填处理。"
        )
        meters.loc[at, [low.name, high.name]] = pd.NA


def _unit(column: RegistryColumn, header: str, faults: list[str]) -> Unit | None:
    """Return the unit a header names; one that cannot be converted is a fault."""
    unit, foreign = unit_in(header, column)
    if foreign and units_of(column.unit) and not any(foreign in words for words in _NO_UNITS):
        faults.append(f"表具档案的表头{shown(header)}的单位不能换算成 {column.unit}，已按原数读入，请核对。")
    return unit


_NO_UNITS = tuple(
    {
        plain(word)
        for word in (
            *names_of(column),
            *(word for words in (column.choices or {}).values() for word in words),
        )
    }
    for column in REGISTRY_COLUMNS
)
"""What may stand in brackets behind a header and is no unit: 最大流量(Qmax), 设定压力（表压）."""


def _places(headers: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for column in REGISTRY_COLUMNS:
        ways = [ways_to_read(header, column) for header in headers]
        for name in map(plain, names_of(column)):
            at = next((at for at, known in enumerate(ways) if name in known), None)
            if at is not None:
                places[column.name] = at
                break
    return places


def _cell(column: RegistryColumn, cell: Any, unit: Unit | None, row: int, faults: list[str]) -> Any:
    """Return a cell's canonical value, None where it is blank or a fault is noted."""
    import pandas as pd  # noqa: PLC0415

    if cell is None or pd.isna(cell) or (isinstance(cell, str) and not plain(cell)):
        return "" if column.required else None
    try:
        return _read(column, cell, unit)
    except NotUnderstood as fault:
        faults.append(f"表具档案第 {row} 行“{column.header}”：{fault}")
        return "" if column.required else None


def _read(column: RegistryColumn, cell: Any, unit: Unit | None) -> Any:
    if column.kind != "text":
        return _number(column, cell, unit)
    if column.name == "meter_id":
        return meter_number(cell)
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if column.choices is not None:
        found = next(
            (name for name, words in column.choices.items() if plain(text) in map(plain, words)), None
        )
        if found is None:
            raise NotUnderstood(f"{shown(cell)}不是 {'、'.join(column.choices)} 之一，按没有填处理。")
        return found
    if column.name == "business_hours":
        masks = open_hours(text)
        if masks is not None and len(_patterns(masks)) > PATTERNS:
            raise NotUnderstood(f"{shown(cell)}一周里有 {PATTERNS} 种以上不同的营业时间，按没有填处理。")
        if masks is not None and any(len(spells(hours)) > SPELLS for hours in masks):
            raise NotUnderstood(f"{shown(cell)}一天里有 {SPELLS} 段以上营业时间，按没有填处理。")
    return text


def _number(column: RegistryColumn, cell: Any, unit: Unit | None) -> float:
    """Return a number in the unit of its column; a unit in the cell goes before the one in the header. Raises `NotUnderstood`."""
    number = float(cell) if not isinstance(cell, str) else None
    if isinstance(cell, str):
        number, unit = _with_unit(plain(cell), column, unit)
    if number is None:
        raise NotUnderstood(f"{shown(cell)}不是数字，按没有填处理。")
    value = number if unit is None else number * unit.factor + unit.addend
    if not column.least <= value <= column.most:
        bounds = f"{column.least:g}–{column.most:g}"
        raise NotUnderstood(f"{shown(cell)}不在 {bounds} {column.unit}之间，按没有填处理。")
    if column.kind == "whole" and value != int(value):
        raise NotUnderstood(f"{shown(cell)}不是整数，按没有填处理。")
    return value


def _with_unit(text: str, column: RegistryColumn, unit: Unit | None) -> tuple[float | None, Unit | None]:
    """Return the number a text tells, and its unit: the one behind it, else `unit`."""
    known = units_of(column.unit)
    for word in sorted(known, key=len, reverse=True):
        if text.endswith(word) and (number := number_in(text.removesuffix(word))) is not None:
            return number, known[word]
    return number_in(text), unit
