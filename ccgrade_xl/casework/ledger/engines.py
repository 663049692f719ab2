"""Where a ledger lies: a SQLite file beside the workbook, or a PostgreSQL database a group shares.

Every use opens its own connection and closes it: between two commands nothing holds the file, and the write-ahead
log of SQLite is folded back into it.
"""

from __future__ import annotations

import os
import sqlite3
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from attrs import frozen

from ccgrade_xl.errors import LedgerFault

WAIT = 30.0
"""Seconds a writer waits for another one."""

_WRITES = "ledger_writes"
_DRIVERS = {"postgresql", "postgres", "postgresql+psycopg"}
_REMOTE_DRIVE = 4


@frozen
class Place:
    """Where a ledger lies: a file, or the address of a PostgreSQL database."""

    at: Path | sa.URL

    @classmethod
    def of(cls, text: Path | str) -> Place:
        """Read a path or a PostgreSQL address. Raises `LedgerFault` for the address of any other database."""
        if isinstance(text, Path) or "://" not in text:
            return cls(Path(text).absolute())
        try:
            url = sa.make_url(text)
        except sa.exc.ArgumentError as error:
            raise LedgerFault(
                "台账地址看不懂，请写成 postgresql+psycopg://用户@服务器/数据库，或一个文件路径。"
            ) from error
        if url.drivername not in _DRIVERS:
            raise LedgerFault(f"台账不能放在 {url.drivername} 里，请用 PostgreSQL 的地址，或一个文件路径。")
        return cls(url.set(drivername="postgresql+psycopg"))

    @property
    def file(self) -> Path | None:
        """The ledger's file, None where it lies in PostgreSQL."""
        return self.at if isinstance(self.at, Path) else None

    @property
    def shown(self) -> str:
        """The place as a sentence names it, without the password, wherever in the address it stands."""
        if isinstance(self.at, Path):
            return str(self.at)
        secret = [name for name in self.at.query if name.lower().endswith("password")]
        return self.at.difference_update_query(secret).render_as_string(hide_password=True)


def engine_of(place: Place, *, wait: float = WAIT, new: bool = False) -> sa.Engine:
    """Return the engine of a place; `new` lets SQLite make the file."""
    if isinstance(place.at, Path):
        return _sqlite(place.at, wait, new=new)
    return _postgresql(place.at, wait)


def writing(engine: sa.Engine) -> sa.Engine:
    """Return the same engine for transactions that write: they wait their turn and see the latest record."""
    options: dict[str, Any] = {_WRITES: True}
    if engine.dialect.name != "sqlite":
        options["isolation_level"] = "READ COMMITTED"  # what is read after the wait is what stands then
    return engine.execution_options(**options)


def is_read_only(file: Path) -> bool:
    """Return whether this user may not write a file, or not the log that SQLite keeps beside it."""
    return not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def journal_mode(file: Path) -> str:
    """Return how SQLite guards a file's transactions: by a write-ahead log, which network drives cannot share."""
    return "DELETE" if is_on_network(file) else "WAL"


def is_on_network(file: Path) -> bool:
    r"""Return whether a file lies on a network drive: `\\server\share`, or a drive letter that stands for one."""
    if file.drive.startswith("\\\\"):
        return True
    if os.name != "nt":
        return False
    import ctypes  # noqa: PLC0415 - Windows alone can be asked what a drive letter stands for

    return bool(ctypes.windll.kernel32.GetDriveTypeW(file.anchor) == _REMOTE_DRIVE)  # type: ignore[attr-defined, unused-ignore]


def _sqlite(file: Path, wait: float, *, new: bool) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        return _open_file(file, wait, new=new)

    engine = sa.create_engine("sqlite+pysqlite://", creator=connect, poolclass=sa.NullPool)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_file(file: Path, wait: float, *, new: bool) -> sqlite3.Connection:
    read_only = not new and is_read_only(file)
    mode = "rwc" if new else "ro" if read_only else "rw"
    log = file.with_name(file.name + "-wal")
    if read_only and not (log.exists() and log.stat().st_size):
        mode += "&immutable=1"  # without a log to share, SQLite may not ask to create one
    connection = sqlite3.connect(f"{uri_of(file)}?mode={mode}", timeout=wait, uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        if not read_only:
            connection.execute(f"PRAGMA journal_mode = {journal_mode(file)}")
            connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def uri_of(file: PurePath) -> str:
    """Return a file's address as SQLite reads it: a network share stands in the path, not before it."""
    path = file.as_posix()
    return "file://" + quote(path if path.startswith("/") else "/" + path)


def _postgresql(url: sa.URL, wait: float) -> sa.Engine:
    if find_spec("psycopg") is None:
        raise LedgerFault(
            "这台电脑没有安装连接 PostgreSQL 的组件 psycopg，请管理员安装 ccgrade[ledger] 后再试。"
        )
    engine = sa.create_engine(
        url,
        poolclass=sa.NullPool,
        isolation_level="REPEATABLE READ",
        connect_args={"connect_timeout": 10, "application_name": "ccgrade"},
    )

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(wait * 1000)}ms'")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('ccgrade_ledger'))")

    return engine
