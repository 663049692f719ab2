"""Open what a connection string names: a database to read from, or an engine to compute on."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.addresses import shown_address

SPARK = ("spark", "pyspark")
"""The kinds of connection strings that name a Spark cluster."""

NO_DOWNLOADS = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
"""Settings of a DuckDB that brings no extension of its own accord: it would fetch it from the network."""

NOTHING_ELSE = NO_DOWNLOADS | {"enable_external_access": False}
"""Settings of a DuckDB file from others: a view in it could read any file of this machine, or ask the network."""


def connect(url: str) -> Any:
    """Open an Ibis connection string such as `postgres://…`, or Spark's own `spark://host:7077`. Raises `FileFault`, without passwords."""
    return _connected(url)


def connect_to_read(url: str) -> Any:
    """Open a connection string as `connect` does, to read what others made: a DuckDB file reaches nothing but itself."""
    kind, _, path = url.partition("://")
    if kind == "duckdb" or (kind == "file" and path.endswith(".duckdb")):
        return locked(_connected(url, **NOTHING_ELSE))
    return _connected(url)


def locked(connection: Any) -> Any:
    """Return a connection to a DuckDB whose settings stay as they are."""
    connection.raw_sql("SET lock_configuration = true")
    return connection


def _connected(url: str, **settings: bool) -> Any:
    import ibis  # noqa: PLC0415

    try:
        return _spark(url) if url.partition("://")[0] in SPARK else ibis.connect(url, **settings)
    except Exception as error:
        raise FileFault(
            f"连不上“{shown_address(url)}”（{type(error).__name__}）。请检查连接字符串、网络和权限。"
        ) from error


def _spark(url: str) -> Any:
    """Open Spark: `spark://host:7077` is a cluster; of `pyspark://…` the path is the warehouse. What follows `?` are settings of Spark.

    Ibis sets them once the session runs, when Spark takes most of them no longer.
    """
    import ibis  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    parts = urlsplit(url)
    settings = dict(parse_qsl(parts.query))
    warehouse = (
        Path(unquote(parts.path)) if len(parts.path) > 1 else Path(tempfile.gettempdir(), "ccgrade-spark")
    )
    settings.setdefault("spark.sql.warehouse.dir", str(warehouse))
    if parts.scheme == "spark":
        settings["spark.master"] = f"spark://{parts.netloc}"
    builder = SparkSession.builder.appName("ccgrade")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())
