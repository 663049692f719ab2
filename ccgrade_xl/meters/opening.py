"""Open an engine: DuckDB inside this process, or any Ibis backend by its connection string, set as the pass needs it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.meters.connecting import NO_DOWNLOADS, connect
from ccgrade_xl.meters.engine import Engine

MEMORY_LIMIT = "800MB"
"""What embedded DuckDB may hold in memory; what does not fit goes to a temporary folder."""
_MOST_LANES = 4
"""Batches that are judged side by side, at most: each has its own tables in memory."""


@contextmanager
def open_engine(engine: Any = None) -> Iterator[Engine]:
    """Open an engine: None is DuckDB in this process, a text an Ibis connection string, else an open Ibis connection.

    Raises `CcgradeError` with the sentence, also where the disk of the temporary folder is full; KeyboardInterrupt where Ctrl-C ends a step.
    """
    need_libraries()
    with tempfile.TemporaryDirectory(prefix="ccgrade-") as folder:
        if engine is None:
            connection = _embedded(folder)
        else:
            connection = connect(engine) if isinstance(engine, str) else engine
        ordered = connection.name == "duckdb"
        # Another connection to a database that somebody else opened would not see what is temporary there.
        alone = not ordered or connection is engine
        opened = Engine(
            connection, ordered, Path(folder), 1 if alone else min(_MOST_LANES, os.cpu_count() or 1)
        )
        try:
            with _with_room(folder), _interruptible(), _set_for_the_pass(connection):
                try:
                    yield opened
                finally:
                    opened.close()
        finally:
            if connection is not engine:
                connection.disconnect()


@contextmanager
def _with_room(folder: str) -> Iterator[None]:
    """Say where the disk is full; Arrow and DuckDB have errors of their own for it."""
    try:
        yield
    except Exception as error:
        if isinstance(error, CcgradeError) or os.strerror(errno.ENOSPC) not in str(error):
            raise
        raise CcgradeError(
            f"磁盘已满，没有扫描完：临时文件夹“{Path(folder).parent}”放不下。请清理磁盘，或把环境变量 TMPDIR（Windows 上 TEMP）"
            "改成空间更大的文件夹后再试。"
        ) from error


@contextmanager
def _interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt where Ctrl-C ended a query: DuckDB then raises an error of its own."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error


_SPARK_SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "false"}
"""What makes Spark compute as DuckDB does: times as they stand, and nothing for a division by zero or a text that is no number."""


@contextmanager
def _set_for_the_pass(connection: Any) -> Iterator[None]:
    """Set what the pass relies on; afterwards Ibis and the session have their own settings again."""
    with _unfused() if connection.name == "duckdb" else _spark_settings(connection):
        yield


@contextmanager
def _unfused() -> Iterator[None]:
    """Let Ibis leave selects as they are: fusing them costs half the time of compiling, and DuckDB does it itself."""
    import ibis  # noqa: PLC0415

    fused = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = fused


@contextmanager
def _spark_settings(connection: Any) -> Iterator[None]:
    if connection.name != "pyspark":
        yield
        return
    session = connection._session
    before = {name: session.conf.get(name) for name in _SPARK_SETTINGS}
    for name, value in _SPARK_SETTINGS.items():
        session.conf.set(name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            session.conf.set(name, value)


def need_libraries() -> None:
    """Raise `CcgradeError` with what to install where the libraries of the remote meters are missing."""
    missing = [
        name
        for name in ("ibis", "duckdb", "pyarrow", "chinese_calendar", "pyaga8")
        if find_spec(name) is None
    ]
    if missing:
        raise CcgradeError(
            f'远程抄表还缺少 {"、".join(missing)}。请运行 pip install "ccgrade[meters]" 后再试。'
        )


def _embedded(folder: str) -> Any:
    import ibis  # noqa: PLC0415

    connection = ibis.duckdb.connect(**NO_DOWNLOADS)
    connection.raw_sql(f"SET memory_limit = '{MEMORY_LIMIT}'")
    connection.raw_sql(f"SET temp_directory = '{folder}'")
    connection.raw_sql("SET preserve_insertion_order = true")
    # What is read by a machine must hold nothing but the answer.
    connection.raw_sql("SET enable_progress_bar = false")
    return connection
