"""How cold was it outdoors? A file or a table of temperatures as the forecast asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.frames import first_table
from ccgrade_xl.rules.wording import plain

if TYPE_CHECKING:
    import pandas as pd

WHEN = ("day", "time", "date", "日期", "时间", "观测时间")
DEGREES = ("temperature_c", "temperature", "气温", "温度", "室外温度", "平均气温", "日均气温")


def read_weather(source: Any) -> pd.DataFrame:
    """Return `day` (days since 1970) and `temperature_c` (daily mean, ℃) of a file or table of outdoor temperatures.

    The file is Parquet, CSV or .xlsx with a column of dates or times and one of ℃ (units in brackets are allowed); several rows a
    day are averaged. Raises `FileFault` where a column is missing or nothing can be read.
    """
    import pandas as pd  # noqa: PLC0415

    frame = (
        source if isinstance(source, pd.DataFrame) else first_table(Path(source), "气温文件", _knows_weather)
    )
    if told := "".join(frame.attrs.get("remarks", ())):
        raise FileFault(told)
    when, degrees = _column(frame, WHEN, "日期"), _column(frame, DEGREES, "气温")
    if pd.api.types.is_integer_dtype(when):
        days = when.astype("float64")
    else:
        stamps = pd.to_datetime(when, errors="coerce", format=None if when.dtype.kind == "M" else "mixed")
        days = (stamps.dt.normalize() - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    table = pd.DataFrame({"day": days, "temperature_c": pd.to_numeric(degrees, errors="coerce")}).dropna()
    table = table[table["temperature_c"].between(-70, 60)]
    if table.empty:
        raise FileFault("气温文件里没有一行能读的日期和温度（℃），请检查后再试。")
    return (
        table.astype({"day": "int64"})
        .groupby("day")
        .agg(temperature_c=("temperature_c", "mean"))
        .reset_index()
    )


def _knows_weather(headers: list[str]) -> tuple[bool, int]:
    bare = {plain(header).split("(")[0] for header in headers}
    known = sum(not bare.isdisjoint(map(plain, names)) for names in (WHEN, DEGREES))
    return known == 2, known


def _column(frame: pd.DataFrame, names: tuple[str, ...], header: str) -> pd.Series[Any]:
    wanted = {plain(name) for name in names}
    for column in frame.columns:
        if plain(str(column)).split("(")[0] in wanted:
            return frame[column]
    raise FileFault(f"气温文件缺少“{header}”列，请补上或改正表头后再试。")
