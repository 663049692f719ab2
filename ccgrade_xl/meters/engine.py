"""How the steps of the meter pass run: on DuckDB inside this process, or on any other Ibis backend.

The pass is a row of steps, each one Ibis expression whose result is kept as a table for the next: one large SQL statement of
the same steps is many times slower. Every step is compiled once and run again for each batch of meters.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, field

from ccgrade_xl.errors import FileFault

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa

_Made = TypeVar("_Made")

PREFIX = "ccgrade_"
"""What the name of everything the pass keeps begins with, so that no table of the user's is meant."""

_HANDED_OVER = f"{PREFIX}handed_over"
"""What a table is called on its way from one connection to another."""


@define
class Engine:
    """An open Ibis connection and how the steps of the pass are run on it.

    `ordered`: whether rows can be read in the order they are stored in, so that the reading before is the row before. DuckDB
    does that in one stream, many times faster than a window that sorts each meter; other engines sort.
    `lanes`: how many engines `beside` this one can work side by side on its database: reading in stored order keeps one core
    busy, no more.
    """

    connection: Any
    ordered: bool
    folder: Path
    lanes: int = 1
    _made: dict[Hashable, Any] = field(factory=dict)
    _making: RLock = field(factory=RLock)
    _database: str = ""
    _kept: set[str] = field(factory=set)
    _views: set[str] = field(factory=set)
    _loaded: dict[str, pa.Table] = field(factory=dict)
    _tables: dict[str, ir.Table] = field(factory=dict)

    @contextmanager
    def beside(self) -> Iterator[Engine]:
        """Open an engine with a connection of its own to this DuckDB: it sees every source and every table kept so far.

        What the two compile they share.
        """
        import ibis  # noqa: PLC0415

        cursor = self.connection.con.cursor()
        for name, rows in self._loaded.items():
            cursor.register(name, rows)
        for name in self._kept:
            cursor.register(_HANDED_OVER, self.connection.con.table(f"{PREFIX}{name}").to_arrow_table())
            cursor.execute(f'CREATE TEMP TABLE "{PREFIX}{name}" AS FROM {_HANDED_OVER}')
            cursor.unregister(_HANDED_OVER)
        views = self.connection.con.execute(
            "SELECT view_name, sql FROM duckdb_views() WHERE temporary AND NOT internal ORDER BY view_oid"
        )
        for name, sql in views.fetchall():
            if name not in self._loaded:
                cursor.execute(sql)
        other = Engine(
            ibis.duckdb.from_connection(cursor),
            self.ordered,
            self.folder,
            made=self._made,
            making=self._making,
        )
        try:
            yield other
        finally:
            other.connection.disconnect()

    @contextmanager
    def one_thread_a_lane(self) -> Iterator[None]:
        """Let each engine `beside` this one work in the thread that asks it: DuckDB's own threads would take turns with those."""
        con = self.connection.con
        (threads,) = con.execute("SELECT current_setting('threads')").fetchone()
        con.execute("SET threads = 1")
        try:
            yield
        finally:
            con.execute(f"SET threads = {threads:d}")

    def interrupt(self) -> None:
        """End the step that another thread runs on this engine."""
        self.connection.con.interrupt()

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Run one step and keep its result as table `name`, replacing the one of the batch before."""
        if self.connection.name != "duckdb":
            return self._create(name, expression)
        return self._keep_sql(name, self._sql(expression))

    def again(self, name: str, expression: Callable[[], ir.Table], variant: Hashable = None) -> ir.Table:
        """Keep a step that is the same for every batch of a `variant`: it is put together and compiled only once."""
        if self.connection.name != "duckdb":
            return self._create(name, expression())
        self._run(name, self._sql_once((name, variant), expression))
        if name not in self._tables:
            self._tables[name] = self.table(name)
        return self._tables[name]

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """Return what is the same for every batch, here and `beside`: whoever comes first makes it."""
        with self._making:
            if key not in self._made:
                self._made[key] = make()
            made: _Made = self._made[key]
        return made

    def _sql_once(self, key: Hashable, expression: Callable[[], ir.Table]) -> str:
        return self.once(key, lambda: str(self.connection.compile(expression())))

    def _sql(self, expression: ir.Table) -> str:
        """Return the SQL of an expression; nothing says that Ibis may compile two at once."""
        with self._making:
            sql: str = self.connection.compile(expression)
        return sql

    def view(self, name: str, expression: ir.Table) -> ir.Table:
        """Return an expression under a name, so that what is built on it need not be compiled again for each batch."""
        if self.connection.name != "duckdb":
            return expression
        return self._view_sql(name, self._sql(expression))

    def seen(self, name: str, expression: Callable[[], ir.Table]) -> ir.Table:
        """Return an expression that is the same for every batch under a name; DuckDB, which reads single columns, does not run it yet."""
        if self.connection.name != "duckdb":
            return self._create(name, expression())
        if name not in self._tables:
            self._tables[name] = self._view_sql(name, self._sql_once((name, None), expression))
        return self._tables[name]

    def _view_sql(self, name: str, sql: str) -> ir.Table:
        self.connection.raw_sql(f'CREATE OR REPLACE TEMP VIEW "{PREFIX}{name}" AS {sql}')
        self._views.add(f"{PREFIX}{name}")
        return self.table(name)

    def _keep_sql(self, name: str, sql: str) -> ir.Table:
        self._run(name, sql)
        return self.table(name)

    def _run(self, name: str, sql: str) -> None:
        self.connection.raw_sql(f'CREATE OR REPLACE TEMP TABLE "{PREFIX}{name}" AS {sql}')
        self._kept.add(name)

    def drop(self, *names: str) -> None:
        """Let go of tables that no step of this batch reads any more: DuckDB holds them in memory, other engines on disk."""
        if self.connection.name == "duckdb":
            for name in self._kept.intersection(names):
                self.connection.raw_sql(f'DROP TABLE temp."{PREFIX}{name}"')
            self._kept.difference_update(names)

    def put(self, name: str, frame: pd.DataFrame) -> ir.Table:
        """Keep a small data frame as table `name`; its whole numbers have 64 bits on every machine."""
        import ibis  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415

        rows = pa.Table.from_pandas(_of_64_bits(frame), preserve_index=False)
        if self.connection.name == "duckdb":
            view = f"{PREFIX}put_{name}"
            self.connection.con.register(view, rows)
            try:
                return self.keep(name, self.connection.table(view))
            finally:
                self.connection.con.unregister(view)
        table = ibis.memtable(rows)
        # On its way to Spark a missing number becomes NaN.
        floats = [each for each, kind in table.schema().items() if kind.is_floating()]
        return self._create(
            name, table.mutate(**{each: table[each].isnan().ifelse(None, table[each]) for each in floats})
        )

    def frame(self, expression: ir.Table) -> pd.DataFrame:
        """Return the rows of an expression."""
        frame: pd.DataFrame = self.rows(expression).to_pandas()
        return frame

    def rows(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression as an Arrow table; lanes run theirs at the same time."""
        if self.connection.name != "duckdb":
            return self.connection.to_pyarrow(expression)
        found = self.connection.con.sql(self._sql(expression)).to_arrow_table()
        return found.cast(expression.schema().to_pyarrow())

    def load(self, name: str, rows: Any) -> ir.Table:
        """Keep a pandas or Arrow table of readings as table `name`; an Arrow table is not copied. Raises `FileFault`."""
        import ibis  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415

        if isinstance(rows, pd.DataFrame):
            try:
                rows = pa.Table.from_pandas(rows, preserve_index=False)
            except pa.ArrowException:
                rows = pa.Table.from_pandas(
                    rows.astype("str").where(rows.notna(), None), preserve_index=False
                )
        if not isinstance(rows, pa.Table):
            raise FileFault(
                f"读数应当是文件、文件夹、数据库的连接字符串或一张表，不能是 {type(rows).__name__}。"
            )
        if self.ordered:
            # A view over Arrow keeps its order and is streamed, not copied.
            self.connection.con.register(f"{PREFIX}{name}", rows)
            self._views.add(f"{PREFIX}{name}")
            self._loaded[f"{PREFIX}{name}"] = rows
            return self.connection.table(f"{PREFIX}{name}")
        return self._create(name, ibis.memtable(rows))

    def parquet(self, files: Sequence[Path]) -> ir.Table:
        """Return Parquet files as one table, columns by name, in the order of `files`."""
        import ibis  # noqa: PLC0415

        if self.connection.name == "duckdb":
            return self._viewed(
                self.connection.read_parquet([str(file) for file in files], union_by_name=len(files) > 1)
            )
        tables = [self._viewed(self.connection.read_parquet(str(file))) for file in files]
        names = dict.fromkeys(name for table in tables for name in table.columns)
        kinds = {
            name: next(table[name].type() for table in tables if name in table.columns) for name in names
        }
        whole = (
            table.select(
                **{name: table[name] if name in table.columns else ibis.null(kinds[name]) for name in names}
            )
            for table in tables
        )
        return ibis.union(*whole)

    def _viewed(self, table: ir.Table) -> ir.Table:
        self._views.add(table.get_name())
        return table

    def write(self, name: str, pieces: Iterable[pa.Table]) -> Path:
        """Write pieces of one table to a Parquet file of the engine's own folder; no pieces: an empty path."""
        import pyarrow.parquet as pq  # noqa: PLC0415

        file = self.folder / f"{name}.parquet"
        writer = None
        try:
            for piece in pieces:
                writer = writer or pq.ParquetWriter(file, piece.schema)
                writer.write_table(piece)
        finally:
            if writer is not None:
                writer.close()
        return file if writer is not None else Path()

    def spill(self, name: str, expression: ir.Table) -> ir.Table:
        """Write rows, in their order, to a Parquet file of the engine's own folder, and return it as a table."""
        file = self.folder / f"{name}.parquet"
        sql = self._sql(expression)
        self.connection.raw_sql(f"COPY ({sql}) TO '{_quoted(file)}' (FORMAT parquet, ROW_GROUP_SIZE 122880)")
        return self.parquet([file])

    def _create(self, name: str, expression: ir.Table) -> ir.Table:
        if self.connection.name == "duckdb":
            self._kept.add(name)
            return self.connection.create_table(f"{PREFIX}{name}", expression, overwrite=True, temp=True)
        return self.connection.create_table(name, expression, overwrite=True, database=self._own_database())

    def table(self, name: str) -> ir.Table:
        """Return a table that was kept."""
        if self.connection.name == "duckdb":
            return self.connection.table(f"{PREFIX}{name}")
        return self.connection.table(name, database=self._database)

    def close(self) -> None:
        """Drop everything that was kept."""
        for name in self._kept:
            self.connection.raw_sql(f'DROP TABLE IF EXISTS temp."{PREFIX}{name}"')
        for name in self._views:
            self.connection.drop_view(name, force=True)
        self._kept.clear()
        self._views.clear()
        self._loaded.clear()
        if self._database:
            for name in self.connection.list_tables(database=self._database):
                self.connection.drop_table(name, database=self._database, force=True)
            self.connection.drop_database(self._database, force=True)
            self._database = ""

    def _own_database(self) -> str:
        """Return the database the steps of this pass are kept in: two passes on one cluster never meet."""
        if not self._database:
            self._database = f"ccgrade_{secrets.token_hex(6)}"
            self.connection.create_database(self._database)
        return self._database

    def before(self, table: ir.Table, columns: Mapping[str, str], ordered: bool = True) -> ir.Table:
        """Return `table`, each row with values of the row before: `columns` are new names by old.

        The row before may belong to another meter. `ordered` tells whether the rows come in the order they are stored in.
        """
        import ibis  # noqa: PLC0415

        stored = ordered and self.ordered
        window = (
            ibis.window() if stored else ibis.window(group_by="meter_id", order_by=in_order(table.columns))
        )
        return table.mutate(**{new: table[old].lag().over(window) for old, new in columns.items()})


def _of_64_bits(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose whole numbers are those of the steps: on Windows numpy 1 makes them of 32 bits."""
    short = frame.select_dtypes("int32").columns
    return frame.astype(dict.fromkeys(short, "int64"))


def in_order(names: Iterable[str]) -> list[str]:
    """Return the columns by which one meter's readings stand in order."""
    return [name for name in ("t", "actual_m3", "standard_m3", "received_t") if name in names]


def tables_of(connection: Any) -> list[str]:
    """Return the names of a connection's tables and views. Ibis 12 asks DuckDB 2 for them by a call that is gone."""
    if connection.name != "duckdb":
        return list(connection.list_tables())
    rows = connection.con.execute(
        "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal"
    )
    return sorted(name for (name,) in rows.fetchall())


def pieces_of(connection: Any, table: ir.Table, rows: int = 200_000) -> Any:
    """Return the rows of a table as Arrow batches, a piece at a time. Ibis 12 asks DuckDB 2 for them by a call that is gone."""
    if connection.name == "duckdb":
        return connection.con.sql(connection.compile(table)).to_arrow_reader(rows)
    return connection.to_pyarrow_batches(table, chunk_size=rows)


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")
