"""Which files hold readings, and what kind of file is each?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.addresses import is_address

PARQUET, TEXT, SHEET, DATABASE = (
    (".parquet", ".pq"),
    (".csv", ".txt", ".tsv"),
    (".xlsx", ".xlsm"),
    (".duckdb", ".db", ".ddb"),
)


def files_in(folder: Path) -> list[Path]:
    """Return the readable files of a folder, by name; what is being written (hidden, .tmp, .part) is left for the next time."""
    kinds = (*PARQUET, *TEXT, *SHEET)
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and file.suffix.lower() in kinds and not file.name.startswith((".", "_", "~$"))
    )
    if not files:
        raise FileFault(f"文件夹“{folder}”里没有 Parquet、CSV 或 .xlsx 文件，请检查路径。")
    return files


def files_of(source: Any) -> list[Path]:
    """Return the files a source is read from; none where it is no path, or nothing readable is there."""
    if not isinstance(source, str | Path) or is_address(source):
        return []
    path = Path(source)
    if path.is_file():
        return [path]
    try:
        return files_in(path) if path.is_dir() else []
    except FileFault:
        return []


def kind_of(file: Path) -> tuple[str, ...]:
    """Return `PARQUET`, `TEXT`, `SHEET` or `DATABASE`. Raises `FileFault` for any other file."""
    suffix = file.suffix.lower()
    for kind in (PARQUET, TEXT, SHEET, DATABASE):
        if suffix in kind:
            return kind
    raise FileFault(f"文件“{file.name}”不是 Parquet、CSV、.xlsx 或 DuckDB 文件。请另存为其中一种后再试。")
