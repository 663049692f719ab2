"""Bring the readings of a database here, piece by piece: of one table, the columns that are readings, in types every engine knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ccgrade_xl.errors import CcgradeError, FileFault
from ccgrade_xl.meters.engine import Engine, pieces_of, tables_of
from ccgrade_xl.meters.headers import Header, HeaderMap, UnknownHeaders, map_headers
from ccgrade_xl.meters.readings import READING_COLUMN
from ccgrade_xl.rules.wording import shown

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NAMED = 20


@frozen
class Brought:
    """A Parquet file of the engine's folder with the readings of a table, what to call it in sentences, and all headers of the table."""

    file: Path
    where: str
    headers: tuple[Header, ...]


def bring(
    engine: Engine, connection: Any, name: str, where: str, profile: Mapping[str, str] | None
) -> Brought:
    """Bring a table of another connection here; `name` is the table's, or `schema.table`; "" the only one with readings.

    The connection is closed. Raises `FileFault`, without a word of what the database says: it may hold passwords.
    """
    import pyarrow as pa  # noqa: PLC0415

    try:
        table = _table(connection, name, where, profile)
        where = f"{where}的表“{name or table.get_name()}”"
        mapping = map_headers(list(table.columns), where, profile)
        wanted = pieces_of(connection, _readable(table, mapping))
        file = engine.write("source", (pa.Table.from_batches([batch]) for batch in wanted))
    except CcgradeError:
        raise
    except Exception as error:
        raise FileFault(
            f"读{where}时出错（{type(error).__name__}），没有读完。请检查读取权限和网络后再试。"
        ) from error
    finally:
        connection.disconnect()
    if not file.name:
        raise FileFault(f"{where}里没有读数，请检查表名和时间范围。")
    return Brought(file, where, mapping.headers)


def _readable(table: ir.Table, mapping: HeaderMap) -> ir.Table:
    """Return the columns that are readings: the others may hold what no engine reads, and are nobody's business here."""
    return table.select(
        **{
            header: _settled(table[header], READING_COLUMN[name].kind)
            for name, column in mapping.columns.items()
            for header in column.headers
        }
    )


def _settled(value: ir.Value, kind: str) -> ir.Value:
    """Return a column in a type every engine knows: decimals may hold NaN, which Arrow's decimals do not."""
    own = value.type()
    if own.is_decimal():
        return value.cast("float64")
    known = own.is_string() or own.is_numeric() or (kind == "time" and (own.is_timestamp() or own.is_date()))
    return value if known else value.cast("string")


def _table(connection: Any, name: str, where: str, profile: Mapping[str, str] | None) -> ir.Table:
    """Return the table that is named, or the only one with the columns of readings. Raises `FileFault`."""
    names = tables_of(connection)
    if name in names:
        return _opened(connection, name, where)
    if name:
        return _of_schema(connection, name, names, where)
    if len(names) == 1:
        return _opened(connection, names[0], where)
    fitting = []
    for each in names:
        table = _opened(connection, each, where)
        try:
            map_headers(list(table.columns), where, profile)
        except UnknownHeaders:
            continue
        fitting.append(table)
    if len(fitting) != 1:
        raise FileFault(
            f"{where}里有 {len(fitting)} 张像读数的表（共 {len(names)} 张）。请在后面用 #表名 指明一张。"
        )
    return fitting[0]


def _opened(connection: Any, name: str, where: str, schema: str | None = None) -> ir.Table:
    """Return a table or view. Raises `FileFault` for a view in a DuckDB file that looks outside of it."""
    try:
        return connection.table(name, database=schema)
    except Exception as error:
        if not _reaches_out(connection, error):
            raise
        raise FileFault(
            f"{where}里的“{name}”是指向其他文件或网络的视图，为安全起见没有读。"
            "请把读数存成数据库里的表，或直接选择那些文件；另有读数表时，请在后面用 #表名 指明。"
        ) from error


def _reaches_out(connection: Any, error: Exception) -> bool:
    if connection.name != "duckdb":
        return False
    import duckdb  # noqa: PLC0415

    return isinstance(error, duckdb.PermissionException)


def _of_schema(connection: Any, name: str, names: list[str], where: str) -> ir.Table:
    """Return `schema.table`. Raises `FileFault` naming the tables there are."""
    schema, _, table = name.rpartition(".")
    if schema and table in _listed(connection, schema):
        return _opened(connection, table, where, schema)
    there = f"有：{'、'.join(names[:_NAMED])}" if names else "一张表也没有"
    raise FileFault(
        f"{where}里没有叫{shown(name)}的表，或没有读它的权限；{there}。不在默认模式里的表请写成 #模式.表名。"
    )


def _listed(connection: Any, schema: str) -> list[str]:
    if connection.name == "duckdb":
        sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = ?"
        return [name for (name,) in connection.con.execute(sql, [schema]).fetchall()]
    return list(connection.list_tables(database=schema))
